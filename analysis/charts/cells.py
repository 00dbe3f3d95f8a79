"""A table of gains as coloured cells that can be read without pointing at them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.style import Style, text_on

GAINS = ["gain", "low", "high"]


def gain_cells(
    cells: pd.DataFrame,
    hover: list[str],
    rows: list[str],
    columns: list[str],
    style: Style,
    *,
    intervals: bool,
) -> go.Figure:
    """Draw one coloured cell a gain, with its value and interval written in.

    The colour scale is centred on zero. A cell whose interval excludes zero is bold; one without a gain
    carries a dash.

    Parameters
    ----------
    cells
        ``gain``, ``low``, ``high`` in percentage points, row by row, one for each of ``rows`` × ``columns``.
    hover
        What each cell says when it is pointed at.
    rows, columns
        Names of the rows, from the top, and of the columns.
    style
        Light or dark.
    intervals
        Write each cell's interval below its value.
    """
    shape = (len(rows), len(columns))
    gain = cells["gain"].to_numpy(dtype=float).reshape(shape)
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
            text=np.array(hover, dtype=object).reshape(shape),
            hovertemplate="%{text}<extra></extra>",
            showscale=False,  # every cell says its value
        )
    )
    for place, cell in zip(np.ndindex(shape), cells.itertuples(), strict=True):
        known = pd.notna(cell.gain)
        colour = text_on(style.diverging, (cell.gain / limit + 1) / 2) if known else style.text
        figure.add_annotation(
            x=place[1],
            y=place[0],
            text=_cell_text(cell, intervals),
            showarrow=False,
            font={"size": 13, "color": colour},
        )
    axis = {"showgrid": False, "zeroline": False, "tickmode": "array"}
    figure.update_xaxes(tickvals=np.arange(shape[1]), ticktext=columns, tickangle=0, **axis)
    figure.update_yaxes(tickvals=np.arange(shape[0]), ticktext=rows, autorange="reversed", **axis)
    return figure


def _cell_text(cell: Any, intervals: bool) -> str:
    if pd.isna(cell.gain):
        return "–"
    text = _signed(cell.gain)
    if cell.low > 0 or cell.high < 0:
        text = f"<b>{text}</b>"
    if intervals:
        text += f"<br><span style='font-size:10px'>{_signed(cell.low)}…{_signed(cell.high)}</span>"
    return text


def _signed(points: float) -> str:
    """Whole points with a sign and a real minus; zero has none."""
    return f"{points:+.0f}".replace("-", "−") if round(points) else "0"
