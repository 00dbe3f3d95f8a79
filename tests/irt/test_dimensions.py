from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import kstest

from analysis.irt import dimensions
from analysis.irt.dimensions import dimensionality, largest_eigenvalues
from analysis.irt.estimate import Estimate, estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.simulation import by_chance
from tests.irt.simulated import rasch


def one_ability(models: int, items: int, seed: int, missing: float = 0.0) -> ResponseMatrix:
    return ResponseMatrix.of(rasch(models, items, seed=seed, missing=missing)[1])


def two_abilities(models: int, items: int, seed: int, correlation: float) -> ResponseMatrix:
    """Even items need one ability, odd items another."""
    rng = np.random.default_rng(seed)
    ability = 1.2 * rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], models)
    logits = ability[:, np.arange(items) % 2] - rng.normal(0, 1.2, items)
    return ResponseMatrix((rng.random((models, items)) < expit(logits)).astype("i1"), np.arange(models))


def plain_spectrum(matrix: ResponseMatrix, fitted: Estimate, leading: int) -> np.ndarray:
    """Eigenvalues of the residual correlations by NumPy alone."""
    p = fitted.point.probability(fitted.ability)
    z = np.where(matrix.values == MISSING, 0, (matrix.values - p) / np.sqrt(p * (1 - p)))
    varies = [len(np.unique(column[column != MISSING])) == 2 for column in matrix.values.T]
    return np.sort(np.linalg.eigvalsh(np.corrcoef(z[:, varies].T)))[::-1][:leading]


@pytest.mark.parametrize("shape", [(120, 30), (30, 120)])
@pytest.mark.parametrize("missing", [0.0, 0.25])
@pytest.mark.parametrize("small_side", [300, 1])  # all eigenvalues, or only the largest
def test_eigenvalues_are_those_of_the_correlation_matrix(
    shape: tuple[int, int], missing: float, small_side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dimensions, "SMALL_SIDE", small_side)
    monkeypatch.setattr("analysis.irt.blocks.BLOCK_CELLS", 500)  # so that there are several blocks
    matrix = one_ability(*shape, seed=1, missing=missing)
    matrix.values[:, 4] = np.where(matrix.values[:, 4] == MISSING, MISSING, 1)  # does not vary: left out
    matrix = ResponseMatrix(matrix.values, matrix.models)
    fitted = estimate(matrix)
    found = dimensionality(matrix, fitted, leading=6, replicates=2)
    np.testing.assert_allclose(found.eigenvalues["observed"], plain_spectrum(matrix, fitted, 6), rtol=1e-4)
    varying = sum(len(np.unique(column[column != MISSING])) == 2 for column in matrix.values.T)
    assert found.items == varying < shape[1]
    np.testing.assert_allclose(found.eigenvalues["share"], found.eigenvalues["observed"] / varying)
    assert (found.models, found.note) == (shape[0], "")


@pytest.mark.parametrize(("missing", "data_sets"), [(0.0, 25), (0.3, 12)])
def test_one_dimensional_data_exceed_at_the_nominal_rate(missing: float, data_sets: int) -> None:
    place = []
    for seed in range(data_sets):
        matrix = one_ability(150, 12, seed=seed, missing=missing)
        fitted = estimate(matrix)
        largest = partial(largest_eigenvalues, leading=1, seed=seed)
        (simulated,) = by_chance(matrix, fitted, largest, kind="rasch", replicates=9, seed=seed)
        place.append((np.sum(np.concatenate(simulated) < largest(matrix, fitted)) + 0.5) / 10)
    assert kstest(place, "uniform").pvalue > 0.005


@pytest.mark.parametrize("shape", [(500, 30), (80, 120)])
def test_a_second_ability_is_detected(shape: tuple[int, int]) -> None:
    matrix = two_abilities(*shape, seed=2, correlation=0.5)
    found = dimensionality(matrix, estimate(matrix), replicates=12)
    assert found.exceeding == 1
    first = found.eigenvalues.iloc[0]
    assert first["observed"] > 1.2 * first["simulated_high"]
    same = dimensionality(matrix, estimate(matrix), replicates=12, run=lambda f, seeds: list(map(f, seeds)))
    assert same.eigenvalues.equals(found.eigenvalues)


def test_exceeding_stops_at_the_first_that_does_not() -> None:
    matrix = one_ability(200, 20, seed=3)
    found = dimensionality(matrix, estimate(matrix), leading=19, replicates=10)
    above = (found.eigenvalues["observed"] > found.eigenvalues["simulated_high"]).tolist()
    assert found.exceeding == [*above, False].index(False)


def test_too_many_models_are_sampled_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dimensions, "MAX_SIDE", 60)
    matrix = two_abilities(200, 80, seed=4, correlation=0.3)
    fitted = estimate(matrix)
    found = dimensionality(matrix, fitted, replicates=3, leading=4, seed=9)
    assert found.models == 60
    assert found.note == "A random 60 of 200 models were used (seed 9)."
    rows = np.sort(np.random.default_rng(9).choice(200, 60, replace=False))
    part = Estimate(fitted.point, fitted.ability[rows], fitted.ability_sd[rows])
    np.testing.assert_allclose(
        found.eigenvalues["observed"], plain_spectrum(matrix.of_models(rows), part, 4), rtol=1e-4
    )


@pytest.mark.parametrize("shape", [(60, 5), (4, 40)])
def test_more_eigenvalues_than_there_are_are_not_listed(shape: tuple[int, int]) -> None:
    matrix = one_ability(*shape, seed=5)
    matrix.values[:, 0] = 0  # one item fewer that varies
    matrix = ResponseMatrix(matrix.values, matrix.models)
    fitted = estimate(matrix)
    found = dimensionality(matrix, fitted, replicates=2)
    assert len(found.eigenvalues) == min(shape)
    expected = np.zeros(min(shape))
    spectrum = plain_spectrum(matrix, fitted, min(shape))
    expected[: len(spectrum)] = spectrum
    np.testing.assert_allclose(found.eigenvalues["observed"], expected, atol=1e-4)
