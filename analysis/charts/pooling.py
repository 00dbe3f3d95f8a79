"""Pooled gains beside raw ones, and what they are pooled by."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.cells import POINTS, Numbers, gain_cells
from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, styled

EFFECT = Numbers(1.0, 2, signed=False)


def raw_gains(cells: pd.DataFrame, style: Style) -> go.Figure:
    """Draw gains as measured, each cell by itself; bold where its 95% interval excludes zero.

    Parameters
    ----------
    cells
        One row a cell, by row and test bin: ``train``, ``test_bin`` (from 0), ``raw``, ``raw_low``,
        ``raw_high``, ``gain``, ``low``, ``high`` (points, NaN where blank) and ``p_positive`` (percent).
    style
        Light or dark.
    """
    shown = cells.assign(gain=cells["raw"], low=cells["raw_low"], high=cells["raw_high"])
    return _drawn(shown, style, POINTS, _limit(cells))


def pooled_gains(cells: pd.DataFrame, style: Style) -> go.Figure:
    """Draw pooled gains, coloured as `raw_gains` colours the raw ones; parameters as there."""
    return _drawn(cells, style, POINTS, _limit(cells))


def gain_probabilities(cells: pd.DataFrame, style: Style) -> go.Figure:
    """Draw the probability that each gain is positive, percent; parameters as of `raw_gains`.

    Half has no colour. Bold where it is 97.5 or more, or 2.5 or less.
    """
    p = cells["p_positive"]
    cells = cells.assign(gain=p - 50, low=p, high=p, text=[_probability(value) for value in p])
    return _drawn(cells, style, POINTS, 50.0)


def _probability(percent: float) -> str:
    if np.isnan(percent):
        return "–"
    text = "<1" if percent < 1 else ">99" if percent > 99 else f"{percent:.0f}"
    return f"<b>{text}</b>" if percent >= 97.5 or percent <= 2.5 else text


def chance_of_gain(percent: float) -> str:
    """Write a probability in percent to a tenth, and never as sure: it is a share of draws.

    Parameters
    ----------
    percent
        0 to 100; NaN where it is not known.
    """
    if np.isnan(percent):
        return "–"
    return "<0.1" if percent < 0.1 else ">99.9" if percent > 99.9 else f"{percent:.1f}"


def _limit(cells: pd.DataFrame) -> float:
    return float(np.nanmax(np.abs(cells[["raw", "gain"]].to_numpy()), initial=1.0))


def _drawn(cells: pd.DataFrame, style: Style, numbers: Numbers, limit: float) -> go.Figure:
    trains = cells["train"].drop_duplicates().to_list()
    columns = [f"{number + 1}" for number in sorted(cells["test_bin"].unique())]
    hover = [_hover(cell) for cell in cells.to_dict("records")]
    figure = gain_cells(cells, hover, trains, columns, style, intervals=False, numbers=numbers, limit=limit)
    figure.update_xaxes(title="Test bin")
    figure.update_yaxes(title="Trained on bin")
    return styled(figure, style, height=100 + 34 * len(trains))


def _hover(cell: dict[Hashable, Any]) -> str:
    head = f"Trained on bin {cell['train']}, tested on bin {cell['test_bin'] + 1}"
    if pd.isna(cell["raw"]) and pd.isna(cell["p_positive"]):
        return f"{head}<br>too few held-out items"
    exact = Numbers(1.0, 1)
    raw, raw_low, raw_high = (exact.written(cell[name]) for name in ("raw", "raw_low", "raw_high"))
    chance = chance_of_gain(cell["p_positive"]).replace("<", "&lt;").replace(">", "&gt;")
    return f"{head}<br>raw {raw} [{raw_low}, {raw_high}] points<br>P(gain &gt; 0) {chance}%"


def pooling_effects(effects: pd.DataFrame, style: Style) -> go.Figure:
    """Draw how much gains differ and by what, and how they change with distance, with 95% intervals.

    Parameters
    ----------
    effects
        ``effect`` (name), ``mean``, ``low``, ``high``; logits. Drawn from the top.
    style
        Light or dark.
    """
    figure = Drawing()
    figure.add_scatter(
        x=effects["mean"],
        y=effects["effect"],
        mode="markers+text",
        marker={"size": 9, "color": style.main},
        text=[EFFECT.written(mean) for mean in effects["mean"]],
        textposition="top center",
        error_x={
            "type": "data",
            "symmetric": False,
            "array": effects["high"] - effects["mean"],
            "arrayminus": effects["mean"] - effects["low"],
            "color": style.main,
            "thickness": 1.5,
            "width": 0,
        },
        hovertemplate="%{y}: %{x:.2f}<extra></extra>",
        cliponaxis=False,
    )
    figure.upright_lines([0], {"color": style.faint, "width": 1})
    figure.update_xaxes(title="Logits")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return styled(figure, style, height=90 + 40 * len(effects))
