"""Models: how able they are, and how they fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, categories, faded, filled, styled

MANY = 100  # models whose intervals are drawn one by one; those of more would cover each other
LONGEST = 24  # letters of a model's name that are written into a figure
LINE = 20  # pixels from one name to the next


def ability_ranks(
    abilities: pd.DataFrame, chosen: list[str], style: Style, unit: str = "logits"
) -> go.Figure:
    """Models in order of ability, each with its 94% interval; chosen ones named.

    Parameters
    ----------
    abilities
        ``name``, ``mean``, ``low``, ``high``, ``family``.
    chosen
        Names of the models that are pointed out.
    style
        Light or dark.
    unit
        Of ability.
    """
    ordered = abilities.sort_values("mean", kind="stable").reset_index(drop=True)
    rank = pd.Series(np.arange(1, len(ordered) + 1))
    figure = Drawing()
    many = len(ordered) > MANY
    if many:
        figure.add_scatter(**filled(rank, ordered["low"], ordered["high"], style.main))
    figure.add_scatter(
        x=rank,
        y=ordered["mean"],
        mode="markers",
        marker={"color": style.main, "size": 4 if many else 7},
        error_y=None if many else _error(ordered),
        customdata=ordered[["name", "low", "high", "family"]].fillna("unknown"),
        hovertemplate=(
            "%{customdata[0]}<br>ability %{y:.2f} [%{customdata[1]:.2f}, %{customdata[2]:.2f}]"
            "<br>family %{customdata[3]}<extra></extra>"
        ),
    )
    place = pd.Series(ordered.index, index=ordered["name"])
    notes = []
    for name, (colour, symbol) in zip(chosen, categories(style), strict=False):
        row = place[name]
        right = row > len(ordered) / 2
        figure.add_scatter(
            x=[rank[row]],
            y=[ordered["mean"][row]],
            mode="markers",
            marker={
                "color": colour,
                "symbol": symbol,
                "size": 12,
                "line": {"width": 1.5, "color": style.text},
            },
            hoverinfo="skip",
        )
        # Above the line to its left, below it to its right: there is room, whatever the width of intervals.
        beside = {"ax": -24, "ay": -2 * LINE, "xanchor": "right"}
        if not right:
            beside = {"ax": 24, "ay": 2 * LINE, "xanchor": "left"}
        at = {"x": rank[row], "y": ordered["mean"][row], "text": short_name(name)}
        notes.append(
            {**at, **beside, "showarrow": True, "arrowhead": 0, "arrowcolor": style.faint, "standoff": 7}
        )
    figure.annotate(notes)
    figure.update_xaxes(title="Models, least to most able", rangemode="tozero")
    figure.update_yaxes(title=f"Ability, {unit}")
    return styled(figure, style, height=400)


def person_fit_scatter(models: pd.DataFrame, chosen: list[str], style: Style, unit: str) -> go.Figure:
    """Infit of models over ability, on a log scale around 1; chosen ones by shape, the worst two by name.

    Parameters
    ----------
    models
        ``name``, ``mean`` (ability), ``infit``, ``outfit``, ``l_z``, missing where nothing is known.
    chosen
        Names of the models that are pointed out.
    style
        Light or dark.
    unit
        Of ability.
    """
    figure = Drawing()
    figure.add_scatter(
        x=models["mean"],
        y=models["infit"],
        mode="markers",
        marker={"color": style.main, "size": 7, "opacity": 0.75},
        customdata=models[["name", "outfit", "l_z"]],
        hovertemplate=(
            "%{customdata[0]}<br>infit %{y:.2f}, outfit %{customdata[1]:.2f}, l_z* %{customdata[2]:.1f}"
            "<extra></extra>"
        ),
    )
    by_name = models.dropna(subset="infit").set_index("name")
    chosen = [name for name in chosen if name in by_name.index]
    for name, (colour, symbol) in zip(chosen, categories(style), strict=False):
        figure.add_scatter(
            x=[by_name.loc[name, "mean"]],
            y=[by_name.loc[name, "infit"]],
            mode="markers",
            marker={"color": colour, "size": 12, "symbol": symbol, "line": {"width": 1, "color": style.text}},
            hoverinfo="skip",
        )
    middle = (models["mean"].min() + models["mean"].max()) / 2
    for row, above in zip(models.nsmallest(2, "l_z").itertuples(), (True, False), strict=False):
        figure.add_scatter(
            x=[row.mean],
            y=[row.infit],
            mode="markers",
            marker={"color": style.mark, "size": 10, "symbol": "circle-open", "line": {"width": 2}},
            hoverinfo="skip",
        )
        figure.add_annotation(
            x=row.mean,
            y=np.log10(row.infit),  # as plotly has it on a logarithmic axis
            text=short_name(row.name),
            font={"size": 12, "color": style.text},
            bgcolor=faded(style.page, 0.85),  # other points are behind it
            xanchor="right" if row.mean > middle else "left",
            yanchor="bottom" if above else "top",
            yshift=8 if above else -8,
        )
    figure.level_lines([1], {"color": style.text, "width": 1.2})
    figure.update_xaxes(title=f"Ability, {unit}", zeroline=False)
    wide = models["infit"].max() > 3 * models["infit"].min()
    ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10] if wide else [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 2]
    figure.update_yaxes(title="Infit, mean square", type="log", zeroline=False, tickvals=ticks)
    return styled(figure, style, height=400)


def short_name(name: str) -> str:
    """Return a model's name without its organisation, and without its middle where it is long."""
    own = name.rsplit("/", 1)[-1]
    if len(own) <= LONGEST:
        return own
    half = (LONGEST - 1) // 2
    return f"{own[:half]}…{own[-half:]}"


def _error(table: pd.DataFrame) -> dict[str, object]:
    return {
        "array": table["high"] - table["mean"],
        "arrayminus": table["mean"] - table["low"],
        "thickness": 1,
        "width": 0,
    }
