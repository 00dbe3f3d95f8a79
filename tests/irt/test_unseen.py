"""Difficulty of unseen items: what is there is found, what is not there is not claimed, intervals hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import r2_score

from analysis.errors import AtlasError
from analysis.irt import unseen
from analysis.irt.unseen import UnseenDifficulty, learn_difficulty
from tests.conftest import ROOT

WORDS = np.array([f"word{letter}" for letter in "abcdefghijkl"])
EFFECT = np.linspace(-1.0, 1.0, len(WORDS))


def texts(count: int, rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Items of five words each, and the sum of their words' effects (variance 2)."""
    chosen = rng.integers(len(WORDS), size=(count, 5))
    prompt = [" ".join(WORDS[row]) + "?" for row in chosen]
    items = pd.DataFrame({"item_key": [f"item {i}" for i in range(count)], "prompt": prompt})
    return items, EFFECT[chosen].sum(axis=1)


def score(found: UnseenDifficulty, predictor: str = unseen.LEARNER) -> pd.Series:
    return found.scores.set_index("predictor").loc[predictor]


@pytest.fixture(scope="module")
def planted() -> UnseenDifficulty:
    """Half of the variance is in the text, a tenth is noise of a known size."""
    rng = np.random.default_rng(0)
    items, effect = texts(500, rng)
    sd = rng.uniform(0.3, 0.9, 500)
    truth = effect + rng.normal(0, 1.2, 500)
    return learn_difficulty(items, truth + rng.normal(0, sd), sd, folds=5)


def test_a_planted_effect_of_words_is_found(planted: UnseenDifficulty) -> None:
    ours = score(planted)
    attainable = np.var(EFFECT) * 5 / (np.var(EFFECT) * 5 + 1.2**2 + 0.39)
    assert attainable - 0.1 < ours["r2"] < attainable + 0.05
    assert ours["r2_low"] > 0.3
    assert planted.ceiling == pytest.approx(1 - 0.39 / (np.var(EFFECT) * 5 + 1.2**2 + 0.39), abs=0.03)
    items, effect = texts(1000, np.random.default_rng(1))
    assert np.corrcoef(planted.predict(items)["difficulty"], effect)[0, 1] > 0.93
    assert f"R² {ours['r2']:.2f} [{ours['r2_low']:.2f}, {ours['r2_high']:.2f}]" in planted.report()
    assert "no more" not in planted.report().lower()


def test_scores_are_those_of_other_libraries(planted: UnseenDifficulty) -> None:
    known, ours = planted.out_of_fold, score(planted)
    assert ours["r2"] == pytest.approx(r2_score(known["difficulty"], known["predicted"]))
    assert ours["spearman"] == pytest.approx(spearmanr(known["difficulty"], known["predicted"]).statistic)
    assert score(planted, unseen.MEAN)["r2"] == pytest.approx(0, abs=0.02)
    assert np.isnan(score(planted, unseen.MEAN)["spearman"])


def test_items_are_predicted_by_learners_that_did_not_see_them(planted: UnseenDifficulty) -> None:
    items, _ = texts(500, np.random.default_rng(0))
    rows = np.arange(500)
    by_learner = np.stack([learner.predict(items)[0] for learner in planted.learners])
    assert planted.out_of_fold["predicted"].to_numpy() == pytest.approx(by_learner[planted.fold, rows])
    assert np.bincount(planted.fold).tolist() == [100] * 5
    in_sample = np.delete(by_learner, 0, axis=0)[:, planted.fold == 0]
    difficulty = planted.out_of_fold["difficulty"].to_numpy()[planted.fold == 0]
    assert r2_score(difficulty, in_sample.mean(axis=0)) > score(planted)["r2"] + 0.05


def test_intervals_of_the_scores_cover_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    """A predictor of known worth: R² 0.5, Spearman 6/π asin(ρ/2) (Pearson 1907)."""
    monkeypatch.setattr(unseen, "REPLICATES", 100)
    truth = {"r2": 0.5, "spearman": 6 / np.pi * np.arcsin(np.sqrt(0.5) / 2)}
    hits: dict[str, list[bool]] = {"r2": [], "spearman": []}
    for seed in range(120):
        rng = np.random.default_rng(seed)
        predicted = rng.normal(0, 1, 250)
        difficulty = predicted + rng.normal(0, 1, 250)
        found = unseen._scores(difficulty, {unseen.LEARNER: predicted}, None, rng).iloc[0]
        for name in hits:
            hits[name].append(found[f"{name}_low"] < truth[name] < found[f"{name}_high"])
    assert 0.87 < np.mean(hits["r2"]) < 0.99
    assert 0.87 < np.mean(hits["spearman"]) < 0.99


