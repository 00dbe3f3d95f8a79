"""Models that descend from each other, and what they do to difficulties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, styled

LARGEST = 12  # families drawn one by one
ROW = 26


def family_sizes(models: pd.DataFrame, style: Style) -> go.Figure:
    """How many models the largest families have, and in words how many the others have.

    Parameters
    ----------
    models
        One row a model, with ``family``.
    style
        Light or dark.
    """
    sizes = models["family"].value_counts()
    shown, others = sizes.head(LARGEST), sizes.iloc[LARGEST:]
    figure = _bars(
        [str(name) for name in shown.index], shown.to_list(), [f"{n:,}" for n in shown], "Models", style
    )
    if len(others):
        figure.add_annotation(
            x=0,
            y=LARGEST,
            xanchor="left",
            text=f"and {len(others):,} more families with {others.sum():,} models, "
            f"{others.iloc[0]:,} at most",
            font={"size": 12, "color": style.faint},
        )
        figure.update_yaxes(range=[LARGEST + 0.5, -0.5])
    return styled(figure, style, height=_height(len(shown)))


def without_families(left_out: pd.DataFrame, style: Style) -> go.Figure:
    """What share of the items changes decile when a family is left out, the largest share first.

    Parameters
    ----------
    left_out
        ``name``, ``models``, ``moved`` (items), ``share``.
    style
        Light or dark.
    """
    shown = left_out.sort_values("share", ascending=False, kind="stable").head(LARGEST)
    names = [f"{row.name} ({row.models:,})" for row in shown.itertuples()]
    texts = [f"{100 * row.share:.1f}% ({row.moved:,})" for row in shown.itertuples()]
    shares = (100 * shown["share"]).to_list()
    figure = _bars(names, shares, texts, "Items that change decile, %", style)
    return styled(figure, style, height=_height(len(shown)))


def interval_widths(items: pd.DataFrame, style: Style) -> go.Figure:
    """How many times wider items' intervals are with families than if models were independent.

    Parameters
    ----------
    items
        ``sd`` and ``posterior_sd``.
    style
        Light or dark.
    """
    ratio = items["sd"] / items["posterior_sd"]
    heights, borders = np.histogram(ratio, bins=30, range=(1.0, max(1.5, float(ratio.quantile(0.995)))))
    figure = Drawing()
    figure.add_histogram(heights, borders, style.main, "%{y} items about %{x:.2f} times")
    median = float(ratio.median())
    figure.upright_lines([median], {"color": style.mark, "width": 2})
    figure.add_annotation(
        x=median,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=f"median {median:.2f}×",
        font={"color": style.text},
    )
    figure.update_xaxes(title="Lineage-aware width ÷ independent width")
    figure.update_yaxes(title="Items")
    figure.update_layout(margin={"t": 28})
    return styled(figure, style, height=320)


def _bars(names: list[str], values: list[float], texts: list[str], title: str, style: Style) -> Drawing:
    place = np.arange(len(names))
    figure = Drawing()
    figure.add_bar(
        x=values,
        y=place,
        orientation="h",
        marker={"color": style.main, "line": {"width": 0}},
        text=texts,
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{customdata}: %{text}<extra></extra>",
        customdata=names,
    )
    figure.update_xaxes(title=title, rangemode="tozero", range=[0, 1.25 * max([*values, 1e-9])])
    figure.update_yaxes(
        tickvals=place, ticktext=names, range=[len(names) - 0.5, -0.5], showgrid=False, tickfont={"size": 12}
    )
    return figure


def _height(bars: int) -> int:
    return 90 + ROW * bars
