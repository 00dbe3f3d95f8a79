"""What pages ask of the library about training sets and what runs learn of them, cached by data version.

Callers must not change what they are given.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis import transfer
from pages import data, runs


@st.cache_resource(max_entries=16, show_spinner=False)
def learning_curves(
    version: str, benchmark: str, base_model: str, recipe: str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    trained = runs.tuned(version, benchmark, base_model, recipe)
    return transfer.learning_curves(trained, data.snapshot(version).run_curves(benchmark))


@st.cache_resource(max_entries=32, show_spinner=False)
def learning_curves_of(
    version: str, benchmark: str, base_model: str, recipe: str | None, label: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return those of one training set."""
    accuracy, loss = learning_curves(version, benchmark, base_model, recipe)
    return accuracy[accuracy["train"] == label], loss[loss["train"] == label]


@st.cache_resource(max_entries=64, show_spinner=False)
def training_sets(version: str, benchmark: str, base_model: str, recipe: str | None) -> pd.DataFrame:
    """Return what runs were trained on, as `transfer.RunMatrix.rows`; the widest range first."""
    return widest_first(transfer.training_sets(runs.tuned(version, benchmark, base_model, recipe))[0])


def widest_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return training sets in the order in which pages offer them."""
    width = rows["last_bin"] - rows["first_bin"]
    return rows.assign(width=width).sort_values(["width", "first_bin"], ascending=[False, True])
