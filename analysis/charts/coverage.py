"""What a set of items covers: its share of each bin, and what it tells of each ability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, filled, styled


def coverage_bars(bins: pd.DataFrame, style: Style) -> go.Figure:
    """Share of a set in each bin, with what its posterior leaves open, over the share of the reference.

    Parameters
    ----------
    bins
        ``bin``, ``items``, ``share``, ``low``, ``high``, ``reference``, ``thin``.
    style
        Light or dark.
    """
    names = [str(number) for number in bins["bin"]]
    share = 100 * bins["share"]
    figure = Drawing()
    figure.add_bar(
        x=names,
        y=share,
        marker={
            "color": np.where(bins["thin"], style.mark, style.main).tolist(),
            "opacity": 0.9,
            "line": {"width": 0},
        },
        hovertemplate="bin %{x}: %{y:.1f}% of the set<extra></extra>",
    )
    figure.add_scatter(
        x=names,
        y=share,
        mode="markers",
        marker={"size": 1, "color": style.text},
        error_y={
            "array": (100 * bins["high"] - share).clip(0),
            "arrayminus": (share - 100 * bins["low"]).clip(0),
            "color": style.text,
            "thickness": 1.5,
            "width": 0,
        },
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=names,
        y=100 * bins["reference"],
        mode="markers",
        marker={"symbol": "line-ew-open", "size": 26, "line": {"width": 3}, "color": style.text},
        hovertemplate="bin %{x}: %{y:.1f}% of the reference<extra></extra>",
    )
    tops = 100 * bins[["high", "share", "reference"]].max(axis=1)
    figure.add_scatter(
        x=names,
        y=tops,
        mode="text",
        text=[f"{row.items:,}{' ▽' if row.thin else ''}" for row in bins.itertuples()],
        textposition="top center",
        textfont={"color": style.text, "size": 12},
        hoverinfo="skip",
    )
    figure.update_xaxes(title="Bin, easy to hard", type="category", showgrid=False)
    figure.update_yaxes(title="Share of items, %", range=[0, 1.15 * tops.max()], zeroline=False)
    return styled(figure, style, height=360)


def coverage_steps(
    members: np.ndarray, reference: np.ndarray, holes: pd.DataFrame, style: Style, unit: str
) -> go.Figure:
    """Distribution of a set's difficulties beside the reference's, as shares up to each; holes shaded.

    Parameters
    ----------
    members, reference
        Difficulties, shape ``(items,)`` each.
    holes
        ``low``, ``high``: stretches without items of the set; ends may be infinite.
    style
        Light or dark.
    unit
        Of difficulty.
    """
    low = min(members.min(), reference.min())
    high = max(members.max(), reference.max())
    figure = Drawing()
    for hole in holes.itertuples():
        figure.stripe(max(hole.low, low), min(hole.high, high), fillcolor=style.mark, opacity=0.18)
    for values, name, line in (
        (reference, "reference", {"color": style.text, "width": 1.5, "dash": "dash"}),
        (members, "set", {"color": style.main, "width": 2.5}),
    ):
        at = np.linspace(low, high, 300)
        share = 100 * np.searchsorted(np.sort(values), at, "right") / len(values)
        figure.add_scatter(
            x=at,
            y=share,
            mode="lines",
            line=line,
            name=name,
            hovertemplate=f"%{{y:.0f}}% of the {name} up to %{{x:.2f}}<extra></extra>",
        )
    figure.update_xaxes(title=f"Difficulty, {unit}", zeroline=False)
    figure.update_yaxes(title="Items up to here, %", range=[-2, 102], zeroline=False)
    # Where a line that rises to the right never is, so that names are near what they name.
    figure.update_layout(showlegend=True, legend={"xanchor": "right", "x": 1, "yanchor": "bottom", "y": 0.02})
    return styled(figure, style, height=360)


def information_lines(information: pd.DataFrame, abilities: np.ndarray, style: Style, unit: str) -> go.Figure:
    """Test information of a set of items, beside that of as many of the reference; models below.

    Parameters
    ----------
    information
        ``ability``, ``information``, ``low``, ``high``, ``usual``, ``weak``.
    abilities
        Of the models, shape ``(models,)``.
    style
        Light or dark.
    unit
        Of ability.
    """
    figure = Drawing()
    x = information["ability"]
    figure.add_scatter(**filled(x, information["low"], information["high"], style.main))
    for column, name, line in (
        ("usual", "as many items of the reference", {"color": style.text, "width": 1.5, "dash": "dash"}),
        ("information", "set", {"color": style.main, "width": 2.5}),
    ):
        figure.add_scatter(
            x=x,
            y=information[column],
            mode="lines",
            line=line,
            name=name,
            hovertemplate=f"{name}: %{{y:.2f}} at ability %{{x:.2f}}<extra></extra>",
        )
    weak = information["weak"]
    if weak.any():
        figure.add_scatter(
            x=x,
            y=information["information"].where(weak),
            mode="lines",
            line={"color": style.mark, "width": 5},
            name="less than half",
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=abilities,
        y=np.zeros(len(abilities)),
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 12, "color": style.faint, "line": {"width": 1}},
        name="models",
        hovertemplate="a model of ability %{x:.2f}<extra></extra>",
    )
    figure.update_xaxes(title=f"Ability, {unit}", zeroline=False)
    figure.update_yaxes(title="Test information", rangemode="tozero", zeroline=False)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "yanchor": "bottom", "y": 1.01, "x": 0})
    return styled(figure, style, height=360)
