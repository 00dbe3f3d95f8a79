"""What is said about a link that cannot be shown in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.bins import MAX_BINS, MIN_BINS, STRATEGIES
from analysis.view_state import DATA_VERSION, dropped, fit_options, link_notes
from pages import data, runs
from pages.plain import plain

SHARED = ("benchmark", "fit", "base", "recipe", "cut", "bins")  # parameters that `link_notes_once` looks at
SAID = "said"


def asked_by_link() -> dict[str, list[str]]:
    """Return the address's parameters, before widgets drop what they do not take; a run begins with this."""
    st.session_state[SAID] = {*SHARED, DATA_VERSION}
    return {name: st.query_params.get_all(name) for name in st.query_params}


def say_what_was_dropped(asked: dict[str, list[str]]) -> None:
    """Draw a note for each value that a control of the page did not take and that nothing was said about."""
    rest = {name: values for name, values in asked.items() if name not in st.session_state[SAID]}
    for note in dropped(rest, {name: st.session_state[name] for name in rest if name in st.session_state}):
        st.warning(plain(note), icon=":material/link:")


def say_what_is_not_here(version: str, **allowed: Sequence[str]) -> None:
    """Draw a note for each value of a page's own controls that a link asks for in vain."""
    for name, values in allowed.items():
        for asked in st.query_params.get_all(name):
            for note in link_notes({name: asked}, {name: values}):
                st.session_state[SAID].add(name)
                st.warning(plain(note), icon=":material/link:")


def link_notes_once(version: str) -> list[str]:
    """Return what the link asked for in vain; widgets drop it from the address without a word."""
    if "link_notes" in st.session_state:
        return st.session_state["link_notes"]
    query = st.query_params.to_dict()

    def shown(name: str, values: Sequence[str]) -> str | None:
        return query[name] if query.get(name) in values else next(iter(values), None)

    names = data.benchmarks(version)["name"].to_list()
    benchmark = shown("benchmark", names) or ""
    bases = runs.base_models(version, benchmark)
    allowed = {
        "benchmark": names,
        "fit": list(fit_options(data.fits(version, benchmark))),
        "base": bases,
        "recipe": runs.recipes(version, benchmark, shown("base", bases)),
        "cut": list(STRATEGIES),
        "bins": ["10", *map(str, range(MIN_BINS, MAX_BINS + 1))],
    }
    st.session_state["link_notes"] = link_notes(query, allowed)
    return st.session_state["link_notes"]


def noted_choice(label: str, options: Sequence[str], key: str, **how: Any) -> str:
    """Draw a select box of a page's own; say where the link asks for what is not among its options."""
    say_what_is_not_here("", **{key: options})
    return st.selectbox(label, options, key=key, bind="query-params", **how)
