from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, skew

from analysis.errors import AtlasError
from analysis.irt.estimate import estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.predictive import score_check
from analysis.irt.simulation import simulate_new_models
from tests.irt.points import a_point, answers, posterior


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_score_check_compares_what_it_says(missing: float) -> None:
    point = a_point(30)
    matrix, _ = answers(point, 500, seed=7, missing=missing)
    check = score_check(matrix, [point] * 40, bins=8, seed=3)
    scores = (matrix.values == 1).sum(axis=1) / (matrix.values != MISSING).sum(axis=1)
    found = check.statistics.set_index("statistic")
    np.testing.assert_allclose(found["observed"], [scores.mean(), scores.std(), skew(scores)])

    rng = np.random.default_rng(3)
    replicates = [simulate_new_models(matrix, point, rng) for _ in range(40)]
    replicated = [r.right.sum(axis=1) / r.observed.sum(axis=1) for r in replicates]
    for name, statistic in {"mean": np.mean, "sd": np.std, "skew": skew}.items():
        values = np.array([statistic(r) for r in replicated])
        assert found.loc[name, "p"] == (values > statistic(scores)).mean()
        np.testing.assert_allclose(
            found.loc[name, ["predicted", "predicted_low", "predicted_high"]].astype(float),
            [values.mean(), *np.quantile(values, [0.03, 0.97])],
        )
    histogram = check.histogram
    assert histogram["observed"].sum() == 500
    assert histogram["predicted"].sum() == pytest.approx(500)
    assert (histogram["low"].iloc[0], histogram["high"].iloc[-1]) == (0, 1)
    np.testing.assert_array_equal(histogram["high"][:-1], histogram["low"][1:])
    for row in histogram.itertuples():
        assert row.observed == ((scores >= row.low) & (scores <= row.high)).sum()


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_p_values_of_scores_are_calibrated_under_the_model(missing: float) -> None:
    p = []
    for seed in range(20):
        matrix, _ = answers(a_point(25, seed), 250, seed, missing)
        p.append(score_check(matrix, posterior(matrix, estimate(matrix), 60), seed=seed).statistics["p"])
    p = np.array(p)
    assert ((p < 0.05) | (p > 0.95)).mean() <= 0.1  # nominal; fewer, as parameters were fitted to the scores
    assert (abs(p[:, :2] - 0.5) < 0.35).all()  # mean and sd
    assert kstest(p[:, 2], "uniform").pvalue > 0.005  # skew


def test_two_kinds_of_models_show_in_the_score_distribution() -> None:
    rng = np.random.default_rng(8)
    point = a_point(40)
    ability = np.concatenate([rng.normal(-1.5, 0.4, 350), rng.normal(2.0, 0.4, 150)])
    values = (rng.random((500, 40)) < point.probability(ability)).astype("i1")
    matrix = ResponseMatrix(values, np.arange(500))
    check = score_check(matrix, posterior(matrix, estimate(matrix), 100))
    outside = (check.histogram["observed"] < check.histogram["predicted_low"]) | (
        check.histogram["observed"] > check.histogram["predicted_high"]
    )
    assert outside.mean() > 0.3
    assert check.statistics.set_index("statistic").loc["skew", "p"] < 0.01


def test_nothing_is_checked_without_draws() -> None:
    matrix, _ = answers(a_point(10), 100, seed=18)
    with pytest.raises(AtlasError, match="at least one posterior draw"):
        score_check(matrix, [])
