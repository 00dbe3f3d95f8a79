"""What the sidebar's other choices need, worked out while nobody waits.

A page says what it computes of a view. Once no page has been made for a while, a thread computes the same of
the views that another benchmark, base model or recipe leads to. Results are kept where pages look for them:
in the caches of the functions that a page names.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count

import streamlit as st

from analysis.errors import AtlasError
from analysis.view_state import ViewState
from pages import data, runs
from pages.worker import WORKER

MOST_BENCHMARKS = 6  # caches hold what is read of eight
MOST_RESPONSES = 10_000_000  # of a benchmark: a larger one is read when it is asked for, not before
SWITCH = "ATLAS_AHEAD"
"""Variable of the environment; ``0`` leaves all work for when it is asked for."""

Need = Callable[[ViewState], object]


def prepare(state: ViewState, *needs: Need, also: Sequence[Need] = ()) -> None:
    """Have what a page needs of a view worked out for the sidebar's other choices.

    Parameters
    ----------
    state
        The view that the page shows.
    needs
        Functions of a view that keep what they return.
    also
        The same of this view, for other choices of the page's own controls; it comes first.
    """
    if os.environ.get(SWITCH) != "0":
        WORKER.take(_steps(state, needs, also))


def of_fit(function: Callable[[str, str, str], object]) -> Need:
    """Return a need from a function of data version, benchmark and fit."""
    return lambda view: function(view.version, view.benchmark, view.fit)


def neighbours(state: ViewState) -> list[ViewState]:
    """Return the views that another base model, recipe or benchmark leads to."""
    bases = runs.base_models(state.version, state.benchmark)
    recipes = runs.recipes(state.version, state.benchmark, state.base_model)
    fits = {name: data.usable_fits(state.version, name) for name in read_ahead(state.version)}
    found = [
        *(_as_controls_keep(replace(state, base_model=base)) for base in bases),
        *(replace(state, recipe=recipe) for recipe in recipes),
        *(_as_controls_keep(replace(state, benchmark=name, fit=fit[0])) for name, fit in fits.items() if fit),
    ]
    return [other for other in dict.fromkeys(found) if _choices(other) != _choices(state)]


def read_ahead(version: str) -> list[str]:
    """Names of the benchmarks that are small enough, as many as caches hold."""
    known = data.benchmarks(version)
    return known.loc[known["responses"] <= MOST_RESPONSES, "name"].to_list()[:MOST_BENCHMARKS]


def _choices(state: ViewState) -> tuple[str | None, ...]:
    return state.benchmark, state.base_model, state.recipe


def _as_controls_keep(state: ViewState) -> ViewState:
    """Replace a base model and recipe that are not there by the first there is."""
    bases = runs.base_models(state.version, state.benchmark)
    state = replace(state, base_model=_kept(state.base_model, bases))
    recipes = runs.recipes(state.version, state.benchmark, state.base_model)
    return replace(state, recipe=_kept(state.recipe, recipes))


def _kept(value: str | None, options: Sequence[str]) -> str | None:
    return value if value in options else next(iter(options), None)


def _steps(state: ViewState, needs: Sequence[Need], also: Sequence[Need]) -> Iterator[None]:
    for other in [state, *neighbours(state)]:
        for need in also if other == state else needs:
            try:
                _work_out(need, other, next(_NUMBERS))
            except AtlasError:  # the page says so when it is asked for
                break
            yield


_NUMBERS = count()


@st.cache_resource(max_entries=1, show_spinner=False)
def _work_out(_need: Need, _view: ViewState, number: int) -> None:
    """Call what keeps its result: in a cached function, since there is nobody to show a spinner to."""
    _need(_view)
