"""Names of lines, written at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, readable

SIZE = 12
LETTER = 6.5  # pixels that a letter of this size is wide, on average
ASIDE = 8  # pixels from the end of a line to its name


class Name(NamedTuple):
    """What is written, from where it starts, and the colour of what it names."""

    text: str
    x: float
    y: float
    colour: str


def name_ends(
    figure: Drawing,
    names: Sequence[Name],
    gap: float,
    style: Style,
    *,
    axes: tuple[str, str] = ("x", "y"),
    low: float = -np.inf,
    high: float = np.inf,
) -> None:
    """Write names to the right of where lines end, none over another, and make room for them.

    Parameters
    ----------
    figure
        Gets the names, and a margin to the right.
    names
        Where each line ends. Names may have several lines, parted by ``<br>``.
    gap
        Height of a name, in units of the y axis.
    style
        Light or dark.
    axes
        What x and y are measured on.
    low, high
        Between which heights names may stand.
    """
    if not names:
        return
    heights = apart([name.y for name in names], gap, low=low, high=high)
    figure.annotate(
        {
            "x": name.x,
            "xref": axes[0],
            "y": height,
            "yref": axes[1],
            "text": name.text,
            "xanchor": "left",
            "align": "left",
            "xshift": ASIDE,
            "font": {"size": SIZE, "color": readable(name.colour, style)},
        }
        for name, height in zip(names, heights, strict=True)
    )
    letters = max(len(part) for name in names for part in name.text.split("<br>"))
    figure.update_layout(margin={**figure.layout.get("margin", {}), "r": ASIDE + round(LETTER * letters)})


def apart(heights: Sequence[float], gap: float, *, low: float = -np.inf, high: float = np.inf) -> np.ndarray:
    """Move heights up or down, as little as can be, until none is nearer than a gap to the next.

    Their order stays. Where there is no room for all between the bounds, they begin at the lower one.

    Parameters
    ----------
    heights
        Where names should be.
    gap
        The least distance.
    low, high
        Bounds.
    """
    order = np.argsort(heights, kind="stable")
    rank = np.arange(len(heights)) * gap
    # Least squares under a minimum distance is isotonic regression of what is left without the distances;
    # bounds clip it.
    blocks: list[list[float]] = []
    for height in np.asarray(heights)[order] - rank:
        blocks.append([height])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    free = np.concatenate([np.full(len(block), np.mean(block)) for block in blocks])
    moved = np.empty(len(heights))
    moved[order] = np.maximum(np.minimum(free, high - rank[-1]), low) + rank
    return moved
