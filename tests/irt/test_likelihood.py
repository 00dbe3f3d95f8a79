"""The fast likelihood against integrals done one model at a time, straight from the matrix."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.special import expit
from scipy.stats import norm

from analysis.irt import brute_force, pilot
from analysis.irt.scores import score_groups
from analysis.irt.windows import Point, place_windows
from tests.irt.simulated import rasch, tidy


def integrated(responses: pd.DataFrame, difficulty: np.ndarray, mean: float, sd: float) -> float:
    """Log-likelihood by adaptive quadrature of Π p^y (1 − p)^(1 − y) φ(θ), model by model."""
    total = 0.0
    for _, own in responses.groupby("model"):
        b, right = difficulty[own["item"]], own["correct"].to_numpy()

        def density(ability: float, b: np.ndarray = b, right: np.ndarray = right) -> float:
            p = expit(ability - b)
            return float(np.where(right, p, 1 - p).prod() * norm.pdf(ability, mean, sd))

        value, _ = quad(density, mean - 12 * sd, mean + 12 * sd, points=[mean], epsabs=0, epsrel=1e-11)
        total += np.log(value)
    return total


CASES = {
    "complete": np.array([[1, 0, 1, 1], [0, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 0, 1]]),
    "block missing": np.array([[1, 0, 1, 1], [1, 0, np.nan, np.nan], [0, 0, 1, 1], [1, 1, np.nan, np.nan]]),
    "scattered missing": np.array(
        [[1, np.nan, 1, 0], [np.nan, 0, 1, 1], [0, 1, np.nan, 1], [1, 1, 1, np.nan]]
    ),
}


@pytest.mark.parametrize("matrix", CASES.values(), ids=CASES)
@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (-1.5, 0.3), (0.8, 3.0)])
def test_windows_brute_force_and_quadrature_agree(matrix: np.ndarray, mean: float, sd: float) -> None:
    responses = tidy(matrix.astype(float))
    groups = score_groups(responses)
    difficulty = np.array([-1.2, 0.1, 0.3, 0.8])
    expected = integrated(responses, difficulty, mean, sd)
    assert brute_force.log_likelihood(groups, difficulty, mean, sd) == pytest.approx(expected, abs=1e-8)
    windows = place_windows(groups, [Point(difficulty, mean, sd)])
    assert windows.log_likelihood(difficulty, mean, sd) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_long_tests_and_parameters_away_from_where_windows_were_placed(missing: float) -> None:
    """With 1,200 items an ability is known to ±0.07; a posterior draw differs a little from the pilot."""
    truth, responses = rasch(60, 1200, seed=3, missing=missing)
    groups = score_groups(responses)
    centred = truth - truth.mean()
    windows = place_windows(groups, [Point(centred, -truth.mean(), 1.2)])
    rng = np.random.default_rng(0)
    for _ in range(3):
        draw = centred + 0.3 * rng.standard_normal(len(centred))
        draw -= draw.mean()
        fast = windows.log_likelihood(draw, -truth.mean() + 0.1, 1.3)
        assert fast == pytest.approx(
            brute_force.log_likelihood(groups, draw, -truth.mean() + 0.1, 1.3), abs=0.01
        )


def test_windows_in_another_gauge_are_caught() -> None:
    """The trap of design.md: R-hat is blind to it, the comparison with brute force is not."""
    truth, responses = rasch(300, 200, seed=1)
    groups = score_groups(responses)
    centred, mean = truth - truth.mean(), -truth.mean()
    elsewhere = place_windows(groups, [Point(centred + 1.5, mean + 1.5, 1.2)])
    wrong = elsewhere.log_likelihood(centred, mean, 1.2) - brute_force.log_likelihood(
        groups, centred, mean, 1.2
    )
    assert abs(wrong) > 100


def test_pilot_gradient_is_the_derivative() -> None:
    _, responses = rasch(40, 6, seed=2, missing=0.2)
    _, windows = pilot.estimate(score_groups(responses))
    point = np.array([-0.4, 0.3, 1.0, -0.6, 0.2, -0.5, 0.1, 0.05])
    _, gradient = pilot._loss(point, windows)
    numeric = approx_fprime(point, lambda at: pilot._loss(at, windows)[0], 1e-6)
    np.testing.assert_allclose(gradient, numeric, atol=2e-3)


def test_pilot_finds_the_truth() -> None:
    truth, responses = rasch(2000, 60, seed=4)
    found, windows = pilot.estimate(score_groups(responses))
    assert found.difficulty.sum() == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(found.difficulty - found.mean, truth, atol=0.3)
    assert found.sd == pytest.approx(1.2, abs=0.1)
    assert windows.smallest_sd < found.sd / 1.05
