from __future__ import annotations

import numpy as np
import pytest

from analysis.irt.estimate import Estimate
from analysis.irt.item_fit import fit_statistics
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.person_fit import person_fit
from analysis.irt.point import Point
from tests.irt.points import a_point, answers


def most_likely(matrix: ResponseMatrix, point: Point) -> np.ndarray:
    """The mode of each model's posterior, on a plain grid."""
    grid = np.linspace(-6, 6, 4801)
    p = point.probability(grid)
    right, wrong = (matrix.values == 1).astype(float), (matrix.values == 0).astype(float)
    log_posterior = right @ np.log(p).T + wrong @ np.log1p(-p).T
    return grid[(log_posterior - 0.5 * ((grid - point.mean) / point.sd) ** 2).argmax(axis=1)]


@pytest.mark.parametrize(("slopes", "asymptote", "missing"), [(0, 0, 0), (0.4, 0, 0.3), (0.4, 0.2, 0)])
def test_the_statistic_is_standard_normal_for_models_that_fit(slopes, asymptote, missing) -> None:
    point = a_point(60, 1, slopes=slopes, asymptote=asymptote)
    matrix, _ = answers(point, 3000, 2, missing)
    l_z = person_fit(matrix, point, most_likely(matrix, point))["l_z"]
    # Three thousand models: standard errors of 0.018 and 0.013; 60 items leave a bias of some hundredths.
    assert l_z.mean() == pytest.approx(0, abs=0.12)
    assert l_z.std() == pytest.approx(1, abs=0.08)
    assert (l_z < -1.645).mean() == pytest.approx(0.05, abs=0.025)


def test_it_is_snijders_formula_written_out_for_one_model() -> None:
    """Item by item, with derivatives taken numerically."""
    point = a_point(7, 3, slopes=0.5, asymptote=0.1)
    values = np.array([[1, 0, 1, 1, MISSING, 0, 1]], dtype="i1")
    theta = 0.4
    score = 0.0
    w, r, p, slope = [], [], [], []
    kept = [0, 1, 2, 3, 5, 6]
    for item in kept:
        at = lambda t, item=item: float(point.probability(np.array([t]))[0, item])  # noqa: E731
        p.append(at(theta))
        slope.append((at(theta + 1e-6) - at(theta - 1e-6)) / 2e-6)
        w.append(np.log(at(theta)) - np.log(1 - at(theta)))
        r.append(slope[-1] / (at(theta) * (1 - at(theta))))
    c = sum(s * a for s, a in zip(slope, w, strict=True)) / sum(s * a for s, a in zip(slope, r, strict=True))
    for k, item in enumerate(kept):
        score += (values[0, item] - p[k]) * w[k]
    variance = sum((w[k] - c * r[k]) ** 2 * p[k] * (1 - p[k]) for k in range(6))
    expected = (score + c * (point.mean - theta) / point.sd**2) / variance**0.5
    found = person_fit(ResponseMatrix(values, np.array([4])), point, np.array([theta]))
    assert found["l_z"].tolist() == pytest.approx([expected], rel=1e-6)
    assert found["model"].tolist() == [4]


def test_mean_squares_are_those_of_the_items_module() -> None:
    point = a_point(30, 5, slopes=0.3)
    matrix, ability = answers(point, 50, 6, 0.2)
    expected = fit_statistics(matrix, Estimate(point, ability, np.ones(50))).models
    found = person_fit(matrix, point, ability)
    for name in ("infit", "outfit"):
        np.testing.assert_allclose(found[name], expected[name])


def test_models_without_a_right_or_a_wrong_answer_say_nothing() -> None:
    point = a_point(5, 9)
    values = np.array([[1, 1, 1, -1, 1], [0, 0, 0, 0, -1], [1, 0, 1, 0, 1]], dtype="i1")
    found = person_fit(ResponseMatrix(values, np.arange(3)), point, np.array([2.0, -2.0, 0.0]))
    assert found["l_z"].isna().tolist() == [True, True, False]
    assert found[["infit", "outfit"]].isna().any(axis=1).tolist() == [True, True, False]


def test_a_model_that_guesses_or_knows_the_hard_ones_only_stands_out() -> None:
    point = a_point(80, 7)
    matrix, _ = answers(point, 200, 8)
    values = matrix.values.copy()
    values[0] = point.difficulty > np.median(point.difficulty)  # wrong way round
    odd = ResponseMatrix(values, matrix.models)
    found = person_fit(odd, point, most_likely(odd, point))
    assert found["l_z"].idxmin() == 0
    assert found["l_z"][0] < -6
    assert found["outfit"].idxmax() == 0
