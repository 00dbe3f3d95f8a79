"""Respondents and bases: what they are trained on, and when they answer."""

# ruff: noqa: E402 (what needs torch is imported after the check for it)

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")

from data.experiment.bank import prepare
from data.experiment.base import Mixture, train_base
from data.experiment.progress import Reports
from data.experiment.respondents import Answers, checkpoint_steps, gather, respond, training_rows
from data.experiment.sizes import FULL, SMALL, Group, Member, members
from data.experiment.train import Schedule

MATERIAL = prepare(("nested", "brackets", "clock"), bank=40, pool=600, seed=1)


def test_checkpoints_are_dense_early_and_end_with_the_run():
    steps = checkpoint_steps(8_000, 10, 2.5)
    assert steps[0] == 25
    assert steps[-1] == 8_000
    assert len(steps) == 10
    assert (np.diff(steps, 2) > 0).all()


def test_a_run_trains_on_as_many_prompts_of_each_of_its_tasks():
    rows = training_rows(MATERIAL, Member(("nested", "clock"), 1e-3, 100), seed=3)
    assert len(set(rows)) == len(rows) == 200
    assert np.isin(rows, MATERIAL.pool_rows["nested"]).sum() == 100
    assert np.isin(rows, MATERIAL.pool_rows["clock"]).sum() == 100


def test_a_mix_that_comes_again_meets_other_settings():
    runs = members([("nested",), ("clock",)] * 3, (1e-3, 2e-3), (50,))
    assert len({(run.rate, run.prompts) for run in runs if run.tasks == ("nested",)}) == 2


def test_respondents_answer_only_what_they_were_trained_on():
    group = Group(
        32, 1, (Member(("nested",), 1e-3, 50), Member(("nested", "clock"), 1e-3, 50)), Schedule(6, 1, 8)
    )
    answers = respond(MATERIAL, group, [2, 6], seed=1, device="cpu", reports=Reports())
    assert answers.models["step"].tolist() == [2, 2, 6, 6]
    assert answers.models["examples_seen"].tolist() == [16, 16, 48, 48]
    assert set(answers.correct) == {"nested", "clock"}
    assert answers.correct["nested"][0].tolist() == [0, 1, 2, 3]
    assert answers.correct["clock"][0].tolist() == [1, 3]
    assert answers.correct["clock"][1].shape == (2, 40)


def test_gathering_keeps_every_answer_with_its_respondent():
    def part(family: str, steps: list[int], values: list[int]) -> Answers:
        models = pd.DataFrame({"family": family, "step": steps, "value": values})
        right = np.array(values)[:, None] % 2 == np.arange(4) % 2
        return Answers(models, {"nested": (np.arange(len(steps)), right)})

    gathered = gather([part("b", [20, 10], [1, 2]), part("a", [10, 20], [3, 4])])
    assert gathered.models["value"].tolist() == [3, 4, 2, 1]
    rows, right = gathered.correct["nested"]
    assert rows.tolist() == [0, 1, 2, 3]
    assert (right == (gathered.models["value"].to_numpy()[rows][:, None] % 2 == np.arange(4) % 2)).all()


def test_a_mixture_follows_its_weights():
    mixture = Mixture(MATERIAL.pool_rows, 50, seed=1, weights={"nested": 1.0, "brackets": 0.0, "clock": 3.0})
    rows = np.concatenate([batch[0] for _, batch in zip(range(40), mixture, strict=False)])
    assert mixture.drawn["brackets"] == 0
    assert sum(mixture.drawn.values()) == len(rows) == 2_000
    assert 0.7 < mixture.drawn["clock"] / 2_000 < 0.8
    drawn = rows[np.isin(rows, MATERIAL.pool_rows["nested"])]
    assert len(set(drawn)) == min(len(drawn), 600)  # a whole pass before anything comes again


def test_a_base_stops_where_every_task_is_good_enough():
    material = prepare(SMALL.tasks, SMALL.bank, SMALL.pool, seed=1)
    (settings, *_) = SMALL.bases
    base = train_base(material, settings, seed=1, device="cpu", reports=Reports())
    assert min(base.accuracy.values()) >= settings.accuracy
    assert base.step < settings.schedule.steps
    assert base.step % settings.every == 0
    assert sum(base.examples.values()) == base.step * settings.schedule.batch


def test_the_full_study_is_as_large_as_its_card_says():
    runs = [member for group in FULL.groups for member in group.members]
    assert len(runs) >= 60
    assert len(runs) * FULL.checkpoints >= 1_000
    assert len(FULL.tasks) == 6
    assert all(sum(task in run.tasks for run in runs) >= 40 for task in FULL.tasks)
    assert FULL.bank // FULL.tuning.bins - FULL.tuning.held_out >= 1_000
    assert FULL.tuning.seeds >= 5
