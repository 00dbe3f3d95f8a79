"""What ranges of bins gained beside what is expected of their parts, in numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.transfer import MEAN
from pages.real_minus import real_minus

PERCENT = ["measured", "expected", "gain", "low", "high"]


def checked_table(checks: pd.DataFrame) -> None:
    """Draw it by test bin; ``checks`` as `transfer.checked` has them."""
    table = checks[checks["test_bin"] != MEAN]
    points = {name: 100 * table[name] for name in PERCENT}
    number = st.column_config.NumberColumn
    st.dataframe(
        real_minus(
            table.assign(test_bin=table["test_bin"] + 1, **points)[["train", "test_bin", *PERCENT]],
            **dict.fromkeys(PERCENT, "+.1f"),
        ),
        column_config={
            "train": "Trained on bins",
            "test_bin": number("Test bin"),
            "measured": number("Measured, points"),
            "expected": number("Expected"),
            "gain": number("Difference"),
            "low": number("95% from"),
            "high": number("to"),
        },
        hide_index=True,
        placeholder="",
        alt="Measured and expected gain of ranges of bins, by test bin",
    )
