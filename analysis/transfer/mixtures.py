"""What a training mix over bins would be expected to give: an extrapolation from what its parts gave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.transfer.resampled import NOTHING, Estimate, Resampled

UNIFORM, EASY_HEAVY, HARD_HEAVY, BELL, TYPED = "uniform", "easy-heavy", "hard-heavy", "bell-shaped", "typed"
SHAPES = (UNIFORM, EASY_HEAVY, HARD_HEAVY, BELL, TYPED)
MEAN = -1  # stands for the mean over all test bins
BELL_SDS = 2.0  # of the bell between the middle and either end


def shares(shape: str, n_bins: int, typed: tuple[float, ...] = ()) -> np.ndarray:
    """Return each training bin's share of a mix, easy first, shape ``(bins,)``, summing to 1.

    Parameters
    ----------
    shape
        ``"uniform"``; ``"easy-heavy"``, falling in proportion to K, K − 1, … 1, and ``"hard-heavy"``, its
        mirror image; ``"bell-shaped"``, normal around the middle bin, two sds to either end; ``"typed"``.
    n_bins
        Number of bins K.
    typed
        Shares in any unit, one a bin, for ``"typed"``.

    Raises
    ------
    AtlasError
        If the shape is none of these, or typed shares cannot be used.
    """
    place = np.arange(n_bins)
    if shape == UNIFORM:
        weights = np.ones(n_bins)
    elif shape in (EASY_HEAVY, HARD_HEAVY):
        weights = (n_bins - place if shape == EASY_HEAVY else place + 1).astype(float)
    elif shape == BELL:
        middle = (n_bins - 1) / 2
        weights = np.exp(-0.5 * ((place - middle) / max(middle, 1) * BELL_SDS) ** 2)
    elif shape == TYPED:
        weights = np.array(typed, dtype=float)
        if len(weights) != n_bins:
            raise AtlasError(f"Type {n_bins} shares, one for each training bin; there are {len(weights)}.")
        if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
            raise AtlasError("Shares must be numbers, none below zero and not all zero.")
    else:
        raise AtlasError(f"No mix {shape!r}; there are: {', '.join(SHAPES)}.")
    return np.asarray(weights / weights.sum())


def expected(resampled: Resampled, trained: np.ndarray, mix: np.ndarray) -> pd.DataFrame:
    """Estimate what a mix would give on each test bin if its parts worked side by side.

    The gain of a mix is taken as the average of the gains of its bins alone, weighted by their shares. That
    is an extrapolation: parts may help or disturb each other, and a run on a mix sees less of each bin.
    `checked` compares it with ranges that were run.

    Parameters
    ----------
    resampled
        The measured gains.
    trained
        Test bin that each row was trained on, −1 for rows of several bins, shape ``(rows,)``.
    mix
        Share of each training bin, shape ``(bins,)``.

    Returns
    -------
    DataFrame
        One row a test bin, and a first one for their mean: ``test_bin`` (from 0, or `MEAN`), the fields of
        `Estimate`, and ``blank``: which part of the mix was not run or has no estimate there, else missing.
    """
    weights = _weights(trained, mix)
    found = []
    for test_bin in (MEAN, *range(resampled.n_bins)):
        cells = _cells(weights, test_bin, resampled.n_bins)
        missing = [
            str(bin_ + 1)
            for bin_ in np.flatnonzero(mix)
            if not np.isfinite(resampled.gain[trained == bin_][:, cells.any(axis=0)]).all()
            or not (trained == bin_).any()
        ]
        estimate = NOTHING if missing else resampled.combination(cells)
        blank = f"no run on bin {', '.join(missing)} tells" if missing else None
        found.append({"test_bin": test_bin, **estimate._asdict(), "blank": blank})
    return pd.DataFrame(found)


def checked(resampled: Resampled, trained: np.ndarray) -> pd.DataFrame:
    """Compare what was measured of runs on ranges of bins with what is expected of the same mix.

    Parameters
    ----------
    resampled, trained
        As of `expected`. Items of a range were drawn evenly from its bins.

    Returns
    -------
    DataFrame
        One row a range that was run and a test bin, as in `expected`: ``train`` (label), ``test_bin``,
        ``measured``, ``expected`` (gains) and the fields of `Estimate` of measured − expected. Ranges with a
        part that was not run alone are absent.
    """
    found = []
    for row in np.flatnonzero(trained < 0):
        first, last, of = resampled.rows[["first_bin", "last_bin", "bins_of"]].iloc[row]
        if pd.isna(of) or of != resampled.n_bins or first == last:
            continue
        mix = np.zeros(resampled.n_bins)
        mix[int(first) - 1 : int(last)] = 1 / (last - first + 1)
        weights = -_weights(trained, mix)
        if not np.isclose(weights.sum(), -1):
            continue
        weights[row] = 1
        test_bins = (MEAN, *range(resampled.n_bins))
        every = np.array([_cells(weights, test_bin, resampled.n_bins) for test_bin in test_bins])
        for test_bin, cells, difference in zip(test_bins, every, resampled.combinations(every), strict=True):
            measured = np.sum(np.where(cells[row] != 0, resampled.gain[row] * cells[row], 0.0))
            found.append(
                {
                    "train": resampled.rows["label"].iloc[row],
                    "test_bin": test_bin,
                    "measured": measured,
                    "expected": measured - difference.gain,
                    **difference._asdict(),
                }
            )
    return pd.DataFrame(found, columns=["train", "test_bin", "measured", "expected", *Estimate._fields])


def _cells(weights: np.ndarray, test_bin: int, n_bins: int) -> np.ndarray:
    """Weights of rows as weights of cells: on one test bin, or the mean over all."""
    if test_bin == MEAN:
        return np.tile(weights[:, None], n_bins) / n_bins
    return np.where(np.arange(n_bins) == test_bin, weights[:, None], 0.0)


def _weights(trained: np.ndarray, mix: np.ndarray) -> np.ndarray:
    """Spread a mix over the rows that were trained on one bin each; two rows of a bin share its weight."""
    weights = np.zeros(len(trained))
    for bin_, share in enumerate(mix):
        own = trained == bin_
        if own.any():
            weights[own] = share / own.sum()
    return weights
