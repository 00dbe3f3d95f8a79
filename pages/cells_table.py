"""The heatmap's cells as a table of numbers."""

import pandas as pd
import streamlit as st


def cells_table(cells: pd.DataFrame, measure: str) -> None:
    """Draw every cell's measure with its intervals and tests; ``cells`` as the heatmap draws them."""
    percent = ["gain", "before", "after"]
    numbers = cells.assign(test_bin=cells["test_bin"] + 1, **{name: 100 * cells[name] for name in percent})
    point = st.column_config.NumberColumn
    tests = ["low", "high", "q", "low_all", "high_all", "p_all", "detectable"]
    st.dataframe(
        numbers[["train", "test_bin", *percent, "value", *tests, "items", "seeds", "blank"]].dropna(
            axis="columns", how="all"
        ),
        column_config={
            "train": "Trained on bin",
            "test_bin": point("Test bin"),
            "gain": point("Gain, points", format="%+.1f"),
            "before": point("Before", format="%.0f%%"),
            "after": point("After", format="%.0f%%"),
            "value": point(f"Measure: {measure}", format="%.3f"),
            "low": point("95% from", format="%.3f", help="Of that cell alone, in the measure's unit"),
            "high": point("to", format="%.3f"),
            "q": point("q", format="%.3f", help="False discovery rate, Benjamini–Hochberg"),
            "low_all": point("All at once: from", format="%.3f"),
            "high_all": point("to", format="%.3f"),
            "p_all": point("p, all at once", format="%.3f"),
            "detectable": point("Detectable", format="%.3f", help="Smallest true value found with 80% power"),
            "items": point("Held-out items"),
            "seeds": point("Seeds"),
            "blank": "Why blank",
        },
        hide_index=True,
        height=320,
        placeholder="",
        alt="Measure, intervals, accuracy before and after of every cell",
    )
