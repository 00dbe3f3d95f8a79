"""The boundaries of all training bins, in numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.glossary import explain
from pages.real_minus import Form, p_value, real_minus

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
WRITTEN: dict[str, Form] = {
    "boundary": ".2f",
    "low": ".2f",
    "high": ".2f",
    "slope_easier": "+.2f",
    "slope_harder": "+.2f",
    "drop": ".2f",
    "q": p_value,
}


def bends_table(bends: pd.DataFrame) -> None:
    """Draw them; ``bends`` as `transfer.Boundaries` has them."""
    number = st.column_config.NumberColumn
    st.dataframe(
        real_minus(bends[COLUMNS], **WRITTEN),
        column_config={
            "train": "Trained on bin",
            "verdict": "Verdict",
            "shape": "Gain",
            "boundary": number("Boundary, logits", help=explain("boundary")),
            "low": number("95% from"),
            "high": number("to"),
            "slope_easier": number("Slope before, log odds a logit"),
            "slope_harder": number("Slope beyond"),
            "drop": number("Fall on the steeper side, log odds"),
            "q": number("q", help=explain("false discovery rate")),
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
