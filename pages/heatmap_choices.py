"""The heatmap's own controls."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.transfer import GAIN, MEASURES
from analysis.view_state import ViewState
from pages import gains

BY_BIN, BY_MEAN = "by bin", "by mean"


@dataclass(frozen=True)
class Choices:
    """What the controls say.

    Attributes
    ----------
    measure, marks
        What cells show, and which are bold.
    order
        Of rows: `BY_BIN` or `BY_MEAN`.
    models
        Base models that are averaged, none where one is shown.
    intervals, mask
        Whether intervals are written, and only bold cells drawn.
    vary, held_out
        Whether bins are cut anew in posterior draws, and items trained on left out.
    """

    measure: str
    marks: str
    order: str
    models: tuple[str, ...]
    intervals: bool
    mask: bool
    vary: bool
    held_out: bool


def choose(state: ViewState) -> Choices:
    """Draw the controls."""
    first, second, third, fourth = st.columns(4, vertical_alignment="bottom")
    measure = first.selectbox(
        "Measure",
        MEASURES,
        key="measure",
        bind="query-params",
        help="headroom: share of what was left to gain; logit: change of the log odds. On both, ceiling and "
        "floor do not pose as decay.",
    )
    marks = second.selectbox(
        "Bold", charts.MARKS, key="bold", bind="query-params", help="Which cells count as found."
    )
    order = third.selectbox("Rows", (BY_BIN, BY_MEAN), key="rows", bind="query-params")
    models = gains.comparable_models(state)
    possible = len(models) > 1 and measure == GAIN
    averaged = fourth.toggle(
        "Average base models",
        key="average",
        bind="query-params",
        disabled=not possible,
        help="Of gains. The range between base models is written below; the interval is about these models.",
    )
    first, second, third, fourth = st.columns(4)
    intervals = first.toggle("Write intervals", value=True, key="intervals", bind="query-params")
    mask = second.toggle("Only bold cells", key="mask", bind="query-params")
    vary = third.toggle(
        "Uncertain bins",
        key="vary",
        bind="query-params",
        help="Cut the bins anew in every posterior draw of difficulty, and let intervals contain that.",
    )
    memory = fourth.toggle(
        "Published convention",
        key="memory",
        bind="query-params",
        help="Count items that a run was trained on, which makes the diagonal partly memory. By default they "
        "are left out.",
    )
    averaged_models = tuple(models) if averaged and possible else ()
    return Choices(measure, marks, order, averaged_models, intervals, mask, vary, not memory)


def chosen_cells(state: ViewState, choices: Choices) -> pd.DataFrame:
    """Return the cells to draw, in the order of rows."""
    if choices.models:
        cells = gains.averaged(state, choices.held_out, choices.vary)
    else:
        cells = gains.cells(state, choices.measure, choices.held_out, choices.vary)
    if choices.order == BY_BIN:
        return cells
    mean = cells.groupby("row")["value"].transform("mean")
    return cells.assign(mean=mean).sort_values(["mean", "row", "test_bin"], ascending=[False, True, True])
