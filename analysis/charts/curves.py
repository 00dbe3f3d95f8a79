"""How runs do while they are trained."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from analysis.charts.drawing import Drawing
from analysis.charts.names import apart
from analysis.charts.style import Style, styled

LABEL_GAP = 4.5  # percentage points between labels, so that they can be read


def accuracy_curves(accuracy: pd.DataFrame, trained: list[int], style: Style) -> go.Figure:
    """Accuracy by test bin over training steps: mean of the runs, and the range from lowest to highest.

    Parameters
    ----------
    accuracy
        ``run``, ``step``, ``bin`` (from 1), ``accuracy`` (proportion).
    trained
        The bins trained on; their lines are thick.
    style
        Light or dark.
    """
    figure = Drawing()
    bins = sorted(accuracy["bin"].unique())
    colours = sample_colorscale(style.ordered, np.linspace(0, 1, max(2, len(bins))))
    spread = _spread(accuracy, ["bin", "step"], "accuracy")
    lines = {bin_: 100 * spread.loc[bin_] for bin_ in bins}
    for bin_, colour in zip(bins, colours, strict=False):
        _band(figure, lines[bin_], colour)
    for bin_, colour in zip(bins, colours, strict=False):
        line = lines[bin_]
        figure.add_scatter(
            x=line.index,
            y=line["mean"],
            mode="lines+markers",
            line={"color": colour, "width": 4 if bin_ in trained else 2},
            marker={"size": 7 if bin_ in trained else 5},
            name=f"bin {bin_}",
            customdata=line[["min", "max"]],
            hovertemplate=(
                f"bin {bin_}, step %{{x}}: %{{y:.1f}}%<br>seeds %{{customdata[0]:.1f}} to "
                "%{customdata[1]:.1f}%<extra></extra>"
            ),
        )
    last = accuracy["step"].max()
    heights = apart([lines[bin_]["mean"].iloc[-1] for bin_ in bins], LABEL_GAP)
    for bin_, height in zip(bins, heights, strict=True):
        figure.add_annotation(
            x=last,
            y=height,
            text=f"<b>{bin_}</b>" if bin_ in trained else str(bin_),
            xanchor="left",
            xshift=10,
            font={"size": 12, "color": style.text},
        )
    head = {"x": last, "y": max(heights) + LABEL_GAP, "xanchor": "left", "xshift": 4, "text": "bin"}
    figure.add_annotation(**head, showarrow=False, font={"size": 12, "color": style.faint})
    figure.update_xaxes(title="Training step", zeroline=False, range=[-0.02 * last, 1.08 * last])
    figure.update_yaxes(title="Right on held-out items, %", zeroline=False)
    return styled(figure, style, height=460)


def loss_curve(loss: pd.DataFrame, style: Style) -> go.Figure:
    """Training loss over steps: mean of the runs, and the range from lowest to highest.

    Parameters
    ----------
    loss
        ``run``, ``step``, ``loss`` (nats an answer token).
    style
        Light or dark.
    """
    figure = Drawing()
    spread = _spread(loss, ["step"], "loss")
    _band(figure, spread, style.main)
    figure.add_scatter(
        x=spread.index,
        y=spread["mean"],
        mode="lines+markers",
        line={"color": style.main, "width": 2},
        customdata=spread[["min", "max"]],
        hovertemplate=(
            "step %{x}: %{y:.3f}<br>seeds %{customdata[0]:.3f} to %{customdata[1]:.3f}<extra></extra>"
        ),
    )
    figure.update_xaxes(title="Training step", rangemode="tozero", zeroline=False)
    figure.update_yaxes(title="Training loss, nats a token", rangemode="tozero", zeroline=False)
    return styled(figure, style, height=460)


def _spread(curves: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
    return curves.groupby(keys)[value].agg(["mean", "min", "max"])


def _band(figure: Drawing, line: pd.DataFrame, colour: str) -> None:
    figure.add_scatter(
        x=np.concatenate([line.index, line.index[::-1]]),
        y=np.concatenate([line["max"], line["min"][::-1]]),
        mode="lines",
        fill="toself",
        fillcolor=colour,
        opacity=0.22,
        line={"width": 0},
        hoverinfo="skip",
    )
