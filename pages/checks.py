"""How well the IRT model describes the responses, as a fit kept it."""

from __future__ import annotations

import json
from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.view_state import ViewState
from pages import fits, trusted
from pages.figure import figure
from pages.notes import noted_choice
from pages.shared import shown_fit

WORST = 20  # curves to choose from


def checks(state: ViewState, table: pd.DataFrame) -> bool:
    """Draw predictive checks, or say how to get them where the fit came without; return whether it has."""
    st.subheader("Does the model bring about data like these?")
    scores = trusted.fit_check(state.version, "score_checks", state.fit)
    if scores.empty:
        st.info(
            "This fit came without predictive checks. A fit made here looks into them: "
            f"`python -m analysis fit --benchmark {state.benchmark}`",
            icon=":material/info:",
        )
        return False
    kept = json.loads(shown_fit(state)["checks"])
    left, right = st.columns(2)
    with left:
        _scores(scores, kept)
    with right:
        _proportions(table, kept)
    _curve(state, table)
    return True


def _scores(scores: pd.DataFrame, kept: dict[str, dict[str, float]]) -> None:
    inside = scores["observed"].between(scores["predicted_low"], scores["predicted_high"]).sum()
    says = f"{inside} of {len(scores)} bars inside the band"
    p = ", ".join(f"{name.removesuffix(' p')} {value:.2f}" for name, value in kept["scores"].items())
    figure(
        partial(charts.score_distribution, scores),
        scores,
        key="scores",
        alt=f"Scores of models: {says}.",
        caption=f"Scores of {scores['observed'].sum():,} models (bars) and of replicated new models (dotted: "
        f"mean; band: 94%): {says}; outlined bars are not. Share of replicates above what was observed: {p}; "
        "near 0 or 1 is misfit: abilities are then not normally distributed.",
    )


def _proportions(table: pd.DataFrame, kept: dict[str, dict[str, float]]) -> None:
    inside = kept["items"]["proportions inside 94% predictive interval"]
    figure(
        partial(charts.item_proportions, table),
        table[["item_key", "proportion"]],
        key="proportions",
        alt=f"Observed less predicted proportion right of each item: {inside:.0%} inside their 94% interval.",
        caption=(
            f"Proportion right of {len(table):,} items, observed less the mean of replicates of the same "
            f"models; "
            f"lines: 94% of replicates. {inside:.1%} are inside; crosses are not. Difficulties are fitted to "
            "these proportions, so that nearly all should be."
        ),
    )


@st.fragment
def _curve(state: ViewState, table: pd.DataFrame) -> None:
    worst = table.dropna(subset="misfit").nlargest(WORST, "misfit").set_index("item_key")
    if worst.empty:
        return
    key = noted_choice("Item, the worst fitted first", worst.index.tolist(), "curve", width=360)
    curves = trusted.curves(state.version, state.fit)
    curve = curves[curves["item"] == worst.loc[key, "item"]]
    misfit = worst.loc[key, "misfit"]
    figure(
        partial(charts.item_curve, curve, unit=fits.unit(shown_fit(state))),
        curve,
        key="item_curve",
        alt=f"Observed and fitted curve of one item over ability; misfit {misfit:.1f} points.",
        caption=(
            f"Diamonds: proportion right of groups of models alike in what they did on the other items, "
            f"with 94% "
            f"intervals; line: fitted, with its 94% band. They part by {misfit:.1f} points more than "
            f"sampling "
            f"noise; half of all items by less than {table['misfit'].median():.1f}."
        ),
    )
