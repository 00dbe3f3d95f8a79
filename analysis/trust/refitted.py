"""Two fits of one benchmark against each other, on one scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.bins import quantile_bins
from analysis.trust.measures import resampled_spearman

DECILES = 10


@dataclass(frozen=True)
class Refitted:
    """What another fit says of the same items.

    Attributes
    ----------
    items
        One row an item of both: ``item``, ``one``, ``other`` (difficulty, both on the scale of the first),
        ``moved`` (whether its decile differs).
    slope, intercept
        The way from the other fit's scale to the first's: slope × difficulty + intercept.
    rho, low, high
        Spearman's correlation of the two with its 95% interval, items resampled.
    """

    items: pd.DataFrame
    slope: float
    intercept: float
    rho: float
    low: float
    high: float


def refitted(one: pd.DataFrame, other: pd.DataFrame) -> Refitted:
    """Put the difficulties of two fits of a benchmark on one scale.

    The link is mean/mean (Loyd & Hoover 1980): `analysis.irt.linking.link_items`. Items that all or none got
    right are not part of the link, their difficulty being the prior's.

    Parameters
    ----------
    one, other
        As `analysis.store.Snapshot.items`: ``item``, ``mean``, ``discrimination``, ``flag``.

    Raises
    ------
    AtlasError
        If they share fewer than two items that can be linked.
    """
    # Loads the likelihood's compiled kernels, nearly a second that only this comparison needs.
    from analysis.irt.linking import link_items
    from analysis.irt.point import Point

    both = one.merge(other, on="item", suffixes=("", "_other"))

    def point(end: str) -> Point:
        slopes = both[f"discrimination{end}"].fillna(1.0).to_numpy(dtype=float)
        return Point(both[f"mean{end}"].to_numpy(dtype=float), 0.0, 1.0, slopes)

    known = np.flatnonzero(both["flag"].isna() & both["flag_other"].isna())
    link = link_items(
        point("_other"), point(""), np.column_stack([known, known]), method="mean/mean", replicates=2
    )
    linked = link.difficulty(both["mean_other"].to_numpy(dtype=float))
    items = pd.DataFrame({"item": both["item"], "one": both["mean"], "other": linked})
    items["moved"] = quantile_bins(items["one"].to_numpy(), DECILES) != quantile_bins(linked, DECILES)
    rho, low, high = resampled_spearman([items["one"].to_numpy()], linked)[0]
    return Refitted(items, link.slope, link.intercept, rho, low, high)
