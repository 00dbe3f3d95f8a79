from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.explore import (
    curve_abilities,
    item_curve,
    likely_discriminations,
    observed_by_ability,
    surprises,
    surprising_count,
)


def answers(abilities: np.ndarray, correct: np.ndarray, expected: np.ndarray | float = 0.5) -> pd.DataFrame:
    columns = {"mean": abilities, "correct": correct, "expected": expected}
    return pd.DataFrame({"model": np.arange(len(abilities)), **columns})


def test_the_curve_and_its_band_are_those_of_the_posterior() -> None:
    """With known discrimination P falls as b rises: quantiles of P are P at quantiles of b."""
    draws = norm(0.5, 0.3).ppf((np.arange(4000) + 0.5) / 4000)
    abilities = np.array([-1.0, 0.5, 2.0])
    curve = item_curve(draws, np.full(4000, 1.4), 0.2, abilities)
    p = lambda b: 0.2 + 0.8 / (1 + np.exp(-1.4 * (abilities - b)))  # noqa: E731
    np.testing.assert_allclose(curve["low"], p(norm(0.5, 0.3).ppf(0.97)), atol=1e-3)
    np.testing.assert_allclose(curve["high"], p(norm(0.5, 0.3).ppf(0.03)), atol=1e-3)
    assert curve["mean"][1] == pytest.approx(0.6, abs=1e-3)


def test_the_band_holds_what_is_observed_as_often_as_it_says() -> None:
    """A discrimination that is not known widens the band away from the difficulty, not at it."""
    draws = np.full(500, 1.0)
    curve = item_curve(draws, likely_discriminations(1.0, 0.3, 500), 0.0, np.array([-1.0, 1.0, 3.0]))
    width = (curve["high"] - curve["low"]).to_numpy()
    assert width[1] < 1e-9
    assert width[[0, 2]].min() > 0.1


def test_stand_in_discriminations_have_the_mean_and_sd_that_are_kept() -> None:
    found = likely_discriminations(1.3, 0.4, 2000)
    assert found.mean() == pytest.approx(1.3, abs=0.005)
    assert found.std() == pytest.approx(0.4, abs=0.01)
    assert (found > 0).all()


def test_groups_hold_every_model_once_the_least_able_first() -> None:
    rng = np.random.default_rng(1)
    abilities = rng.normal(size=137)
    correct = rng.random(137) < 0.4
    groups = observed_by_ability(answers(abilities, correct))
    assert set(groups["models"]) == {13, 14}
    assert groups["models"].sum() == 137
    first = np.argsort(abilities)[: groups["models"][0]]
    assert groups["ability"][0] == pytest.approx(abilities[first].mean())
    assert groups["right"][0] == correct[first].sum()
    assert groups["right"].sum() == correct.sum()
    assert groups["ability"].is_monotonic_increasing
    assert ((groups["low"] <= groups["proportion"]) & (groups["proportion"] <= groups["high"])).all()


def test_groups_agree_with_a_true_curve_as_often_as_their_intervals_say() -> None:
    rng = np.random.default_rng(4)
    abilities = np.sort(rng.normal(size=400))
    true = 1 / (1 + np.exp(-abilities))
    right, wrong = (
        np.mean(
            [
                observed_by_ability(answers(abilities, rng.random(400) < true, said))["agrees"].mean()
                for _ in range(60)
            ]
        )
        for said in (true, (true + 0.3).clip(max=0.999))
    )
    assert right == pytest.approx(0.94, abs=0.03)
    assert wrong < 0.4


def test_few_models_are_one_group_and_none_is_no_group() -> None:
    assert len(observed_by_ability(answers(np.arange(7.0), np.arange(7) > 3))) == 1
    assert observed_by_ability(answers(np.array([]), np.array([], dtype=bool))).empty


def test_surprises_come_first_and_are_counted_beside_what_chance_makes() -> None:
    expected = np.array([0.08, 0.3, 0.9, 0.95])
    found = surprises(answers(np.arange(4.0), np.array([True, False, False, True]), expected))
    assert found["model"].tolist() == [0, 2, 1, 3]
    assert found["chance"].tolist() == pytest.approx([0.08, 0.1, 0.7, 0.95])
    assert surprising_count(found, correct=False) == (1, pytest.approx(0.1 + 0.05))
    assert surprising_count(found, correct=True) == (1, pytest.approx(0.08))


def test_the_expected_number_of_surprises_is_what_simulation_brings() -> None:
    rng = np.random.default_rng(2)
    expected = rng.random(400)
    counts = [
        [
            surprising_count(
                surprises(answers(expected, rng.random(400) < expected, expected)), correct=right
            )
            for right in (True, False)
        ]
        for _ in range(60)
    ]
    observed, predicted = np.mean(np.array(counts), axis=0).T
    np.testing.assert_allclose(observed, predicted, atol=1.5)  # about 8 each, standard error 0.35


def test_curves_reach_from_the_models_to_the_bend() -> None:
    along = curve_abilities(answers(np.array([-1.0, 1.0]), np.array([True, False])), difficulty=5.0)
    assert (along[0], along[-1]) == (-1.0, 7.0)
