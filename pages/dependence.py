"""Items that depend on each other beyond ability, and whether items discriminate differently."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from analysis.fit_words import SOURCES
from analysis.view_state import ViewState
from pages import trusted
from pages.shared import shown_fit


def pairs(state: ViewState, table: pd.DataFrame) -> None:
    """Draw the pairs of items whose residuals go together most."""
    st.subheader("Do items depend on each other beyond ability?")
    found = trusted.fit_check(state.version, "dependent_pairs", state.fit)
    about = json.loads(shown_fit(state)["checks"])["local dependence"]
    names = table.set_index("item")
    beyond = found["q3"] > about["cut-off"]
    st.markdown(
        f"**{about['items beyond it']:,.0f}** of {len(table):,} items have a residual correlation Q3 above "
        f"{about['cut-off']:.2f}, which the largest of all pairs reaches by chance in 1% of simulated data "
        "sets."
    )
    if found.empty:
        return
    shown = pd.DataFrame(
        {
            "": beyond.map({True: "✗", False: "✓"}),
            "Q3": found["q3"],
            **{
                f"{side}{name}": names[column].reindex(found[number]).to_numpy()
                for side, number in (("Item", "item"), ("With", "other"))
                for name, column in (("", "item_key"), (" text", "prompt"))
            },
        }
    )
    st.dataframe(
        shown.dropna(axis="columns", how="all"),
        column_config={
            "": st.column_config.TextColumn(width=30),
            "Q3": st.column_config.NumberColumn(format="%.2f", width="small"),
        },
        hide_index=True,
        height=min(300, 38 + 35 * len(shown)),
        width="content",
        placeholder="",
        alt="Pairs of items with the largest residual correlation, largest first",
    )
    st.caption(
        f"The {len(found)} largest; ✗: above the cut-off. Mean Q3 of all pairs {about['mean Q3']:.3f}. Yen "
        "(1984); cut-off after Christensen, Makransky & Horton (2017), simulated from this fit."
    )


def which_model(state: ViewState) -> None:
    """Say whether the 2PL predicts a new family's responses better, if that was looked into."""
    st.subheader("Do items discriminate differently?")
    command = f"python -m analysis compare --benchmark {state.benchmark}"
    found = trusted.comparison(state.version, state.benchmark)
    if found is None:
        st.info(f"1PL and 2PL were not compared yet. It takes minutes: `{command}`", icon=":material/info:")
        return
    if found["stale"]:
        st.warning(f"Responses were added since. Compare again: `{command}`", icon=":material/update:")
    st.markdown(found["sentence"])
    tables = {"K-fold": found["kfold"], "PSIS-LOO": found["psis"]}
    rows = [{"By": by, **row} for by, table in tables.items() for row in json.loads(table)]
    shown = pd.DataFrame(rows)[
        ["By", "model", "elpd", "se", "elpd_diff", "dse", "diff_per_model", "dse_per_model"]
    ]
    number = st.column_config.NumberColumn
    st.dataframe(
        shown,
        column_config={
            "model": "IRT model",
            "elpd": number("elpd, nats", format="%.0f", help="Log probability of families left out"),
            "se": number("±", format="%.0f"),
            "elpd_diff": number("Behind the best", format="%.1f"),
            "dse": number("± ", format="%.1f"),
            "diff_per_model": number("A model", format="%.3f", help="Nats a respondent model"),
            "dse_per_model": number(" ±", format="%.3f"),
        },
        hide_index=True,
        alt="How well each IRT model predicts families that were left out",
    )
    st.caption(
        f"{found['families']:,} families "
        f"({SOURCES.get(found['family_source'], 'each model by itself')}) left out in turn; ±: standard "
        "error over families."
    )
