"""The train set × test bin heatmap."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.cells import Numbers, gain_cells
from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, styled

MAX_BINS_WITH_INTERVALS = 12
NUMBERS = {
    "gain": Numbers(),
    "accuracy": Numbers(signed=False),
    "headroom": Numbers(),
    "logit": Numbers(factor=1.0, digits=1),
}
"""How each measure is written."""
UNITS = {"gain": " points", "accuracy": "%", "headroom": "% of the room", "logit": " logits"}
EACH, DISCOVERIES, ALL = "each cell alone", "5% false discoveries", "all cells at once"
MARKS = (EACH, DISCOVERIES, ALL)
"""By what a cell is bold."""
LEVEL = 0.05
SELECTABLE = "cells"  # name of the trace that can be clicked


def gain_heatmap(
    gains: pd.DataFrame,
    style: Style,
    *,
    measure: str = "gain",
    marks: str = EACH,
    mask: bool = False,
    intervals: bool = True,
) -> go.Figure:
    """Gain over zero-shot, or another measure, one cell a training set and test bin.

    A blank cell carries a dash and says why on hover. Below each test bin is the accuracy before training.
    Cells can be clicked: the points of the trace `SELECTABLE` carry row and test bin.

    Parameters
    ----------
    gains
        As `analysis.transfer.cell_table` returns them, in the order in which rows are drawn; optional
        ``lowest`` and ``highest``, the range between base models.
    style
        Light or dark.
    measure
        What ``value`` is: a key of `NUMBERS`.
    marks
        Which cells are bold, one of `MARKS`: those whose own 95% interval excludes zero, those of which 5% at
        most are false on average, or those whose interval for all cells at once excludes zero.
    mask
        Draw only a dot in cells that are not bold.
    intervals
        Write each cell's interval around its value, where there are few enough bins for it to fit: its own,
        or with `ALL` the one that holds for all cells at once.
    """
    intervals = intervals and gains["test_bin"].nunique() <= MAX_BINS_WITH_INTERVALS
    numbers = NUMBERS[measure]
    cells = _written(gains, numbers, marks, mask)
    trains = cells.drop_duplicates("row")["train"].to_list()
    hover = [_hover(cell, measure) for cell in cells.to_dict("records")]
    figure = gain_cells(
        cells, hover, trains, _test_labels(cells), style, intervals=intervals, numbers=numbers
    )
    is_range = ["–" in label for label in trains]
    if is_range != sorted(is_range):
        is_range = []  # sorted by gain: no line tells single bins from ranges
    if any(is_range) and not all(is_range):
        figure.level_lines([is_range.index(True) - 0.5], {"color": style.faint, "width": 1.5})
    _make_clickable(figure, cells, hover, style)
    figure.update_xaxes(title="Test bin (accuracy before training)")
    figure.update_yaxes(title="Trained on bin")
    tall = 36 + 10 * intervals + 14 * ("lowest" in cells)
    return styled(figure, style, height=110 + tall * len(trains))


def _written(gains: pd.DataFrame, numbers: Numbers, marks: str, mask: bool) -> pd.DataFrame:
    """Cells as `gain_cells` takes them."""
    low, high = ("low_all", "high_all") if marks == ALL else ("low", "high")
    written = {"gain": gains["value"], "low": gains[low], "high": gains[high]}
    written |= {name: gains[name] for name in ("lowest", "highest") if name in gains}
    bold = gains["q"] < LEVEL if marks == DISCOVERIES else (gains[low] > 0) | (gains[high] < 0)
    cells = gains.assign(
        **{name: numbers.factor * values for name, values in written.items()},
        **{name: 100 * gains[name] for name in ("before", "after")},
        bold=bold & numbers.signed,
    )
    return cells.assign(hidden=~cells["bold"] & cells["gain"].notna()) if mask and numbers.signed else cells


def _make_clickable(figure: Drawing, cells: pd.DataFrame, hover: list[str], style: Style) -> None:
    """Lay invisible points over the cells: plotly lets points be clicked, and not cells of a heatmap."""
    order = {row: place for place, row in enumerate(cells["row"].drop_duplicates())}
    figure.add_scatter(
        x=cells["test_bin"],
        y=cells["row"].map(order),
        mode="markers",
        marker={"size": 30, "symbol": "square", "opacity": 0, "color": style.main},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=np.column_stack([cells["train"], cells["test_bin"] + 1]),
        text=hover,
        hovertemplate="%{text}<extra></extra>",
        name=SELECTABLE,
    )


def _test_labels(points: pd.DataFrame) -> list[str]:
    before = points.groupby("test_bin")["before"].mean()
    return [_short_label(int(bin_), value) for bin_, value in before.items()]


def _short_label(test_bin: int, before: float) -> str:
    """Name of a test bin on the axis, with the accuracy before training where it is known."""
    accuracy = f"{before:.0f}%" if np.isfinite(before) else "–"
    return f"{test_bin + 1}<br><span style='font-size:11px'>{accuracy}</span>"


def _hover(cell: dict[Hashable, Any], measure: str) -> str:
    head = f"Trained on bin {cell['train']}, tested on bin {cell['test_bin'] + 1}"
    if cell["blank"]:
        return f"{head}<br>blank: {cell['blank']}"
    number = Numbers(1.0, NUMBERS[measure].digits + 1, NUMBERS[measure].signed)
    low, value, high = (number.written(cell[name]) for name in ("low", "gain", "high"))
    lines = [
        head,
        f"<b>{value}{UNITS[measure]}</b> [{low}, {high}]",
        f"{cell['before']:.1f}% before, {cell['after']:.1f}% after",
        f"{cell['items']} held-out items, {cell['seeds']} seeds",
    ]
    if np.isfinite(cell["detectable"]) and NUMBERS[measure].signed:
        smallest = Numbers(1.0, number.digits, signed=False).written(
            NUMBERS[measure].factor * cell["detectable"]
        )
        lines.append(f"smallest detectable: {smallest}{UNITS[measure]}")
    if "lowest" in cell:
        lines.append(
            f"{cell['lowest_model']} {number.written(cell['lowest'])}, "
            f"{cell['highest_model']} {number.written(cell['highest'])}"
        )
    return "<br>".join(lines)
