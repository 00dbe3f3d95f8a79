"""Gains on other benchmarks, and curves while training, against direct computation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.store import Store
from analysis.transfer import cross_gains, learning_curves, tuned_runs, zero_shot
from tests import studies


@pytest.fixture(scope="module")
def tables(toy_store: Store) -> dict[str, pd.DataFrame]:
    with toy_store.open() as snapshot:
        runs = snapshot.runs(studies.BENCHMARK)
        return {
            "runs": runs,
            "run_items": snapshot.run_items(studies.BENCHMARK),
            "responses": snapshot.responses_of(runs["run"]),
            "curves": snapshot.run_curves(studies.BENCHMARK),
            "other runs": snapshot.runs(studies.OTHER),
            "other": snapshot.run_responses(studies.OTHER),
            "other items": snapshot.run_items(studies.OTHER),
        }


@pytest.fixture(scope="module")
def gains(tables) -> pd.DataFrame:
    own = tables["responses"].query("benchmark == @studies.BENCHMARK")
    return cross_gains(
        tuned_runs(tables["runs"], base_model=studies.BASE).assign(benchmark=studies.BENCHMARK),
        tables["run_items"],
        tables["responses"],
        {
            studies.OTHER: zero_shot(
                tables["other runs"], tables["other"], studies.BASE, studies.N_OTHER_ITEMS
            ),
            studies.BENCHMARK: zero_shot(tables["runs"], own, studies.BASE, studies.N_ITEMS),
        },
    )


def test_every_training_set_meets_every_benchmark(gains: pd.DataFrame) -> None:
    assert len(gains) == 11 * 2
    assert gains["tested"].tolist() == [studies.OTHER, studies.BENCHMARK] * 11
    items = gains.groupby("tested")["items"].unique().map(list).to_dict()
    assert items == {
        studies.OTHER: [len(studies.ASKED_ELSEWHERE)],
        studies.BENCHMARK: [10 * studies.HELD_OUT],
    }


def test_change_is_against_the_other_benchmarks_own_baseline(gains: pd.DataFrame, tables) -> None:
    responses, runs = tables["responses"], tables["runs"]
    baseline = tables["other runs"].set_index("kind").loc["baseline", "run"]
    before = tables["other"].set_index("run").loc[baseline].set_index("item")["correct"].astype(float)
    for label in range(1, 11):
        own = runs.loc[(runs["first_bin"] == label) & (runs["last_bin"] == label), "run"]
        after = responses[responses["run"].isin(own) & (responses["benchmark"] == studies.OTHER)]
        expected = after["correct"].mean() - before[studies.ASKED_ELSEWHERE].mean()
        cell = gains[(gains["train"] == str(label)) & (gains["tested"] == studies.OTHER)].iloc[0]
        assert cell["gain"] == pytest.approx(expected)
        assert cell["gain"] == pytest.approx(studies.true_cross_gain(label - 1), abs=0.05)
        assert cell["before"] == pytest.approx(before[studies.ASKED_ELSEWHERE].mean())
        assert cell["low"] <= cell["gain"] <= cell["high"]


def test_runs_of_two_benchmarks_are_told_apart(tables, gains: pd.DataFrame) -> None:
    """The full range of both has one label; each benchmark's runs, items and baseline remain its own."""
    tuned = {
        studies.OTHER: tuned_runs(tables["other runs"], base_model=studies.BASE, recipe="usual"),
        studies.BENCHMARK: tuned_runs(tables["runs"], base_model=studies.BASE).query(
            "last_bin - first_bin == 9"
        ),
    }
    own = tables["responses"].query("benchmark == @studies.BENCHMARK")
    both = cross_gains(
        pd.concat([runs.assign(benchmark=name) for name, runs in tuned.items()]),
        pd.concat([tables["run_items"], tables["other items"]]),
        pd.concat([tables["responses"], tables["other"].assign(benchmark=studies.OTHER)]),
        {
            studies.BENCHMARK: zero_shot(tables["runs"], own, studies.BASE, studies.N_ITEMS),
            studies.OTHER: zero_shot(
                tables["other runs"], tables["other"], studies.BASE, studies.N_OTHER_ITEMS
            ),
        },
    ).set_index(["trained", "tested"])
    assert both.index.tolist() == [
        (trained, tested)
        for trained in (studies.OTHER, studies.BENCHMARK)
        for tested in (studies.BENCHMARK, studies.OTHER)
    ]
    alone = gains[gains["train"] == "1–10 (all)"].set_index(["trained", "tested"])
    same = ["train", "items", "seeds", "before", "gain"]
    pd.testing.assert_frame_equal(both.loc[[studies.BENCHMARK], same].sort_index(), alone[same].sort_index())
    answers = tables["other"].set_index("run")["correct"]
    before = answers[tables["other runs"].set_index("kind").loc["baseline", "run"]].mean()
    at_home = both.loc[(studies.OTHER, studies.OTHER)]
    assert at_home["gain"] == pytest.approx(answers[tuned[studies.OTHER]["run"]].mean() - before)
    assert at_home["seeds"] == len(tuned[studies.OTHER])
    assert both.loc[(studies.OTHER, studies.BENCHMARK), "items"] == 0  # these runs were not asked them


def test_items_trained_on_do_not_count(tables) -> None:
    """An item of the own benchmark that a run was trained on is left out; its number elsewhere is not."""
    tuned = tuned_runs(tables["runs"], base_model=studies.BASE)
    item = int(studies.ASKED_ELSEWHERE[3])
    trained = pd.DataFrame({"run": tuned["run"], "item": item})
    baselines = {studies.OTHER: np.zeros(studies.N_OTHER_ITEMS), studies.BENCHMARK: np.zeros(studies.N_ITEMS)}
    gains = cross_gains(tuned.assign(benchmark=studies.BENCHMARK), trained, tables["responses"], baselines)
    answered = tables["responses"].groupby("benchmark")["item"].unique()
    assert item in answered[studies.BENCHMARK]
    items = gains.groupby("tested")["items"].first()
    assert items[studies.BENCHMARK] == len(answered[studies.BENCHMARK]) - 1
    assert items[studies.OTHER] == len(answered[studies.OTHER])


def test_curves_end_at_what_the_runs_answered(tables) -> None:
    tuned = tuned_runs(tables["runs"], base_model=studies.BASE)
    accuracy, loss = learning_curves(tuned, tables["curves"])
    assert len(accuracy) == len(tuned) * len(studies.STEPS) * studies.N_BINS
    assert (accuracy.query("step == 0")["change"] == 0).all()
    assert set(loss["step"]) == set(studies.STEPS[1:])
    (run,) = tuned.query("first_bin == 3 and last_bin == 3 and seed == 2")["run"]
    end = accuracy[(accuracy["run"] == run) & (accuracy["step"] == studies.STEPS[-1])].sort_values("bin")
    assert set(end["train"]) == {"3"}
    answered = tables["responses"].query("run == @run and benchmark == @studies.BENCHMARK")
    expected = answered.groupby(answered["item"] * 10 // studies.N_ITEMS)["correct"].mean()
    np.testing.assert_allclose(end["accuracy"], expected)
