from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from analysis.irt.estimate import Estimate, estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.simulation import by_chance, replicate, simulate, simulate_new_models
from tests.irt.points import a_point, answers


@pytest.mark.parametrize("cells", [10, 1_000_000])  # few and many models at a time
def test_simulated_responses_follow_the_model_and_miss_what_was_missing(
    cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.irt.blocks.BLOCK_CELLS", cells)
    rng = np.random.default_rng(6)
    observed = rng.random((2000, 4)) < 0.8
    matrix = ResponseMatrix(np.where(observed, 1, MISSING).astype("i1"), np.arange(2000))
    point = Point(np.array([-1.0, 0.0, 0.4, 0.6]), 0.0, 1.0, np.array([0.5, 1.0, 1.0, 2.0]), asymptote=0.1)
    ability = rng.normal(size=2000)
    simulated = simulate(matrix, point, ability, rng)
    np.testing.assert_array_equal(simulated.observed, observed)
    expected = np.where(observed, point.probability(ability), np.nan)
    np.testing.assert_allclose(
        simulated.item_totals / simulated.item_counts, np.nanmean(expected, axis=0), atol=0.04
    )
    residual = np.where(observed, simulated.right - expected, 0.0)
    assert np.abs((residual * ability[:, None]).mean(axis=0)).max() < 0.04  # and at every ability


def test_new_models_have_abilities_of_the_population() -> None:
    point = a_point(6, slopes=0.4, asymptote=0.2)
    matrix, _ = answers(point, 20_000, seed=1, missing=0.2)
    drawn = simulate_new_models(matrix, point, np.random.default_rng(2))
    np.testing.assert_array_equal(drawn.values == MISSING, matrix.values == MISSING)
    grid = np.linspace(-8, 8, 4001)
    density = norm.pdf(grid, point.mean, point.sd) * (grid[1] - grid[0])
    p = point.probability(grid)
    for i in range(6):
        assert binomtest(drawn.item_totals[i], drawn.item_counts[i], density @ p[:, i]).pvalue > 1e-4
    both = drawn.observed[:, [0, 1]].all(axis=1)
    together = (drawn.right[:, 0] & drawn.right[:, 1])[both].sum()  # one ability makes all of a row's answers
    assert binomtest(int(together), int(both.sum()), density @ (p[:, 0] * p[:, 1])).pvalue > 1e-4


@pytest.mark.parametrize(("kind", "asymptote"), [("rasch", 0.2), ("2pl", 0.0)])
def test_replicates_are_of_the_same_models_and_estimated_alike(kind: str, asymptote: float) -> None:
    truth = a_point(40, slopes=0.5 * (kind == "2pl"), asymptote=asymptote)
    rng = np.random.default_rng(20)
    two_kinds = rng.choice([-2.0, 2.5], 800)  # far from normal: new models would be in between
    values = (rng.random((800, 40)) < truth.probability(two_kinds)).astype("i1")
    values[two_kinds < 0, 30:] = MISSING  # the weak did not get to the end
    matrix = ResponseMatrix(values, np.arange(800))
    fitted = estimate(matrix, kind=kind, asymptote=asymptote)
    simulated, again = replicate(matrix, fitted, kind, seed=1)
    np.testing.assert_array_equal(simulated.observed, matrix.observed)
    share, expected = (m.scores / m.observed.sum(axis=1) for m in (simulated, matrix))
    assert np.corrcoef(share, expected)[0, 1] > 0.85
    np.testing.assert_allclose(
        simulated.item_totals / simulated.item_counts, matrix.item_totals / matrix.item_counts, atol=0.07
    )
    assert again.point.asymptote == asymptote
    assert (again.point.discrimination == 1).all() == (kind == "rasch")
    fresh = estimate(simulated, kind=kind, asymptote=asymptote)
    curves, expected = (e.point.probability(np.linspace(-2, 2, 5)) for e in (again, fresh))
    np.testing.assert_allclose(curves, expected, atol=0.01)  # wherever the search starts


def test_abilities_of_replicates_are_as_uncertain_as_they_are() -> None:
    matrix, _ = answers(a_point(400), 500, seed=21)
    fitted = estimate(matrix)
    sure = Estimate(fitted.point, fitted.ability, np.zeros(500))
    vague = Estimate(fitted.point, fitted.ability, np.full(500, 1.0))
    off = [(replicate(matrix, e, "rasch", seed=2)[1].ability - fitted.ability).std() for e in (sure, vague)]
    assert off[0] < 0.2
    assert off[1] == pytest.approx(1.0, abs=0.15)


def test_all_statistics_are_of_the_same_replicates() -> None:
    matrix, _ = answers(a_point(12), 80, seed=22)
    fitted = estimate(matrix)

    def total(simulated: ResponseMatrix, again: Estimate) -> int:
        return int(simulated.scores.sum())

    def share(simulated: ResponseMatrix, again: Estimate) -> float:
        return float(simulated.right.mean())

    totals, shares = by_chance(matrix, fitted, total, share, kind="rasch", replicates=6, seed=3)
    assert len(set(totals)) > 1  # replicates differ
    assert shares == pytest.approx([total / (80 * 12) for total in totals])
    assert by_chance(matrix, fitted, share, kind="rasch", replicates=6, seed=3) == [shares]
    assert by_chance(matrix, fitted, share, kind="rasch", replicates=6, seed=4) != [shares]
    assert by_chance(matrix, fitted, total, share, kind="rasch", replicates=0, seed=3) == [[], []]
