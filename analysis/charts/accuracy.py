"""How models do by difficulty: alone, and two against each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.drawing import Drawing
from analysis.charts.models import short_name
from analysis.charts.names import Name, name_ends
from analysis.charts.style import LETTERS, SHAPES, Style, categories, styled

MOST_LINES = len(SHAPES)  # that can be told apart
ONE_LINE = 14  # letters of a name that stand in one line
NAME, LONG_NAME = 5.5, 11.0  # points that a name is high, in one line and in two
OFFSET = 0.09  # of a bin, between lines whose intervals would hide each other


def accuracy_lines(accuracy: pd.DataFrame, style: Style) -> go.Figure:
    """Proportion right by difficulty bin, a line a model with its name at its end, with intervals.

    Parameters
    ----------
    accuracy
        ``name``, ``bin``, ``answered``, ``proportion``, ``low``, ``high``; at most `MOST_LINES` names.
    style
        Light or dark.
    """
    figure = Drawing()
    names = accuracy["name"].unique()
    last = accuracy["bin"].max()
    edge = last + 0.4
    ends = []
    for number, (name, (colour, symbol)) in enumerate(zip(names, categories(style), strict=False)):
        line = accuracy[accuracy["name"] == name]
        shifted = line["bin"] + OFFSET * (number - (len(names) - 1) / 2)
        proportion = 100 * line["proportion"]
        figure.add_scatter(
            x=shifted,
            y=proportion,
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2},
            marker={"symbol": symbol, "size": 9},
            error_y={
                "array": 100 * line["high"] - proportion,
                "arrayminus": proportion - 100 * line["low"],
                "thickness": 1.4,
                "width": 0,
            },
            customdata=np.column_stack(
                [line["bin"], line["answered"], 100 * line["low"], 100 * line["high"]]
            ),
            hovertemplate=(
                f"{name}<br>bin %{{customdata[0]}}: %{{y:.1f}}% [%{{customdata[2]:.1f}}, "
                "%{customdata[3]:.1f}] of %{customdata[1]} items<extra></extra>"
            ),
        )
        if proportion.notna().any():
            at = proportion.last_valid_index()
            name = f"{LETTERS[symbol]} {_folded(short_name(name))}"
            ends.append(Name(name, edge, proportion[at], colour))
    gap = LONG_NAME if any("<br>" in end.text for end in ends) else NAME
    name_ends(figure, ends, gap, style, low=0)
    figure.update_xaxes(
        title="Difficulty bin, easy to hard",
        tickvals=list(range(1, last + 1)),
        range=[0.6, edge],
        zeroline=False,
    )
    figure.update_yaxes(title="Right, %", range=[-3, 103], zeroline=False)
    return styled(figure, style, height=400)


def _folded(name: str) -> str:
    """Break a long name after the hyphen, dot or underscore nearest to its middle, if it has one."""
    breaks = [place for place, letter in enumerate(name, 1) if letter in "-_.…" and place < len(name)]
    if len(name) <= ONE_LINE or not breaks:
        return name
    half = min(breaks, key=lambda place: abs(place - len(name) / 2))
    return f"{name[:half]}<br>{name[half:]}"


def difference_by_bin(difference: pd.DataFrame, first: str, second: str, style: Style) -> go.Figure:
    """Difference of two models' proportions right by bin, with intervals around a line at zero.

    Parameters
    ----------
    difference
        ``bin``, ``items``, ``difference``, ``low``, ``high`` (proportions).
    first, second
        Names of the models: above zero the first is better.
    style
        Light or dark.
    """
    points = 100 * difference["difference"]
    sure = (difference["low"] > 0) | (difference["high"] < 0)
    figure = Drawing()
    figure.add_scatter(
        x=difference["bin"],
        y=points,
        mode="markers+text",
        marker={
            "color": np.where(points >= 0, style.main, style.mark),
            "symbol": np.where(sure, "circle", "circle-open").tolist(),
            "size": 11,
            "line": {"width": 2},
        },
        error_y={
            "array": 100 * difference["high"] - points,
            "arrayminus": points - 100 * difference["low"],
            "thickness": 1.5,
            "width": 0,
            "color": style.faint,
        },
        text=[_signed(value) for value in points],
        textposition="top right",
        textfont={"color": style.text, "size": 12},
        cliponaxis=False,
        customdata=np.column_stack([difference["items"], 100 * difference["low"], 100 * difference["high"]]),
        hovertemplate=(
            "bin %{x}: %{y:+.1f} points [%{customdata[1]:+.1f}, %{customdata[2]:+.1f}] of "
            "%{customdata[0]} items<extra></extra>"
        ),
    )
    reach = 100 * np.nanmax(np.abs(difference[["low", "high"]].to_numpy()), initial=0.05)
    for sign, name in ((1, first), (-1, second)):
        figure.add_annotation(
            x=0.01,
            xref="paper",
            xanchor="left",
            y=0.5 + sign * 0.46,
            yref="paper",
            text=f"{name} better",
            font={"color": style.faint},
        )
    figure.update_xaxes(
        title="Difficulty bin, easy to hard",
        tickvals=difference["bin"],
        range=[0.5, difference["bin"].max() + 0.7],
        zeroline=False,
    )
    figure.update_yaxes(
        title="Difference, points", range=[-1.2 * reach, 1.2 * reach], zerolinecolor=style.text
    )
    figure.update_layout(margin={"r": 20})  # for the last number
    return styled(figure, style, height=340)


def _signed(points: float) -> str:
    """Write a difference as ``+5.3``, or ``0`` where that is what it rounds to; nothing if it is missing."""
    if np.isnan(points):
        return ""
    return "0" if abs(points) < 0.05 else f"{points:+.1f}".replace("-", "−")
