"""Difficulty beside other measures of the same items."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.trust import FEWEST
from analysis.view_state import ViewState
from pages import data, fits, trusted
from pages.figure import figure
from pages.notes import noted_choice
from pages.shared import shown_fit

HOW = "95% interval: items resampled; that difficulties and measures are themselves estimates is not in it."


def published(state: ViewState) -> None:
    """Draw difficulties that somebody else estimated against these."""
    st.subheader("Published difficulty against ours")
    table = trusted.correlations(state.version, state.benchmark, state.fit)
    table = table[table["published"]]
    if table.empty:
        st.info(
            f"The items of **{state.benchmark}** carry no published difficulty. One that is imported with "
            "them, in a column named as `1pl_diff` or `difficulty`, is compared here.",
            icon=":material/info:",
        )
        return
    _scatter(state, table, "published", "Published difficulty")


def human(state: ViewState) -> None:
    """Draw measures that people have of the items against their difficulty."""
    st.subheader("Human measures against difficulty")
    table = trusted.correlations(state.version, state.benchmark, state.fit)
    table = table[~table["published"]]
    if table.empty:
        st.info(
            f"The items of **{state.benchmark}** come without measures in numbers that {FEWEST} or more of "
            "them have, as length, steps or grade. Further columns of an imported file are kept and compared "
            "here.",
            icon=":material/info:",
        )
        return
    strongest = table.iloc[0]
    st.markdown(
        f"Of {len(table)} measures **{_quoted(strongest['measure'])}** goes with difficulty most closely: "
        f"Spearman ρ = {_interval(strongest)}."
    )
    left, right = st.columns(2)
    with left:
        figure(
            partial(charts.correlation_forest, table),
            table,
            key="correlations",
            alt="Spearman correlations with difficulty: "
            + "; ".join(f"{row['measure']} {_interval(row)}" for row in table.to_dict("records")),
            caption=(
                f"{table['items'].max():,} items. {HOW} Shaded: weak, within ±0.5. Of several measures one "
                f"may "
                "look strong by luck; Findings allows for that."
            ),
        )
    with right:
        _scatter(state, table, "measure", "Measure")


@st.fragment
def _scatter(state: ViewState, table: pd.DataFrame, key: str, label: str) -> None:
    names = table["measure"].to_list()
    name = names[0]
    if len(names) > 1:
        name = noted_choice(label, names, key, width=320)
    row = table.set_index("measure", drop=False).loc[name]
    items = data.items(state.version, state.benchmark, state.fit)
    drawn = items[["item_key", "mean"]].assign(measure=items[name])
    figure(
        partial(
            charts.measure_scatter,
            drawn,
            name,
            unit=fits.unit(shown_fit(state)),
        ),
        drawn,
        key=f"{key}_scatter",
        alt=f"Difficulty of {row['items']} items against {name}; Spearman {_interval(row)}.",
        caption=(
            f"Spearman ρ = {_interval(row)}, {row['items']:,} items. {HOW} Diamonds: median of items alike "
            f"in "
            f"{_quoted(name)}. At most 2,000 items are drawn."
        ),
    )


def _interval(row: pd.Series) -> str:
    return f"{row['rho']:.2f} [{row['low']:.2f}, {row['high']:.2f}]".replace("-", "−")


def _quoted(name: str) -> str:
    return f"“{name}”"
