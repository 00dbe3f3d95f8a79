"""How gain falls, a logit, with the distance between the bin trained on and the bin tested on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.transfer.resampled import NOTHING, PROB, Estimate, Resampled

SMALLEST = 1e-9  # squared logits: what is left of distances that rows and columns explain is rounding
NUDGE = 1e-9  # in cells, of which every row and bin that counts has at least one


@dataclass(frozen=True)
class Decay:
    """How gain falls with distance.

    Attributes
    ----------
    points
        One row a cell of a row trained on a single bin: ``train_bin``, ``test_bin`` (from 0), ``distance``
        (test minus train, logits), ``gain``, ``low``, ``high`` (95% interval of that cell alone).
    slope
        Change of gain per logit of distance, negative where gain decays.
    towards_easier, towards_harder
        The same of cells whose test bin is easier, or harder, than the bin trained on.
    p_permutation
        Of no decay, one-sided; NaN where there is no slope.
    """

    points: pd.DataFrame
    slope: Estimate
    towards_easier: Estimate
    towards_harder: Estimate
    p_permutation: float


def decay(
    resampled: Resampled,
    trained: np.ndarray,
    centres: np.ndarray,
    *,
    permutations: int = 2000,
    seed: int = 0,
) -> Decay:
    """Estimate the slope of gain on distance.

    A bin's own cell never counts: what is gained there says nothing of distance. The slope is that of least
    squares with an effect of every row and of every column beside it, so that neither test bins with no room
    to gain nor training sets that are good everywhere can pose as decay. It is the mean of the slopes to
    either side: within one side, a distance is a difference of two centres and hence itself an effect of row
    and column. So those two have column effects only: each compares training sets on the same test bin, where
    ceiling and floor are the same for all, and a training set that is good everywhere does count.

    The permutation test asks whether it matters which row was trained on which bin (Mantel 1967, "The
    detection of disease clustering", Cancer Research 27, with only one margin permuted, since test bins
    differ in noise and rows do not). Of m permutations, b have a partial correlation of gain with distance,
    beside rows and columns and without a diagonal of their own, at least as low: the p-value is
    (b + 1) / (m + 1) (Phipson and Smyth 2010, "Permutation p-values should never be zero", Stat. Appl.
    Genet. Mol. Biol. 9). Where training helps its own bin alone the test is conservative.

    Parameters
    ----------
    resampled
        Gains on any scale.
    trained
        Bin that each row was trained on, from 0, −1 for a row that does not count; see `trained_bin`.
    centres
        Mean difficulty of each bin in logits, NaN for an empty one; shape ``(bins,)``.
    permutations, seed
        Of the test.

    Returns
    -------
    Decay
        With an empty frame where no row counts, and without a slope where fewer than three bins, or rows,
        are left: rows and columns then explain all of distance.
    """
    counted = trained >= 0
    labels = trained[counted]
    distance = centres - centres[labels][:, None]
    gain = resampled.gain[counted]
    known = np.isfinite(gain) & np.isfinite(distance)

    def estimate(weights: np.ndarray) -> Estimate:
        if not weights.any():
            return NOTHING
        everywhere = np.zeros(resampled.gain.shape)
        everywhere[counted] = weights
        return resampled.combination(everywhere)

    off = known & (labels[:, None] != np.arange(len(centres)))
    slope = estimate(_as_weights(_residuals(off, np.abs(distance))[0]))
    return Decay(
        points=_points(resampled, counted, labels, distance),
        slope=slope,
        towards_easier=estimate(_within_columns(-distance, off & (distance < 0))),
        towards_harder=estimate(_within_columns(distance, off & (distance > 0))),
        p_permutation=np.nan
        if np.isnan(slope.gain)
        else _permuted(gain, known, labels, centres, permutations, seed),
    )


def mean_by_distance(
    resampled: Resampled, trained: np.ndarray, centres: np.ndarray, *, groups: int = 4
) -> pd.DataFrame:
    """Mean gain over cells at about the same distance, a bin's own cells left out.

    Parameters
    ----------
    resampled, trained, centres
        As of `decay`.
    groups
        Groups of about as many cells on either side.

    Returns
    -------
    DataFrame
        One row a group, from the easiest test bins: ``distance`` (mean of test minus train, logits),
        ``cells``, and the fields of `Estimate`.
    """
    own = np.where(trained >= 0, trained, 0)
    distance = np.where((trained >= 0)[:, None], centres - centres[own][:, None], np.nan)
    distance[np.isnan(resampled.gain)] = np.nan
    found, weights = [], []
    for side in (distance < 0, distance > 0):
        if not side.any():
            continue
        edges = np.quantile(distance[side], np.linspace(0, 1, groups + 1)[1:-1])
        group = np.digitize(distance, edges)
        for number in range(groups):
            cells = side & (group == number)
            if cells.any():
                found.append((distance[cells].mean(), int(cells.sum())))
                weights.append(cells / cells.sum())
    means = resampled.combinations(np.array(weights)) if weights else []
    rows = [(*at, *mean) for at, mean in zip(found, means, strict=True)]
    return pd.DataFrame(rows, columns=["distance", "cells", *Estimate._fields])


def _points(
    resampled: Resampled, counted: np.ndarray, labels: np.ndarray, distance: np.ndarray
) -> pd.DataFrame:
    se, df = (value[counted] for value in resampled.cells())
    gain, reach = resampled.gain[counted], stats.t.isf((1 - PROB) / 2, df) * se
    train_bin, test_bin = np.broadcast_arrays(labels[:, None], np.arange(resampled.n_bins))
    columns = {
        "train_bin": train_bin,
        "test_bin": test_bin,
        "distance": distance,
        "gain": gain,
        "low": gain - reach,
        "high": gain + reach,
    }
    return pd.DataFrame({name: column.ravel() for name, column in columns.items()})


def _residuals(cells: np.ndarray, *each: np.ndarray) -> list[np.ndarray]:
    """What is left of values when effects of rows and columns have explained what they can, zero elsewhere.

    Parameters
    ----------
    cells
        The cells that count, shape ``(…, rows, bins)``.
    *each
        Values, of a shape that broadcasts to that.
    """
    in_rows, in_columns = cells.sum(axis=-1), cells.sum(axis=-2)
    per_row = np.divide(1.0, in_rows, out=np.zeros(in_rows.shape), where=in_rows > 0)
    # With rows eliminated, a system in the columns alone is left to solve, half as wide.
    shares = cells * per_row[..., None]
    system = -np.swapaxes(cells, -1, -2).astype(float) @ shares
    diagonal = np.arange(cells.shape[-1])
    # Effects that leave each other open (all columns up, all rows down) fit the same; the nudge chooses one.
    system[..., diagonal, diagonal] += in_columns + NUDGE
    inverse = np.linalg.inv(system)  # a fifth of the time of a pseudo-inverse
    left = []
    for values in each:
        values = np.where(cells, values, 0.0)
        of_rows = values.sum(axis=-1)
        between = values.sum(axis=-2) - (of_rows[..., None, :] @ shares)[..., 0, :]
        columns = inverse @ between[..., None]
        rows = per_row * of_rows - (shares @ columns)[..., 0]
        fitted = rows[..., None] + np.swapaxes(columns, -1, -2)
        left.append(np.where(cells, values - fitted, 0.0))
    return left


def _as_weights(rest: np.ndarray) -> np.ndarray:
    """Weights of cells in the slope on distances of which ``rest`` is left: r / Σ r², zero where nothing is.

    That the slope is Σ r g / Σ r² is Frisch and Waugh's theorem (1933, Econometrica 1).
    """
    left = (rest**2).sum()
    return rest / left if left > SMALLEST else np.zeros(rest.shape)


def _within_columns(distance: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Weights of cells in the least squares slope on distance beside effects of columns."""
    distance = np.where(cells, distance, 0.0)
    mean = distance.sum(axis=0) / np.maximum(1, cells.sum(axis=0))
    return _as_weights(np.where(cells, distance - mean, 0.0))


def _permuted(
    gain: np.ndarray, known: np.ndarray, labels: np.ndarray, centres: np.ndarray, permutations: int, seed: int
) -> float:
    """One-sided p-value of the correlation with distance among those of permuted training bins."""
    drawn = np.random.default_rng(seed).permuted(np.tile(labels, (permutations, 1)), axis=1)
    labelled = np.concatenate([labels[None], drawn])
    cells = (
        known & (labelled[..., None] != np.arange(len(centres))) & np.isfinite(centres[labelled])[..., None]
    )
    distance, rest = _residuals(cells, np.abs(centres - centres[labelled][..., None]), gain)
    scale = np.sqrt((distance**2).sum(axis=(1, 2)) * (rest**2).sum(axis=(1, 2)))
    together = (distance * rest).sum(axis=(1, 2)) / np.where(scale > 0, scale, np.inf)
    return float(np.count_nonzero(together <= together[0] + 1e-9) / len(together))
