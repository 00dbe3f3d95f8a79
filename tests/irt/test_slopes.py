from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, log_expit
from scipy.stats import norm

from analysis.errors import AtlasError
from analysis.irt.estimate import Estimate, estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.slopes import SlopePrior, ability_without_item, slopes
from tests.irt.simulated import rasch

GRID = np.linspace(-9, 9, 3001)


def matrix_of(values: np.ndarray) -> ResponseMatrix:
    return ResponseMatrix(values.astype("i1"), np.arange(len(values)))


def on(ability: np.ndarray, items: int) -> Estimate:
    """An estimate whose abilities, standard normal, are known for certain."""
    return Estimate(Point(np.zeros(items), 0.0, 1.0), ability, np.zeros(len(ability)))


def posterior(values: np.ndarray, point: Point) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of each model's ability given responses to all of the point's items, on a fine grid."""
    p = point.probability(GRID)
    log_density = -0.5 * ((GRID - point.mean) / point.sd) ** 2
    log_density = log_density + (values == 1) @ np.log(p).T + (values == 0) @ np.log1p(-p).T
    weight = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = weight @ GRID
    return mean, np.sqrt(weight @ GRID**2 - mean**2)


@pytest.mark.parametrize("asymptote", [0.0, 0.25])
@pytest.mark.parametrize("missing", [0.0, 0.3])
@pytest.mark.parametrize("spread", [0.0, 0.4])
def test_ability_without_an_item_is_that_of_the_others_alone(
    asymptote: float, missing: float, spread: float
) -> None:
    rng = np.random.default_rng(0)
    items, models = 25, 300
    point = Point(
        rng.normal(0, 1.2, items), 0.3, 1.2, np.exp(rng.normal(0, spread, items)), asymptote=asymptote
    )
    values = (rng.random((models, items)) < point.probability(rng.normal(0.3, 1.2, models))).astype("i1")
    values[rng.random(values.shape) < missing] = MISSING
    ability, sd = posterior(values, point)
    found = ability_without_item(values, point, ability, sd)
    for item in range(items):
        others = np.delete(np.arange(items), item)
        rest = Point(point.difficulty[others], 0.3, 1.2, point.discrimination[others], asymptote)
        expected, _ = posterior(values[:, others], rest)
        unchanged = values[:, item] == MISSING
        np.testing.assert_array_equal(found[unchanged, item], ability[unchanged])
        left = np.sqrt(((found[:, item] - expected) ** 2).mean())
        assert left < 0.25 * np.sqrt(((ability - expected) ** 2).mean()), item


def test_an_items_own_response_does_not_lift_its_slope() -> None:
    """Of eight items one is noise; in the total score it correlates with itself, by 0.3 logits."""
    naive, found = [], []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        values = (rng.random((400, 8)) < expit(rng.normal(0, 1.2, (400, 1)) + np.linspace(-1, 1, 8))).astype(
            "i1"
        )
        values[:, 3] = rng.random(400) < 0.5
        matrix = matrix_of(values)
        fitted = estimate(matrix)
        found.append(slopes(matrix, fitted).loc[3, "slope"])
        certain = Estimate(fitted.point, fitted.ability, np.zeros(400))  # an sd of 0 takes nothing out
        naive.append(slopes(matrix, certain).loc[3, "slope"])
    assert np.mean(naive) > 0.3
    assert abs(np.mean(found)) < 0.05  # 3 standard errors of the mean


def test_p_negative_is_the_share_of_negative_slopes() -> None:
    rng = np.random.default_rng(1)
    prior = SlopePrior(slope_sd=0.5, intercept_sd=1.5)
    ability, items = rng.normal(size=100), 6000
    true = rng.normal(0, prior.slope_sd, items)
    values = rng.random((100, items)) < expit(
        rng.normal(0, prior.intercept_sd, items) + np.outer(ability, true)
    )
    found = slopes(matrix_of(values), on(ability, items), prior=prior)
    for low, high in [(0, 0.02), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.98, 1)]:
        group = found["p_negative"].between(low, high).to_numpy()
        expected = found["p_negative"][group].mean()
        error = np.sqrt(expected * (1 - expected) / group.sum())
        assert (true[group] < 0).mean() == pytest.approx(expected, abs=3 * error + 0.002)
    z = (true - found["slope"]) / found["slope_sd"]
    assert (z.abs() < norm.ppf(0.97)).mean() == pytest.approx(0.94, abs=0.01)


@pytest.mark.parametrize("right", [3, 20])
def test_normal_posterior_agrees_with_quadrature(right: int) -> None:
    rng = np.random.default_rng(2)
    prior = SlopePrior(slope_sd=1.5, intercept_sd=4.0)
    x = rng.normal(size=40)
    intercept, slope = np.linspace(-20, 20, 801)[:, None], np.linspace(-8, 8, 801)
    for true in (-0.5, 0.0, 0.3, 1.0):
        values = np.zeros(40, dtype="i1")
        values[np.argsort(true * x + rng.logistic(size=40))[-right:]] = 1
        values[0] = MISSING
        log_density = -0.5 * (intercept / prior.intercept_sd) ** 2 - 0.5 * (slope / prior.slope_sd) ** 2
        for response, at in zip(values[1:], x[1:], strict=True):
            log_density = log_density + log_expit((2 * response - 1) * (intercept + slope * at))
        weight = np.exp(log_density - log_density.max()).sum(axis=0)
        weight /= weight.sum()
        mean = weight @ slope
        found = slopes(matrix_of(values[:, None]), on(x, 1), prior=prior).iloc[0]
        assert found["p_negative"] == pytest.approx(weight[slope < 0].sum(), abs=0.06 if right == 3 else 0.02)
        assert found["slope"] == pytest.approx(mean, abs=0.3 * found["slope_sd"])
        assert found["slope_sd"] == pytest.approx(np.sqrt(weight @ slope**2 - mean**2), rel=0.15)


def test_mislabelled_items_are_certain_to_fall_and_no_other() -> None:
    _, responses = rasch(1000, 60, seed=3, missing=0.2)
    wrong_key = responses["item"] % 12 == 5
    responses["correct"] ^= wrong_key
    matrix = ResponseMatrix.of(responses)
    found = slopes(matrix, estimate(matrix))
    mislabelled = found["item"] % 12 == 5
    assert mislabelled.sum() == 5
    assert (found["p_negative"][mislabelled] > 0.999).all()
    assert (found["p_negative"][~mislabelled] < 0.03).all()


def test_an_item_that_everybody_gets_right_leaves_the_sign_open() -> None:
    rng = np.random.default_rng(4)
    values = np.ones((200, 2), dtype="i1")
    values[:, 1] = 0
    found = slopes(matrix_of(values), on(rng.normal(size=200), 2))
    assert found["p_negative"].between(0.3, 0.7).all()
    assert (found["slope_sd"] > 0.5).all()


def test_families_of_copies_do_not_make_a_slope_sure() -> None:
    """40 families of 25 models, of one ability, that give the family's answer to 80% of items."""
    families, size, items = 40, 25, 60
    independent, robust = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        ability = np.repeat(rng.normal(size=families), size)
        family = np.repeat(np.arange(families), size)
        easiness = rng.normal(size=items)
        ancestor = rng.random((families, items)) < expit(easiness)
        own = rng.random((families * size, items)) < expit(easiness)
        matrix = matrix_of(np.where(rng.random(own.shape) < 0.8, ancestor[family], own))
        shuffled = rng.permutation(len(family))
        matrix, ability, family = matrix.of_models(shuffled), ability[shuffled], family[shuffled]
        for kept, numbers in ((independent, None), (robust, 7 * family)):
            found = slopes(matrix, on(ability, items), families=numbers)
            kept.append((found["slope"].abs() < norm.ppf(0.97) * found["slope_sd"]).mean())
    assert np.mean(independent) < 0.6  # the true slope is 0
    assert np.mean(robust) == pytest.approx(0.94, abs=0.05)


