"""How difficulty is distributed, and how sure each item's place is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, filled, styled

MOST_POINTS = 2000  # items in the line of ranks


def difficulty_distribution(
    items: pd.DataFrame, edges: np.ndarray, style: Style, unit: str = "logits"
) -> go.Figure:
    """Histogram of posterior mean difficulties with the bin edges drawn in.

    Parameters
    ----------
    items
        With the column ``mean``.
    edges
        Inner bin edges.
    style
        Light or dark.
    unit
        Of difficulty.
    """
    heights, borders = np.histogram(items["mean"], bins="fd" if len(items) > 50 else 10)
    figure = Drawing()
    figure.add_histogram(
        heights, borders, style.main, "%{y} items from %{customdata[0]:.2f} to %{customdata[1]:.2f}"
    )
    figure.upright_lines(edges, {"color": style.mark, "width": 1.2, "dash": "dot"})
    figure.update_xaxes(title=f"Difficulty, {unit}")
    figure.update_yaxes(title="Items")
    return styled(figure, style, height=320)


def difficulty_ranks(items: pd.DataFrame, style: Style, unit: str = "logits") -> go.Figure:
    """Items in order of difficulty, each with its 94% interval.

    Where the interval allows for more than the posterior does, the posterior's own is drawn inside it. At
    most 2,000 items are drawn, evenly chosen, and all that are flagged.

    Parameters
    ----------
    items
        ``item_key``, ``mean``, ``hdi_low``, ``hdi_high``, ``posterior_low``, ``posterior_high``,
        ``proportion``, ``flag``.
    style
        Light or dark.
    unit
        Of difficulty.
    """
    ordered = items.sort_values("mean").reset_index(drop=True)
    rank = np.arange(1, len(ordered) + 1)
    kept = np.unique(np.linspace(0, len(rank) - 1, MOST_POINTS).round().astype(int))
    line = ordered.assign(rank=rank).iloc[kept]
    figure = Drawing()
    bands = [(line["hdi_low"], line["hdi_high"])]
    if (line["posterior_low"] != line["hdi_low"]).any():
        bands.append((line["posterior_low"], line["posterior_high"]))
    for low, high in bands:
        figure.add_scatter(**filled(line["rank"], low, high, style.main))
    figure.add_scatter(
        x=line["rank"],
        y=line["mean"],
        mode="lines",
        line={"color": style.main, "width": 2.2},
        customdata=np.column_stack(
            [line["item_key"], line["hdi_low"], line["hdi_high"], 100 * line["proportion"]]
        ),
        hovertemplate=(
            "%{customdata[0]}<br>difficulty %{y:.2f} [%{customdata[1]:.2f}, %{customdata[2]:.2f}]"
            "<br>%{customdata[3]:.0f}% of models right<extra></extra>"
        ),
    )
    for flag, symbol, says in (
        ("floor", "triangle-up", "solved by nobody"),
        ("ceiling", "triangle-down", "solved by all"),
    ):
        flagged = ordered["flag"] == flag
        if flagged.any():
            figure.add_scatter(
                x=rank[flagged],
                y=ordered["mean"][flagged],
                mode="markers+text",
                marker={"color": style.mark, "symbol": symbol, "size": 9},
                text=[says] + [""] * (int(flagged.sum()) - 1),
                textposition="middle left" if flag == "floor" else "middle right",
                textfont={"color": style.text},
                hoverinfo="skip",
            )
    figure.update_xaxes(title="Items, easiest to hardest", rangemode="tozero")
    figure.update_yaxes(title=f"Difficulty, {unit}")
    return styled(figure, style, height=320)
