"""What a training mix over bins would be expected to give."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.cells import POINTS
from analysis.charts.drawing import Drawing
from analysis.charts.names import Name, name_ends
from analysis.charts.style import Style, readable, styled

UPPER, LOWER = [0.74, 1.0], [0.0, 0.66]  # of the height: shares of the mix, and gains
NAME_GAP = 0.17  # between names beside gains, as a share of their panel


def mix_expectation(
    mix: np.ndarray, expected: pd.DataFrame, measured: pd.DataFrame, style: Style
) -> go.Figure:
    """Shares of a mix above, below them its expected gain by test bin, and what the full range gave.

    Parameters
    ----------
    mix
        Share of each training bin, shape ``(bins,)``.
    expected
        One row a test bin: ``test_bin`` (from 0), ``gain``, ``low``, ``high`` (proportions).
    measured
        The same of runs on the full range; may be empty.
    style
        Light or dark.
    """
    figure = Drawing()
    number = np.arange(1, len(mix) + 1)
    figure.add_bar(
        x=number,
        y=100 * mix,
        marker={"color": style.main, "opacity": 0.75},
        text=[f"{share:.0%}" for share in mix],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="bin %{x}: %{y:.1f}% of the mix<extra></extra>",
    )
    _estimates(figure, expected, "expected of the mix", style.mark, "circle", -0.12)
    if len(measured):
        _estimates(figure, measured, "measured, full range", style.main, "diamond-open", 0.12)
    edge = len(mix) + 0.5
    lines = [
        (text, cells, colour)
        for text, cells, colour in (
            ("● expected<br>of the mix", expected, style.mark),
            ("◇ measured,<br>full range", measured, style.main),
        )
        if cells["gain"].notna().any()
    ]
    ends = [Name(text, edge, 100 * cells["gain"].dropna().iloc[-1], colour) for text, cells, colour in lines]
    seen = 100 * pd.concat([expected, measured])[["low", "high"]]
    span = max(seen["high"].max(), 0.0) - min(seen["low"].min(), 0.0)
    name_ends(figure, ends, NAME_GAP * span, style, axes=("x2", "y2"))
    figure.level_lines([0], {"color": style.faint, "width": 1}, xref="x2 domain", yref="y2")
    figure.update_xaxes(matches="x2", showticklabels=False)
    figure.update_yaxes(title="Share, %", range=[0, 130 * max(mix)], domain=UPPER)
    figure.update_layout(
        xaxis2={
            "title": "Test bin, and its gains",
            "tickvals": number,
            "ticktext": _numbered(len(mix), [(cells, colour) for _, cells, colour in lines], style),
            "tickangle": 0,
            "range": [0.5, edge],
            "anchor": "y2",
        },
        yaxis2={"title": "Gain, points", "domain": LOWER, "anchor": "x2"},
    )
    return styled(figure, style, height=460)


def _numbered(n_bins: int, lines: list[tuple[pd.DataFrame, str]], style: Style) -> list[str]:
    """Write each line's gains below their bin's number, in its colour: beside the points they collide."""
    rows = [[f"<b>{number}</b>" for number in range(1, n_bins + 1)]]
    for cells, colour in lines:
        ink, gain = readable(colour, style), 100 * cells.set_index("test_bin")["gain"].dropna()
        written = {test_bin: POINTS.written(value) for test_bin, value in gain.items()}
        rows.append([f"<span style='color:{ink}'>{written.get(k, '–')}</span>" for k in range(n_bins)])
    return ["<br>".join(column) for column in zip(*rows, strict=True)]


def _estimates(
    figure: Drawing, cells: pd.DataFrame, name: str, colour: str, symbol: str, aside: float
) -> None:
    gain, low, high = (100 * cells[column] for column in ("gain", "low", "high"))
    figure.add_scatter(
        x=cells["test_bin"] + 1 + aside,
        y=gain,
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 9, "line": {"width": 2, "color": colour}},
        error_y={
            "type": "data",
            "array": high - gain,
            "arrayminus": gain - low,
            "thickness": 1.3,
            "width": 0,
        },
        name=name,
        customdata=np.column_stack([cells["test_bin"] + 1, low, high]),
        hovertemplate=(
            f"{name}, test bin %{{customdata[0]:.0f}}<br><b>%{{y:+.1f}} points</b> "
            "[%{customdata[1]:+.1f}, %{customdata[2]:+.1f}]<extra></extra>"
        ),
        xaxis="x2",
        yaxis="y2",
    )
