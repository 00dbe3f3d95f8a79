"""Where the bins are cut, and how sure bin membership is."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale
from scipy.optimize import isotonic_regression

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, styled, text_on

LINE = 20  # pixels a written line takes
TOP, BOTTOM, LABELS = 12, 52, 104  # pixels around the plot; bin sizes are written on its right


def bin_histogram(difficulty: np.ndarray, member: np.ndarray, edges: np.ndarray, style: Style) -> go.Figure:
    """Histogram of difficulties, hard at the top, with every edge drawn and every bin's size written.

    It lies on its side because lines of text need a known height only: sizes can be read on any screen.

    Parameters
    ----------
    difficulty
        In logits, shape ``(items,)``.
    member
        Each item's bin from 0, shape ``(items,)``.
    edges
        Inner edges in logits, shape ``(bins − 1,)``.
    style
        Light or dark.
    """
    count = len(edges) + 1
    colours = sample_colorscale(style.ordered, np.linspace(0, 1, count))
    borders = np.histogram_bin_edges(difficulty, bins="fd" if len(difficulty) > 50 else 10)
    figure = Drawing()
    for k, colour in enumerate(colours):
        lengths = np.histogram(difficulty[member == k], borders)[0]
        start, stop = borders[:-1][lengths > 0], borders[1:][lengths > 0]
        figure.add_bar(
            x=lengths[lengths > 0],
            y=(start + stop) / 2,
            width=stop - start,
            orientation="h",
            marker={"color": colour, "line": {"width": 0}},
            name=f"bin {k + 1}",
            customdata=np.column_stack([start, stop]),
            hovertemplate="%{x} items from %{customdata[0]:.2f} to %{customdata[1]:.2f}",
        )
    background = style.sequential[0][1]
    # A gap in the bars, so that the dots stand out from any of their colours.
    figure.level_lines(edges, {"color": background, "width": 3})
    figure.level_lines(edges, {"color": style.mark, "width": 1.2, "dash": "dot"})
    low, high = min(borders[0], *edges), max(borders[-1], *edges)
    margin = 0.02 * (high - low)
    shown = [low - margin, high + margin]
    height = max(20, count) * LINE
    _write_sizes(figure, np.bincount(member, minlength=count), edges, shown, height, colours, style)
    figure.update_layout(barmode="stack", margin={"r": LABELS, "t": TOP, "b": BOTTOM})
    figure.update_xaxes(title="Items")
    figure.update_yaxes(title="Difficulty, logits", range=shown, zeroline=False)
    return styled(figure, style, height=height + TOP + BOTTOM)


def _write_sizes(
    figure: Drawing,
    sizes: np.ndarray,
    edges: np.ndarray,
    shown: list[float],
    height: int,
    colours: list[str],
    style: Style,
) -> None:
    """Write each bin's number and size beside its middle, or as near as lines of text can be."""
    middles = (np.append(shown[0], edges) + np.append(edges, shown[1])) / 2
    gap = LINE * (shown[1] - shown[0]) / height
    below = gap * np.arange(len(sizes))
    # Least squares under a least distance is isotonic regression of what exceeds that distance.
    free = isotonic_regression(middles - below).x
    places = below + np.clip(free, shown[0] + gap / 2, shown[1] - gap / 2 - below[-1])
    beside = {"xref": "paper", "yref": "y", "xsizemode": "pixel", "xanchor": 1, "type": "line"}
    reach = {"x0": 3, "x1": 24, **beside}
    lines = [
        {"y0": middle, "y1": place, "line": {"color": colour, "width": 2}, **reach}
        for middle, place, colour in zip(middles, places, colours, strict=False)
    ]
    figure.add_shapes(lines)
    at = {"x": 1, "xref": "paper", "xshift": 28, "xanchor": "left", "font": {"size": 13, "color": style.text}}
    named = enumerate(zip(sizes, places, strict=True), 1)
    figure.annotate([{"y": place, "text": f"<b>{k}</b>  {size:,}", **at} for k, (size, place) in named])


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
    figure = Drawing()
    figure.add_heatmap(
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
    inks = text_on(style.sequential, overlap)
    figure.annotate(
        (
            {
                "x": column,
                "y": row,
                "text": f"{percent[row, column]:.0f}",
                "font": {"size": 12, "color": inks[row, column]},
            }
            for row, column in np.argwhere(np.nan_to_num(percent) >= 0.5)
        ),
    )
    figure.update_xaxes(title="Bin by the posterior", type="category", showgrid=False)
    figure.update_yaxes(title="Bin put into", type="category", autorange="reversed", showgrid=False)
    return styled(figure, style, height=min(120 + 34 * len(overlap), 560))
