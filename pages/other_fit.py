"""Another fit of the same benchmark against the one that is shown."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analysis import charts
from analysis.view_state import ViewState, fit_options
from pages import data, fits, trusted
from pages.figure import figure
from pages.notes import noted_choice
from pages.shared import shown_fit


@st.fragment
def other_fit(state: ViewState) -> None:
    """Draw the difficulties of both fits on one scale."""
    st.subheader("Another fit against this one")
    options = {
        name: fit
        for name, fit in fit_options(data.fits(state.version, state.benchmark)).items()
        if fit != state.fit
    }
    if not options:
        st.info(
            f"**{state.benchmark}** has this fit only. Another one, with another IRT model, seed or newer "
            f"responses, is compared here: `python -m analysis fit --benchmark {state.benchmark} --model "
            "2pl`",
            icon=":material/info:",
        )
        return
    name = noted_choice("Other fit", list(options), "against", width=360)
    other = data.fit(state.version, state.benchmark, options[name])
    own = shown_fit(state)
    found = trusted.refitted(state.version, state.benchmark, state.fit, options[name])
    moved, total = int(found.items["moved"].sum()), len(found.items)
    st.markdown(
        f"**{moved:,} of {total:,} items ({moved / total:.1%}) are in another decile** by fit "
        f"{options[name]} ({fits.irt_model(other)}, seed {other['seed']}). Spearman ρ = {found.rho:.3f} "
        f"[{found.low:.3f}, {found.high:.3f}]."
    )
    keys = data.items(state.version, state.benchmark, state.fit)[["item", "item_key"]]
    both = found.items.merge(keys, on="item")
    same = own["data_hash"] == other["data_hash"]
    figure(
        partial(charts.fit_against_fit, both, state.fit, options[name], unit=fits.unit(own)),
        both,
        key="fits",
        alt=f"Difficulties of {total} items in two fits on one scale; {moved} change decile.",
        caption="Crosses: items in another decile. Linked by all items but floor and ceiling (mean/mean): "
        f"difficulty here = {found.slope:.2f} × difficulty there {'+' if found.intercept >= 0 else '−'} "
        f"{abs(found.intercept):.2f}. "
        + (
            "Both fits are of the same responses, so that this is what model and settings change, not chance."
            if same
            else "The fits are of different responses."
        )
        + " 95% interval: items resampled.",
    )
