"""What pages ask of the library about the shape of gains, cached by view.

Callers must not change what they are given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from analysis import transfer
from analysis.bins import QUANTILE
from analysis.transfer import Asymmetry, Boundaries, Decay, Resampled
from analysis.view_state import ViewState
from pages import data, runs

POINTS, LOG_ODDS = "points", "log odds"
SCALES = (POINTS, LOG_ODDS)


@st.cache_resource(max_entries=16, show_spinner=False)
def on_scale(view: ViewState, scale: str) -> Resampled:
    drawn = runs.resampled(view)
    return drawn.on_scale(transfer.LOG_ODDS) if scale == LOG_ODDS else drawn


def runs_cut_in(view: ViewState) -> int:
    """Return how many bins the runs were trained in."""
    return runs.runs_of(view).bins_of


def same_cut(view: ViewState) -> bool:
    """Whether the view's bins are those that the runs were trained on."""
    return view.strategy == QUANTILE and data.cut(view).count == runs_cut_in(view)


def trained(view: ViewState) -> np.ndarray:
    """Return the bin that each row was trained on, from 0; −1 for a range or another cut than the view's."""
    rows = runs.runs_of(view).rows
    return transfer.trained_bin(rows, data.cut(view).count) if same_cut(view) else np.full(len(rows), -1)


@st.cache_resource(max_entries=32, show_spinner=False)
def centres(view: ViewState) -> np.ndarray:
    """Return the mean difficulty of each bin, logits."""
    cells = data.cut(view)
    difficulty = data.difficulty(view.version, view.benchmark, view.fit)
    return transfer.centres(difficulty, cells.member, cells.count)


@st.cache_resource(max_entries=32, show_spinner=False)
def curves(view: ViewState, scale: str) -> pd.DataFrame:
    """Return the cells as `charts.gain_curves` takes them."""
    rows, own = runs.runs_of(view).rows, trained(view)
    single = rows["first_bin"] == rows["last_bin"]
    of_row = pd.DataFrame(
        {
            "train_bin": own,
            "place": ((rows["first_bin"] - 1) / (rows["bins_of"] - 1)).where(single).astype(float),
            "full": ((rows["first_bin"] == 1) & (rows["last_bin"] == rows["bins_of"])).fillna(False),
        }
    )
    return transfer.cell_table(on_scale(view, scale)).join(of_row, on="row")


@st.cache_resource(max_entries=32, show_spinner=False)
def curves_of(view: ViewState, scale: str, labels: tuple[str, ...]) -> pd.DataFrame:
    """Return those of some training sets."""
    cells = curves(view, scale)
    return cells[cells["train"].isin(labels)]


@st.cache_resource(max_entries=32, show_spinner="Permuting training bins …")
def decay(view: ViewState, scale: str) -> Decay:
    return transfer.decay(on_scale(view, scale), trained(view), centres(view))


@st.cache_resource(max_entries=32, show_spinner=False)
def mean_by_distance(view: ViewState, scale: str) -> pd.DataFrame:
    return transfer.mean_by_distance(on_scale(view, scale), trained(view), centres(view))


@st.cache_resource(max_entries=32, show_spinner="Looking for boundaries …")
def boundaries(view: ViewState) -> Boundaries:
    """Return the boundaries in log odds: in points ceiling and floor bend nearly every curve."""
    return transfer.boundaries(on_scale(view, LOG_ODDS), trained(view), centres(view))


@st.cache_resource(max_entries=32, show_spinner=False)
def found_boundaries(view: ViewState) -> pd.DataFrame:
    """Return the rows of those that were found; in another cut than the runs' none is looked for."""
    if not same_cut(view):
        return pd.DataFrame(columns=["row", "boundary"])
    table = boundaries(view).table
    return table[table["verdict"] == transfer.FOUND]


@st.cache_resource(max_entries=32, show_spinner=False)
def asymmetry(view: ViewState) -> Asymmetry:
    return transfer.asymmetry(on_scale(view, LOG_ODDS), trained(view))


def everything(view: ViewState, scale: str = POINTS) -> None:
    """Work out all that is drawn."""
    curves(view, scale)
    best(view)
    if same_cut(view):
        boundaries(view)
        decay(view, scale)
        mean_by_distance(view, scale)
        asymmetry(view)


@st.cache_resource(max_entries=32, show_spinner=False)
def best(view: ViewState) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the best training set for each test bin, and the probability of each to be it."""
    drawn = runs.resampled(view)
    return transfer.best_training(drawn), transfer.best_probability(drawn)
