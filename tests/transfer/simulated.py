"""A whole run matrix whose true gains are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
    number = np.arange(1, len(gain) + 1)
    rows = pd.DataFrame(
        {"first_bin": number, "last_bin": number, "bins_of": n_bins, "label": number.astype(str)}
    )
    return RunMatrix(rows, row, after - baseline, baseline, np.zeros(after.shape, dtype=bool)), member


def decaying_gain(n_bins: int) -> np.ndarray:
    """True gains that fall with distance and differ between bins of the same distance."""
    bins = np.arange(n_bins)
    return 0.2 - 0.05 * np.abs(np.subtract.outer(bins, bins)) + 0.02 * bins[:, None] - 0.02 * bins