def test_sandwich_is_what_plain_loops_make_it() -> None:
    rng = np.random.default_rng(5)
    family = rng.integers(0, 5, 60)
    x = np.array([-1.0, -0.5, 0.0, 0.7, 1.2])[family] + rng.normal(0, 0.3, 60)
    values = (rng.random(60) < np.array([0.9, 0.1, 0.9, 0.2, 0.8])[family]).astype("i1")[:, None]
    prior = SlopePrior(slope_sd=2.0, intercept_sd=3.0)
    found = slopes(matrix_of(values), on(x, 1), families=family, prior=prior).iloc[0]
    # The intercept that goes with the slope: its gradient is zero.
    grid = np.linspace(-20, 20, 400_001)
    gradient = sum(y - expit(grid + found["slope"] * at) for y, at in zip(values[:, 0], x, strict=True))
    intercept = grid[np.abs(gradient - grid / 9).argmin()]
    information, scores = np.diag([1 / 9, 1 / 4]), np.zeros((5, 2))
    for y, at, f in zip(values[:, 0], x, family, strict=True):
        p = expit(intercept + found["slope"] * at)
        information += p * (1 - p) * np.outer([1, at], [1, at])
        scores[f] += (y - p) * np.array([1, at])
    bread = np.linalg.inv(information)
    meat = 5 / 4 * scores.T @ scores + np.diag([1 / 9, 1 / 4])
    expected = max((bread @ meat @ bread)[1, 1], bread[1, 1])
    assert expected > 1.2 * bread[1, 1]
    assert found["slope_sd"] == pytest.approx(np.sqrt(expected), rel=1e-4)


def test_items_do_not_depend_on_who_shares_their_block(monkeypatch: pytest.MonkeyPatch) -> None:
    _, responses = rasch(80, 15, seed=6, missing=0.2)
    matrix = ResponseMatrix.of(responses)
    fitted = estimate(matrix, kind="2pl", asymptote=0.2)
    at_once = slopes(matrix, fitted, families=np.arange(80) // 4)
    monkeypatch.setattr("analysis.irt.blocks.BLOCK_CELLS", 160)
    np.testing.assert_allclose(slopes(matrix, fitted, families=np.arange(80) // 4), at_once, rtol=1e-6)


def test_a_family_is_needed_for_every_model() -> None:
    with pytest.raises(AtlasError, match="3 family numbers for 4 models"):
        slopes(matrix_of(np.ones((4, 1))), on(np.zeros(4), 1), families=np.arange(3))
