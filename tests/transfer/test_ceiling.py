"""Decay, asymmetry and boundaries are not found where there is nothing but ceiling and floor.

Every run shifts the log odds of all items by the same; accuracy before training is .98 in the easiest bin and
.02 in the hardest. In percentage points the middle bins gain most, and the hard ones more than the easy ones.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.transfer.asymmetry import asymmetry
from analysis.transfer.bootstrap import resample
from analysis.transfer.boundary import FOUND, boundaries
from analysis.transfer.decay import decay
from analysis.transfer.gains import cell_table
from analysis.transfer.measures import LOG_ODDS
from analysis.transfer.resampled import Resampled
from tests.transfer.simulated import simulate_shifts

BINS = np.arange(10)
CENTRES = np.linspace(-3.9, 3.9, 10)
SIMULATIONS = 100
AT_MOST = 0.05 + 2.5 * np.sqrt(0.0475 / SIMULATIONS)
STRONG_MIDDLE = 1.5 * np.exp(-0.5 * ((BINS - 4.5) / 2) ** 2)


def simulated(seed: int, strength: np.ndarray, *, items: int = 100) -> Resampled:
    """Rows of the given shifts, the same for every test bin."""
    shift = np.repeat(strength[:, None], 10, axis=1)
    matrix, member = simulate_shifts(np.random.default_rng([seed, 3]), shift, items=items, runs=4)
    return resample(matrix, member, 10, replicates=300, seed=seed)


@pytest.fixture(scope="module")
def same_everywhere() -> list[Resampled]:
    """Half of the runs gain and half lose."""
    return [simulated(seed, np.full(10, 1.0 if seed % 2 else -0.8)) for seed in range(SIMULATIONS)]


def near_less_far(resampled: Resampled) -> float:
    """P-value of the plain comparison of neighbours with the farthest cells."""
    apart = np.abs(np.subtract.outer(BINS, BINS))
    near, far = apart == 1, apart >= 7
    return resampled.combination(near / near.sum() - far / far.sum()).p


def test_in_points_there_seem_to_be_both(same_everywhere: list[Resampled]) -> None:
    assert np.mean([near_less_far(each) < 0.05 for each in same_everywhere]) > 0.9
    assert np.mean([asymmetry(each, BINS).overall.p < 0.05 for each in same_everywhere]) > 0.5


def test_in_log_odds_neither_decay_nor_asymmetry_is_found(same_everywhere: list[Resampled]) -> None:
    found = []
    for each in same_everywhere:
        scaled = each.on_scale(LOG_ODDS)
        fall = decay(scaled, BINS, CENTRES, permutations=199)
        slopes = (fall.slope, fall.towards_easier, fall.towards_harder)
        ps = [slope.p for slope in slopes] + [fall.p_permutation, asymmetry(scaled, BINS).overall.p]
        found.append(np.array(ps) <= 0.05)
    rates = np.mean(found, axis=0)
    assert (rates <= AT_MOST).all(), rates


def test_in_log_odds_no_boundary_is_found(same_everywhere: list[Resampled]) -> None:
    """The verdict allows for ten training bins, so it is a false one in any of them that counts."""
    tables = [boundaries(each.on_scale(LOG_ODDS), BINS, CENTRES).table for each in same_everywhere[:40]]
    assert np.mean([(table["verdict"] == FOUND).any() for table in tables]) <= 0.05 + 2.5 * 0.0345


def test_training_sets_of_unlike_strength_are_no_decay() -> None:
    """Those of the middle bins are good everywhere, and in points that shows most in the middle bins."""
    found = []
    for seed in range(40):
        raw = simulated(seed, STRONG_MIDDLE, items=150)
        falls = [decay(each, BINS, CENTRES, permutations=99) for each in (raw, raw.on_scale(LOG_ODDS))]
        found.append([falls[0].slope.p < 0.05, falls[1].slope.p < 0.05, falls[1].p_permutation <= 0.05])
    in_points, in_log_odds, permuted = np.mean(found, axis=0)
    assert in_points > 0.3
    assert max(in_log_odds, permuted) <= 0.05 + 2.5 * np.sqrt(0.0475 / 40)


def test_log_odds_are_blank_where_there_are_too_few_answers_of_one_kind() -> None:
    resampled = simulated(1, np.zeros(10))
    before, gain = resampled.before.copy(), np.zeros((10, 10))
    before[:, 0], before[:, 1], before[:, 2], before[:, 9] = 1.0, 0.97, 0.95, 0.01
    gain[:, 0] = -0.2
    scaled = replace(resampled, before=before, gain=gain).on_scale(LOG_ODDS)
    blank = np.isnan(scaled.gain)
    assert blank[:, [0, 1, 9]].all(), "none wrong before; three wrong of 100; one right"
    assert not blank[:, 2:9].any()
    assert np.isnan(scaled.replicates[:, blank]).all()
    reasons = cell_table(replace(resampled, before=before, gain=gain), LOG_ODDS)["blank"]
    assert set(reasons[blank.ravel()]) == {"too near ceiling or floor"}
    assert reasons[~blank.ravel()].isna().all()
