"""What pages ask of the library, cached by data version. Callers must not change what they are given."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from analysis import bins
from analysis.store import Snapshot, Store
from analysis.view_state import ViewState

STORE = Store(Path(os.environ.get("ATLAS_STORE", "data/store")))


@st.cache_resource(max_entries=2, show_spinner="Opening the data …", on_release=Snapshot.close)
def snapshot(version: str) -> Snapshot:
    return STORE.open(version)


@st.cache_resource(max_entries=8, show_spinner=False)
def benchmarks(version: str) -> pd.DataFrame:
    return snapshot(version).benchmarks()


@st.cache_resource(max_entries=32, show_spinner=False)
def fits(version: str, benchmark: str) -> pd.DataFrame:
    return snapshot(version).fits(benchmark)


@st.cache_resource(max_entries=32, show_spinner=False)
def fit(version: str, benchmark: str, fit: str) -> pd.Series:
    return snapshot(version).fit(benchmark, fit)


def usable_fits(version: str, benchmark: str) -> list[str]:
    """Ids of the fits that converged, newest first."""
    known = fits(version, benchmark)
    return known.loc[known["converged"], "fit"].to_list()


@st.cache_resource(max_entries=8, show_spinner="Reading items …")
def items(version: str, benchmark: str, fit: str) -> pd.DataFrame:
    return snapshot(version).items(benchmark, fit)


@st.cache_resource(max_entries=8, show_spinner=False)
def item_statistics(version: str, fit: str) -> pd.DataFrame:
    return snapshot(version).item_statistics(fit)


@st.cache_resource(max_entries=8, show_spinner=False)
def draws(version: str, fit: str) -> np.ndarray:
    return snapshot(version).draws(fit)


def cut(view: ViewState) -> bins.Bins:
    return _cut(_of_items(view))


def _of_items(view: ViewState) -> ViewState:
    """Return the view without what has no part in how items are cut."""
    return replace(view, base_model=None, recipe=None)


@st.cache_resource(max_entries=32, show_spinner="Cutting bins in every posterior draw …")
def _cut(view: ViewState) -> bins.Bins:
    return bins.cut(
        difficulty(view.version, view.benchmark, view.fit),
        draws(view.version, view.fit),
        strategy=view.strategy,
        count=view.count,
        edges=view.edges,
    )


@st.cache_resource(max_entries=8, show_spinner="Comparing ways to cut bins …")
def compared_cuts(version: str, benchmark: str, fit: str) -> pd.DataFrame:
    """Into every number of bins, so that a change of it is not waited for."""
    counts = range(bins.MIN_BINS, bins.MAX_BINS + 1)
    return bins.compare_cuts(difficulty(version, benchmark, fit), draws(version, fit), counts=counts)


@st.cache_resource(max_entries=32, show_spinner="Comparing ways to cut bins …")
def compared_edges(version: str, benchmark: str, fit: str, edges: tuple[float, ...]) -> pd.DataFrame:
    return bins.compare_cuts(difficulty(version, benchmark, fit), draws(version, fit), counts=(), edges=edges)


def drawn_members(view: ViewState) -> np.ndarray:
    """Each item's bin in draws from the posterior, shape ``(draws, items)``."""
    return _drawn_members(_of_items(view))


@st.cache_resource(max_entries=8, show_spinner="Cutting bins in every posterior draw …")
def _drawn_members(view: ViewState) -> np.ndarray:
    return bins.members_in_draws(
        draws(view.version, view.fit), strategy=view.strategy, count=view.count, edges=view.edges
    )


def difficulty(version: str, benchmark: str, fit: str) -> np.ndarray:
    return items(version, benchmark, fit)["mean"].to_numpy()
