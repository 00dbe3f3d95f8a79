"""What pages ask of the library, cached by data version. Callers must not change what they are given."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from analysis import bins, transfer
from analysis.store import Snapshot, Store
from analysis.view_state import ViewState

STORE = Store(Path(os.environ.get("ATLAS_STORE", "data/store")))


@st.cache_resource(max_entries=2, show_spinner="Opening the data …", on_release=Snapshot.close)
def snapshot(version: str) -> Snapshot:
    return STORE.open(version)


@st.cache_data(max_entries=8, show_spinner=False)
def benchmarks(version: str) -> pd.DataFrame:
    return snapshot(version).benchmarks()


@st.cache_data(max_entries=32, show_spinner=False)
def fits(version: str, benchmark: str) -> pd.DataFrame:
    return snapshot(version).fits(benchmark)


@st.cache_data(max_entries=32, show_spinner=False)
def runs(version: str, benchmark: str) -> pd.DataFrame:
    return snapshot(version).runs(benchmark)


@st.cache_resource(max_entries=8, show_spinner="Reading items …")
def items(version: str, benchmark: str, fit: str) -> pd.DataFrame:
    return snapshot(version).items(benchmark, fit)


@st.cache_resource(max_entries=8, show_spinner=False)
def draws(version: str, fit: str) -> np.ndarray:
    return snapshot(version).draws(fit)


@st.cache_resource(max_entries=32, show_spinner="Cutting bins in every posterior draw …")
def cut(view: ViewState) -> bins.Bins:
    return bins.cut(
        items(view.version, view.benchmark, view.fit)["mean"].to_numpy(),
        draws(view.version, view.fit),
        strategy=view.strategy,
        count=view.count,
        edges=view.edges,
    )


@st.cache_resource(max_entries=8, show_spinner="Reading fine-tune runs …")
def run_matrix(version: str, benchmark: str, base_model: str, n_items: int) -> transfer.RunMatrix:
    source = snapshot(version)
    return transfer.run_matrix(
        source.runs(benchmark),
        source.run_items(benchmark),
        source.run_responses(benchmark),
        base_model=base_model,
        n_items=n_items,
    )


@st.cache_data(max_entries=64, show_spinner="Resampling items and seeds …")
def gains(view: ViewState, held_out: bool) -> pd.DataFrame:
    cells = cut(view)
    return transfer.gain_matrix(_runs_of(view), cells.member, cells.count, held_out=held_out)


@st.cache_data(max_entries=64, show_spinner="Resampling items and seeds …")
def contrasts(view: ViewState) -> pd.DataFrame:
    difficulty = items(view.version, view.benchmark, view.fit)["mean"].to_numpy()
    return transfer.contrasts(_runs_of(view), difficulty)


def _runs_of(view: ViewState) -> transfer.RunMatrix:
    n_items = len(items(view.version, view.benchmark, view.fit))
    return run_matrix(view.version, view.benchmark, view.base_model or "", n_items)
