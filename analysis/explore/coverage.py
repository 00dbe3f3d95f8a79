"""Whether a set of items covers the difficulties of another, and where it has gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binom

from analysis.irt.intervals import INTERVAL_PROB

NOTABLE = 0.05  # share of the reference that a stretch without items has to hold to be named
MOST = 0.5  # of the posterior draws that have to agree on a thin bin
CHANCE = 0.05  # probability, at most, that a set drawn at random from the reference has such a gap


@dataclass(frozen=True)
class Placed:
    """Items with their difficulties and their bins.

    Attributes
    ----------
    difficulty, bins
        Posterior mean and bin (from 0) of each item, shape ``(items,)``.
    draws, drawn_bins
        The same in posterior draws, shape ``(draws, items)``.
    """

    difficulty: np.ndarray
    bins: np.ndarray
    draws: np.ndarray
    drawn_bins: np.ndarray

    def __getitem__(self, items: np.ndarray) -> Placed:
        """Some of the items."""
        return Placed(
            self.difficulty[items], self.bins[items], self.draws[:, items], self.drawn_bins[:, items]
        )


@dataclass(frozen=True)
class Coverage:
    """What a set of items covers of a reference set.

    Attributes
    ----------
    bins
        One row a bin: ``bin`` (from 1), ``items`` (of the set), ``share`` (of the set), ``low``, ``high``
        (central 94% of the share over the posterior), ``reference`` (share of the reference), ``surely``
        (share of the posterior draws in which it has fewer items than chance explains), ``thin`` (it has so
        by the posterior means, and in most draws).
    holes
        Stretches of difficulty without any item of the set, the largest first: ``low``, ``high`` (−∞ below
        its easiest, ∞ above its hardest item), ``share`` (of the reference that is there), ``usual`` (items
        that as large a set of the reference would have there), ``expected`` (items of the set that are there
        by the posterior: difficulties are uncertain).
    missed
        Share of the reference that is in thin bins or in holes.
    """

    bins: pd.DataFrame
    holes: pd.DataFrame
    missed: float

    @property
    def complete(self) -> bool:
        """Whether no gap is known."""
        return self.holes.empty and not self.bins["thin"].any()


def coverage(members: Placed, reference: Placed, count: int) -> Coverage:
    """Compare the difficulties of a set with those of a reference.

    A bin is *thin* if a set of that size drawn from the reference would hold so few of its items with a
    probability below 5% over all bins (binomial; Bonferroni's share for each bin); difficulties being
    uncertain, in most posterior draws too. A *hole* is named if 5% of
    the reference are in it and the probability that such a set has one as large anywhere is below 5%: each of
    the n + 1 spacings that n items leave exceeds a share s with probability (1 − s)ⁿ (Pyke 1965, "Spacings",
    Journal of the Royal Statistical Society B 27). Both hold for draws with replacement, and more than hold
    for those without.

    Parameters
    ----------
    members, reference
        The items of the set, at least one, and those it is compared with, on one scale.
    count
        Number of bins.
    """
    bins, holes = _bins(members, reference, count), _holes(members, reference)
    missed = bins["thin"].to_numpy()[reference.bins]
    for low, high in zip(holes["low"], holes["high"], strict=True):
        missed |= (reference.difficulty > low) & (reference.difficulty < high)
    return Coverage(bins, holes, float(missed.mean()))


def _bins(members: Placed, reference: Placed, count: int) -> pd.DataFrame:
    size = len(members.difficulty)
    own = np.bincount(members.bins, minlength=count)
    share = np.bincount(reference.bins, minlength=count) / len(reference.bins)
    drawn = np.stack([np.bincount(bins, minlength=count) for bins in members.drawn_bins]) / size
    least = CHANCE / count
    surely = (binom.cdf(np.round(size * drawn), size, share) < least).mean(axis=0)
    tail = (1 - INTERVAL_PROB) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return pd.DataFrame(
        {
            "bin": np.arange(1, count + 1),
            "items": own,
            "share": own / size,
            "low": low,
            "high": high,
            "reference": share,
            "surely": surely,
            "thin": (binom.cdf(own, size, share) < least) & (surely >= MOST),
        }
    )


def _holes(members: Placed, reference: Placed) -> pd.DataFrame:
    size = len(members.difficulty)
    ends = np.concatenate([[-np.inf], np.unique(members.difficulty), [np.inf]])
    others = np.sort(reference.difficulty)
    first, last = np.searchsorted(others, ends[:-1], "right"), np.searchsorted(others, ends[1:], "left")
    share = (last - first) / len(others)
    named = (share >= NOTABLE) & ((size + 1) * (1 - share) ** size < CHANCE)
    holes = pd.DataFrame({"low": ends[:-1], "high": ends[1:], "share": share})[named]
    return holes.assign(
        usual=size * holes["share"],
        expected=[
            float(((members.draws > low) & (members.draws < high)).sum(axis=1).mean())
            for low, high in zip(holes["low"], holes["high"], strict=True)
        ],
    ).sort_values("share", ascending=False, ignore_index=True)
