"""One question from start to export, in five steps."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from analysis.view_state import ViewState
from pages import data, learning

QUESTION = "What happens on hard items when a model is trained on easy ones?"


class Step(NamedTuple):
    """A view that answers a part of the question, and what to look for there."""

    page: str
    title: str
    look: str
    query: dict[str, str]


def tour(state: ViewState, base_model: str) -> None:
    """Draw the steps; the head folds them away, and the link remembers that."""
    with st.expander(
        f"New here? **{QUESTION}** Five steps",
        expanded=True,
        key="tour",
        bind="query-params",
        on_change="rerun",
    ):
        for number, (column, step) in enumerate(
            zip(st.columns(5), _steps(state, base_model), strict=True), start=1
        ):
            column.page_link(
                step.page,
                label=f"{number}. **{step.title}**",
                icon=":material/arrow_forward:",
                query_params=step.query,
            )
            column.caption(step.look)


def _steps(state: ViewState, base_model: str) -> list[Step]:
    hardest = data.cut(state).count
    labels = learning.training_sets(state.version, state.benchmark, base_model, state.recipe)["label"]
    cell = {"cell": "1", "on": str(hardest)} if "1" in set(labels) else {}
    return [
        Step(
            "explore/difficulty.py",
            "How hard?",
            "Every item has a difficulty and an interval: what no model solves is known least.",
            {},
        ),
        Step(
            "generalization/bins.py",
            "Easy and hard",
            f"{hardest} bins, bin 1 the easiest. How surely do items belong to theirs?",
            {},
        ),
        Step(
            "generalization/heatmap.py",
            "Easy → hard",
            f"Upper right corner: trained on bin 1, tested on bin {hardest}. Below it the same cell, item by "
            "item.",
            cell,
        ),
        Step(
            "generalization/findings.py",
            "Beyond chance?",
            "Claims 4 to 7: does easy training help or hurt hard items, here and elsewhere?",
            {},
        ),
        Step(
            "use/export.py",
            "Take it along",
            "The hardest bins as a file to train or evaluate on, with all that is known of them.",
            {},
        ),
    ]
