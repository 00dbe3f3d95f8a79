"""The fast likelihood against integrals done one model at a time, straight from the matrix."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.special import expit
from scipy.stats import norm

from analysis.irt import brute_force, pilot
from analysis.irt.likelihood import Kind, Likelihood
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.scores import group
from tests.irt.simulated import rasch, tidy

KINDS = [Kind(), Kind("rasch", 0.2), Kind("2pl"), Kind("2pl", 0.25)]
SLOPES = np.array([0.4, 1.0, 1.7, 2.5])
DIFFICULTY = np.array([-1.2, 0.1, 0.3, 0.8])


def integrated(matrix: np.ndarray, point: Point) -> float:
    """Log-likelihood by adaptive quadrature of Π P^y (1 − P)^(1 − y) φ(θ), model by model."""
    total = 0.0
    for row in matrix:
        seen = ~np.isnan(row)

        def density(ability: float, row: np.ndarray = row, seen: np.ndarray = seen) -> float:
            logit = point.discrimination * (ability - point.difficulty)
            p = point.asymptote + (1 - point.asymptote) * expit(logit)
            likelihood = np.where(row == 1, p, 1 - p)[seen].prod()
            return float(likelihood * norm.pdf(ability, point.mean, point.sd))

        ends = point.mean - 12 * point.sd, point.mean + 12 * point.sd
        value, _ = quad(density, *ends, points=[point.mean], epsabs=0, epsrel=1e-11)
        total += np.log(value)
    return total


def ready(matrix: ResponseMatrix, kind: Kind, *points: Point) -> Likelihood:
    groups = group(matrix, by_score=kind.counts_scores)
    return Likelihood.around(list(points), matrix, groups, kind, reach=10.0)


CASES = {
    "complete": np.array([[1, 0, 1, 1], [0, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 0, 1]]),
    "block missing": np.array([[1, 0, 1, 1], [1, 0, np.nan, np.nan], [0, 0, 1, 1], [1, 1, np.nan, np.nan]]),
    "scattered missing": np.array(
        [[1, np.nan, 1, 0], [np.nan, 0, 1, 1], [0, 1, np.nan, 1], [1, 1, 1, np.nan]]
    ),
}


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("matrix", CASES.values(), ids=CASES)
@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (-1.5, 0.3), (0.8, 3.0)])
def test_grid_brute_force_and_quadrature_agree(
    matrix: np.ndarray, mean: float, sd: float, kind: Kind
) -> None:
    slopes = SLOPES if kind.varies_discrimination else np.ones(4)
    point = Point(DIFFICULTY, mean, sd, slopes, kind.asymptote)
    responses = ResponseMatrix.of(tidy(matrix.astype(float)))
    expected = integrated(matrix, point)
    assert brute_force.log_likelihood(responses, point) == pytest.approx(expected, abs=1e-8)
    single_precision = 1e-4 if kind.asymptote else 1e-6
    assert ready(responses, kind, point).value(point) == pytest.approx(expected, abs=single_precision)


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_the_gradient_is_the_derivative(kind: Kind, missing: float) -> None:
    _, responses = rasch(80, 6, seed=2, missing=missing)
    matrix = ResponseMatrix.of(responses)
    slopes = np.linspace(0.5, 2.0, 6) if kind.varies_discrimination else np.ones(6)
    point = Point(np.array([-0.4, 0.3, 1.0, -0.6, 0.2, -0.5]), 0.3, 1.1, slopes, kind.asymptote)
    likelihood = ready(matrix, kind, point)

    def value(at: np.ndarray) -> float:
        return likelihood(at[:6], np.exp(at[6:12]), at[12], at[13])[0]

    at = np.concatenate([point.difficulty, np.log(slopes), [point.mean, point.sd]])
    _, by = likelihood(point.difficulty, slopes, point.mean, point.sd)
    # Values of the guessing models are in single precision: a wide step keeps their noise small.
    step, tolerance = (3e-2, 0.1) if kind.asymptote else (1e-6, 2e-3)
    forwards, backwards = approx_fprime(at, value, step), approx_fprime(at, value, -step)
    numeric = (forwards + backwards) / 2
    np.testing.assert_allclose(by.difficulty, numeric[:6], atol=tolerance)
    if kind.varies_discrimination or kind.asymptote:
        np.testing.assert_allclose(by.log_discrimination, numeric[6:12], atol=tolerance)
    np.testing.assert_allclose([by.mean, by.sd], numeric[12:], atol=tolerance)


@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("kind", [Kind(), Kind("2pl")], ids=str)
def test_long_tests_and_parameters_away_from_where_the_grid_was_placed(kind: Kind, missing: float) -> None:
    """With 1,200 items an ability is known to ±0.07; a posterior draw differs a little from the pilot."""
    _, responses = rasch(60, 1200, seed=3, missing=missing)
    matrix = ResponseMatrix.of(responses)
    groups = group(matrix, by_score=kind.counts_scores)
    best, near = pilot.estimate(matrix, groups, kind)
    likelihood = pilot.ready_for_posterior(best, matrix, groups, kind, near)
    for draw in pilot.scattered(best, near, kind, count=3, sds=1.0, seed=0):
        expected = brute_force.log_likelihood(matrix, draw)
        assert likelihood.value(draw) == pytest.approx(expected, abs=0.01)


def test_difficulties_out_of_reach_have_no_likelihood() -> None:
    matrix = ResponseMatrix.of(tidy(CASES["complete"].astype(float)))
    likelihood = ready(matrix, Kind(), Point(DIFFICULTY, 0.0, 1.0))
    far = np.array([-60.0, 20.0, 20.0, 20.0])
    assert likelihood(far, np.ones(4), 0.0, 1.0)[0] == -np.inf


def test_a_grid_in_another_gauge_is_caught() -> None:
    """The trap of design.md: R-hat is blind to it, the comparison with brute force is not."""
    truth, responses = rasch(300, 200, seed=1)
    matrix = ResponseMatrix.of(responses)
    point = Point(truth - truth.mean(), -truth.mean(), 1.2)
    elsewhere = Point(point.difficulty + 1.5, point.mean + 1.5, 1.2)
    wrong = ready(matrix, Kind(), elsewhere).value(point) - brute_force.log_likelihood(matrix, point)
    assert abs(wrong) > 100


def test_pilot_finds_the_truth() -> None:
    truth, responses = rasch(2000, 60, seed=4)
    matrix, kind = ResponseMatrix.of(responses), Kind()
    groups = group(matrix, by_score=True)
    found, near = pilot.estimate(matrix, groups, kind)
    assert found.difficulty.sum() == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(found.difficulty - found.mean, truth, atol=0.3)
    assert found.sd == pytest.approx(1.2, abs=0.1)
    wide = pilot.ready_for_posterior(found, matrix, groups, kind, near)
    assert wide.grid.smallest_sd < found.sd / 1.05


def test_pilot_finds_slopes() -> None:
    rng = np.random.default_rng(5)
    slopes, difficulty = np.exp(rng.normal(0.2, 0.4, 40)), rng.normal(0, 1, 40)
    ability = rng.normal(0, 1, 3000)
    answers = rng.random((3000, 40)) < expit(slopes * (ability[:, None] - difficulty))
    matrix = ResponseMatrix(answers.astype("i1"), np.arange(3000))
    found, _ = pilot.estimate(matrix, group(matrix, by_score=False), Kind("2pl"))
    np.testing.assert_allclose(np.log(found.discrimination), np.log(slopes), atol=0.35)
    np.testing.assert_allclose(found.difficulty, difficulty, atol=0.35)
    assert np.corrcoef(found.discrimination, slopes)[0, 1] > 0.95


@pytest.mark.parametrize("kind", [Kind(), Kind("2pl")], ids=str)
def test_a_start_changes_the_way_not_the_end(kind: Kind) -> None:
    _, responses = rasch(600, 25, seed=6)
    matrix = ResponseMatrix.of(responses)
    groups = group(matrix, by_score=kind.counts_scores)
    alone, _ = pilot.estimate(matrix, groups, kind)
    elsewhere = Point(np.linspace(-1, 1, 25) + 0.7, 0.9, 1.4)
    started, _ = pilot.estimate(matrix, groups, kind, start=elsewhere)
    np.testing.assert_allclose(started.difficulty - started.mean, alone.difficulty - alone.mean, atol=0.01)
