"""Whether chains agree: their draws in turn, and how their ranks are spread."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.colors import hex_to_rgb
from plotly.subplots import make_subplots

from analysis.charts.style import BLUE, DARK, ORANGE, SKY, VERMILLION, Style, styled

GREEN, PURPLE = "#009E73", "#CC79A7"
SYMBOLS = ("circle", "square", "diamond", "triangle-up")
ROW = 150


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
    figure = make_subplots(
        rows=len(names),
        cols=2,
        column_widths=[0.62, 0.38],
        horizontal_spacing=0.09,
        vertical_spacing=min(0.5, 0.36 / len(names)),
    )
    for row, name in enumerate(names, start=1):
        own = draws[draws["name"] == name]
        _ranks(figure, row, counts[counts["name"] == name], style)
        for chain, drawn in own.groupby("chain"):
            figure.add_scatter(
                x=drawn["draw"],
                y=drawn["value"],
                mode="lines",
                line={"color": colour_of(int(chain), style), "width": 1},
                hovertemplate=f"chain {chain + 1}, draw %{{x}}: %{{y:.3f}}<extra></extra>",
                row=row,
                col=1,
            )
        figure.add_annotation(
            text=name,
            x=0,
            y=1,
            xref="x domain",
            yref="y domain",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font={"size": 13, "color": style.text},
            row=row,
            col=1,
        )
    figure.update_xaxes(title="Kept draw", row=len(names), col=1)
    figure.update_xaxes(title="Rank among all draws, low to high", row=len(names), col=2)
    styled(figure, style, height=70 + ROW * len(names))
    return figure.update_layout(margin={"t": 28}, legend={"orientation": "h"})


def colour_of(chain: int, style: Style) -> str:
    """Return the colour of a chain; there are six, and they stand out from the page in either look."""
    colours = (SKY, ORANGE, GREEN, PURPLE) if style is DARK else (BLUE, VERMILLION, GREEN, PURPLE)
    return (*colours, style.faint, style.text)[chain % 6]


def _ranks(figure: go.Figure, row: int, counts: pd.DataFrame, style: Style) -> None:
    red, green, blue = hex_to_rgb(style.faint)
    first = counts[counts["chain"] == 0]
    figure.add_scatter(
        x=[*first["bin"], *first["bin"][::-1]],
        y=[*first["high"], *first["low"][::-1]],
        fill="toself",
        fillcolor=f"rgba({red}, {green}, {blue}, 0.22)",
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        row=row,
        col=2,
    )
    for chain, own in counts.groupby("chain"):
        figure.add_scatter(
            x=own["bin"],
            y=own["count"],
            mode="lines+markers",
            line={"color": colour_of(int(chain), style), "width": 1.5},
            marker={"symbol": SYMBOLS[int(chain) % len(SYMBOLS)], "size": 6},
            hovertemplate=f"chain {chain + 1}: %{{y}} draws<extra></extra>",
            row=row,
            col=2,
        )
    figure.update_xaxes(showticklabels=False, row=row, col=2)
    figure.update_yaxes(title="Draws", rangemode="tozero", row=row, col=2)
