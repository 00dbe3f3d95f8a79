"""Whether models answer as their ability says."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from analysis import charts
from analysis.view_state import ViewState
from pages import answers, fits
from pages.figure import figure
from pages.plain import plain
from pages.shared import shown_fit

number = st.column_config.NumberColumn
UNLIKELY = -1.645  # below which 5% of a standard normal are
COLUMNS: dict[str, Any] = {
    "name": st.column_config.TextColumn("Model", width="medium"),
    "l_z": number("l_z*", format="%.1f", help="Standard normal for a model that fits; negative: misfits"),
    "infit": number("Infit", format="%.2f", help="Mean square, 1 if the model fits; near its own ability"),
    "outfit": number("Outfit", format="%.2f", help="Mean square, 1 if the model fits; far from its ability"),
    "mean": number("Ability", format="%.2f"),
    "low": number("94% from", format="%.2f"),
    "high": number("to", format="%.2f"),
    "proportion": number("Right", format="%.1f%%", help="Of the items it answered"),
    "answered": number("Items", format="localized", help="That it answered"),
    "family": "Family",
    "organisation": "Organisation",
}


def person_fit(state: ViewState, chosen: list[str]) -> None:
    """Draw every model's fit, and all that is known of models as a table."""
    unit = fits.unit(shown_fit(state))
    table = answers.person_fit(state.version, state.benchmark, state.fit)
    st.subheader("Who answers otherwise than its ability says?")
    if table["l_z"].isna().all():
        st.info("No model has both right and wrong answers, so none can misfit.", icon=":material/info:")
        return
    odd = table.loc[table["l_z"].idxmin()]
    st.markdown(
        f"Of {len(table):,} models, **{(table['l_z'] < UNLIKELY).sum():,}** give answers less likely than "
        f"95% of models of their ability would; {0.05 * len(table):.0f} would by chance. "
        f"**{plain(odd['name'])}** does most surely (l_z\\* {odd['l_z']:.1f}, infit {odd['infit']:.2f} "
        "instead of 1).".replace(" -", " −")
    )
    left, right = st.columns(2)
    with left:
        figure(
            partial(charts.person_fit_scatter, table, chosen, unit=unit),
            table[["name", "mean", "infit", "outfit", "l_z"]],
            key="person_fit",
            alt=f"Infit of {len(table)} models over their ability.",
            caption=(
                "Infit is a weighted mean square of residuals: above 1, a model misses what is easy for it "
                "or solves what is hard. With thousands of items small misfits are significant: infit says "
                "how large one is, l_z\\* (Snijders 2001) how sure. Shapes: models chosen above; named: the "
                "two surest. Models that got nothing wrong, or nothing right, are left out."
            ),
        )
    with right:
        st.dataframe(
            table.assign(proportion=100 * table["proportion"])[
                [name for name in COLUMNS if table[name].nunique(dropna=False) > 1]
            ],
            column_config=COLUMNS,
            hide_index=True,
            height=400,
            placeholder="–",
            alt="Models with ability, interval and fit, the ablest first",
        )
        st.caption("The ablest first. Click a column's head to sort.")
