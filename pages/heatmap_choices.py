"""The heatmap's own controls."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.glossary import explain
from analysis.report import in_order
from analysis.transfer import GAIN, MEASURES
from analysis.view_state import BY_BIN, BY_MEAN, HeatmapChoices, ViewState
from pages import gains


def choose(state: ViewState) -> HeatmapChoices:
    """Draw the controls."""
    lists = st.container(horizontal=True)  # side by side on a phone too
    measure = lists.selectbox(
        "Measure",
        MEASURES,
        key="measure",
        bind="query-params",
        help=explain("gain", "headroom", "log odds"),
    )
    marks = lists.selectbox(
        "Bold cells",
        charts.MARKS,
        key="bold",
        bind="query-params",
        help=f"Which cells count as found. {explain('false discovery rate')}",
    )
    order = lists.selectbox("Order of rows", (BY_BIN, BY_MEAN), key="rows", bind="query-params")
    models = gains.comparable_models(state)
    possible = len(models) > 1 and measure == GAIN
    switches = st.container(horizontal=True, gap="small")  # side by side as far as the screen is wide
    intervals = switches.toggle("Write intervals", value=True, key="intervals", bind="query-params")
    mask = switches.toggle("Only bold cells", key="mask", bind="query-params")
    averaged = switches.toggle(
        "Average base models",
        key="average",
        bind="query-params",
        disabled=not possible,
        help="Of gains. The range between base models is written below; the interval is about these models.",
    )
    vary = switches.toggle(
        "Uncertain bins",
        key="vary",
        bind="query-params",
        help="Cut the bins anew in every posterior draw of difficulty, and let intervals contain that.",
    )
    memory = switches.toggle(
        "Published convention",
        key="memory",
        bind="query-params",
        help=f"Count items that a run was trained on, too. {explain('held-out')}",
    )
    averaged_models = tuple(models) if averaged and possible else ()
    return HeatmapChoices(measure, marks, order, averaged_models, intervals, mask, vary, not memory)


def other_choices(state: ViewState, choices: HeatmapChoices) -> list[HeatmapChoices]:
    """Return what other choices, of those that are resampled anew, one control leads to."""
    found = [replace(choices, measure=name, models=()) for name in MEASURES if name != choices.measure]
    found += [replace(choices, vary=not choices.vary), replace(choices, held_out=not choices.held_out)]
    models = tuple(gains.comparable_models(state))
    if len(models) > 1 and choices.measure == GAIN:
        found.append(replace(choices, models=() if choices.models else models))
    return found


@st.cache_resource(max_entries=32, show_spinner=False)
def chosen_cells(state: ViewState, choices: HeatmapChoices) -> pd.DataFrame:
    """Return the cells to draw, in the order of rows; callers must not change them."""
    if choices.models:
        cells = gains.averaged(state, choices.held_out, choices.vary)
    else:
        cells = gains.cells(state, choices.measure, choices.held_out, choices.vary)
    return in_order(cells, choices.order)
