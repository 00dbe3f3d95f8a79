"""Models: how able they are, and how they fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.style import Style, categories, styled


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
    figure = go.Figure()
    figure.add_scatter(
        x=rank,
        y=ordered["mean"],
        mode="markers",
        marker={"color": style.main, "size": 4 if len(ordered) > 100 else 7},
        error_y=_error(ordered),
        customdata=ordered[["name", "low", "high", "family"]].fillna("unknown"),
        hovertemplate=(
            "%{customdata[0]}<br>ability %{y:.2f} [%{customdata[1]:.2f}, %{customdata[2]:.2f}]"
            "<br>family %{customdata[3]}<extra></extra>"
        ),
    )
    for name, (_, symbol) in zip(chosen, categories(style), strict=False):
        row = ordered.index[ordered["name"] == name][0]
        right = row > len(ordered) / 2
        figure.add_scatter(
            x=[rank[row]],
            y=[ordered["mean"][row]],
            mode="markers+text",
            marker={"color": style.mark, "symbol": symbol, "size": 11},
            text=[f"{name}  " if right else f"  {name}"],
            textposition="middle left" if right else "middle right",
            textfont={"color": style.text},
            hoverinfo="skip",
        )
    figure.update_xaxes(title="Models, least to most able", rangemode="tozero")
    figure.update_yaxes(title=f"Ability, {unit}")
    return styled(figure, style, height=400)


def person_fit_scatter(models: pd.DataFrame, chosen: list[str], style: Style, unit: str) -> go.Figure:
    """Outfit of models over ability, on a log scale around 1.

    Parameters
    ----------
    models
        ``name``, ``mean`` (ability), ``infit``, ``outfit``, ``l_z``.
    chosen
        Names of the models that are pointed out.
    style
        Light or dark.
    unit
        Of ability.
    """
    figure = go.Figure(
        go.Scatter(
            x=models["mean"],
            y=models["outfit"],
            mode="markers",
            marker={"color": style.main, "size": 7, "opacity": 0.7},
            customdata=models[["name", "infit", "l_z"]],
            hovertemplate=(
                "%{customdata[0]}<br>outfit %{y:.2f}, infit %{customdata[1]:.2f}, l_z* %{customdata[2]:.1f}"
                "<extra></extra>"
            ),
        )
    )
    named = [*chosen, *models.nlargest(2, "outfit")["name"]]
    for row in models[models["name"].isin(named)].itertuples():
        figure.add_scatter(
            x=[row.mean],
            y=[row.outfit],
            mode="markers+text",
            marker={"color": style.mark, "size": 9, "symbol": "diamond"},
            text=[f"{row.name}  " if row.mean > 0 else f"  {row.name}"],
            textposition="middle left" if row.mean > 0 else "middle right",
            textfont={"color": style.text},
            hoverinfo="skip",
        )
    figure.add_hline(y=1, line={"color": style.text, "width": 1.2})
    figure.update_xaxes(title=f"Ability, {unit}", zeroline=False)
    figure.update_yaxes(title="Outfit, mean square", type="log", zeroline=False, dtick="D2")
    return styled(figure, style, height=400)


def _error(table: pd.DataFrame) -> dict[str, object]:
    return {
        "array": table["high"] - table["mean"],
        "arrayminus": table["mean"] - table["low"],
        "thickness": 1,
        "width": 0,
    }
