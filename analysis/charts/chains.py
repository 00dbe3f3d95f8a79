"""Whether chains agree: their draws in turn, and how their ranks are spread."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.colors import hex_to_rgb

from analysis.charts.drawing import Drawing
from analysis.charts.style import BLUE, DARK, ORANGE, SKY, VERMILLION, Style, styled

GREEN, PURPLE = "#009E73", "#CC79A7"
SYMBOLS = ("circle", "square", "diamond", "triangle-up")
ROW, GAP = 140, 0.42  # pixels of a row with its gap, and the gap as a share of a plot's height
LEFT, RIGHT = [0.0, 0.54], [0.62, 1.0]


def chain_plots(draws: pd.DataFrame, counts: pd.DataFrame, style: Style) -> go.Figure:
    """One row a parameter: left its draws, chain by chain; right how its chains share the ranks.

    The band is where a chain's counts are expected to be if it is a sample of what all chains found.

    Parameters
    ----------
    draws
        ``name`` (of the parameter, in the order to draw), ``chain`` (from 0), ``draw``, ``value``.
    counts
        ``name``, ``chain``, ``bin`` (from 0), ``count``, ``low``, ``high``.
    style
        Light or dark.
    """
    names = draws["name"].drop_duplicates().tolist()
    figure = Drawing()
    axes = figure.layout
    height = 1 / (len(names) + GAP * (len(names) - 1))
    for row, name in enumerate(names):
        top = 1 - row * (1 + GAP) * height
        last = row == len(names) - 1
        left, right = 2 * row + 2, 2 * row + 3  # plotly calls the first axis x, not x1
        figure.traces += _ranks(counts[counts["name"] == name], right, style)
        figure.traces += _draws(draws[draws["name"] == name], left, style)
        for number, domain, title in ((left, LEFT, "Kept draw"), (right, RIGHT, "Draws by rank")):
            bottom = max(0.0, top - height)
            axes[f"xaxis{number}"] = {"domain": domain, "anchor": f"y{number}"} | (
                {"title": title} if last else {}
            )
            axes[f"yaxis{number}"] = {"domain": [bottom, top], "anchor": f"x{number}"}
        axes[f"xaxis{right}"]["showticklabels"] = False
        axes[f"yaxis{right}"]["rangemode"] = "tozero"
        figure.add_annotation(
            text=name,
            x=0,
            y=top,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            font={"size": 13, "color": style.text},
        )
    figure.update_layout(margin={"t": 28})
    return styled(figure, style, height=70 + ROW * len(names))


def colour_of(chain: int, style: Style) -> str:
    """Return the colour of a chain; there are six, and they stand out from the page in either look."""
    colours = (SKY, ORANGE, GREEN, PURPLE) if style is DARK else (BLUE, VERMILLION, GREEN, PURPLE)
    return (*colours, style.faint, style.text)[chain % 6]


def _draws(draws: pd.DataFrame, axis: int, style: Style) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter",
            "x": own["draw"],
            "y": own["value"],
            "mode": "lines",
            "line": {"color": colour_of(int(chain), style), "width": 1},
            "hovertemplate": f"chain {chain + 1}, draw %{{x}}: %{{y:.3f}}<extra></extra>",
            "xaxis": f"x{axis}",
            "yaxis": f"y{axis}",
        }
        for chain, own in draws.groupby("chain")
    ]


def _ranks(counts: pd.DataFrame, axis: int, style: Style) -> list[dict[str, Any]]:
    red, green, blue = hex_to_rgb(style.faint)
    first, place = counts[counts["chain"] == 0], {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}
    band = {
        "type": "scatter",
        "x": [*first["bin"], *first["bin"][::-1]],
        "y": [*first["high"], *first["low"][::-1]],
        "fill": "toself",
        "fillcolor": f"rgba({red}, {green}, {blue}, 0.22)",
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
        **place,
    }
    lines = [
        {
            "type": "scatter",
            "x": own["bin"],
            "y": own["count"],
            "mode": "lines+markers",
            "line": {"color": colour_of(int(chain), style), "width": 1.5},
            "marker": {"symbol": SYMBOLS[int(chain) % len(SYMBOLS)], "size": 6},
            "hovertemplate": f"chain {chain + 1}: %{{y}} draws<extra></extra>",
            **place,
        }
        for chain, own in counts.groupby("chain")
    ]
    return [band, *lines]
