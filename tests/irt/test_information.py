from __future__ import annotations

import numpy as np
import pytest

from analysis.irt.information import set_information
from tests.irt.points import a_point


@pytest.mark.parametrize(("slopes", "asymptote"), [(0, 0), (0.4, 0), (0.4, 0.25)])
def test_information_is_the_variance_of_the_score(slopes: float, asymptote: float) -> None:
    """E[(d log L / dθ)²], with derivatives taken numerically."""
    point = a_point(6, 1, slopes=slopes, asymptote=asymptote)
    along, step = np.array([-2.0, 0.1, 1.7]), 1e-5
    p = point.probability(along)
    up, down = point.probability(along + step), point.probability(along - step)
    right = (np.log(up) - np.log(down)) / (2 * step)
    wrong = (np.log1p(-up) - np.log1p(-down)) / (2 * step)
    expected = (p * right**2 + (1 - p) * wrong**2).sum(axis=1)
    np.testing.assert_allclose(set_information(point, along), expected, rtol=1e-6)


def test_where_everyone_is_right_nothing_is_told() -> None:
    assert set_information(a_point(4), np.array([900.0])).tolist() == [0.0]
