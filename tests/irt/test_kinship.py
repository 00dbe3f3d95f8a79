from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import adjusted_rand_score

from analysis.irt import Estimate, Point, ResponseMatrix, estimate, kinship
from analysis.irt.matrix import MISSING
from tests.irt.copies import copies


def simulated(ability: np.ndarray, difficulty: np.ndarray, seed: int) -> tuple[ResponseMatrix, Estimate]:
    """Responses of independent models, and the true parameters in place of an estimate."""
    centred = difficulty - difficulty.mean()
    right = np.random.default_rng(seed).random((len(ability), len(centred))) < expit(
        ability[:, None] - centred
    )
    truth = Estimate(Point(centred, 0.0, 1.0), ability, np.zeros_like(ability))
    return ResponseMatrix(right.astype("i1"), np.arange(len(ability))), truth


def test_kinship_is_its_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, fitted = simulated(np.linspace(-1, 2, 7), np.linspace(-2, 2, 9), seed=1)
    matrix.values[np.random.default_rng(0).random(matrix.values.shape) < 0.3] = MISSING
    matrix.values[5, :4] = matrix.values[6, 4:] = MISSING  # no item in common
    expected = np.eye(7)
    for j in range(7):
        for k in range(7):
            excess = scale = 0.0
            for i in range(9):
                if matrix.values[j, i] != MISSING and matrix.values[k, i] != MISSING and j != k:
                    p, q = (expit(fitted.ability[m] - fitted.point.difficulty[i]) for m in (j, k))
                    excess += (matrix.values[j, i] - p) * (matrix.values[k, i] - q)
                    scale += np.sqrt(p * (1 - p) * q * (1 - q))
                    expected[j, k] = excess / scale
    assert expected[5, 6] == 0
    np.testing.assert_allclose(kinship.kinship(matrix, fitted), expected, atol=1e-5)
    monkeypatch.setattr(kinship, "BLOCK_CELLS", 18)  # blocks of two models
    np.testing.assert_allclose(kinship.kinship(matrix, fitted), expected, atol=1e-5)


def test_kinship_is_the_share_of_copied_responses() -> None:
    """Its mean over families is ρ², both models copying ρ from a founder, and 0 between families."""
    matrix, _, family = copies(families=150, members=4, items=60, share=0.8, seed=2)
    found = kinship.kinship(matrix, estimate(matrix))
    same = (family[:, None] == family) & ~np.eye(len(family), dtype=bool)
    assert found[same].mean() == pytest.approx(0.8**2, abs=0.04)
    assert found[family[:, None] != family].mean() == pytest.approx(0.0, abs=0.01)


def test_good_models_are_not_related_for_agreeing_on_easy_items() -> None:
    """They give the same answer to 9 items of 10, more than near-copies of middling models do."""
    matrix, fitted = simulated(np.full(100, 3.0), np.linspace(-1, 1, 200), seed=3)
    pairs = np.triu_indices(100, 1)
    agreement = (matrix.values[:, None] == matrix.values[None]).mean(axis=2)[pairs]
    assert agreement.mean() > 0.88
    found = kinship.kinship(matrix, fitted)[pairs]
    assert abs(found.mean()) < 0.01
    assert found.max() < 0.5


def test_faultless_models_are_not_related_for_having_no_error() -> None:
    matrix, fitted = simulated(np.full(2, 4.0), np.zeros(30), seed=0)
    matrix.values[:] = 1
    assert kinship.kinship(matrix, fitted)[0, 1] < 0.05  # the correlation of their residuals is 1


@pytest.mark.parametrize("items", [20, 100])
def test_independent_models_are_hardly_ever_joined(items: int) -> None:
    joined = []
    for seed in range(4):
        matrix, _, _ = copies(families=400, members=1, items=items, share=0.0, seed=seed)
        fitted = estimate(matrix)
        threshold = kinship.calibrated_threshold(matrix, fitted, seed=9)
        groups = kinship.related(matrix, fitted, threshold=threshold)
        joined.append((np.bincount(groups)[groups] > 1).mean())
    assert np.mean(joined) <= 0.02


def test_threshold_is_what_one_in_a_hundred_independent_models_reaches_but_half_at_least() -> None:
    short, _, _ = copies(families=300, members=1, items=20, share=0.0, seed=4)
    fitted = estimate(short)
    threshold = kinship.calibrated_threshold(short, fitted, seed=1)
    reached = []
    for seed in range(4):
        own, _, _ = copies(families=300, members=1, items=20, share=0.0, seed=10 + seed)
        found = kinship.kinship(own, estimate(own))
        np.fill_diagonal(found, 0)
        reached.append((found.max(axis=1) >= threshold).mean())
    assert 0.001 < np.mean(reached) < 0.04
    long, _, _ = copies(families=100, members=1, items=400, share=0.0, seed=5)
    assert kinship.calibrated_threshold(long, estimate(long), seed=1) == 0.5


def test_near_copies_are_found_with_missing_responses() -> None:
    matrix, _, family = copies(families=60, members=5, items=100, share=0.95, seed=6)
    matrix.values[np.random.default_rng(1).random(matrix.values.shape) < 0.2] = MISSING
    fitted = estimate(matrix)
    threshold = kinship.calibrated_threshold(matrix, fitted, seed=1)
    groups = kinship.related(matrix, fitted, threshold=threshold)
    assert adjusted_rand_score(family, groups) > 0.9
    assert groups[0] == 0
