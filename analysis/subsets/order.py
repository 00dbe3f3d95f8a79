"""The order that a subset leaves in: the ``index`` column, and the order of the file."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from analysis.errors import AtlasError

EASY_FIRST, HARD_FIRST, SHUFFLED = "easy-first", "hard-first", "shuffled"
LINEAR, SPIRAL = "linear-curriculum", "spiral-curriculum"
ORDERS = (EASY_FIRST, HARD_FIRST, SHUFFLED, LINEAR, SPIRAL)
CURRICULA = (LINEAR, SPIRAL)
ROUNDS = 5


def ordered(subset: pd.DataFrame, order: str, *, seed: int = 0, rounds: int = ROUNDS) -> pd.DataFrame:
    """Return a subset in the order asked for, with its place in it as the column ``index``, from 0.

    Curricula have rounds, named in the column ``round`` (from 1), and as many levels: equally many items
    each, by difficulty. In the *linear* curriculum a round is a level, easy to hard, shuffled within. In the
    *spiral* every round begins with the easiest level again and reaches one level further: the items of a
    level are spread over the rounds that reach it. Every item is there once.

    Parameters
    ----------
    subset
        As `analysis.subsets.select` returns it.
    order
        One of `ORDERS`.
    seed
        Of all that is shuffled; an item's lot depends on nothing but the seed and its id.
    rounds
        Of a curriculum; fewer if there are fewer items.

    Raises
    ------
    AtlasError
        If there is no such order, or fewer than two rounds.
    """
    if order not in ORDERS:
        raise AtlasError(f"No order {order!r}; there are: {', '.join(ORDERS)}.")
    if rounds < 2:
        raise AtlasError("A curriculum has at least two rounds.")
    if order in (EASY_FIRST, HARD_FIRST):
        placed = subset.sort_values(
            ["difficulty", "item_key"], ascending=[order == EASY_FIRST, True], kind="stable"
        )
    elif order == SHUFFLED:
        placed = subset.iloc[np.argsort(lottery(subset["item_key"], seed), kind="stable")]
    else:
        level, lots = _levels(subset, rounds), lottery(subset["item_key"], seed)
        number = level if order == LINEAR else _spiral(level, lots)
        place = np.lexsort((lots, level, number))
        placed = subset.assign(round=number + 1).iloc[place]
        placed.insert(0, "round", placed.pop("round"))
    placed = placed.reset_index(drop=True)
    placed.insert(0, "index", np.arange(len(placed)))
    return placed


def lottery(keys: pd.Series, seed: int) -> np.ndarray:
    """Return a number for each item that is as good as random, shape ``(items,)``.

    It is a hash of seed and id: the same item draws the same lot in every subset, so that a larger sample
    contains a smaller one of the same seed.
    """
    return np.array(
        [int.from_bytes(hashlib.sha256(f"{seed}\n{key}".encode()).digest()[:8], "big") for key in keys],
        dtype="u8",
    )


def _levels(subset: pd.DataFrame, rounds: int) -> np.ndarray:
    place = np.empty(len(subset), dtype=int)
    place[np.lexsort((subset["item_key"], subset["difficulty"]))] = np.arange(len(subset))
    return place * min(rounds, len(subset)) // max(len(subset), 1)


def _spiral(level: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """Spread each level's items evenly over the rounds from the first that reaches it to the last."""
    last = level.max(initial=0)
    frame = pd.DataFrame({"level": level, "lot": lots})
    drawn = frame.groupby("level")["lot"].rank(method="first").to_numpy() - 1
    size = frame.groupby("level")["lot"].transform("size").to_numpy()
    return (level + drawn * (last - level + 1) // size).astype(int)
