"""Gain along the test bins, and against the distance between the bin trained on and the bin tested on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from analysis.charts.cells import Numbers
from analysis.charts.drawing import Drawing
from analysis.charts.names import apart
from analysis.charts.style import Style, faded, readable, styled

SHOWN = {"gain": ("points", Numbers(digits=1)), "logit": ("log odds", Numbers(factor=1.0, digits=2))}
"""Unit of each scale and how it is written."""
Slope = tuple[float, float, float]
"""Gain per logit and the ends of its interval, on the scale of gains."""
HEIGHT = 460
SLOPE_ROOM = 0.14  # above and below what is drawn, for slopes in writing, as a share of it
NAME_GAP = 0.055  # between names at the ends of lines, as a share of the plot


def gain_curves(
    cells: pd.DataFrame, centres: np.ndarray, bends: pd.DataFrame, style: Style, *, scale: str = "gain"
) -> go.Figure:
    """Gain over test bins, each at its mean difficulty, one line a training set.

    Lines of single bins are coloured from easy to hard and named where they were trained; those of ranges
    are dashed and named at their end, and the full range is thick. A diamond marks where gain changes its
    course.

    Parameters
    ----------
    cells
        ``row``, ``train`` (label), ``test_bin``, ``train_bin`` (from 0, −1 for a range or another cut),
        ``place`` (of a single bin from easy, 0, to hard, 1; missing for a range), ``full`` (whether it is the
        full range), ``value``, ``low``, ``high``.
    centres
        Mean difficulty of each test bin in logits, shape ``(bins,)``.
    bends
        ``row`` and ``boundary`` (logits) of what is marked.
    style
        Light or dark.
    scale
        A key of `SHOWN`.
    """
    unit, numbers = SHOWN[scale]
    figure = Drawing()
    cells = cells.dropna(subset="value").assign(x=lambda table: centres[table["test_bin"]]).sort_values("x")
    lines = [(row, line, _colour(line, style)) for row, line in cells.groupby("row", sort=True)]
    for _, line, colour in lines:
        low, high = (numbers.factor * line[name] for name in ("low", "high"))
        figure.add_scatter(
            x=np.concatenate([line["x"], line["x"][::-1]]),
            y=np.concatenate([high, low[::-1]]),
            mode="lines",
            fill="toself",
            fillcolor=faded(colour, 0.14),
            line={"width": 0},
            hoverinfo="skip",
        )
    for row, line, colour in lines:
        thick = bool(line["full"].iloc[0])
        is_part = bool(line["place"].isna().iloc[0]) and not thick
        y, low, high = (numbers.factor * line[name] for name in ("value", "low", "high"))
        own = (line["test_bin"] == line["train_bin"]).to_numpy()
        figure.add_scatter(
            x=line["x"],
            y=y,
            mode="lines+markers",
            line={
                "color": colour,
                "width": 4.5 if thick else 2.2,
                "dash": "dash" if is_part else "solid",
            },
            marker={"size": np.where(own, 12, 6), "color": colour, "line": {"width": 0}},
            name=str(line["train"].iloc[0]),
            customdata=np.stack(
                [line["test_bin"] + 1, numbers.factor * line["low"], numbers.factor * line["high"]]
            ).T,
            hovertemplate=(
                f"trained on {line['train'].iloc[0]}, tested on bin %{{customdata[0]}}: "
                f"%{{y:+.{numbers.digits}f}} {unit}<br>95% %{{customdata[1]:+.{numbers.digits}f}} to "
                f"%{{customdata[2]:+.{numbers.digits}f}}<extra></extra>"
            ),
        )
        for at in bends.loc[bends["row"] == row, "boundary"]:
            figure.add_scatter(
                x=[at],
                y=[np.interp(at, line["x"], y)],
                mode="markers",
                marker={"symbol": "diamond-open", "size": 15, "color": style.text, "line": {"width": 2}},
                hovertemplate="boundary at %{x:.2f} logits<extra></extra>",
            )
    _name_lines(figure, lines, numbers)
    _number_bins(figure, centres, style)
    margin = 0.03 * np.ptp(centres[np.isfinite(centres)])
    shown = [np.nanmin(centres) - margin, np.nanmax(centres) + margin]
    figure.update_xaxes(
        title="Difficulty of the test bin, logits", zeroline=False, showgrid=False, range=shown
    )
    figure.update_yaxes(title=f"Gain over zero-shot, {unit}", zerolinecolor=style.faint, zerolinewidth=1.5)
    figure.update_layout(margin={"t": 40, "r": 66})
    return styled(figure, style, height=HEIGHT)


def distance_scatter(
    points: pd.DataFrame, means: pd.DataFrame, slopes: dict[int, Slope], style: Style, *, scale: str = "gain"
) -> go.Figure:
    """Gain against the signed distance from the bin trained on to the bin tested on, and its slopes.

    Parameters
    ----------
    points
        One row a cell: ``train_bin``, ``test_bin`` (from 0), ``distance`` (logits), ``gain``, ``low``,
        ``high``. Cells of the own bin are hollow.
    means
        Mean gain of cells at about the same distance: ``distance``, ``gain``, ``low``, ``high``.
    slopes
        Of each side, −1 (test bins that are easier) and 1: gain per logit of distance and its interval, NaN
        where unknown. It is drawn through the mean of its cells.
    style
        Light or dark.
    scale
        A key of `SHOWN`.
    """
    unit, numbers = SHOWN[scale]
    figure = Drawing()
    points = points.dropna(subset="gain")
    own = points["train_bin"] == points["test_bin"]
    for part, symbol in ((points[~own], "circle"), (points[own], "circle-open")):
        y, low, high = (numbers.factor * part[name] for name in ("gain", "low", "high"))
        figure.add_scatter(
            x=part["distance"],
            y=y,
            mode="markers",
            marker={"symbol": symbol, "size": 7, "color": style.faint, "opacity": 0.75},
            error_y={
                "array": high - y,
                "arrayminus": y - low,
                "color": faded(style.faint, 0.3),
                "width": 0,
                "thickness": 1.2,
            },
            customdata=part[["train_bin", "test_bin"]] + 1,
            hovertemplate=(
                "trained on %{customdata[0]}, tested on %{customdata[1]}: "
                f"%{{y:+.{numbers.digits}f}} {unit}<extra></extra>"
            ),
        )
    y, low, high = (numbers.factor * means[name] for name in ("gain", "low", "high"))
    figure.add_scatter(
        x=means["distance"],
        y=y,
        mode="markers",
        marker={
            "symbol": "square",
            "size": 11,
            "color": style.main,
            "line": {"width": 1, "color": style.text},
        },
        error_y={"array": high - y, "arrayminus": y - low, "color": style.main, "thickness": 2.5, "width": 0},
        hovertemplate=f"mean at %{{x:+.1f}} logits: %{{y:+.{numbers.digits}f}} {unit}<extra></extra>",
    )
    heights = [0.0, *points[["low", "high"]].to_numpy().ravel()]  # the line of no gain is always there
    for side, slope in slopes.items():
        cells = points[~own & (np.sign(points["distance"]) == side)]
        if cells.empty or np.isnan(slope[0]):
            continue
        middle, ends = cells["distance"].mean(), side * np.sort(side * cells["distance"])[[0, -1]]
        height = cells["gain"].mean() + slope[0] * side * (ends - middle)
        heights += list(height)
        figure.add_scatter(
            x=ends,
            y=numbers.factor * height,
            mode="lines",
            line={"color": style.mark, "width": 2.5, "dash": "dash"},  # of a model, not through the points
            hoverinfo="skip",
        )
        _write_slope(figure, slope, ends[1], height[1], side, style, numbers)
    lowest, highest = numbers.factor * np.nanmin(heights), numbers.factor * np.nanmax(heights)
    room = SLOPE_ROOM * (highest - lowest) or 1.0
    for x, anchor, text in (
        (0, "left", "← easier than trained on"),
        (1, "right", "harder than trained on →"),
    ):
        figure.add_annotation(
            x=x,
            xref="paper",
            xanchor=anchor,
            y=1.0,
            yref="paper",
            yanchor="bottom",
            text=text,
            font={"size": 12, "color": style.faint},
        )
    figure.update_xaxes(title="Difficulty tested on minus trained on, logits", zerolinecolor=style.faint)
    figure.update_yaxes(
        title=f"Gain over zero-shot, {unit}",
        zerolinecolor=style.faint,
        zerolinewidth=1.5,
        range=[lowest - room, highest + room],
    )
    figure.update_layout(margin={"t": 36})
    return styled(figure, style, height=HEIGHT)


def _write_slope(
    figure: Drawing, slope: Slope, x: float, y: float, side: int, style: Style, numbers: Numbers
) -> None:
    """Write a slope beyond the far end of its line, on the side that it runs to: points are on the other."""
    gain, low, high = (numbers.written(numbers.factor * value) for value in slope)
    below = slope[0] < 0
    figure.add_annotation(
        x=x,
        y=numbers.factor * y,
        text=f"<b>{gain}</b> a logit<br>[{low}, {high}]",
        font={"size": 12, "color": readable(style.mark, style)},
        xanchor="left" if side < 0 else "right",
        align="left" if side < 0 else "right",
        yanchor="top" if below else "bottom",
        yshift=-6 if below else 6,
    )


def _colour(line: pd.DataFrame, style: Style) -> str:
    place = float(line["place"].iloc[0])
    return style.text if np.isnan(place) else str(sample_colorscale(style.ordered, [place])[0])


def _name_lines(figure: Drawing, lines: list[tuple[int, pd.DataFrame, str]], numbers: Numbers) -> None:
    """Write a line's name above the point of its own bin, or, if it has none, after its last point."""
    ends = []
    for _, line, colour in lines:
        own = np.flatnonzero(line["test_bin"] == line["train_bin"])
        if not len(own):
            ends.append((line, colour))
        for x, value in line[["x", "value"]].to_numpy()[own]:
            _name(figure, line, x, numbers.factor * value, colour, yanchor="bottom", yshift=8)
    if not ends:
        return
    span = numbers.factor * (
        max(line["high"].max() for _, line, _ in lines) - min(line["low"].min() for _, line, _ in lines)
    )
    heights = apart([numbers.factor * line["value"].iloc[-1] for line, _ in ends], NAME_GAP * span)
    for (line, colour), height in zip(ends, heights, strict=True):
        _name(figure, line, line["x"].iloc[-1], height, colour, xanchor="left", xshift=10)


def _name(figure: Drawing, line: pd.DataFrame, x: float, y: float, colour: str, **beside: Any) -> None:
    figure.add_annotation(
        x=x,
        y=y,
        text=f"<b>{line['train'].iloc[0]}</b>",
        font={"size": 13, "color": colour},
        **beside,
    )


def _number_bins(figure: Drawing, centres: np.ndarray, style: Style) -> None:
    """Write each test bin's number above the plot, where there is room for it."""
    known = np.flatnonzero(np.isfinite(centres))
    span, last = np.ptp(centres[known]) if len(known) else 0.0, -np.inf
    figure.upright_lines(centres[known], {"color": style.grid, "width": 1}, layer="below")
    notes = []
    for bin_ in known:
        if centres[bin_] - last < span / 18:
            continue
        last = centres[bin_]
        at = {"y": 1.0, "yref": "paper", "yanchor": "bottom", "font": {"size": 12, "color": style.faint}}
        notes.append({"x": last, "text": str(bin_ + 1), **at})
    figure.annotate(notes)
