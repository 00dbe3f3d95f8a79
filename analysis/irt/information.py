"""How much a set of items tells of ability."""

from __future__ import annotations

import numpy as np

from analysis.irt.blocks import blocks, of_items
from analysis.irt.point import Point


def set_information(point: Point, abilities: np.ndarray) -> np.ndarray:
    """Fisher information that responses to all items of a point hold about ability, shape ``(points,)``.

    Σ P′² / (P (1 − P)) (Lord 1980, "Applications of item response theory to practical testing problems",
    formula 5-9); one over its root is the standard error of an ability estimated from these items alone.

    Parameters
    ----------
    point
        The items.
    abilities
        Where, shape ``(points,)``, in the unit of difficulty; in single precision twice as fast.
    """
    total = np.zeros(len(abilities))
    for items in blocks(len(point.difficulty), len(abilities)):
        part = of_items(point, items, dtype=abilities.dtype)
        p = part.probability(abilities)
        above = (p - point.asymptote) / (1 - point.asymptote)  # the logistic part
        # P′ = a (1 − γ) L (1 − L) and 1 − P = (1 − γ)(1 − L): one factor cancels, and 1 − P may be 0.
        total += (part.discrimination**2 * (1 - point.asymptote) * above**2 * (1 - above) / p).sum(axis=1)
    return total
