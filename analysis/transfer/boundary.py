"""Where along the test bins the gain of a training set changes its course, if it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.transfer.resampled import NOTHING, Estimate, Resampled, estimates
from analysis.transfer.significance import false_discovery_rate, simultaneous

FOUND, STRAIGHT, UNKNOWN = "boundary", "straight", "cannot tell"
DROPS, LEVELS = "drops faster beyond", "levels off beyond"
FEWEST = 5  # cells; two lines that meet have four parameters
PLACES = 33  # where a boundary is looked for
LEAST_VARIANCE = (
    4  # a cell without any change has no error that could be known: a quarter of the middling one
)
ALPHA, TAILS = 0.05, (2.5, 97.5)
CERTAIN = 1e6  # degrees of freedom where one run a row tells nothing of how runs differ
COLUMNS = ["row", "train", "train_bin", "cells", "kink", "p", "q", "boundary", "low", "high"]
COLUMNS += ["slope_easier", "slope_harder", "drop", "shape", "verdict"]


class _Bend(NamedTuple):
    """The best bend of one row: what two lines that meet say that one line does not."""

    row: int
    train_bin: int
    train: str
    x: np.ndarray  # centres of its cells, logits
    places: np.ndarray  # where a boundary may be, logits
    kink: float  # slope beyond minus slope before, at the best place
    p: float
    best: int  # which place
    drawn: np.ndarray  # the best place in every replicate, logits
    slopes: np.ndarray  # on the easier side of the best place and on the harder
    straight: bool


@dataclass(frozen=True)
class Boundaries:
    """Where gain changes its course, for each training bin.

    Attributes
    ----------
    table
        One row a training bin with at least five cells, else none: ``row``, ``train`` (label), ``train_bin``
        (from 0), ``cells``, ``kink`` (slope on the harder side minus slope on the easier, gain per logit),
        ``p`` (of no kink anywhere), ``q`` (Benjamini–Hochberg over training bins), ``boundary``, ``low``,
        ``high`` (logits), ``slope_easier``, ``slope_harder`` (gain per logit on its sides), ``drop`` (fall of
        the fitted gain on the side that is steeper, ≥ 0), ``shape`` (`DROPS` where gain falls off on leaving
        the boundary faster than towards it, else `LEVELS`) and ``verdict``: `FOUND` for q < .05; `STRAIGHT`
        where a kink as large as that of a plateau that ends in the middle, with the straight line's fall
        beyond it, is outside a 95% band; else `UNKNOWN`.
    moves
        How far the boundary moves when the training bin moves by a logit, over training bins with a boundary
        beyond which gain drops: logits per logit, 0 for a boundary that stays, 1 for one that moves along;
        NaN where fewer than three training bins have such a boundary.
    """

    table: pd.DataFrame
    moves: Estimate


def boundaries(resampled: Resampled, trained: np.ndarray, centres: np.ndarray) -> Boundaries:
    """Compare, for each training bin, gain over test bins as two lines that meet with one straight line.

    The test is of the largest |kink| over all places it may have, in standard errors: with the place fixed,
    the kink of a weighted least squares fit is a weighted sum of cells, whose error `Resampled.combination`
    knows, and which is zero on average where gain is straight. What chance makes of the largest is read off
    the replicates (Andrews 1993, "Tests for parameter instability with unknown change point", Econometrica
    61, for why the place must be paid for; Hinkley 1969, "Inference about the intersection in two-phase
    regression", Biometrika 56, for lines that meet). The interval of the place holds the central 95% of the
    places found in the replicates.

    Parameters
    ----------
    resampled
        Gains on any scale. On proportions, ceiling and floor bend lines that are straight in log odds.
    trained
        Bin that each row was trained on, from 0, −1 for a row that does not count; see `trained_bin`.
    centres
        Mean difficulty of each bin in logits, NaN for an empty one; shape ``(bins,)``.

    Returns
    -------
    Boundaries
        Without rows where no training bin has enough cells.
    """
    bends = _bends(resampled, trained, centres)
    table = _table(bends)
    dropping = table.index[(table["verdict"] == FOUND) & (table["shape"] == DROPS)]
    return Boundaries(table, _moves([bends[number] for number in dropping], resampled.seeds, centres))


def _moves(bends: list[_Bend], seeds: np.ndarray, centres: np.ndarray) -> Estimate:
    """Least squares slope of the boundary on the mean difficulty of the training bin, logits per logit.

    Its error is that of the same slope in the replicates; ``seeds`` are the runs of each row.
    """
    at = np.array([centres[bend.train_bin] for bend in bends])
    if len(np.unique(at)) < 3:
        return NOTHING
    weights = (at - at.mean()) / ((at - at.mean()) ** 2).sum()
    slope = weights @ np.array([bend.places[bend.best] for bend in bends])
    drawn = weights @ np.array([bend.drawn for bend in bends])
    runs = sum(seeds[bend.row] - 1 for bend in bends)
    return estimates(*np.array([[slope], [drawn.var()], [runs if runs else CERTAIN]], dtype=float))[0]


def _bends(resampled: Resampled, trained: np.ndarray, centres: np.ndarray) -> list[_Bend]:
    """Return the best bend of every row that was trained on a single bin and has enough cells."""
    variance, draws = resampled.cells()[0] ** 2, resampled.calibrated()
    bends = []
    for row in np.flatnonzero(trained >= 0):
        bins = np.flatnonzero(np.isfinite(resampled.gain[row]) & np.isfinite(centres))
        bins = bins[np.argsort(centres[bins], kind="stable")]
        least = np.median(variance[row, bins]) / LEAST_VARIANCE if len(bins) else 0.0
        if len(np.unique(centres[bins])) >= FEWEST and least > 0:
            root = 1 / np.sqrt(np.maximum(variance[row, bins], least))
            own = int(row), int(trained[row])
            bends.append(_bend(resampled, own, bins, centres[bins], root, draws[:, row, bins]))
    return bends


def _bend(
    resampled: Resampled,
    own: tuple[int, int],
    bins: np.ndarray,
    x: np.ndarray,
    root: np.ndarray,
    draws: np.ndarray,
) -> _Bend:
    """Fit two lines that meet to a row's gains at centres ``x``, by least squares with weights root²."""
    row, train_bin = own
    places = np.interp(np.linspace(1, len(x) - 2, PLACES), np.arange(len(x)), x)
    hinge = np.maximum(0.0, x - places[:, None])
    design = np.stack(np.broadcast_arrays(1.0, x, hinge), axis=-1) * root[:, None]
    weights = np.linalg.pinv(design) * root  # (places, coefficients, cells)
    everywhere = np.zeros((PLACES, *resampled.gain.shape))
    everywhere[:, row, bins] = weights[:, 2]
    kink, _, _, se, df = np.array(resampled.combinations(everywhere)).T
    drawn = draws[np.isfinite(draws).all(axis=1)] @ weights[:, 2].T
    times, p = simultaneous(kink, se, df, drawn)
    best = int(np.argmax(np.abs(kink) / se))
    gain = resampled.gain[row, bins]
    before = weights[best, 1] @ gain
    slope = (np.linalg.pinv(np.stack([root, x * root], axis=-1)) * root)[1] @ gain
    middle = PLACES // 2
    plateau = np.abs(slope) * (x[-1] - x[0]) / max(x[-1] - places[middle], places[middle] - x[0])
    return _Bend(
        row=row,
        train_bin=train_bin,
        train=resampled.rows["label"].iloc[row],
        x=x,
        places=places,
        kink=kink[best],
        p=float(p.min()),
        best=best,
        drawn=places[np.argmax(np.sign(kink[best]) * drawn / se, axis=1)],
        slopes=np.array([before, before + kink[best]]),
        straight=bool(np.abs(kink[middle]) + times[middle] * se[middle] < plateau),
    )


def _table(bends: list[_Bend]) -> pd.DataFrame:
    found = []
    for bend in bends:
        place = bend.places[bend.best]
        low, high = np.percentile(bend.drawn, TAILS)
        sides = np.abs(bend.slopes * (place - bend.x[[0, -1]]))
        found.append(
            {
                "row": bend.row,
                "train": bend.train,
                "train_bin": bend.train_bin,
                "cells": len(bend.x),
                "kink": bend.kink,
                "p": bend.p,
                "boundary": place,
                # Beyond the last place there is one cell only, whose side of the boundary nothing tells.
                "low": low if low > bend.places[0] else bend.x[0],
                "high": high if high < bend.places[-1] else bend.x[-1],
                "slope_easier": bend.slopes[0],
                "slope_harder": bend.slopes[1],
                "drop": sides[np.argmax(np.abs(bend.slopes))],
                "shape": DROPS if bend.kink < 0 else LEVELS,
                "verdict": STRAIGHT if bend.straight else UNKNOWN,
            }
        )
    table = pd.DataFrame(found, columns=COLUMNS)
    table["q"] = false_discovery_rate(table["p"].to_numpy(dtype=float))
    table.loc[table["q"] < ALPHA, "verdict"] = FOUND
    return table
