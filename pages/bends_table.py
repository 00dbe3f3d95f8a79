"""The boundaries of all training bins, in numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.glossary import explain

COLUMNS = [
    "train",
    "verdict",
    "shape",
    "boundary",
    "low",
    "high",
    "slope_easier",
    "slope_harder",
    "drop",
    "q",
]


def bends_table(bends: pd.DataFrame) -> None:
    with st.expander("Boundaries of all training bins"):
        number = st.column_config.NumberColumn
        st.dataframe(
            bends[COLUMNS],
            column_config={
                "train": "Trained on bin",
                "verdict": "Verdict",
                "shape": "Gain",
                "boundary": number("Boundary, logits", format="%.2f", help=explain("boundary")),
                "low": number("95% from", format="%.2f"),
                "high": number("to", format="%.2f"),
                "slope_easier": number("Slope before, log odds a logit", format="%+.2f"),
                "slope_harder": number("Slope beyond", format="%+.2f"),
                "drop": number("Fall on the steeper side, log odds", format="%.2f"),
                "q": number("q", format="%.3f", help=explain("false discovery rate")),
            },
            hide_index=True,
            alt="Boundary, slopes and verdict of every training bin",
        )
        st.caption(
            "In log odds: two lines that meet, against one straight line, by weighted least squares. The "
            "test pays for looking at all places (largest |kink| of the bootstrap); q allows for all "
            "training bins. Boundary: q < .05. Straight: a plateau in the middle with the same fall beyond "
            "it is excluded. Place and slopes are the best ones, also where no boundary was found."
        )
