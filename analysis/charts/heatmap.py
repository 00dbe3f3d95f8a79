"""The train set × test bin heatmap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.style import Style, styled, text_on

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
    points = gains.assign(**{name: 100 * gains[name] for name in ("gain", "low", "high", "before", "after")})
    trains = points.drop_duplicates("row")["train"].to_list()
    shape = (len(trains), points["test_bin"].nunique())
    gain = points["gain"].to_numpy(dtype=float).reshape(shape)
    limit = max(float(np.nanmax(np.abs(gain), initial=0.0)), 1.0)
    figure = go.Figure(
        go.Heatmap(
            z=gain,
            zmin=-limit,
            zmax=limit,
            colorscale=style.diverging,
            xgap=2,
            ygap=2,
            hoverongaps=True,
            text=points.apply(_hover, axis=1).to_numpy().reshape(shape),
            hovertemplate="%{text}<extra></extra>",
            showscale=False,  # every cell says its value
        )
    )
    for cell in points.itertuples():
        figure.add_annotation(
            x=cell.test_bin,
            y=cell.row,
            text=_cell_text(cell, intervals),
            showarrow=False,
            font={
                "size": 13,
                "color": style.text
                if pd.isna(cell.gain)
                else text_on(style.diverging, (cell.gain / limit + 1) / 2),
            },
        )
    singles = sum("–" not in label for label in trains)
    if 0 < singles < len(trains):
        figure.add_hline(y=singles - 0.5, line={"color": style.faint, "width": 1.5})
    axis = {"showgrid": False, "zeroline": False, "tickmode": "array"}
    figure.update_xaxes(
        title="Test bin (accuracy before training)",
        tickvals=np.arange(shape[1]),
        ticktext=_test_labels(points),
        tickangle=0,
        **axis,
    )
    figure.update_yaxes(
        title="Trained on bin",
        tickvals=np.arange(shape[0]),
        ticktext=trains,
        autorange="reversed",
        **axis,
    )
    return styled(figure, style, height=110 + (46 if intervals else 36) * len(trains))


def _test_labels(points: pd.DataFrame) -> list[str]:
    before = points.groupby("test_bin")["before"].mean()
    return [_short_label(int(bin_), value) for bin_, value in before.items()]


def _short_label(test_bin: int, before: float) -> str:
    """Name of a test bin on the axis, with the accuracy before training where it is known."""
    return f"{test_bin + 1}<br>{before:.0f}%" if np.isfinite(before) else f"{test_bin + 1}<br>–"


def _cell_text(cell: Any, intervals: bool) -> str:
    gain, low, high = cell.gain, cell.low, cell.high
    if pd.isna(gain):
        return "–"
    text = _signed(gain)
    if low > 0 or high < 0:
        text = f"<b>{text}</b>"
    if intervals:
        text += f"<br><span style='font-size:10px'>{_signed(low)} … {_signed(high)}</span>"
    return text


def _signed(points: float) -> str:
    """Whole points with a sign and a real minus; zero has none."""
    return f"{points:+.0f}".replace("-", "−") if round(points) else "0"


def _hover(cell: pd.Series) -> str:
    head = f"Trained on bin {cell['train']}, tested on bin {cell['test_bin'] + 1}"
    if pd.isna(cell["gain"]):
        return f"{head}<br>blank: {cell['blank']}"
    return (
        f"{head}<br><b>{cell['gain']:+.1f} points</b> [{cell['low']:+.1f}, {cell['high']:+.1f}]"
        f"<br>{cell['before']:.1f}% before, {cell['after']:.1f}% after"
        f"<br>{cell['items']} held-out items, {cell['seeds']} seeds"
    )
