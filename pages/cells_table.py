"""The heatmap's cells as a table of numbers."""

import pandas as pd
import streamlit as st

from analysis.glossary import explain
from analysis.transfer import GAIN, LOG_ODDS


def cells_table(cells: pd.DataFrame, measure: str) -> None:
    """Draw every cell's measure with its intervals and tests; ``cells`` as the heatmap draws them."""
    percent = ["gain", "before", "after"]
    measured = ["value", "low", "high", "low_all", "high_all", "detectable"]
    factor, form, unit = (1, "%.2f", "logits") if measure == LOG_ODDS else (100, "%.1f", "%")
    numbers = cells.assign(
        test_bin=cells["test_bin"] + 1,
        **{name: 100 * cells[name] for name in percent},
        **{name: factor * cells[name] for name in measured},
    )
    point = st.column_config.NumberColumn
    tests = ["low", "high", "q", "low_all", "high_all", "p_all", "detectable"]
    shown = ["train", "test_bin", "gain", "value", *tests, "before", "after", "items", "seeds", "blank"]
    kept = numbers[shown].dropna(axis="columns", how="all")
    st.dataframe(
        kept,
        column_order=[name for name in kept if name != "value" or measure != GAIN],
        column_config={
            "train": "Trained on bin",
            "test_bin": point("Test bin"),
            "gain": point("Gain, points", format="%+.1f", help=explain("gain")),
            "before": point("Before", format="%.0f%%", help=explain("zero-shot")),
            "after": point("After", format="%.0f%%"),
            "value": point(f"{measure.capitalize()}, {unit}", format=form),
            "low": point(
                "95% from",
                format=form,
                help=f"Of that cell alone, in the measure's unit. {explain('interval')}",
            ),
            "high": point("to", format=form),
            "q": point("q", format="%.3f", help=explain("false discovery rate")),
            "low_all": point("All at once: from", format=form, help=explain("simultaneous")),
            "high_all": point("to", format=form),
            "p_all": point("p, all at once", format="%.3f"),
            "detectable": point("Detectable", format=form, help=explain("detectable gain")),
            "items": point("Held-out items", help=explain("held-out")),
            "seeds": point("Seeds", help=explain("seed")),
            "blank": "Why blank",
        },
        hide_index=True,
        height=320,
        placeholder="",
        alt="Measure, intervals, accuracy before and after of every cell",
    )
