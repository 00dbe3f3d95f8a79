"""What an item is: its text, its numbers, its flags."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.bins import Bins
from analysis.view_state import ViewState
from pages import data, fits
from pages.plain import plain
from pages.shared import shown_fit


def text_of(item: pd.Series, state: ViewState) -> None:
    """Draw an item's text and answer, if they may be shown."""
    about = data.benchmarks(state.version).set_index("name").loc[state.benchmark]
    if about["hide_text"]:
        st.info("The authors of this benchmark ask that its items not be shown.", icon=":material/lock:")
    elif pd.isna(item["prompt"]):
        st.info("The source has no text of this item.", icon=":material/info:")
    else:
        # As code: text of others is neither HTML nor Markdown.
        st.caption("Text")
        st.code(item["prompt"], language=None, wrap_lines=True)
        if pd.notna(item["target"]):
            st.caption("Answer")
            st.code(item["target"], language=None, wrap_lines=True)


def numbers_of(item: pd.Series, bins: Bins, state: ViewState) -> None:
    """Draw an item's numbers."""
    number, unit = int(item["item"]), fits.unit(shown_fit(state))
    numbers = [
        (
            f"Difficulty, {unit}",
            f"{item['mean']:.2f}",
            f"{item['hdi_low']:.2f} to {item['hdi_high']:.2f}, 94%",
        ),
        ("Right", f"{item['proportion']:.0%}", f"of {item['answered']:,.0f} models"),
        (
            "Bin",
            f"{bins.member[number] + 1} of {bins.count}",
            f"P(in bin) {bins.own_probability[number]:.0%}",
        ),
    ]
    if pd.notna(item["discrimination"]):
        spread = f"sd {item['discrimination_sd']:.2f}, logits per sd of ability"
        numbers.append(("Discrimination", f"{item['discrimination']:.2f}", spread))
    row = st.container(horizontal=True, gap="medium")
    for label, value, note in numbers:
        with row.container(width="content", gap=None):
            st.metric(label, value.replace("-", "−"), width="content")
            st.caption(note.replace("-", "−"))


def flags_of(item: pd.Series, state: ViewState) -> None:
    """Say what is wrong with an item."""
    if pd.notna(item["flag"]):
        whom = "no model" if item["flag"] == "floor" else "every model"
        st.warning(
            f"Solved by {whom} ({item['flag']}): the prior sets its difficulty.", icon=":material/flag:"
        )
    statistics = data.item_statistics(state.version, state.fit)
    for reason in statistics.loc[statistics["item"] == item["item"], "reasons"].dropna():
        st.warning(f"Suspect: {plain(reason)}.", icon=":material/flag:")