def test_items_of_a_group_are_resampled_together() -> None:
    rng = np.random.default_rng(2)
    labels = np.repeat(np.arange(15), 40)
    predicted = rng.normal(0, 1, 600)
    difficulty = predicted + rng.normal(0, 1, 15)[labels] + rng.normal(0, 0.3, 600)
    widths = []
    for clusters in (None, labels):
        found = unseen._scores(difficulty, {unseen.LEARNER: predicted}, clusters, rng).iloc[0]
        widths.append(found["r2_high"] - found["r2_low"])
    assert widths[1] > 2 * widths[0]


def test_pure_noise_is_called_so() -> None:
    claims = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        items, _ = texts(200, rng)
        items["length"] = rng.normal(size=200)
        found = learn_difficulty(items, rng.normal(size=200), np.full(200, 0.1), folds=3, seed=seed)
        claims.append(score(found)["r2_low"] > 0)
        assert ("says no more about an item's difficulty than the mean" in found.report()) != claims[-1]
    assert sum(claims) <= 1  # each is wrong 3 times in 100


def test_intervals_hold_what_they_promise_and_follow_the_noise() -> None:
    """94% of fresh items, where the noise is three times larger for one kind than for the other."""
    held, held_true, by_kind, widths = [], [], [], []
    for seed in range(3):
        rng = np.random.default_rng(10 + seed)
        items, effect = texts(1500, rng)
        kind = rng.integers(2, size=1500)
        items["kind"] = np.where(kind == 1, "wild", "tame")
        truth = effect + rng.normal(0, np.where(kind == 1, 1.2, 0.4))
        difficulty = truth + rng.normal(0, 0.2, 1500)
        found = learn_difficulty(items[:300], difficulty[:300], np.full(300, 0.2), folds=4, seed=seed)
        ends = found.predict(items[300:])
        inside = (ends["low"] < difficulty[300:]) & (difficulty[300:] < ends["high"])
        held.append(inside.mean())
        held_true.append(((ends["low"] < truth[300:]) & (truth[300:] < ends["high"])).mean())
        by_kind.append(inside.groupby(kind[300:]).mean())
        widths.append((ends["high"] - ends["low"]).groupby(kind[300:]).mean())
        assert found.coverage == pytest.approx(0.94, abs=0.04)
        assert found.width == pytest.approx((ends["high"] - ends["low"]).mean(), rel=0.2)
        assert ends["difficulty"].between(ends["low"], ends["high"]).all()
    assert 0.90 < np.mean(held) < 0.97
    assert np.mean(held) <= np.mean(held_true) < 0.99
    tame, wild = np.mean(by_kind, axis=0)
    assert min(tame, wild) > 0.88
    assert np.mean(widths, axis=0)[1] > 1.5 * np.mean(widths, axis=0)[0]


def test_interval_ends_are_those_of_plain_loops() -> None:
    """CV+ as Barber et al. (2021) write it, with distances in units of the spread."""
    rng = np.random.default_rng(3)
    centre, spread = rng.normal(size=(7, 4)), rng.uniform(0.5, 2, size=(7, 4))
    distance, fold = rng.exponential(size=60), rng.integers(4, size=60)
    low, high = unseen._cv_plus(centre, spread, distance, fold)
    for x in range(7):
        below = sorted(centre[x, fold[i]] - spread[x, fold[i]] * distance[i] for i in range(60))
        above = sorted(centre[x, fold[i]] + spread[x, fold[i]] * distance[i] for i in range(60))
        assert low[x] == below[int(np.floor(0.06 * 61)) - 1]
        assert high[x] == above[int(np.ceil(0.94 * 61)) - 1]


def test_numbers_categories_and_truth_values_are_used_and_may_be_missing() -> None:
    rng = np.random.default_rng(4)
    steps, kind, tricky = rng.integers(1, 9, 300), rng.choice(["x", "y", "z"], 300), rng.random(300) < 0.3
    difficulty = np.abs(steps - 4.5) + (kind == "y") - 1.5 * tricky + rng.normal(0, 0.3, 300)
    items = pd.DataFrame(
        {
            "item_key": np.arange(300).astype(str),
            "content_hash": rng.permutation(300).astype(str),
            "steps": pd.array(steps, dtype="Int32"),
            "kind": kind,
            "tricky": pd.array(tricky, dtype="boolean"),
            "constant": 1,
            "empty": None,
        }
    )
    items.loc[:9, ["steps", "kind", "tricky"]] = None
    found = learn_difficulty(items, difficulty, folds=5)
    assert found.columns == ("steps", "tricky", "kind")
    assert score(found)["r2"] > 0.8
    assert np.isnan(found.ceiling)
    assert "Noise in the difficulties" not in found.report()

    fresh = pd.DataFrame({"item_key": ["a", "b", "c"], "kind": ["y", "new", None], "steps": [1, 4, 900]})
    predicted = found.predict(fresh)  # a column lacks, a category is new, a number is far out
    assert predicted["item_key"].tolist() == ["a", "b", "c"]
    assert predicted["difficulty"].between(difficulty.min(), difficulty.max()).all()
    assert predicted["difficulty"][0] > predicted["difficulty"][1] + 2


