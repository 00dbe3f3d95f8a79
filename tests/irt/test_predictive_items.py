from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest, norm

from analysis.errors import AtlasError
from analysis.irt import predictive_items
from analysis.irt.abilities import draw_abilities, response_sums
from analysis.irt.estimate import estimate
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.predictive import item_checks
from analysis.readers.wide import read_wide
from tests.irt.points import a_point, answers, posterior


def groups_one_by_one(matrix: ResponseMatrix, point: Point, cuts: np.ndarray) -> np.ndarray:
    """Group each model for each item by maximising its posterior without the item."""
    group = np.full(matrix.values.shape, len(cuts) + 1)
    for m, i in zip(*np.nonzero(matrix.observed), strict=True):
        values = np.delete(matrix.values[m], i)

        def loss(ability: float, values: np.ndarray = values, i: int = i) -> float:
            p = np.delete(point.probability(np.array(ability)), i)
            likelihood = np.log(p[values == 1]).sum() + np.log1p(-p[values == 0]).sum()
            return -likelihood - norm.logpdf(ability, point.mean, point.sd)

        group[m, i] = (minimize_scalar(loss, bounds=(-8, 8), method="bounded").x > cuts).sum()
    return group


@pytest.mark.parametrize(
    ("slopes", "asymptote", "missing"), [(0.0, 0.0, 0.0), (0.5, 0.0, 0.3), (0.3, 0.1, 0.3)]
)
def test_models_are_grouped_by_their_ability_without_the_item(
    slopes: float, asymptote: float, missing: float
) -> None:
    point = a_point(10, slopes=slopes, asymptote=asymptote)
    matrix, _ = answers(point, 60, seed=9, missing=missing)
    cuts = np.array([-0.6, 0.1, 0.7])
    right, wrong = predictive_items._slopes(point, cuts)
    pull = response_sums(matrix, right, wrong) - (cuts - point.mean) / point.sd**2
    found = predictive_items._rest_groups(matrix.values, pull, right, wrong)
    np.testing.assert_array_equal(found, groups_one_by_one(matrix, point, cuts))
    if not slopes and not missing:  # the rest score orders the models
        for i in range(10):
            rest = matrix.scores - matrix.values[:, i]
            assert (np.diff(found[np.argsort(rest), i]) >= 0).all()


def test_item_checks_are_what_plain_loops_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.irt.blocks.BLOCK_CELLS", 300)  # so that there are several blocks
    point = a_point(7, slopes=0.3)
    matrix, _ = answers(point, 80, seed=10, missing=0.2)
    draws = [a_point(7, slopes=0.3), replace(a_point(7, slopes=0.3), mean=0.5), a_point(7, slopes=0.1)]
    check = item_checks(matrix, draws, groups=4, seed=11)

    rng = np.random.default_rng(11)
    abilities = np.array([draw_abilities(matrix, draw, rng) for draw in draws])
    average = Point(
        np.mean([d.difficulty for d in draws], axis=0),
        np.mean([d.mean for d in draws]),
        np.mean([d.sd for d in draws]),
        np.mean([d.discrimination for d in draws], axis=0),
    )
    group = groups_one_by_one(matrix, average, np.quantile(abilities.mean(axis=0), [0.25, 0.5, 0.75]))
    p = np.array([draw.probability(ability) for draw, ability in zip(draws, abilities, strict=True)])
    curves = check.curves.set_index(["item", "group"])
    for item in range(7):
        squared, noise, answered = np.zeros(3), np.zeros(3), matrix.item_counts[item]
        for g in range(4):
            members = group[:, item] == g
            row, n = curves.loc[(item, g + 1)], members.sum()
            fitted = p[:, members, item].mean(axis=1)
            observed = matrix.right[members, item].mean()
            assert row["models"] == n
            assert row["observed"] == pytest.approx(observed)
            wilson = binomtest(int(observed * n + 0.5), n).proportion_ci(0.94, method="wilson")
            np.testing.assert_allclose(row[["observed_low", "observed_high"]], wilson, atol=1e-9)
            band = [fitted.mean(), *np.quantile(fitted, [0.03, 0.97])]
            np.testing.assert_allclose(row[["fitted", "fitted_low", "fitted_high"]], band, atol=1e-6)
            assert row["ability"] == pytest.approx(abilities[:, members].mean() - average.mean)
            squared += n / answered * (observed - fitted) ** 2
            noise += n / answered * (p * (1 - p))[:, members, item].sum(axis=1) / n**2
        row = check.items.loc[item]
        assert row["models"] == answered
        assert row["misfit"] == pytest.approx(100 * np.sqrt(max((squared - noise).mean(), 0)), abs=1e-3)
        assert row["noise"] == pytest.approx(100 * np.sqrt(noise.mean()), abs=1e-3)


