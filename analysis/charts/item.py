"""One item: its posterior, its bins and its characteristic curve."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, faded, filled, styled


def item_posterior(
    draws: np.ndarray, mean: float, interval: tuple[float, float], edges: np.ndarray, style: Style, unit: str
) -> go.Figure:
    """Histogram of an item's posterior draws of difficulty, its interval below, bin edges near it dotted.

    Parameters
    ----------
    draws
        Shape ``(draws,)``.
    mean, interval
        Posterior mean and 94% interval.
    edges
        Inner edges of the bins.
    style
        Light or dark.
    unit
        Of difficulty.
    """
    heights, borders = np.histogram(draws, bins=min(24, max(5, len(draws) // 8)))
    share = 100 * heights / len(draws)
    figure = Drawing()
    figure.add_histogram(
        share, borders, style.main, "%{y:.1f}% from %{customdata[0]:.2f} to %{customdata[1]:.2f}"
    )
    below = -0.08 * share.max()
    figure.add_scatter(
        x=list(interval),
        y=[below, below],
        mode="lines",
        line={"color": style.text, "width": 2},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[mean],
        y=[below],
        mode="markers",
        marker={"color": style.text, "size": 9},
        hovertemplate=f"{mean:.2f} [{interval[0]:.2f}, {interval[1]:.2f}]<extra></extra>",
    )
    low, high = min(borders[0], interval[0]), max(borders[-1], interval[1])
    room = 0.15 * (high - low)
    near = edges[(edges > low - room) & (edges < high + room)]
    figure.upright_lines(near, {"color": style.mark, "width": 1.5, "dash": "dot"})
    figure.update_xaxes(title=f"Difficulty, {unit}", range=[low - room, high + room], zeroline=False)
    figure.update_yaxes(title="Draws, %", zeroline=False)
    return styled(figure, style, height=300)


def bin_probabilities(probability: np.ndarray, own: int, style: Style) -> go.Figure:
    """How likely an item is in each bin; the bin it is put into is full, the others are pale.

    Parameters
    ----------
    probability
        Shape ``(bins,)``.
    own
        The bin it is put into, from 0.
    style
        Light or dark.
    """
    percent = 100 * probability
    fill = [style.main if number == own else faded(style.main, 0.3) for number in range(len(percent))]
    figure = Drawing()
    figure.add_bar(
        x=[str(number) for number in range(1, len(percent) + 1)],
        y=percent,
        marker={"color": fill, "line": {"width": 1.5, "color": style.main}},
        text=[f"{value:.0f}%" if value >= 0.5 else "" for value in percent],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="bin %{x}: %{y:.1f}%<extra></extra>",
    )
    figure.update_xaxes(title="Bin, easy to hard", type="category", showgrid=False)
    figure.update_yaxes(title="P(in bin), %", range=[0, 112], tickvals=[0, 25, 50, 75, 100], zeroline=False)
    return styled(figure, style, height=300)


def characteristic_curve(
    curve: pd.DataFrame, observed: pd.DataFrame, difficulty: float, style: Style, unit: str
) -> go.Figure:
    """An item's characteristic curve with its band, over the proportions right by ability.

    Parameters
    ----------
    curve
        ``ability``, ``mean``, ``low``, ``high`` (probabilities).
    observed
        One row a group of models: ``ability``, ``models``, ``right``, ``proportion``, ``low``, ``high``.
    difficulty
        The item's.
    style
        Light or dark.
    unit
        Of ability and difficulty.
    """
    figure = Drawing()
    figure.add_scatter(**filled(curve["ability"], 100 * curve["low"], 100 * curve["high"], style.main))
    figure.add_scatter(
        x=curve["ability"],
        y=100 * curve["mean"],
        mode="lines",
        line={"color": style.main, "width": 2.5},
        hovertemplate="ability %{x:.2f}: %{y:.0f}% expected<extra></extra>",
    )
    proportion = 100 * observed["proportion"]
    figure.add_scatter(
        x=observed["ability"],
        y=proportion,
        mode="markers",
        marker={"color": style.mark, "size": 9, "symbol": "diamond"},
        error_y={
            "array": 100 * observed["high"] - proportion,
            "arrayminus": proportion - 100 * observed["low"],
            "thickness": 1.5,
            "width": 0,
        },
        customdata=observed[["right", "models"]],
        hovertemplate=(
            "%{customdata[0]} of %{customdata[1]} models near ability %{x:.2f}: %{y:.0f}%<extra></extra>"
        ),
    )
    figure.upright_lines([difficulty], {"color": style.faint, "width": 1.2, "dash": "dash"})
    beside = {"xanchor": "left", "yanchor": "top", "xshift": 4, "yref": "y domain", "y": 1}
    figure.add_annotation(x=difficulty, text="difficulty", font={"color": style.faint}, **beside)
    figure.update_xaxes(title=f"Ability of the model, {unit}", zeroline=False)
    figure.update_yaxes(title="Right, %", range=[-3, 103], zeroline=False)
    return styled(figure, style, height=400)
