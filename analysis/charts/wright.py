"""Items and models on one axis."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, styled

BARS = 60


def wright_map(difficulty: np.ndarray, ability: np.ndarray, style: Style, unit: str = "logits") -> go.Figure:
    """Wright map: items above the axis, models below it, on one scale (Wright & Masters 1982).

    A model is right half the time, guessing aside, on the items that it stands under.

    Parameters
    ----------
    difficulty
        Of the items, shape ``(items,)``.
    ability
        Of the models, shape ``(models,)``.
    style
        Light or dark.
    unit
        Of both.
    """
    low, high = min(difficulty.min(), ability.min()), max(difficulty.max(), ability.max())
    borders = np.linspace(low, max(high, low + 1e-9), BARS + 1)
    figure = Drawing()
    for values, what, sign, colour in (
        (difficulty, "items", 1, style.main),
        (ability, "models", -1, style.mark),
    ):
        counts = np.histogram(values, borders)[0]
        figure.add_bar(
            x=(borders[:-1] + borders[1:]) / 2,
            y=sign * 100 * counts / len(values),
            width=np.diff(borders) * 0.92,
            marker={"color": colour, "opacity": 0.9, "line": {"width": 0}},
            customdata=np.column_stack([counts, borders[:-1], borders[1:]]),
            hovertemplate=(
                f"%{{customdata[0]}} {what} from %{{customdata[1]:.2f}} to %{{customdata[2]:.2f}}"
                "<extra></extra>"
            ),
            name=what,
        )
        at_left = np.median(values) > (low + high) / 2  # where bars are low
        figure.add_annotation(
            x=0.01 if at_left else 0.99,
            xref="paper",
            y=0.5 + sign * 0.42,
            yref="paper",
            text=f"<b>{len(values):,} {what}</b>",
            font={"color": style.text},
            xanchor="left" if at_left else "right",
        )
    most = max(np.abs(bar["y"]).max() for bar in figure.traces)
    step = next(step for step in (1, 2, 5, 10, 20, 50) if most / step <= 3 or step == 50)
    ticks = np.arange(-step * 3, step * 3 + 1, step)
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(title=f"Difficulty of items, ability of models, {unit}", zeroline=False)
    figure.update_yaxes(
        title="Share, %",
        tickvals=ticks,
        ticktext=[str(abs(tick)) for tick in ticks],
        range=[-1.25 * most, 1.25 * most],
        zerolinecolor=style.text,
    )
    return styled(figure, style, height=340)
