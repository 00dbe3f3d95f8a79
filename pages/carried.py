"""How gains go over test bins, and with the distance from the bin trained on, on a scale that is chosen."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.glossary import explain
from analysis.view_state import ViewState
from pages import shape
from pages.bends_table import bends_table
from pages.figure import figure
from pages.folded import folded
from pages.notes import say_what_is_not_here
from pages.shape_words import boundary_title, decay_title, moves_words, sides

LINES = "lines"
MEASURES = {shape.POINTS: "gain", shape.LOG_ODDS: "logit"}


@st.fragment
def carried(state: ViewState) -> None:
    """Draw the choice of scale and training sets, and what both change; that part alone is drawn again."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    scale = right.selectbox(
        "Scale",
        shape.SCALES,
        key="scale",
        bind="query-params",
        help=f"{explain('log odds')} Test bins with fewer than five right or wrong answers have none.",
    )
    cells = shape.curves(state, scale)
    with left:
        chosen = _choose(state, cells)
    _over_bins(state, cells, chosen, scale)
    if shape.same_cut(state):
        bends = shape.boundaries(state).table
        folded("Boundaries of all training bins", partial(bends_table, bends), key="boundaries")
        _with_distance(state, scale)
        return
    trained_in = shape.runs_cut_in(state)
    st.info(
        f"The runs were trained on {trained_in} bins cut by quantile; yours are cut otherwise, so that "
        f"no distance between training and test bin is defined. Choose quantile and {trained_in} bins in the "
        "sidebar to see decay, asymmetry and boundaries.",
        icon=":material/info:",
    )


def _choose(state: ViewState, cells: pd.DataFrame) -> list[str]:
    """Draw the choice of training sets; at rest the easiest, middle and hardest bin, and the full range."""
    labels = cells["train"].drop_duplicates().to_list()
    singles = cells.loc[cells["place"].notna(), "train"].drop_duplicates().to_list()
    full = cells.loc[cells["full"], "train"].drop_duplicates().to_list()
    spread = [singles[round(k * (len(singles) - 1))] for k in (0, 0.5, 1)] if singles else labels[:3]
    say_what_is_not_here(state.version, **{LINES: labels})
    return st.multiselect(
        "Trained on bins (1 is the easiest)",
        labels,
        default=list(dict.fromkeys([*spread, *full])),
        key=LINES,
        bind="query-params",
    )


def _over_bins(state: ViewState, cells: pd.DataFrame, chosen: list[str], scale: str) -> None:
    shown = shape.curves_of(state, scale, tuple(chosen))
    blank = cells.groupby("test_bin")["value"].apply(lambda gains: gains.isna().all())
    st.subheader("Gain over test bins")
    if shape.same_cut(state):
        boundaries = shape.boundaries(state)
        st.markdown(f"##### {boundary_title(boundaries.table)}")
        st.markdown(moves_words(boundaries.moves))
    if shown["value"].isna().all():
        st.info("No gain to draw: choose training sets above.", icon=":material/info:")
        return
    seeds, items = (cells[name].agg(["min", "max"]).unique() for name in ("seeds", "items"))
    lacking = ", ".join(str(b + 1) for b in blank[blank].index)
    without = f" Without log odds: bins {lacking}." if lacking else ""
    centres, found = shape.centres(state), shape.found_boundaries(state)
    figure(
        partial(charts.gain_curves, shown, centres, found, scale=MEASURES[scale]),
        shown.assign(test_bin=shown["test_bin"] + 1),
        key="curves",
        alt=f"Gain over {len(blank)} test bins by runs trained on {', '.join(chosen)}.",
        caption=(
            f"Gain over zero-shot of {state.tuned}, mean of {' to '.join(map(str, seeds))} seeds, on "
            f"{' to '.join(map(str, items))} held-out items a bin. Band: 95% interval of each point alone "
            "(joint bootstrap of items and seeds). A line's name stands at the bin it was trained on, or at "
            "its end; thick: the full range. Diamond: its boundary, found in log odds. Numbers above: test "
            f"bins.{without}"
        ),
    )


def _with_distance(state: ViewState, scale: str) -> None:
    st.subheader("Gain by distance", help=explain("decay"))
    decay = shape.decay(state, scale)
    st.markdown(f"##### {decay_title(decay, scale)}")
    slopes = {-1: decay.towards_easier[:3], 1: decay.towards_harder[:3]}
    means = shape.mean_by_distance(state, scale)
    figure(
        partial(charts.distance_scatter, decay.points, means, slopes, scale=MEASURES[scale]),
        decay.points,
        key="distance",
        alt=f"Gain of {len(decay.points)} cells against the distance from training to test bin, in logits.",
        caption=(
            f"{sides(decay, scale)} Grey: a cell with its 95% interval; hollow: the own bin, which counts "
            "for no slope. Squares: means of cells at about the same distance. Dashed: the slopes to either "
            "side, which need not follow the points where test bins lack room to gain or to lose. The slope "
            "above is that of least squares beside effects of every training set and every test bin, so that "
            "bins with no room to gain and training sets that are good everywhere do not pose as decay; its "
            "interval is from the joint bootstrap."
        ),
    )