def test_what_only_the_subtask_explains_is_not_credited_to_the_text() -> None:
    rng = np.random.default_rng(5)
    items, _ = texts(300, rng)
    subtask = rng.integers(10, size=300)
    items["subtask"] = subtask.astype(str)
    difficulty = rng.normal(0, 1, 10)[subtask] + rng.normal(0, 0.5, 300)
    found = learn_difficulty(items, difficulty, folds=5)
    trivial, gain = score(found, unseen.SUBTASK_MEAN), score(found, unseen.BEYOND)
    means = pd.Series(difficulty).groupby(subtask).transform("mean")
    assert trivial["r2"] == pytest.approx(r2_score(difficulty, means), abs=0.05)
    assert gain["r2"] == pytest.approx(score(found)["r2"] - trivial["r2"])
    assert gain["r2_low"] < 0
    assert "No more than the mean of an item's subtask says" in found.report()

    # Nor does it carry over to subtasks that were left out.
    across = learn_difficulty(items, difficulty, groups=items["subtask"], folds=5)
    assert across.by_group
    assert all(len(np.unique(across.fold[subtask == s])) == 1 for s in range(10))
    assert unseen.SUBTASK_MEAN not in set(across.scores["predictor"])
    assert score(across)["r2_low"] < 0
    assert "items of groups it never saw" in across.report()


def test_uncertain_difficulties_teach_little() -> None:
    rng = np.random.default_rng(6)
    items, effect = texts(400, rng)
    noise = np.where(rng.random(400) < 0.6, 6.0, 0.2)
    difficulty = effect + rng.normal(0, noise)
    fresh, truth = texts(500, rng)
    error = [
        np.mean((learn_difficulty(items, difficulty, sd, folds=3).predict(fresh)["difficulty"] - truth) ** 2)
        for sd in (noise, None)
    ]
    assert error[0] < 0.7 * error[1]


def test_the_bundled_study_says_what_its_difficulty_is_made_of() -> None:
    study = ROOT / "data" / "study"
    items = pd.read_parquet(study / "items.parquet", filters=[("benchmark", "==", "lists")])
    fits = pd.read_parquet(study / "fits.parquet")
    fit = fits.loc[fits["benchmark"] == "lists", "fit"].item()
    parameters = pd.read_parquet(study / "item_parameters.parquet", filters=[("fit", "==", fit)])
    both = items.merge(parameters, on="item").sample(1500, random_state=0)
    found = learn_difficulty(
        both[items.columns], both["mean"].to_numpy(), both["sd"].to_numpy(), folds=3, seed=0
    )
    ours = score(found)
    assert 0.70 < ours["r2_low"] < ours["r2"] < ours["r2_high"] < found.ceiling < 1  # 0.78 measured
    assert score(found, unseen.SUBTASK_MEAN)["r2"] == pytest.approx(0.52, abs=0.05)
    assert score(found, unseen.BEYOND)["r2_low"] > 0.15
    assert found.coverage == pytest.approx(0.94, abs=0.02)
    assert set(found.columns) >= {"operations", "length", "subtask"}
    assert not {"benchmark", "item", "item_key", "content_hash", "depth"} & set(found.columns)


def test_the_same_seed_gives_the_same_predictions() -> None:
    items, effect = texts(60, np.random.default_rng(7))
    first, second = (learn_difficulty(items, effect, folds=3, seed=8) for _ in range(2))
    pd.testing.assert_frame_equal(first.predict(items), second.predict(items))
    pd.testing.assert_frame_equal(first.scores, second.scores)


def test_what_cannot_be_learned_from_says_so() -> None:
    items, effect = texts(60, np.random.default_rng(9))
    with pytest.raises(AtlasError, match="40 items are too few"):
        learn_difficulty(items[:40], effect[:40])
    with pytest.raises(AtlasError, match="neither text nor further columns"):
        learn_difficulty(items[["item_key"]], effect)
    with pytest.raises(AtlasError, match="no column 'steps'"):
        learn_difficulty(items, effect, columns=["steps"])
    with pytest.raises(AtlasError, match="at least three groups"):
        learn_difficulty(items, effect, groups=["a", "b"] * 30)
    with pytest.raises(AtlasError, match="equally difficult"):
        learn_difficulty(items, np.zeros(60))
