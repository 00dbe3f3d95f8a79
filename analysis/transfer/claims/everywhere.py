"""Claims about all test bins at once: whether one training set helps, or spares, every one of them."""

from __future__ import annotations

import numpy as np

from analysis.transfer.claims.evidence import Evidence
from analysis.transfer.claims.extremes import Values, best_of_worst, of_cells, of_combinations
from analysis.transfer.claims.verdicts import (
    CANNOT_TELL,
    DOES_NOT_HOLD,
    HOLDS,
    POINTS,
    Claim,
    Part,
    Verdict,
    above,
    all_of,
    below,
    no_data,
)
from analysis.transfer.contrasts import FULL
from analysis.transfer.resampled import PROB, Estimate

MARGIN = 0.02  # a loss that is small enough to be called none, two points

NO_SINGLE_BIN = Claim(
    1,
    "No single bin helps all",
    "Whichever single bin is trained on, some test bin does not gain.",
    "the paper's abstract",
    "Every training bin's worst test bin is looked at, and of these the best. Holds if its simultaneous 95% "
    "interval is below zero, does not hold if it is above.",
)
FULL_RANGE = Claim(
    8,
    "The full range is robust",
    f"Training on all bins gains on average, and no test bin loses {100 * MARGIN:.0f} points or more.",
    "the seed article alone",
    f"Holds if the worst test bin's 95% interval is above −{100 * MARGIN:.0f} points and that of the mean "
    "over test bins above zero. Does not hold if either is below; that of the worst bin is simultaneous at "
    "its upper end, since any bin may be the worst.",
)
MIDDLE = Claim(
    10,
    "Middle bins balance best",
    "The single training bin that does most for all test bins together is one of the middle third.",
    "the seed article alone",
    "The best training bin of the middle third is compared with the best of the others by the mean gain over "
    "test bins. Holds if the 95% interval of the difference (simultaneous over training bins) is above zero, "
    "does not hold if it is below. The same by the worst test bin is given beside it and decides nothing.",
)


def no_single_bin(evidence: Evidence) -> Verdict:
    """Judge whether some single training bin helps every test bin."""
    gain, claim = evidence.resampled.gain, NO_SINGLE_BIN
    rows = np.flatnonzero(evidence.single & np.isfinite(gain).any(axis=1))
    if not len(rows):
        return no_data(claim, "No run was trained on a single bin.")
    best = best_of_worst(_cells_of(evidence, rows), reach=1.0)
    answer = below(best)
    part = Part("best of worst test bins", best, POINTS)
    row = rows[np.nanmin(gain[rows], axis=1).argmax()]
    says = {
        True: "every one of them leaves some test bin without a gain",
        False: "that training bin helps every test bin",
        None: "the data cannot tell whether one of them helps every test bin",
    }
    sentence = (
        f"Of {len(rows)} training bins, bin {evidence.trained[row] + 1} is the one whose worst test bin "
        f"(bin {np.nanargmin(gain[row]) + 1}) fares best, {part}: {says[answer]}."
    )
    return Verdict(claim, all_of(answer), sentence, (part,))


def full_range(evidence: Evidence) -> Verdict:
    """Judge whether training on the full range harms no test bin and helps on average."""
    gain, claim = evidence.resampled.gain, FULL_RANGE
    rows = np.flatnonzero(evidence.groups[FULL])
    if not len(rows):
        return no_data(claim, "No run was trained on the full range of bins.")
    cells = np.zeros(gain.shape, dtype=bool)
    cells[rows] = True
    if np.isnan(gain[cells]).all():
        return no_data(claim, "No test bin has enough held-out items.")
    worst = best_of_worst([of_cells(evidence.resampled, cells)], reach=1.0)
    mean = evidence.resampled.mean(cells)
    worst_part, mean_part = Part("worst test bin", worst, POINTS), Part("mean over test bins", mean, POINTS)
    verdict = all_of(above(worst, -MARGIN), above(mean))
    lost = np.nanargmin(gain[rows].min(axis=0)) + 1
    says = {
        HOLDS: f"on average it gains, and no test bin loses {100 * MARGIN:.0f} points or more",
        CANNOT_TELL: _undecided(worst, mean),
        DOES_NOT_HOLD: f"some test bin loses more than {100 * MARGIN:.0f} points"
        if below(worst, -MARGIN)
        else "on average it loses",
    }
    sentence = (
        f"Trained on the full range, all test bins together change by {mean_part} and the worst, bin {lost}, "
        f"by {worst_part}: {says[verdict]}."
    )
    return Verdict(claim, verdict, sentence, (worst_part, mean_part))


