"""What pages ask of the library about pooled gains, cached by view.

Callers must not change what they are given.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from analysis import transfer
from analysis.view_state import ViewState
from pages import data, mixed, runs

EFFECTS = {
    "sd of training sets": "Between training sets",
    "sd of test bins": "Between test bins",
    "sd of distance": "Around the slopes",
    "sd of cells": "Between single cells",
    "sd of runs": "Between runs",
    "sd of runs in a bin": "Between runs, by bin",
    "mean": "Gain on the own bin",
    "mean of ranges": "Gain of ranges",
    "slope to easier bins": "A logit easier",
    "slope to harder bins": "A logit harder",
}
"""What the model's effects are called on a page."""


def pool(view: ViewState) -> pd.Series | None:
    """Return what the store knows of the view's pooled gains; None where there are none.

    ``stale`` says whether runs were added or changed since.
    """
    known = data.snapshot(view.version).pools(view.benchmark)
    own = known[(known["fit"] == view.fit) & (known["base_model"] == view.base_model)]
    if view.recipe is not None:
        own = own[own["recipe"] == view.recipe]
    if own.empty:
        return None
    hashed = _data_hash(mixed.own_cut(view))
    return pd.concat([own.iloc[0], pd.Series({"stale": own["data_hash"].iloc[0] != hashed})])


@st.cache_resource(max_entries=32, show_spinner=False)
def _data_hash(view: ViewState) -> str:
    return runs.runs_of(view).data_hash()


def cells(view: ViewState, known: pd.Series) -> pd.DataFrame:
    """Return raw and pooled gains of the runs' own bins, as `charts.raw_gains` takes them.

    Parameters
    ----------
    view
        Whose; how it cuts bins has no part in it.
    known
        What `pool` returns of it.
    """
    return _cells(replace(mixed.own_cut(view), count=int(known["bins"])), known["pool"])


def cells_if_pooled(view: ViewState) -> None:
    """Work out the cells, where there are some."""
    known = pool(view)
    if known is not None:
        cells(view, known)


@st.cache_resource(max_entries=32, show_spinner=False)
def _cells(view: ViewState, pool: str) -> pd.DataFrame:
    """Return those of a view of the bins that runs were pooled in."""
    raw = transfer.cell_table(runs.resampled(view), transfer.GAIN)
    raw = raw[["train", "test_bin", "items", "value", "low", "high"]].rename(
        columns={"value": "raw", "low": "raw_low", "high": "raw_high"}
    )
    both = raw.merge(data.snapshot(view.version).pool_cells(pool), on=["train", "test_bin"], how="left")
    percent = ["raw", "raw_low", "raw_high", "gain", "low", "high", "p_positive"]
    return both.assign(**{name: 100 * both[name] for name in percent})


@st.cache_resource(max_entries=32, show_spinner=False)
def effects(version: str, pool: str) -> pd.DataFrame:
    """Return what gains differ by, as `charts.pooling_effects` takes it."""
    found = data.snapshot(version).pool_effects(pool)
    return found.assign(effect=found["effect"].replace(EFFECTS))
