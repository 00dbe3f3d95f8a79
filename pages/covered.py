"""What pages ask of the library about coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from analysis import explore
from analysis.view_state import ViewState
from pages import answers, data


@st.cache_resource(max_entries=32, show_spinner=False)
def evaluated(version: str, benchmark: str) -> np.ndarray:
    """Items that a benchmark's own runs answered."""
    return data.snapshot(version).evaluated_items(benchmark)


def at_first(view: ViewState, against: ViewState | None = None) -> None:
    """Work out how what runs were tested on covers all items, of the same benchmark or of another."""
    against = against or view
    tested = evaluated(view.version, view.benchmark)
    if len(tested):
        every = np.arange(len(data.items(against.version, against.benchmark, against.fit)))
        covered(view, tested, against, every)
        information(view, tested, against, every)


def covered(
    state: ViewState, chosen: np.ndarray, against: ViewState, part: np.ndarray
) -> tuple[explore.Coverage, explore.Placed, explore.Placed]:
    """What some items of one benchmark cover of some items of another, or of the same."""
    reference = _placed(against)
    own = reference if state == against else _placed_by(state, against)
    members, reference = own[chosen], reference[part]
    return explore.coverage(members, reference, data.cut(against).count), members, reference


def information(state: ViewState, chosen: np.ndarray, against: ViewState, part: np.ndarray) -> pd.DataFrame:
    """Test information of some items beside that of others; see `analysis.explore.information_of`."""
    own, other = ((view.benchmark, view.fit) for view in (state, against))
    return _information(state.version, own, chosen, other, part)


@st.cache_resource(max_entries=16, show_spinner="Adding up what the items tell …")
def _information(
    version: str, own: tuple[str, str], chosen: np.ndarray, other: tuple[str, str], part: np.ndarray
) -> pd.DataFrame:
    """Add it up for a benchmark and fit each; bins have no part in it."""
    points = [
        explore.point_of(data.items(version, *of).iloc[items], data.fit(version, *of)["asymptote"])
        for of, items in ((own, chosen), (other, part))
    ]
    draws = data.draws(version, own[1])[:, chosen].astype(float)
    able = answers.abilities(version, *own)["mean"].to_numpy()
    return explore.information_of(points[0], draws, points[1], able)


def abilities(state: ViewState) -> np.ndarray:
    """Of the models that answered the benchmark, shape ``(models,)``."""
    return answers.abilities(state.version, state.benchmark, state.fit)["mean"].to_numpy()


def common_models(state: ViewState, against: ViewState) -> tuple[int, int]:
    """How many models answered both benchmarks, and how many either."""
    one, other = (
        set(answers.abilities(view.version, view.benchmark, view.fit)["model"]) for view in (state, against)
    )
    return len(one & other), len(one | other)


@st.cache_resource(max_entries=8, show_spinner=False)
def _placed(state: ViewState) -> explore.Placed:
    return explore.Placed(
        data.difficulty(state.version, state.benchmark, state.fit),
        data.cut(state).member,
        data.draws(state.version, state.fit),
        data.drawn_members(state),
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _placed_by(state: ViewState, against: ViewState) -> explore.Placed:
    """Items in the bins of another benchmark."""
    edges = data.cut(against).edges
    difficulty, draws = (
        data.difficulty(state.version, state.benchmark, state.fit),
        data.draws(state.version, state.fit),
    )
    return explore.Placed(
        difficulty,
        np.searchsorted(edges, difficulty, "right"),
        draws,
        np.searchsorted(edges, draws, "right").astype("i1"),
    )
