"""Items cut into bins, and how sure it is which bin they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.bins.edges import (
    EQUAL_WIDTH,
    QUANTILE,
    TYPED,
    check_count,
    checked_edges,
    edges_between,
    members,
    share_of_draws,
    width_edges,
)


@dataclass(frozen=True)
class Bins:
    """Items cut into bins of difficulty.

    Attributes
    ----------
    strategy
        One of `STRATEGIES`.
    edges
        Inner edges in logits, ascending, shape ``(bins − 1,)``; an item on an edge is in the harder bin.
    member
        Each item's bin, shape ``(items,)``.
    probability
        P(item in bin) over the posterior, edges recomputed within every draw; shape ``(items, bins)``.
    """

    strategy: str
    edges: np.ndarray
    member: np.ndarray
    probability: np.ndarray

    @property
    def count(self) -> int:
        """Number of bins."""
        return len(self.edges) + 1

    @cached_property
    def sizes(self) -> np.ndarray:
        """Items in each bin, shape ``(bins,)``."""
        return np.bincount(self.member, minlength=self.count)

    @cached_property
    def own_probability(self) -> np.ndarray:
        """P(in bin) of the bin each item is put into, shape ``(items,)``."""
        return self.probability[np.arange(len(self.member)), self.member]

    @cached_property
    def overlap(self) -> np.ndarray:
        """Mean P(in bin) of the items put into each bin (row), shape ``(bins, bins)``; NaN if it is empty."""
        every_bin = np.arange(self.count)
        return pd.DataFrame(self.probability).groupby(self.member).mean().reindex(every_bin).to_numpy()

    def summary(self, difficulty: np.ndarray, proportion: np.ndarray) -> pd.DataFrame:
        """Say what each bin holds.

        Parameters
        ----------
        difficulty, proportion
            Each item's difficulty in logits and proportion right, shape ``(items,)``.

        Returns
        -------
        DataFrame
            One row a bin: ``bin`` (from 1), ``items``, ``easiest``, ``hardest`` (logits), ``proportion`` and
            ``p_in_bin`` (means over its items); all but the first two are missing where it is empty.
        """
        items = pd.DataFrame(
            {"difficulty": difficulty, "proportion": proportion, "p_in_bin": self.own_probability}
        )
        return (
            items.groupby(self.member + 1)
            .agg(
                items=("difficulty", "size"),
                easiest=("difficulty", "min"),
                hardest=("difficulty", "max"),
                proportion=("proportion", "mean"),
                p_in_bin=("p_in_bin", "mean"),
            )
            .reindex(pd.RangeIndex(1, self.count + 1, name="bin"))
            .assign(items=self.sizes)
            .reset_index()
        )


def cut(
    difficulty: np.ndarray,
    draws: np.ndarray,
    *,
    strategy: str = QUANTILE,
    count: int = 10,
    edges: Sequence[float] = (),
) -> Bins:
    """Cut items into bins.

    Parameters
    ----------
    difficulty
        Posterior mean difficulty in logits, shape ``(items,)``.
    draws
        Posterior draws of the same, shape ``(draws, items)``.
    strategy
        ``"quantile"`` (equally many items a bin), ``"equal-width"`` (equally many logits),
        ``"natural-breaks"`` (items of a bin differ as little as possible) or ``"typed"``.
    count
        Number of bins; with typed edges it follows from them.
    edges
        Inner edges in logits, for ``"typed"``.

    Raises
    ------
    AtlasError
        If the strategy, the count or the edges cannot be used.
    """
    if strategy == TYPED:
        inner = checked_edges(edges)
        count = len(inner) + 1
    else:
        check_count(count, difficulty, strategy)
    member = members(difficulty, strategy, (count,), edges)[0].astype(int)
    drawn = members_in_draws(draws, strategy=strategy, count=count, edges=edges)
    probability = np.stack([share_of_draws(drawn == bin_) for bin_ in range(count)], axis=1)
    if strategy == EQUAL_WIDTH:
        inner = width_edges(difficulty, count)
    elif strategy != TYPED:
        inner = edges_between(difficulty, member, count)
    return Bins(strategy, inner, member, probability)


def members_in_draws(
    draws: np.ndarray, *, strategy: str = QUANTILE, count: int = 10, edges: Sequence[float] = ()
) -> np.ndarray:
    """Return each item's bin in every posterior draw, edges recomputed, shape ``(draws, items)``.

    Parameters
    ----------
    draws
        Posterior draws of difficulty in logits, shape ``(draws, items)``.
    strategy, count, edges
        As of `cut`, which checks them.
    """
    return members(draws, strategy, (count,), edges)[0]
