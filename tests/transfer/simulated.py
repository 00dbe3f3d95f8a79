"""A whole run matrix whose true gains are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from analysis.transfer import RunMatrix


def simulate_matrix(
    rng: np.random.Generator, gain: np.ndarray, *, items: int, runs: int, run_sd: float
) -> tuple[RunMatrix, np.ndarray]:
    """One row a single bin, ``items`` items a test bin, ``runs`` runs a row that deviate as a whole.

    Items of a bin share a noisy baseline, and some items gain more than others in every row.
    """
    n_bins = gain.shape[1]
    member = np.repeat(np.arange(n_bins), items)
    p = rng.uniform(0.3, 0.5, len(member))
    baseline = (rng.random(len(member)) < p).astype(float)
    row = np.repeat(np.arange(len(gain)), runs)
    deviation = run_sd * rng.standard_normal((len(row), 1))
    ease = rng.uniform(-0.1, 0.1, len(member))
    after = rng.random((len(row), len(member))) < p + ease + gain[row][:, member] + deviation
    return RunMatrix(
        single_bins(len(gain), n_bins), row, after - baseline, baseline, np.zeros(after.shape, dtype=bool)
    ), member


def single_bins(n_rows: int, n_bins: int) -> pd.DataFrame:
    """Rows trained on the first bins, one each."""
    number = np.arange(1, n_rows + 1)
    return pd.DataFrame(
        {"first_bin": number, "last_bin": number, "bins_of": n_bins, "label": number.astype(str)}
    )


def decaying_gain(n_bins: int) -> np.ndarray:
    """True gains that fall with distance and differ between bins of the same distance."""
    bins = np.arange(n_bins)
    return 0.2 - 0.05 * np.abs(np.subtract.outer(bins, bins)) + 0.02 * bins[:, None] - 0.02 * bins


def simulate_shifts(
    rng: np.random.Generator, shift: np.ndarray, *, items: int, runs: int, run_sd: float = 0.1
) -> tuple[RunMatrix, np.ndarray]:
    """Runs that shift every item's log odds by what their row and its bin say, from .98 right to .02.

    Items of a bin differ in difficulty. In a shared half of the items all answers go together, as those of
    models that descend from each other do; in the other half each is its own.
    """
    n_rows, n_bins = shift.shape
    member = np.repeat(np.arange(n_bins), items)
    ease = np.linspace(logit(0.98), logit(0.02), n_bins)[member] + 0.7 * rng.standard_normal(len(member))
    row = np.repeat(np.arange(n_rows), runs)
    luck = rng.random((len(row) + 1, len(member)))
    together = rng.random(len(member)) < 0.5
    luck[:, together] = luck[0, together]
    baseline = (luck[0] < expit(ease)).astype(float)
    moved = ease + shift[row][:, member] + run_sd * rng.standard_normal((len(row), 1))
    after = luck[1:] < expit(moved)
    return RunMatrix(
        single_bins(n_rows, n_bins), row, after - baseline, baseline, np.zeros(after.shape, bool)
    ), member
