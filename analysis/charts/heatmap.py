"""The train set × test bin heatmap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.cells import GAINS, gain_cells
from analysis.charts.style import Style, styled

MAX_BINS_WITH_INTERVALS = 12


def gain_heatmap(gains: pd.DataFrame, style: Style, *, intervals: bool = True) -> go.Figure:
    """Gain over zero-shot in percentage points, one cell a training set and test bin.

    Cells whose interval excludes zero are bold; a blank cell carries a dash and says why on hover. Below
    each test bin stands the accuracy before training.

    Parameters
    ----------
    gains
        As `analysis.transfer.gain_matrix` returns them.
    style
        Light or dark.
    intervals
        Write each cell's interval below its value, where there are few enough bins for it to fit.
    """
    intervals = intervals and gains["test_bin"].nunique() <= MAX_BINS_WITH_INTERVALS
    points = gains.assign(**{name: 100 * gains[name] for name in (*GAINS, "before", "after")})
    trains = points.drop_duplicates("row")["train"].to_list()
    hover = points.apply(_hover, axis=1).to_list()
    figure = gain_cells(points, hover, trains, _test_labels(points), style, intervals=intervals)
    singles = sum("–" not in label for label in trains)
    if 0 < singles < len(trains):
        figure.add_hline(y=singles - 0.5, line={"color": style.faint, "width": 1.5})
    figure.update_xaxes(title="Test bin (accuracy before training)")
    figure.update_yaxes(title="Trained on bin")
    return styled(figure, style, height=110 + (46 if intervals else 36) * len(trains))


def _test_labels(points: pd.DataFrame) -> list[str]:
    before = points.groupby("test_bin")["before"].mean()
    return [_short_label(int(bin_), value) for bin_, value in before.items()]


def _short_label(test_bin: int, before: float) -> str:
    """Name of a test bin on the axis, with the accuracy before training where it is known."""
    return f"{test_bin + 1}<br>{before:.0f}%" if np.isfinite(before) else f"{test_bin + 1}<br>–"


def _hover(cell: pd.Series) -> str:
    head = f"Trained on bin {cell['train']}, tested on bin {cell['test_bin'] + 1}"
    if pd.isna(cell["gain"]):
        return f"{head}<br>blank: {cell['blank']}"
    return (
        f"{head}<br><b>{cell['gain']:+.1f} points</b> [{cell['low']:+.1f}, {cell['high']:+.1f}]"
        f"<br>{cell['before']:.1f}% before, {cell['after']:.1f}% after"
        f"<br>{cell['items']} held-out items, {cell['seeds']} seeds"
    )
