from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import spearmanr

from analysis.errors import AtlasError
from analysis.irt import Diagnostics, Settings, fit_rasch
from analysis.irt.scores import score_groups
from tests.irt.simulated import rasch, tidy

# A funnel: with a handful of responses the spread of difficulties may be anything down to zero.
TINY = Settings(draws=1000, tune=500, target_accept=0.95)


def by_prior_simulation(matrix: np.ndarray, *, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Posterior mean and sd of b − μ by brute force, and the effective number of draws.

    Every parameter and every ability is drawn from its prior and weighted by the probability of the
    responses: no integral, no gauge, no sampler in common with the fit.
    """
    rng = np.random.default_rng(seed)
    models, items = matrix.shape
    log_weight, reported = [], []
    for _ in range(draws // 200_000):
        size = 200_000
        difficulty = rng.standard_normal((size, items))
        difficulty -= difficulty.mean(axis=1, keepdims=True)
        difficulty *= 3.0 * np.abs(rng.standard_normal((size, 1)))
        mean, sd = 3.0 * rng.standard_normal((size, 1)), 3.0 * np.abs(rng.standard_normal((size, 1)))
        ability = mean + sd * rng.standard_normal((size, models))
        total = np.zeros(size)
        for model in range(models):
            for item in range(items):
                if not np.isnan(matrix[model, item]):
                    sign = 1 if matrix[model, item] else -1
                    total += np.log(expit(sign * (ability[:, model] - difficulty[:, item])))
        log_weight.append(total)
        reported.append(difficulty - mean)
    weight = np.exp(np.concatenate(log_weight) - np.concatenate(log_weight).max())
    weight /= weight.sum()
    values = np.concatenate(reported)
    average = weight @ values
    return average, np.sqrt(weight @ (values - average) ** 2), 1 / (weight**2).sum()


def test_posterior_of_a_tiny_matrix_against_brute_force() -> None:
    matrix = np.array([[1, 0, 0], [1, 1, 0], [1, np.nan, 1], [0, 1, 0], [1, 0, 0]])
    mean, sd, effective = by_prior_simulation(matrix, draws=4_000_000, seed=1)
    assert effective > 5_000
    fit = fit_rasch(tidy(matrix), benchmark="tiny", seed=3, settings=TINY)
    # Monte Carlo error of the fit: sd / √ESS of a few hundred to a thousand; that of brute force is far less.
    np.testing.assert_allclose(fit.items["mean"], mean, atol=0.1 * sd.max())
    np.testing.assert_allclose(fit.items["sd"], sd, rtol=0.1)


@pytest.fixture(scope="module")
def simulated_fits():
    """Three simulated data sets of 1,000 models × 200 items, fitted."""
    cases = [rasch(1000, 200, seed=seed) for seed in range(3)]
    return [(truth, fit_rasch(data, benchmark="simulated", seed=1), data) for truth, data in cases]


def test_simulated_truth_is_covered(simulated_fits) -> None:
    """94% intervals cover 90–97%; `benchmarks/coverage.py` shows the same over many more data sets."""
    covered = [
        (fit.items["hdi_low"] <= truth) & (truth <= fit.items["hdi_high"]) for truth, fit, _ in simulated_fits
    ]
    assert 0.90 <= np.mean(covered) <= 0.97


def test_error_is_as_large_as_the_posterior_says(simulated_fits) -> None:
    for truth, fit, _ in simulated_fits:
        error = np.sqrt(np.mean((fit.items["mean"] - truth) ** 2))
        assert error == pytest.approx(fit.items["sd"].mean(), rel=0.35)


def test_fits_converge_and_match_brute_force(simulated_fits) -> None:
    for _, fit, _ in simulated_fits:
        assert fit.diagnostics.problems() == []
        assert fit.diagnostics.log_likelihood_error <= 0.01


def test_complete_data_order_is_the_order_of_proportion_correct(simulated_fits) -> None:
    for _, fit, data in simulated_fits:
        proportion = data.groupby("item")["correct"].mean()
        assert spearmanr(fit.items["mean"], -proportion).statistic == pytest.approx(1.0, abs=1e-4)
        by_proportion = fit.items["mean"].to_numpy()[np.argsort(-proportion.to_numpy(), kind="stable")]
        assert (np.diff(by_proportion) >= 0).all()


def test_abilities_follow_scores(simulated_fits) -> None:
    _, fit, data = simulated_fits[0]
    score = data.groupby("model")["correct"].sum()
    assert spearmanr(fit.abilities["mean"], score).statistic == pytest.approx(1.0, abs=1e-4)
    assert abs(fit.abilities["mean"].mean()) < 0.1


def test_tables_are_what_the_store_keeps(simulated_fits) -> None:
    _, fit, _ = simulated_fits[0]
    tables = fit.tables()
    assert tables.fits["fit"].tolist() == [fit.id]
    assert tables.fits["converged"].all()
    assert len(tables.item_draws["draws"].iloc[0]) == 200


def test_extreme_items_are_kept_and_labelled() -> None:
    _, responses = rasch(150, 12, seed=8)
    nobody, everybody = responses["item"] == 3, responses["item"] == 7
    responses.loc[nobody, "correct"], responses.loc[everybody, "correct"] = False, True
    fit = fit_rasch(responses, benchmark="extreme", seed=1)
    flags = fit.items["flag"]
    assert (flags[3], flags[7]) == ("floor", "ceiling")
    assert flags.drop([3, 7]).isna().all()
    assert fit.items["mean"].idxmax() == 3
    assert fit.items["mean"].idxmin() == 7
    assert fit.items["sd"][3] > 2 * fit.items["sd"].drop([3, 7]).max()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rhat": 1.02}, "R-hat 1.020"),
        ({"rhat": float("nan")}, "R-hat nan"),
        ({"ess_bulk": 300.0}, "effective sample size 300"),
        ({"ess_tail": 300.0}, "effective sample size 300"),
        ({"divergences": 1}, "1 divergent"),
        ({"log_likelihood_error": 0.02}, "off by 0.02"),
    ],
)
def test_each_diagnostic_can_refuse(change: dict, says: str) -> None:
    good = {"rhat": 1.0, "ess_bulk": 900.0, "ess_tail": 900.0, "divergences": 0, "log_likelihood_error": 1e-9}
    assert Diagnostics(**good).problems() == []
    (problem,) = Diagnostics(**{**good, **change}).problems()
    assert says in problem


def test_too_little_data_is_an_error() -> None:
    with pytest.raises(AtlasError, match="at least two items and two models"):
        fit_rasch(tidy(np.array([[1.0], [0.0]])), benchmark="x", seed=1)


def test_score_groups_do_not_grow_with_models() -> None:
    _, responses = rasch(3000, 20, seed=1)
    assert len(score_groups(responses).score) <= 21
