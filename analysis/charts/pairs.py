"""Pairs of bins in both directions, and which training set is best for each test bin."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.cells import Numbers, gain_cells
from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, styled, text_on

LOG_ODDS = Numbers(factor=1.0, digits=1)
LEVEL = 0.05
LEAST_SHARE = 0.05  # smaller probabilities are not written


def asymmetry_triangle(pairs: pd.DataFrame, style: Style) -> go.Figure:
    """What training on the easier of two bins does for the harder, less the other way round, in log odds.

    Parameters
    ----------
    pairs
        ``easier``, ``harder`` (bins, from 0), ``gain``, ``low``, ``high``, ``q``; bold where q < .05.
    style
        Light or dark.
    """
    easier, harder = (sorted(pairs[name].unique()) for name in ("easier", "harder"))
    every = pd.MultiIndex.from_product([easier, harder], names=["easier", "harder"])
    cells = pairs.set_index(["easier", "harder"]).reindex(every).reset_index()
    cells["bold"] = cells["q"] < LEVEL
    hover = [
        f"bins {cell.easier + 1} and {cell.harder + 1}: {cell.gain:+.2f} [{cell.low:+.2f}, {cell.high:+.2f}]"
        if np.isfinite(cell.gain)
        else ""
        for cell in cells.itertuples()
    ]
    rows, columns = ([str(bin_ + 1) for bin_ in bins] for bins in (easier, harder))
    # Below the diagonal there is no pair, which is not the same as a pair without a value.
    cells["none"] = cells["easier"] >= cells["harder"]
    figure = gain_cells(cells, hover, rows, columns, style, intervals=False, numbers=LOG_ODDS)
    figure.update_xaxes(title="Harder bin of the pair")
    figure.update_yaxes(title="Easier bin of the pair")
    return styled(figure, style, height=96 + 30 * len(easier))


def best_strip(probability: np.ndarray, labels: list[str], best: pd.DataFrame, style: Style) -> go.Figure:
    """Probability that a training set is the best for a test bin, a column a test bin.

    Parameters
    ----------
    probability
        Shape ``(rows, bins)``, NaN for a cell without a gain.
    labels
        Names of the training sets.
    best
        ``test_bin``, ``row`` (the largest gain), ``p_ahead``; outlined where p_ahead < .05.
    style
        Light or dark.
    """
    n_rows, n_bins = probability.shape
    share = 100 * probability
    figure = Drawing()
    figure.add_heatmap(
        z=share,
        zmin=0,
        zmax=100,
        colorscale=style.sequential,
        xgap=2,
        ygap=2,
        showscale=False,
        x=np.arange(n_bins),
        y=np.arange(n_rows),
        customdata=np.broadcast_to(np.array(labels)[:, None], probability.shape),
        hovertemplate="trained on %{customdata}: best for bin %{x} with P = %{z:.0f}%<extra></extra>",
    )
    notes, inks = [], text_on(style.sequential, probability)
    largest = set(zip(best["row"], best["test_bin"], strict=True))
    for row, test_bin in np.argwhere(probability >= LEAST_SHARE):
        value = probability[row, test_bin]
        text = f"<b>{100 * value:.0f}</b>" if (row, test_bin) in largest else f"{100 * value:.0f}"
        font = {"size": 12, "color": inks[row, test_bin]}
        notes.append({"x": test_bin, "y": row, "text": text, "font": font})
    figure.annotate(notes)
    figure.add_shapes(
        (
            {
                "type": "rect",
                "x0": cell.test_bin - 0.48,
                "x1": cell.test_bin + 0.48,
                "y0": cell.row - 0.46,
                "y1": cell.row + 0.46,
                "line": {"color": style.mark, "width": 3},
            }
            for cell in best[best["p_ahead"] < LEVEL].itertuples()
        ),
    )
    singles = sum("–" not in label for label in labels)
    if 0 < singles < n_rows:
        figure.level_lines([singles - 0.5], {"color": style.faint, "width": 1.5})
    axis = {"showgrid": False, "zeroline": False, "tickmode": "array"}
    bins = [str(bin_ + 1) for bin_ in range(n_bins)]
    figure.update_xaxes(title="Test bin", tickvals=np.arange(n_bins), ticktext=bins, tickangle=0, **axis)
    figure.update_yaxes(
        title="Trained on bin",
        tickvals=np.arange(n_rows),
        ticktext=labels,
        range=(n_rows - 0.5, -0.5),
        **axis,
    )
    return styled(figure, style, height=96 + 28 * n_rows)
