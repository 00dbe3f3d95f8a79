"""Bends of gain over test bins: p-values where there is none, places and movement where there is one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.transfer.bootstrap import resample
from analysis.transfer.boundary import DROPS, FOUND, STRAIGHT, UNKNOWN, boundaries
from analysis.transfer.resampled import Resampled
from tests.transfer.simulated import simulate_matrix

CENTRES = np.array([-2.2, -1.3, -0.8, -0.2, 0.3, 0.9, 1.5, 2.4])
ONE = np.array([3, -1])


def dropping(at: np.ndarray, fall: float = 0.16) -> np.ndarray:
    """A plateau up to a boundary, then so much lost a logit; a row a boundary."""
    return 0.25 - fall * np.maximum(0.0, CENTRES - at[:, None])


def simulated(seed: int, truth: np.ndarray, *, items: int = 120, run_sd: float = 0.04) -> Resampled:
    rng = np.random.default_rng([seed, 7])
    matrix, member = simulate_matrix(rng, truth, items=items, runs=4, run_sd=run_sd)
    return resample(matrix, member, 8, replicates=300, seed=seed)


def test_a_straight_line_has_a_boundary_at_the_rate_of_the_test() -> None:
    """Two rows that fall straight, 150 simulations: p-values at their rate, the verdict less often."""
    straight = np.array([0.25 - 0.06 * CENTRES, 0.1 + 0.03 * CENTRES])
    tables = [boundaries(simulated(seed, straight), np.array([0, 4]), CENTRES).table for seed in range(150)]
    p = np.concatenate([table["p"] for table in tables])
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=3.5 * np.sqrt(0.0475 / 300))
    assert np.quantile(p, 0.5) == pytest.approx(0.5, abs=0.12)
    assert np.mean([(table["verdict"] == FOUND).any() for table in tables]) < 0.1


@pytest.mark.parametrize("at", [-0.5, 0.6])
def test_the_place_is_covered_at_its_rate(at: float) -> None:
    truth = dropping(np.array([at, at]))
    tables = [boundaries(simulated(seed, truth), ONE, CENTRES).table.iloc[0] for seed in range(150)]
    assert np.mean([table["verdict"] == FOUND for table in tables]) > 0.7
    assert np.mean([table["low"] <= at <= table["high"] for table in tables]) >= 0.90
    assert np.median([table["boundary"] for table in tables]) == pytest.approx(at, abs=0.15)
    assert {table["shape"] for table in tables if table["verdict"] == FOUND} == {DROPS}
    assert np.mean([table["drop"] for table in tables]) == pytest.approx(0.16 * (2.4 - at), rel=0.1)
    assert np.mean([table["slope_easier"] for table in tables]) == pytest.approx(0, abs=0.02)


def test_the_kink_is_that_of_least_squares() -> None:
    """Where all cells are as noisy as each other, against a design matrix at the place that was found."""
    resampled = simulated(1, dropping(np.array([0.1, 0.1])))
    noise = np.random.default_rng(1).standard_normal((400, *resampled.gain.shape))
    noise = 0.03 * (noise - noise.mean(axis=0)) / noise.std(axis=0)
    same = replace(
        resampled,
        replicates=resampled.gain + noise,
        excess=np.zeros_like(resampled.excess),
        influence=np.zeros_like(resampled.influence),
    )
    found = boundaries(same, ONE, CENTRES).table.iloc[0]
    hinge = np.maximum(0, CENTRES - found["boundary"])
    design = np.stack([np.ones(8), CENTRES, hinge], axis=1)
    _, slope, kink = np.linalg.lstsq(design, same.gain[0], rcond=None)[0]
    assert (found["slope_easier"], found["kink"]) == pytest.approx((slope, kink))


def test_verdicts_tell_straight_from_unknown() -> None:
    steep = np.array([0.3 - 0.1 * CENTRES, 0.2 - 0.0 * CENTRES])
    known = boundaries(simulated(2, steep, items=600, run_sd=0.0), np.array([0, 1]), CENTRES).table
    assert known["verdict"].tolist() == [STRAIGHT, UNKNOWN], "nothing falls in the second"
    noisy = boundaries(simulated(3, steep, items=25), np.array([0, 1]), CENTRES).table
    assert noisy["verdict"].tolist() == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize("moving", [0.0, 0.5])
def test_how_far_the_boundary_moves_is_covered_at_its_rate(moving: float) -> None:
    trained = np.array([1, 3, 5, 6])
    truth = dropping(0.1 + moving * CENTRES[trained])
    found = [boundaries(simulated(seed, truth, items=200), trained, CENTRES).moves for seed in range(40)]
    known = [one for one in found if np.isfinite(one.gain)]
    assert len(known) > 34
    assert np.mean([one.low <= moving <= one.high for one in known]) >= 0.89
    assert np.median([one.gain for one in known]) == pytest.approx(moving, abs=0.1)


def test_where_nothing_can_be_known_nothing_is_said() -> None:
    resampled = simulated(4, dropping(np.array([0.0, 0.0])))
    assert boundaries(resampled, np.array([-1, -1]), CENTRES).table.empty
    assert np.isnan(boundaries(resampled, np.array([0, 1]), CENTRES).moves.gain)
    few = np.where(np.arange(8) < 4, CENTRES, np.nan)
    assert boundaries(resampled, ONE, few).table.empty
    resampled.gain[0, 2:] = np.nan
    resampled.replicates[:, 0, 2:] = np.nan
    assert boundaries(resampled, np.array([0, 1]), CENTRES).table["row"].tolist() == [1]
