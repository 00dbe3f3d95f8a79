"""The choice of a set of items: what runs were tested on, some bins, a subtask, or a list of one's own."""

from __future__ import annotations

import numpy as np
import streamlit as st

from analysis.errors import AtlasError
from analysis.explore import read_keys
from analysis.view_state import ViewState
from pages import covered, data
from pages.notes import say_what_is_not_here
from pages.plain import plain

EVALUATED, BINS, SUBTASK, LIST, ALL = "tested on", "bins", "subtask", "list of mine", "all items"
MOST_NAMED = 5  # unknown keys


def choose_set(state: ViewState, key: str, label: str, *, own: bool) -> tuple[np.ndarray, str] | None:
    """Draw the choice; return the items' numbers and what they are, or None if there are none yet.

    Parameters
    ----------
    state
        Which benchmark's items, and how they are cut.
    key
        Name of the control; what hangs on it is named after it.
    label
        Words above it.
    own
        Whether it is the set that is looked at, or what that is compared with.
    """
    items = data.items(state.version, state.benchmark, state.fit)
    subtasks = sorted(items["subtask"].dropna().unique())
    sources = [BINS, *([SUBTASK] if len(subtasks) > 1 else [])]
    if own:
        tested = covered.evaluated(state.version, state.benchmark)
        sources = [*([EVALUATED] if len(tested) else []), *sources, LIST]
    else:
        sources = [ALL, *sources]
    say_what_is_not_here(state.version, **{key: sources})
    source = st.selectbox(
        label,
        sources,
        key=key,
        bind="query-params",
        help="tested on: what fine-tune runs were tested on; list of mine: a file of item keys."
        if own
        else None,
    )
    if source == EVALUATED:
        return tested, "what runs were tested on"
    if source == BINS:
        return _of_bins(state, f"{key}_bins")
    if source == SUBTASK:
        say_what_is_not_here(state.version, **{f"{key}_subtask": subtasks})
        name = st.selectbox("Subtask", subtasks, key=f"{key}_subtask", bind="query-params")
        return np.flatnonzero(items["subtask"] == name), f"subtask {plain(name)}"
    if source == LIST:
        return _of_list(state, f"{key}_list")
    return np.arange(len(items)), "all items"


def _of_bins(state: ViewState, key: str) -> tuple[np.ndarray, str] | None:
    bins = data.cut(state)
    numbers = list(range(1, bins.count + 1))
    chosen = st.pills(
        "Bins (1 is the easiest)",
        numbers,
        selection_mode="multi",
        default=numbers[-max(1, bins.count // 3) :],
        key=key,
        bind="query-params",
    )
    inside = np.flatnonzero(np.isin(bins.member + 1, chosen))
    if not len(inside):
        st.info("Choose at least one bin that holds items.", icon=":material/info:")
        return None
    return inside, f"bins {', '.join(map(str, sorted(chosen)))}"


def _of_list(state: ViewState, key: str) -> tuple[np.ndarray, str] | None:
    file = st.file_uploader(
        "Keys of items",
        ["csv", "txt", "jsonl"],
        key=key,
        max_upload_size=1,
        help="One key a line; CSV with a column item_key (or item, id, key, item_id); JSON Lines with such a "
        "field. At most 1 MB. The file stays in this session: a link cannot hold it.",
    )
    if file is None:
        st.info("Choose a file with the keys of your items, one a line.", icon=":material/upload_file:")
        return None
    try:
        found = read_keys(file.getvalue(), file.name, data.items(state.version, state.benchmark, state.fit))
    except AtlasError as error:
        st.error(plain(error), icon=":material/error:")
        return None
    if found.unknown:
        named = ", ".join(plain(key[:40]) for key in found.unknown[:MOST_NAMED])
        more = " …" if len(found.unknown) > MOST_NAMED else ""
        st.warning(
            f"Not in {plain(state.benchmark)}, {len(found.unknown):,} of the list's keys: {named}{more}.",
            icon=":material/help:",
        )
    if found.repeated:
        st.caption(f"Named again and counted once: {found.repeated:,}.")
    if not len(found.items):
        st.info("No key of the list is an item of this benchmark.", icon=":material/info:")
        return None
    return found.items, plain(file.name)
