from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.stats import ks_2samp

from analysis.errors import AtlasError
from analysis.irt import residuals
from analysis.irt.estimate import Estimate, estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.residuals import MIN_ANSWERS, largest_adjusted, local_dependence, q3_matrix
from analysis.irt.simulation import by_chance
from tests.irt.simulated import rasch


def simulated(models: int, items: int, seed: int, missing: float = 0.0) -> ResponseMatrix:
    return ResponseMatrix.of(rasch(models, items, seed=seed, missing=missing)[1])


def anything(matrix: ResponseMatrix, *, discrimination: float = 1.0, asymptote: float = 0.0) -> Estimate:
    """Some parameters and abilities: Q3 is defined for any."""
    rng = np.random.default_rng(0)
    difficulty = rng.normal(0.0, 1.0, matrix.n_items)
    slopes = np.exp(rng.normal(0.0, np.log(discrimination), matrix.n_items))
    ability = rng.normal(0.3, 1.0, matrix.n_models)
    return Estimate(Point(difficulty, 0.3, 1.0, slopes, asymptote), ability, np.ones(matrix.n_models))


def plain_q3(matrix: ResponseMatrix, fitted: Estimate) -> np.ndarray:
    """Q3 by its definition, a pair at a time."""
    p = fitted.point.probability(fitted.ability)
    q3 = np.full((matrix.n_items, matrix.n_items), np.nan)
    for i in range(matrix.n_items):
        for j in range(matrix.n_items):
            common = (matrix.values[:, i] != MISSING) & (matrix.values[:, j] != MISSING)
            one, other = matrix.values[common, i], matrix.values[common, j]
            rarest = min((one == 1).sum(), (one == 0).sum(), (other == 1).sum(), (other == 0).sum())
            if i != j and rarest >= MIN_ANSWERS:
                q3[i, j] = np.corrcoef(one - p[common, i], other - p[common, j])[0, 1]
    return q3


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_q3_is_the_correlation_of_residuals(missing: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(residuals, "TILE_CELLS", 1)  # the smallest tiles, so that there are several
    matrix = simulated(150, 100, seed=1, missing=missing)
    fitted = anything(matrix, discrimination=1.5, asymptote=0.2)
    expected = plain_q3(matrix, fitted)
    assert 0 < np.isnan(expected).sum() - 100 < 9900  # some pairs have none
    np.testing.assert_allclose(q3_matrix(matrix, fitted), expected, atol=2e-6)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_partners_mean_and_pairs_are_those_of_the_matrix(
    missing: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(residuals, "TILE_CELLS", 1)
    matrix = simulated(150, 150, seed=2, missing=missing)
    fitted = anything(matrix)
    full = plain_q3(matrix, fitted)
    found = local_dependence(matrix, fitted, pairs=7, replicates=0)

    assert found.mean == pytest.approx(np.nanmean(full), abs=1e-6)
    without = np.isnan(full).all(axis=1)
    assert without.any()
    np.testing.assert_array_equal(found.items["q3_item"].isna(), without)
    np.testing.assert_array_equal(found.items["max_q3"].isna(), without)
    known = found.items[~without]
    np.testing.assert_array_equal(known["q3_item"].astype(int), np.nanargmax(full[~without], axis=1))
    np.testing.assert_allclose(known["max_q3"], np.nanmax(full[~without], axis=1), atol=2e-6)

    row, column = np.triu_indices(150, 1)
    order = np.argsort(-np.nan_to_num(full[row, column], nan=-2))[:7]
    assert found.pairs[["item", "other"]].to_numpy().tolist() == np.c_[row, column][order].tolist()
    np.testing.assert_allclose(found.pairs["q3"], full[row, column][order], atol=2e-6)
    np.testing.assert_allclose(found.pairs["adjusted"], found.pairs["q3"] - found.mean)
    assert np.isnan(found.cut_off)


def test_mean_q3_of_independent_items_is_that_of_theory() -> None:
    matrix = simulated(2000, 20, seed=3)
    mean = local_dependence(matrix, estimate(matrix), replicates=0).mean
    assert mean == pytest.approx(-1 / 19, abs=0.01)  # Christensen, Makransky & Horton (2017)


def test_a_planted_pair_is_found_wherever_replicates_run() -> None:
    matrix = simulated(400, 20, seed=4)
    copied = np.random.default_rng(4).random(400) < 0.5
    matrix.values[copied, 13] = matrix.values[copied, 6]
    matrix = ResponseMatrix(matrix.values, matrix.models)
    fitted = estimate(matrix)
    found = local_dependence(matrix, fitted, replicates=30, seed=1)
    assert found.pairs.loc[0, ["item", "other"]].tolist() == [6, 13]
    assert (found.pairs["adjusted"] > found.cut_off).tolist() == [True] + 49 * [False]

    def elsewhere(function, replicates: Iterable) -> Iterable:
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(function, replicates))

    again = local_dependence(matrix, fitted, replicates=30, seed=1, run=elsewhere)
    assert again.cut_off == found.cut_off


def test_independent_items_are_seldom_called_dependent() -> None:
    alarms = 0
    for seed in range(12):
        matrix = simulated(200, 12, seed=seed)
        found = local_dependence(matrix, estimate(matrix), pairs=1, replicates=19, seed=seed)
        alarms += found.pairs["adjusted"].max() > found.cut_off
    assert alarms <= 3  # above the largest of 19 replicates: 1 in 20 each, more than 3 has a chance of 0.2%


def test_the_cut_off_is_a_quantile_of_what_independent_data_give() -> None:
    matrix = simulated(300, 15, seed=5)
    point = estimate(matrix).point
    rng = np.random.default_rng(5)
    largest = []
    for _ in range(80):  # simulated and correlated without the module
        p = point.probability(rng.normal(point.mean, point.sd, 300))
        independent = (rng.random(p.shape) < p).astype("i1")
        again = estimate(ResponseMatrix(independent, np.arange(300)))
        enough = np.abs(independent.sum(axis=0) - 150) <= 150 - MIN_ANSWERS
        residual = (independent - again.point.probability(again.ability))[:, enough]
        q3 = np.corrcoef(residual.T)[np.triu_indices(enough.sum(), 1)]
        largest.append(q3.max() - q3.mean())
    fitted = estimate(matrix)
    (found,) = by_chance(matrix, fitted, largest_adjusted, kind="rasch", replicates=80, seed=6)
    assert ks_2samp(found, largest).pvalue > 0.005
    assert local_dependence(matrix, fitted, replicates=80, seed=6).cut_off == max(found)  # of 80, the 99%


def test_residuals_of_true_parameters_are_standardised() -> None:
    rng = np.random.default_rng(6)
    point = Point(np.linspace(-2, 2, 30), 0.0, 1.0, np.linspace(0.5, 2, 30), 0.2)
    ability = rng.normal(0, 1, 4000)
    values = (rng.random((4000, 30)) < point.probability(ability)).astype("i1")
    values[:, 3] = MISSING
    fitted = Estimate(point, ability, np.zeros(4000))
    matrix = ResponseMatrix(values, np.arange(4000))
    z = residuals.residuals(matrix, fitted, slice(None), slice(None), standardised=True)
    assert (z[:, 3] == 0).all()
    z = np.delete(z, 3, axis=1)
    assert abs(z.mean(axis=0)).max() < 4.5 / np.sqrt(4000)
    np.testing.assert_allclose(z.std(axis=0), 1, atol=0.1)
    raw = residuals.residuals(matrix, fitted, slice(10, 12), slice(4, 6))
    np.testing.assert_allclose(raw, values[10:12, 4:6] - point.probability(ability[10:12])[:, 4:6], atol=1e-6)


def test_a_full_matrix_of_too_many_items_is_refused() -> None:
    matrix = ResponseMatrix(np.zeros((2, 5001), dtype="i1"), np.arange(2))
    with pytest.raises(AtlasError, match=r"at most 5,000 items, not 5,001"):
        q3_matrix(matrix, anything(matrix))
