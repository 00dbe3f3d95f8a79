from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import spearmanr

from analysis.errors import AtlasError
from analysis.irt import backends, brute_force
from analysis.irt.diagnostics import Diagnostics
from analysis.irt.estimate import estimate
from analysis.irt.fit import fit_irt
from analysis.irt.fitted import Fit, Settings
from analysis.irt.likelihood import Kind
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.model import Priors
from analysis.irt.point import FARTHEST
from analysis.irt.record import fit_tables
from tests.irt.simulated import rasch, tidy

# A funnel: with a handful of responses the spread of difficulties may be anything down to zero.
TINY = Settings(draws=1000, tune=500, target_accept=0.9)


SMALL = np.array([[1, 0, 0], [1, 1, 0], [1, np.nan, 1], [0, 1, 0], [1, 0, 0]])


def by_prior_simulation(
    matrix: np.ndarray, kind: Kind, *, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Posterior mean and sd of b − μ by brute force, and the effective number of draws.

    Every parameter and every ability is drawn from its prior and weighted by the probability of the
    responses: no integral, no gauge, no sampler in common with the fit.
    """
    rng = np.random.default_rng(seed)
    models, items = matrix.shape
    weights, reported = [], []
    for _ in range(draws // 200_000):
        size = (200_000, 1)
        if kind.varies_discrimination:
            mean, sd = np.zeros(size), np.ones(size)
            shape = 1 / rng.beta(2, 2, size)
            slope = rng.gamma(shape, 1 / shape, (size[0], items)) * np.exp(rng.standard_normal(size))
            spread = 3.0 * np.abs(rng.standard_normal(size))
            intercept = 3.0 * rng.standard_normal(size) + spread * rng.standard_normal((size[0], items))
            difficulty = -intercept / slope
        else:
            slope = np.ones((size[0], items))
            difficulty = rng.standard_normal((size[0], items))
            difficulty -= difficulty.mean(axis=1, keepdims=True)
            difficulty *= 3.0 * np.abs(rng.standard_normal(size))
            mean, sd = 3.0 * rng.standard_normal(size), 3.0 * np.abs(rng.standard_normal(size))
        ability = mean + sd * rng.standard_normal((size[0], models))
        total = np.ones(size[0])
        for model in range(models):
            for item in range(items):
                if not np.isnan(matrix[model, item]):
                    p = expit(slope[:, item] * (ability[:, model] - difficulty[:, item]))
                    p = kind.asymptote + (1 - kind.asymptote) * p
                    total *= p if matrix[model, item] else 1 - p
        weights.append(total)
        reported.append(difficulty - mean)
    weight = np.concatenate(weights)
    weight /= weight.sum()
    values = np.concatenate(reported)
    if kind.varies_discrimination:
        values = values.clip(-FARTHEST, FARTHEST)
    average = weight @ values
    return average, np.sqrt(weight @ (values - average) ** 2), 1 / (weight**2).sum()


@pytest.mark.parametrize("kind", [Kind(), Kind("rasch", 0.25), Kind("2pl", 0.25)], ids=str)
def test_posterior_of_a_tiny_matrix_against_brute_force(kind: Kind) -> None:
    mean, sd, effective = by_prior_simulation(SMALL, kind, draws=1_000_000, seed=1)
    assert effective > 1_200
    fit = fit_irt(ResponseMatrix.of(tidy(SMALL)), benchmark="tiny", seed=3, kind=kind, settings=TINY)
    # Monte Carlo error: sd / √(a thousand or more) of either; that of an sd with heavy tails is larger.
    np.testing.assert_allclose(fit.items["mean"], mean, atol=0.1 * sd.max())
    np.testing.assert_allclose(fit.items["sd"], sd, rtol=0.15)


@pytest.fixture(scope="module")
def simulated_fits():
    """Three simulated data sets of 1,000 models × 200 items, fitted."""
    cases = [rasch(1000, 200, seed=seed) for seed in range(3)]
    return [
        (truth, fit_irt(ResponseMatrix.of(data), benchmark="simulated", seed=1), data)
        for truth, data in cases
    ]


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
    tables = fit_tables(fit)
    assert tables.fits["fit"].tolist() == [fit.id]
    assert tables.fits["converged"].all()
    assert len(tables.item_draws["draws"].iloc[0]) == 200
    assert "discriminations" not in tables.item_draws


def test_extreme_items_are_kept_and_labelled() -> None:
    _, responses = rasch(150, 12, seed=8)
    nobody, everybody = responses["item"] == 3, responses["item"] == 7
    responses.loc[nobody, "correct"], responses.loc[everybody, "correct"] = False, True
    short = replace(SHORT, draws=400)
    fit = fit_irt(ResponseMatrix.of(responses), benchmark="extreme", seed=1, settings=short)
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
        fit_irt(ResponseMatrix.of(tidy(np.array([[1.0], [0.0]]))), benchmark="x", seed=1)


SHORT = Settings(draws=150, tune=150, chains=2)


@pytest.fixture(scope="module")
def short_fit() -> tuple[ResponseMatrix, Fit]:
    matrix = ResponseMatrix.of(rasch(200, 10, seed=9)[1])
    return matrix, fit_irt(matrix, benchmark="short", seed=5, settings=SHORT)


def test_same_seed_and_data_give_the_same_fit(short_fit: tuple[ResponseMatrix, Fit]) -> None:
    matrix, fit = short_fit
    again = fit_irt(matrix, benchmark="short", seed=5, settings=SHORT)
    other = fit_irt(matrix, benchmark="short", seed=6, settings=SHORT)
    assert again.id == fit.id
    np.testing.assert_array_equal(again.chains.draws, fit.chains.draws)
    assert other.id != fit.id


def test_chains_do_not_share_draws(short_fit: tuple[ResponseMatrix, Fit]) -> None:
    """Chains run as threads; what they share must not leak from one to another."""
    first, second = short_fit[1].chains.draws
    assert not {draw.tobytes() for draw in first} & {draw.tobytes() for draw in second}
    assert min(len(np.unique(chain, axis=0)) for chain in (first, second)) > 0.9 * SHORT.draws


def test_a_resumed_fit_has_the_old_draws_and_more(short_fit: tuple[ResponseMatrix, Fit]) -> None:
    matrix, fit = short_fit
    more = replace(SHORT, draws=600)
    resumed = fit_irt(matrix, benchmark="short", seed=5, settings=more, resume=fit.chains)
    assert resumed.chains.draws.shape[1] == 600
    np.testing.assert_array_equal(resumed.chains.draws[:, :150], fit.chains.draws)
    assert resumed.diagnostics.ess_bulk > fit.diagnostics.ess_bulk
    assert resumed.id != fit.id
    whole = fit_irt(matrix, benchmark="short", seed=7, settings=more)
    np.testing.assert_allclose(resumed.items["mean"], whole.items["mean"], atol=0.05)
    np.testing.assert_allclose(resumed.items["sd"], whole.items["sd"], rtol=0.15)


def test_draws_of_another_model_cannot_be_resumed(short_fit: tuple[ResponseMatrix, Fit]) -> None:
    matrix, fit = short_fit
    with pytest.raises(AtlasError, match="Resume with the model and chains"):
        fit_irt(matrix, benchmark="short", seed=5, kind=Kind("2pl"), settings=SHORT, resume=fit.chains)


def test_without_nutpie_pymc_samples_the_same_posterior(
    short_fit: tuple[ResponseMatrix, Fit], monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix, _ = short_fit
    settings = replace(SHORT, draws=1000)
    seen: list[tuple[int, int]] = []
    by_nutpie = fit_irt(matrix, benchmark="short", seed=5, settings=settings)
    monkeypatch.setattr(backends, "HAS_NUTPIE", False)
    by_pymc = fit_irt(
        matrix, benchmark="short", seed=5, settings=settings, progress=lambda *done: seen.append(done)
    )
    assert by_pymc.diagnostics.rhat < 1.03
    np.testing.assert_allclose(by_pymc.items["mean"], by_nutpie.items["mean"], atol=0.05)
    np.testing.assert_allclose(by_pymc.items["sd"], by_nutpie.items["sd"], rtol=0.15)
    assert seen[-1] == (1, settings.draws + settings.tune)


def test_priors_are_settable() -> None:
    """An item that nobody solved is where its prior puts it."""
    _, responses = rasch(60, 8, seed=8)
    responses.loc[responses["item"] == 3, "correct"] = False
    matrix = ResponseMatrix.of(responses)

    def hardest(scale: float) -> float:
        settings = replace(SHORT, draws=400, priors=Priors(difficulty_sd=scale))
        return float(fit_irt(matrix, benchmark="x", seed=1, settings=settings).items["mean"].max())

    assert hardest(3.0) > hardest(0.3) + 0.3


def test_items_that_hardly_discriminate_keep_their_curves() -> None:
    """Difficulties are shown within bounds, but points, abilities and checks go by the curves as sampled."""
    _, responses = rasch(400, 10, seed=12)
    coin = responses["item"] == 4
    responses.loc[coin, "correct"] = np.random.default_rng(0).random(coin.sum()) < 0.9
    matrix = ResponseMatrix.of(responses)
    fit = fit_irt(matrix, benchmark="flat", seed=1, kind=Kind("2pl"), settings=replace(SHORT, draws=300))
    assert np.abs(fit.draws).max() <= FARTHEST
    assert max(abs(point.difficulty[4]) for point in fit.points) > FARTHEST
    assert fit.discriminations is not None
    for point, draw, slopes in zip(  # the first and the last draw are among the points
        fit.points[:: len(fit.points) - 1], fit.draws[[0, -1]], fit.discriminations[[0, -1]], strict=True
    ):
        np.testing.assert_allclose(draw, point.difficulty.clip(-FARTHEST, FARTHEST), atol=1e-3)
        np.testing.assert_allclose(slopes, point.discrimination, atol=1e-3)
    kept = fit_tables(fit).item_draws["discriminations"]
    np.testing.assert_array_equal(np.stack(list(kept)).T, fit.discriminations)
    best = estimate(matrix, kind="2pl").point
    highest = brute_force.log_likelihood(matrix, best)
    for point in (fit.centre, *fit.points[::10]):
        assert point.probability(np.zeros(1))[0, 4] == pytest.approx(0.9, abs=0.07)
        assert brute_force.log_likelihood(matrix, point) > highest - 40
