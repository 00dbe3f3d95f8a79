"""Raw and pooled gains in numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis import charts
from pages.real_minus import real_minus

GAINS = ["raw", "raw_low", "raw_high", "gain", "low", "high"]


def pooled_table(cells: pd.DataFrame) -> None:
    """Draw every cell's gains with their intervals; ``cells`` as `charts.raw_gains` takes them."""
    number = st.column_config.NumberColumn
    shown = cells.assign(test_bin=cells["test_bin"] + 1)[["train", "test_bin", "items", *GAINS, "p_positive"]]
    st.dataframe(
        real_minus(shown, **dict.fromkeys(GAINS, "+.1f"), p_positive=charts.chance_of_gain),
        column_config={
            "train": "Trained on bins",
            "test_bin": number("Test bin"),
            "items": number("Items"),
            "raw": number("Raw gain, points"),
            "raw_low": number("95% from"),
            "raw_high": number("to"),
            "gain": number("Pooled gain"),
            "low": number("95% from "),
            "high": number("to "),
            "p_positive": number("P(gain > 0), %", help="Share of posterior draws in which the cell gains"),
        },
        hide_index=True,
        placeholder="–",
        alt="Raw and pooled gains of every cell",
    )
