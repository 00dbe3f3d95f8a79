"""The respondents: checkpoints of independent training runs, each of which answers the bank of its tasks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from data.experiment.bank import Material
from data.experiment.progress import Reports
from data.experiment.score import exact_match
from data.experiment.seeds import derive
from data.experiment.sizes import Group, Member
from data.experiment.stack import Architecture, initial
from data.experiment.train import batches, train


@dataclass(frozen=True)
class Answers:
    """What respondents answered.

    Attributes
    ----------
    models
        A row a respondent: name, family (its run), tasks (joined by "+"), parameters, width, depth,
        learning_rate, training_prompts (a task), step, examples_seen.
    correct
        For every task, what the respondents whose mix holds it answered: their row numbers in `models`, and
        an array of shape (those respondents, items), bool.
    """

    models: pd.DataFrame
    correct: dict[str, tuple[np.ndarray, np.ndarray]]


def checkpoint_steps(last: int, count: int, power: float) -> list[int]:
    """Return `count` steps up to `last`: the k-th is ``last * (k / count) ** power``, rounded.

    Abilities change fastest early in a run; evenly spaced steps would leave few of low and middling ability.
    """
    return [int(step) for step in np.unique((last * (np.arange(1, count + 1) / count) ** power).round())]


def training_rows(material: Material, member: Member, seed: int) -> np.ndarray:
    """Return the rows of the pool that a run trains on: as many prompts of each of its tasks."""
    chosen = [
        np.random.default_rng(derive(seed, task)).permutation(material.pool_rows[task])[: member.prompts]
        for task in member.tasks
    ]
    return np.concatenate(chosen)


def respond(
    material: Material, group: Group, steps: list[int], seed: int, device: str, reports: Reports
) -> Answers:
    """Train one group of runs and let every checkpoint answer the tasks that its run was trained on.

    Parameters
    ----------
    material
        The banks and the training pool.
    group
        The runs.
    steps
        Steps after which the runs answer.
    seed
        The study's seed.
    device
        Where to train, as torch names it.
    reports
        Where to say how far it is.
    """
    language = material.language
    architecture = Architecture(language.size, language.length, group.width, group.depth)
    runs = range(len(group.members))
    seeds = [derive(seed, "respondent", group.name, run) for run in runs]
    start = torch.stack([initial(architecture, derive(seeds[run], "initial")) for run in runs])
    pools = [training_rows(material, group.members[run], derive(seeds[run], "pool")) for run in runs]
    orders = [derive(seeds[run], "order") for run in runs]
    rates = [member.rate for member in group.members]
    rows = batches(pools, orders, group.schedule)
    training = train(architecture, start.to(device), rates, material.pool, rows, group.schedule)

    models: list[dict[str, object]] = []
    numbers: dict[str, list[int]] = {task: [] for task in material.items}
    correct: dict[str, list[np.ndarray]] = {task: [] for task in material.items}
    watched = reports.track(training, group.schedule.steps, f"respondents {group.name}")
    for step, (parameters, _) in enumerate(watched, start=1):
        if step not in steps:
            continue
        for task in material.items:
            asked = [run for run in runs if task in group.members[run].tasks]
            if asked:
                numbers[task] += [len(models) + run for run in asked]
                bank = material.bank[material.bank_rows[task]]
                correct[task].append(exact_match(architecture, parameters[asked], bank))
        models += [_describe(architecture, group, run, step) for run in runs]
    return Answers(
        pd.DataFrame(models),
        {
            task: (np.array(numbers[task], int), np.concatenate(parts))
            for task, parts in correct.items()
            if parts
        },
    )


def _describe(architecture: Architecture, group: Group, run: int, step: int) -> dict[str, object]:
    member = group.members[run]
    family = f"{group.name}-run{run + 1:02d}"
    return {
        "name": f"{family}-step{step:05d}",
        "family": family,
        "tasks": "+".join(member.tasks),
        "parameters": architecture.parameters,
        "width": group.width,
        "depth": group.depth,
        "learning_rate": member.rate,
        "training_prompts": member.prompts,
        "step": step,
        "examples_seen": step * group.schedule.batch,
    }


def gather(groups: list[Answers]) -> Answers:
    """Put the groups' respondents together, ordered by run and step."""
    starts = np.cumsum([0, *(len(group.models) for group in groups)])
    models = pd.concat([group.models for group in groups], ignore_index=True)
    order = models.sort_values(["family", "step"], kind="stable").index.to_numpy()
    place = np.empty(len(order), int)
    place[order] = np.arange(len(order))
    tasks = dict.fromkeys(task for group in groups for task in group.correct)
    correct = {}
    for task in tasks:
        parts = [
            (place[group.correct[task][0] + start], group.correct[task][1])
            for group, start in zip(groups, starts, strict=False)
            if task in group.correct
        ]
        rows = np.concatenate([numbers for numbers, _ in parts])
        sorting = np.argsort(rows)
        correct[task] = (rows[sorting], np.concatenate([right for _, right in parts])[sorting])
    return Answers(models.loc[order].reset_index(drop=True), correct)
