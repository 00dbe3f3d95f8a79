"""What a set of items covers: its share of each bin, and what it tells of each ability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.cells import SMALL
from analysis.charts.drawing import Drawing
from analysis.charts.names import Name, name_ends
from analysis.charts.style import Style, filled, readable, styled

NAME_GAP = 0.065  # between names at the ends of lines, as a share of the plot
PLACES = 300  # where shares of items up to there are drawn
MIDDLE = slice(PLACES // 4, 3 * PLACES // 4)  # of them those with room for a name on both sides


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
        marker={"symbol": "line-ew-open", "size": 20, "line": {"width": 3}, "color": style.text},
        hovertemplate="bin %{x}: %{y:.1f}% of the reference<extra></extra>",
    )
    tops = 100 * bins[["high", "share", "reference"]].max(axis=1)
    figure.add_scatter(
        x=names,
        y=tops,
        mode="text",
        text=[f"{row.items:,}{' ▽' if row.thin else ''}" for row in bins.itertuples()],
        textposition="top center",
        textfont={"color": style.text, "size": SMALL},
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
    at = np.linspace(low, high, PLACES)
    lines = {
        "reference": (_up_to(reference, at), {"color": style.text, "width": 1.5, "dash": "dash"}),
        "set": (_up_to(members, at), {"color": style.main, "width": 2.5}),
    }
    for name, (share, line) in lines.items():
        figure.add_scatter(
            x=at,
            y=share,
            mode="lines",
            line=line,
            name=name,
            hovertemplate=f"%{{y:.0f}}% of the {name} up to %{{x:.2f}}<extra></extra>",
        )
    # Both rise to the right: above the upper one on its left, and below the other on its right, nothing is.
    apart = np.abs(lines["set"][0] - lines["reference"][0])
    place = MIDDLE.start + int(np.argmax(apart[MIDDLE]))
    upper, lower = sorted(lines, key=lambda name: -lines[name][0][place])
    for name, beside in (
        (upper, {"xanchor": "right", "yanchor": "bottom", "xshift": -6, "yshift": 2}),
        (lower, {"xanchor": "left", "yanchor": "top", "xshift": 6, "yshift": -2}),
    ):
        share, line = lines[name]
        colour = readable(str(line["color"]), style)
        figure.add_annotation(x=at[place], y=share[place], text=name, font={"color": colour}, **beside)
    figure.update_xaxes(title=f"Difficulty, {unit}", zeroline=False)
    figure.update_yaxes(title="Items up to here, %", range=[-2, 102], zeroline=False)
    return styled(figure, style, height=360)


def _up_to(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Share of values up to each place, percent."""
    return 100 * np.searchsorted(np.sort(values), at, "right") / len(values)


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
    ends = [Name("models", x.iloc[-1], 0.0, style.faint)]
    figure.add_scatter(**filled(x, information["low"], information["high"], style.main))
    for column, name, line in (
        ("usual", "reference", {"color": style.text, "width": 1.5, "dash": "dash"}),
        ("information", "set", {"color": style.main, "width": 2.5}),
    ):
        ends.append(Name(name, x.iloc[-1], information[column].iloc[-1], str(line["color"])))
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
        hovertemplate="a model of ability %{x:.2f}<extra></extra>",
    )
    figure.update_xaxes(title=f"Ability, {unit}", zeroline=False)
    most = information[["high", "usual"]].to_numpy().max()
    name_ends(figure, ends, NAME_GAP * most, style, low=0)
    figure.update_yaxes(title="Test information", range=[-0.02 * most, 1.05 * most], zeroline=False)
    return styled(figure, style, height=360)