def middle_balances(evidence: Evidence) -> Verdict:
    """Judge whether the training bin that does most for all test bins is of the middle third."""
    claim, n_bins = MIDDLE, evidence.resampled.n_bins
    third = _third(evidence.trained, n_bins)
    middle, others = (np.flatnonzero(evidence.single & rows) for rows in (third == 1, third != 1))
    if not len(middle) or not len(others):
        return no_data(claim, "No runs were trained on single bins of the middle third and of another.")
    known = np.isfinite(evidence.resampled.gain[np.concatenate([middle, others])]).all(axis=0)
    if not known.any():
        return no_data(claim, "No test bin has enough held-out items of all training bins.")
    mean = best_of_worst([_ahead(evidence, row, others, known) for row in middle.tolist()], reach=2.0)
    worst = _difference(
        *(
            best_of_worst(_cells_of(evidence, rows, known), reach=1.0, prob=(1 + PROB) / 2)
            for rows in (middle, others)
        )
    )
    parts = (
        Part("mean: best middle minus other", mean, POINTS),
        Part("worst bin: best middle minus other", worst, POINTS),
    )
    says = {
        True: "one of the middle third is best",
        False: "one outside the middle third is best",
        None: "the data cannot tell whether one of the middle third is best",
    }
    first, last = evidence.trained[middle].min() + 1, evidence.trained[middle].max() + 1
    of = f"bins {first} to {last}" if first < last else f"bin {first}"
    answer = above(mean)
    sentence = (
        f"In the mean over test bins the best training bin of the middle third ({of}) is ahead of the best "
        f"other by {parts[0]}: {says[answer]}. In the worst test bin it is ahead by {parts[1]}."
    )
    return Verdict(claim, all_of(answer), sentence, parts)


def _cells_of(evidence: Evidence, rows: np.ndarray, columns: np.ndarray | None = None) -> list[Values]:
    """Each row's cells as one group of values."""
    groups = []
    for row in rows:
        cells = np.zeros(evidence.resampled.gain.shape, dtype=bool)
        cells[row] = True if columns is None else columns
        groups.append(of_cells(evidence.resampled, cells))
    return groups


def _ahead(evidence: Evidence, row: int, others: np.ndarray, columns: np.ndarray) -> Values:
    """How far a row's mean gain is ahead of each other row's."""
    weights = []
    for other in others:
        one = np.zeros(evidence.resampled.gain.shape)
        one[row, columns], one[other, columns] = 1 / columns.sum(), -1 / columns.sum()
        weights.append(one)
    return of_combinations(evidence.resampled, weights)


def _difference(one: Estimate, other: Estimate) -> Estimate:
    """Subtract estimates of which nothing is known together: the ends of the interval add up."""
    return Estimate(one.gain - other.gain, one.low - other.high, one.high - other.low, np.nan, np.nan)


def _third(bins: np.ndarray, n_bins: int) -> np.ndarray:
    """0 for bins within the easiest third, 2 for those within the hardest, 1 for the others."""
    return np.where(3 * (bins + 1) <= n_bins, 0, np.where(3 * bins >= 2 * n_bins, 2, 1))


def _undecided(worst: Estimate, mean: Estimate) -> str:
    """Say what the data cannot tell of the full range."""
    open_ = []
    if above(mean) is None:
        open_.append("whether it gains on average")
    if above(worst, -MARGIN) is None:
        open_.append(f"whether some test bin loses more than {100 * MARGIN:.0f} points")
    return "the data cannot tell " + " or ".join(open_)