def test_replicated_counts_are_distributed_as_sums_of_responses() -> None:
    rng = np.random.default_rng(12)
    chance = np.stack([rng.beta(0.02, 4, 300), rng.beta(1, 1, 300), rng.beta(6, 0.3, 300)], axis=1)
    counts = predictive_items._replicated_counts(
        np.full(3, 300), np.repeat(chance.sum(axis=0)[None], 200, axis=0), (chance**2).sum(axis=0)[None], rng
    )
    many = np.stack([(rng.random((20_000, 300), dtype="f4") < c).sum(axis=1) for c in chance.T], axis=1)
    assert counts.shape == (400, 3)
    for item in range(3):
        standard_error = many[:, item].std() / 20
        assert counts[:, item].mean() == pytest.approx(many[:, item].mean(), abs=4 * standard_error)
        assert counts[:, item].std() == pytest.approx(many[:, item].std(), rel=0.15)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_intervals_of_proportions_cover_new_answers_of_the_same_models(missing: float) -> None:
    point = a_point(400)
    matrix, ability = answers(point, 400, seed=13, missing=missing)
    check = item_checks(matrix, posterior(matrix, estimate(matrix), 40))
    assert check.share_inside > 0.97  # of the data that difficulties were fitted to
    p = point.probability(ability)
    new = (np.random.default_rng(14).random(p.shape) < p) & matrix.observed
    share = new.sum(axis=0) / matrix.item_counts
    inside = (share >= check.items["predicted_low"]) & (share <= check.items["predicted_high"])
    assert binomtest(int(inside.sum()), 400, 0.94).pvalue > 0.005


def test_an_asymptote_above_the_data_shows_in_the_proportions() -> None:
    truth = a_point(60, mean=-1.5)
    matrix, _ = answers(truth, 800, seed=15)
    guessing = replace(truth, asymptote=0.25)
    check = item_checks(matrix, [guessing] * 5)
    below_chance = check.items["observed"] < 0.2
    assert below_chance.sum() > 10
    assert not check.items.loc[below_chance, "inside"].any()


def test_misfit_is_nothing_but_noise_where_the_model_is_right() -> None:
    misfit, noise = [], []
    for seed in range(6):
        matrix, _ = answers(a_point(50, seed), 600, seed, missing=0.2 * (seed % 2))
        check = item_checks(matrix, posterior(matrix, estimate(matrix), 20), seed=seed)
        misfit.append(check.items["misfit"])
        noise.append(check.items["noise"])
    misfit, noise = np.concatenate(misfit), np.concatenate(noise)
    # The excess is centred at zero and about chi-square with 9 degrees of freedom, sd √(2/10) of the noise.
    assert 0.45 < (misfit == 0).mean() < 0.65
    assert np.quantile((misfit / noise) ** 2, 0.97) < 2.2 * np.sqrt(2 / 10)
    assert (misfit < 1.5 * noise).all()


@pytest.mark.parametrize(("slopes", "asymptote"), [(0.6, 0.0), (0.0, 0.3)])
def test_misfit_is_seen_where_the_model_is_wrong_and_measures_it(slopes: float, asymptote: float) -> None:
    truth = a_point(60, slopes=slopes, asymptote=asymptote)
    matrix, ability = answers(truth, 3000, seed=16)
    fitted = estimate(matrix)
    check = item_checks(matrix, posterior(matrix, fitted, 20))
    assert (check.items["misfit"] > 1.5 * check.items["noise"]).sum() >= 5  # never where the model is right
    # Against the truth: the gap between the true curve and the best Rasch curve over the models' abilities.
    p = truth.probability(ability)
    rasch = fitted.point.probability(fitted.ability)
    order = np.argsort(fitted.ability)
    tenths = np.array_split(order, 10)
    gap = np.array([p[t].mean(axis=0) - rasch[t].mean(axis=0) for t in tenths])
    expected = 100 * np.sqrt((gap**2).mean(axis=0))
    noise = check.items["noise"]
    sd = noise * np.sqrt((2 * noise**2 + 4 * expected**2) / 10)  # of a squared gap, over ten groups
    assert (abs(check.items["misfit"] ** 2 - expected**2) < 4 * sd + 0.2 * expected**2).all()
    assert (check.items["misfit"] ** 2).mean() == pytest.approx((expected**2).mean(), rel=0.2)


def test_same_seed_same_result() -> None:
    matrix, _ = answers(a_point(10), 100, seed=17)
    draws = posterior(matrix, estimate(matrix), 5)
    one, other, third = (item_checks(matrix, draws, seed=seed) for seed in (1, 1, 2))
    assert one.items.equals(other.items)
    assert one.curves.equals(other.curves)
    assert not one.curves.equals(third.curves)


def test_nothing_is_checked_without_draws() -> None:
    matrix, _ = answers(a_point(10), 100, seed=18)
    with pytest.raises(AtlasError, match="at least one posterior draw"):
        item_checks(matrix, [])


def test_the_worst_item_of_real_data_falls_with_ability(leaderboard: Path) -> None:
    matrix = ResponseMatrix.of(read_wide(leaderboard / "response_matrix_tinyarc.csv").cells)
    check = item_checks(matrix, posterior(matrix, estimate(matrix), 10))
    worst = check.items["misfit"].idxmax()
    rest = matrix.scores - matrix.right[:, worst]
    assert np.corrcoef(rest, matrix.right[:, worst])[0, 1] < -0.2
    curve = check.curves[check.curves["item"] == worst]
    assert curve["fitted"].is_monotonic_increasing
    assert curve["observed"].iloc[0] > curve["observed"].iloc[-1] + 0.3
    assert check.share_inside == 1
