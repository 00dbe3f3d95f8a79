"""Gains of several benchmarks beside each other."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from analysis.charts.cells import GAINS, gain_cells
from analysis.charts.style import Style, styled


def pattern_table(patterns: dict[str, pd.DataFrame], style: Style) -> go.Figure:
    """One row a benchmark, one column a question, in percentage points.

    Parameters
    ----------
    patterns
        For each benchmark what `analysis.transfer.pattern` returns.
    style
        Light or dark.
    """
    cells = 100 * pd.concat(patterns, names=["benchmark", "part"])[GAINS]
    hover = [
        f"{benchmark}, {part.lower()}<br>" + _estimate(cell) for (benchmark, part), cell in cells.iterrows()
    ]
    columns = ["<br>".join(part.rsplit(" ", 1)) for part in cells.index.unique("part")]
    figure = gain_cells(cells, hover, list(patterns), columns, style, intervals=True)
    figure.update_xaxes(side="top")
    return styled(figure, style, height=70 + 46 * len(patterns))


def cross_heatmap(gains: pd.DataFrame, style: Style) -> go.Figure:
    """Benchmark trained on × benchmark tested on, in percentage points; the own benchmark is outlined.

    Parameters
    ----------
    gains
        One row a cell, row by row: ``trained``, ``tested`` (names of benchmarks, the same order in each
        row), ``gain``, ``low``, ``high``, ``before`` (proportions), ``items``, ``seeds``.
    style
        Light or dark.
    """
    cells = gains.assign(**{name: 100 * gains[name] for name in (*GAINS, "before")})
    hover = [
        f"Trained on {cell['trained']}, tested on {cell['tested']}<br>"
        + _estimate(cell)
        + f"<br>{cell['before']:.1f}% before; {cell['items']} items, {cell['seeds']} seeds"
        for _, cell in cells.iterrows()
    ]
    rows, columns = list(cells["trained"].unique()), list(cells["tested"].unique())
    figure = gain_cells(cells, hover, rows, columns, style, intervals=True)
    for row, name in enumerate(rows):
        if name in columns:
            column = columns.index(name)
            outline = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
            line = {"color": style.text, "width": 2}
            figure.add_shapes([{"type": "rect", **outline, "line": line}])
    figure.update_xaxes(title="Tested on")
    figure.update_yaxes(title="Trained on")
    return styled(figure, style, height=110 + 46 * len(rows))


def _estimate(cell: pd.Series) -> str:
    if pd.isna(cell["gain"]):
        return "not known"
    return f"<b>{cell['gain']:+.1f} points</b> [{cell['low']:+.1f}, {cell['high']:+.1f}]"
