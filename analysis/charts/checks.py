"""What was observed beside what the fitted IRT model would bring about."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, faded, styled

MOST_POINTS = 2000  # items drawn where they are as predicted; the others are all drawn


def score_distribution(histogram: pd.DataFrame, style: Style) -> go.Figure:
    """How many models have which score, beside the band of replicated models.

    Parameters
    ----------
    histogram
        ``low``, ``high`` (proportion right), ``observed`` (models), ``predicted``, ``predicted_low``,
        ``predicted_high``.
    style
        Light or dark.
    """
    # Bars that neither the data nor replicates reach are left out at both ends.
    reached = np.flatnonzero((histogram["observed"] > 0) | (histogram["predicted_high"] >= 0.5))
    histogram = histogram.iloc[reached.min() : reached.max() + 1]
    middle = 50 * (histogram["low"] + histogram["high"])
    outside = (histogram["observed"] < histogram["predicted_low"]) | (
        histogram["observed"] > histogram["predicted_high"]
    )
    figure = Drawing()
    figure.add_bar(
        x=middle,
        y=histogram["observed"],
        width=94 * (histogram["high"] - histogram["low"]),
        marker={
            "color": style.main,
            "opacity": 0.75,
            "line": {"width": np.where(outside, 2.5, 0), "color": style.mark},
        },
        hovertemplate="%{y} models about %{x:.0f}% right<extra></extra>",
    )
    figure.add_scatter(
        x=[*middle, *middle[::-1]],
        y=[*histogram["predicted_high"], *histogram["predicted_low"][::-1]],
        fill="toself",
        fillcolor=faded(style.text, 0.16),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=middle,
        y=histogram["predicted"],
        mode="lines",
        line={"color": style.text, "width": 2, "dash": "dot"},
        hovertemplate="predicted: %{y:.1f} models<extra></extra>",
    )
    figure.update_xaxes(title="Items right, %")
    figure.update_yaxes(title="Models", rangemode="tozero")
    return styled(figure, style, height=320)


def item_proportions(items: pd.DataFrame, style: Style) -> go.Figure:
    """How far each item's proportion right is from what replicates have, in points.

    Items outside their 94% interval are crosses, and all drawn; of the others at most 2,000, evenly chosen.

    Parameters
    ----------
    items
        ``item_key``, ``proportion``, ``predicted``, ``predicted_low``, ``predicted_high``.
    style
        Light or dark.
    """
    known = items.dropna(subset=["proportion", "predicted"]).sort_values("predicted")
    inside = known["proportion"].between(known["predicted_low"], known["predicted_high"])
    figure = Drawing()
    for end in ("predicted_low", "predicted_high"):
        figure.add_scatter(
            x=100 * known["predicted"],
            y=100 * (known[end] - known["predicted"]),
            mode="lines",
            line={"color": style.faint, "width": 1},
            hoverinfo="skip",
        )
    within = known[inside]
    within = within.iloc[:: max(1, -(-len(within) // MOST_POINTS))]
    for some, symbol, colour, size in (
        (within, "circle", style.main, 5),
        (known[~inside], "x", style.mark, 8),
    ):
        figure.add_scatter(
            x=100 * some["predicted"],
            y=100 * (some["proportion"] - some["predicted"]),
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": size, "opacity": 0.85},
            customdata=some["item_key"],
            hovertemplate="%{customdata}: %{y:+.1f} points from %{x:.0f}%<extra></extra>",
        )
    figure.update_xaxes(title="Predicted right, %")
    figure.update_yaxes(title="Observed less predicted, points", zerolinecolor=style.faint)
    return styled(figure, style, height=320)


def item_curve(curve: pd.DataFrame, style: Style, unit: str = "logits") -> go.Figure:
    """One item's proportion right by ability: observed, with 94% intervals, and fitted, with its band.

    Parameters
    ----------
    curve
        One row a group of models: ``ability``, ``models``, ``observed``, ``observed_low``,
        ``observed_high``, ``fitted``, ``fitted_low``, ``fitted_high``.
    style
        Light or dark.
    unit
        Of ability.
    """
    figure = Drawing()
    figure.add_scatter(
        x=[*curve["ability"], *curve["ability"][::-1]],
        y=[*(100 * curve["fitted_high"]), *(100 * curve["fitted_low"][::-1])],
        fill="toself",
        fillcolor=faded(style.main, 0.25),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=curve["ability"],
        y=100 * curve["fitted"],
        mode="lines",
        line={"color": style.main, "width": 2.2},
        hovertemplate="fitted %{y:.0f}%<extra></extra>",
    )
    figure.add_scatter(
        x=curve["ability"],
        y=100 * curve["observed"],
        mode="markers",
        marker={"color": style.mark, "symbol": "diamond", "size": 9},
        error_y={
            "array": 100 * (curve["observed_high"] - curve["observed"]),
            "arrayminus": 100 * (curve["observed"] - curve["observed_low"]),
            "color": style.mark,
            "thickness": 1.4,
            "width": 0,
        },
        customdata=curve["models"],
        hovertemplate="%{customdata} models, %{y:.0f}% right<extra></extra>",
    )
    figure.update_xaxes(title=f"Ability of the models, {unit}")
    figure.update_yaxes(title="Right, %", range=[-4, 104])
    return styled(figure, style, height=320)
