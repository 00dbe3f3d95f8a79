"""How sure bin membership is."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from analysis.charts.style import Style, styled, text_on


def bin_overlap(overlap: np.ndarray, style: Style) -> go.Figure:
    """Where the items of each bin may really belong.

    Parameters
    ----------
    overlap
        Mean posterior probability of being in each bin (column), for the items put into each bin (row);
        shape ``(bins, bins)``, NaN in the row of an empty bin.
    style
        Light or dark.
    """
    names = [str(number) for number in range(1, len(overlap) + 1)]
    percent = 100 * overlap
    figure = go.Figure(
        go.Heatmap(
            z=percent,
            x=names,
            y=names,
            zmin=0,
            zmax=100,
            colorscale=style.sequential,
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="Put into bin %{y}: %{z:.0f}% of the posterior is in bin %{x}<extra></extra>",
        )
    )
    for row, column in np.argwhere(np.nan_to_num(percent) >= 0.5):
        figure.add_annotation(
            x=column,
            y=row,
            text=f"{percent[row, column]:.0f}",
            showarrow=False,
            font={"size": 12, "color": text_on(style.sequential, overlap[row, column])},
        )
    figure.update_xaxes(title="Bin by the posterior", type="category", showgrid=False)
    figure.update_yaxes(title="Bin put into", type="category", autorange="reversed", showgrid=False)
    return styled(figure, style, height=min(120 + 34 * len(overlap), 560))
