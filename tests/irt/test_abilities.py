from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import chi2, kstest, norm

from analysis.irt.abilities import draw_abilities
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from tests.irt.points import a_point, answers


@pytest.mark.parametrize(
    "point", [a_point(12), a_point(12, slopes=0.7), a_point(12, slopes=0.5, asymptote=0.25)]
)
def test_abilities_are_drawn_from_their_posterior(point: Point) -> None:
    few, _ = answers(point, 5, seed=3, missing=0.3)
    few.values[0], few.values[1] = 0, 1  # all wrong, all right
    draws = 4000
    matrix = ResponseMatrix(np.repeat(few.values, draws, axis=0), np.arange(5 * draws))
    drawn = draw_abilities(matrix, point, np.random.default_rng(4)).reshape(5, draws)

    grid = np.linspace(-30, 30, 60_001)
    p = point.probability(grid)
    for values, sample in zip(few.values, drawn, strict=True):
        right, wrong = values == 1, values == 0
        log_posterior = norm.logpdf(grid, point.mean, point.sd)
        with np.errstate(divide="ignore"):  # log 0 far out, where there is no mass
            log_posterior += np.log(p[:, right]).sum(axis=1) + np.log1p(-p[:, wrong]).sum(axis=1)
        distribution = softmax(log_posterior).cumsum()
        assert kstest(np.interp(sample, grid, distribution), "uniform").pvalue > 1e-3


def test_abilities_of_a_long_test_are_drawn_as_narrowly_as_they_are_known() -> None:
    point = a_point(4000)
    matrix, ability = answers(point, 300, seed=5)
    error = draw_abilities(matrix, point, np.random.default_rng(6)) - ability
    p = point.probability(ability)
    expected = 2 / (p * (1 - p)).sum(axis=1)  # variance of the truth and of the draw around the mean
    assert chi2.sf((error**2 / expected).sum(), 300) > 1e-3
    assert chi2.cdf((error**2 / expected).sum(), 300) > 1e-3
