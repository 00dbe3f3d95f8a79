"""Difficulty against other measures of the same items, and against another fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, styled
from analysis.charts.verdicts import BELOW

MOST_POINTS = 2000  # items drawn, evenly chosen by difficulty
GROUPS = 10  # of a measure with many values, each with its median
PART = 46
WEAK = 0.5


def correlation_forest(table: pd.DataFrame, style: Style) -> go.Figure:
    """Spearman correlations with difficulty and their 95% intervals, one below the other.

    Parameters
    ----------
    table
        ``measure``, ``rho``, ``low``, ``high``.
    style
        Light or dark.
    """
    figure, row = Drawing(), np.arange(len(table)) + 0.2
    figure.stripe(-WEAK, WEAK, fillcolor=style.grid, opacity=0.35, layer="below")
    for place, one in zip(row, table.itertuples(), strict=True):
        figure.add_scatter(
            x=[one.low, one.high],
            y=[place, place],
            mode="lines",
            line={"color": style.main, "width": 3},
            hoverinfo="skip",
        )
        text = f"{one.rho:+.2f} [{one.low:+.2f}, {one.high:+.2f}]".replace("-", "−")
        for x, said, anchor in ((0, one.measure, "left"), (1, text, "right")):
            figure.add_annotation(
                x=x,
                y=place - 0.42,
                xref="paper",
                xanchor=anchor,
                text=str(said),
                borderpad=0,
                font={"size": 13, "color": style.text},
            )
    figure.add_scatter(
        x=table["rho"],
        y=row,
        mode="markers",
        marker={"size": 10, "color": style.main},
        customdata=table["measure"],
        hovertemplate="%{customdata}: %{x:+.2f}<extra></extra>",
    )
    figure.level_lines(row[:-1] + BELOW, {"color": style.grid, "width": 1}, layer="below")
    figure.upright_lines([0], {"color": style.faint, "width": 1}, layer="below")
    figure.update_xaxes(title="Spearman correlation with difficulty", range=[-1, 1], zeroline=False)
    figure.update_yaxes(visible=False, range=[len(table) - 0.3, -0.6], fixedrange=True)
    return styled(figure, style, height=PART * len(table) + 60)


def measure_scatter(items: pd.DataFrame, name: str, style: Style, unit: str = "logits") -> go.Figure:
    """Difficulty against a measure: items as points, and the median of items of about the same measure.

    Parameters
    ----------
    items
        ``item_key``, ``measure``, ``mean`` (difficulty); a row without a measure is passed over.
    name
        Of the measure.
    style
        Light or dark.
    unit
        Of difficulty.
    """
    known = items.dropna(subset=["measure", "mean"]).astype({"measure": float})
    values = known["measure"].nunique()
    group = (
        known["measure"]
        if values <= 2 * GROUPS
        else pd.qcut(known["measure"], GROUPS, labels=False, duplicates="drop")
    )
    middle = known.groupby(group)[["measure", "mean"]].median()
    points = known.sort_values("mean").iloc[:: max(1, -(-len(known) // MOST_POINTS))]
    spread = 0.0
    if values <= 2 * GROUPS:  # few values: points of one value would lie on a line
        spread = 0.3 * float(np.min(np.diff(np.sort(known["measure"].unique())), initial=np.inf))
        spread = spread if np.isfinite(spread) else 0.0
    shift = spread * (2 * ((np.arange(len(points)) * 0.6180339887) % 1) - 1)
    figure = Drawing()
    figure.add_scatter(
        x=points["measure"] + shift,
        y=points["mean"],
        mode="markers",
        marker={"color": style.main, "size": 5, "opacity": 0.75},
        customdata=points[["item_key", "measure"]],
        hovertemplate="%{customdata[0]}: %{customdata[1]}, difficulty %{y:.2f}<extra></extra>",
    )
    figure.add_scatter(
        x=middle["measure"],
        y=middle["mean"],
        mode="lines+markers",
        line={"color": style.mark, "width": 2.2},
        marker={"symbol": "diamond", "size": 9, "color": style.mark},
        hovertemplate="median difficulty %{y:.2f}<extra></extra>",
    )
    figure.update_xaxes(title=name)
    figure.update_yaxes(title=f"Difficulty, {unit}")
    return styled(figure, style, height=340)


def fit_against_fit(items: pd.DataFrame, one: str, other: str, style: Style, unit: str) -> go.Figure:
    """Difficulties of two fits on one scale; items that change decile are crosses.

    Parameters
    ----------
    items
        ``item_key``, ``one``, ``other``, ``moved``.
    one, other
        Names of the fits.
    style
        Light or dark.
    unit
        Of difficulty.
    """
    figure = Drawing()
    ends = [float(items[["one", "other"]].min().min()), float(items[["one", "other"]].max().max())]
    same = {"color": style.faint, "width": 1.2, "dash": "dot"}
    figure.add_scatter(x=ends, y=ends, mode="lines", line=same, hoverinfo="skip")
    ordered = items.sort_values("one")
    for moved, symbol, colour in ((False, "circle", style.main), (True, "x", style.mark)):
        some = ordered[ordered["moved"] == moved]
        some = some.iloc[:: max(1, -(-len(some) // MOST_POINTS))]
        figure.add_scatter(
            x=some["one"],
            y=some["other"],
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 6, "opacity": 0.85},
            customdata=some["item_key"],
            hovertemplate="%{customdata}: %{x:.2f} and %{y:.2f}<extra></extra>",
        )
    figure.update_xaxes(title=f"Difficulty in fit {one}, {unit}")
    figure.update_yaxes(title=f"In fit {other}, on the same scale")
    return styled(figure, style, height=380)
