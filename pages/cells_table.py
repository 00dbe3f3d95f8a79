"""The heatmap's cells as a table of numbers."""

import pandas as pd
import streamlit as st

from analysis.glossary import explain


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
            "gain": point("Gain, points", format="%+.1f", help=explain("gain")),
            "before": point("Before", format="%.0f%%", help=explain("zero-shot")),
            "after": point("After", format="%.0f%%"),
            "value": point(f"Measure: {measure}", format="%.3f"),
            "low": point(
                "95% from",
                format="%.3f",
                help=f"Of that cell alone, in the measure's unit. {explain('interval')}",
            ),
            "high": point("to", format="%.3f"),
            "q": point("q", format="%.3f", help=explain("false discovery rate")),
            "low_all": point("All at once: from", format="%.3f", help=explain("simultaneous")),
            "high_all": point("to", format="%.3f"),
            "p_all": point("p, all at once", format="%.3f"),
            "detectable": point("Detectable", format="%.3f", help=explain("detectable gain")),
            "items": point("Held-out items", help=explain("held-out")),
            "seeds": point("Seeds", help=explain("seed")),
            "blank": "Why blank",
        },
        hide_index=True,
        height=320,
        placeholder="",
        alt="Measure, intervals, accuracy before and after of every cell",
    )
