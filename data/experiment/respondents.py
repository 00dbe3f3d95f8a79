"""The respondents: checkpoints of independent training runs, each of which answers every item of the bank."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
import torch
from rich.progress import Progress

from data.experiment.bank import Material
from data.experiment.score import exact_match
from data.experiment.seeds import derive
from data.experiment.sizes import Group, Size
from data.experiment.stack import Architecture, initial
from data.experiment.tasks import Task
from data.experiment.tokens import sequence_length, vocabulary_size
from data.experiment.train import batches, train


@dataclass(frozen=True)
class Answers:
    """What the respondents of one group of runs answered.

    Attributes
    ----------
    models
        A row a respondent: run (within the group), parameters, width, depth, learning_rate,
        training_prompts, step, examples_seen.
    correct
        Shape (respondents, items), bool.
    """

    models: pd.DataFrame
    correct: np.ndarray


def checkpoint_steps(first: int, last: int, count: int) -> list[int]:
    """Return `count` steps from `first` to `last`, evenly spaced on a logarithmic scale."""
    return [int(step) for step in np.unique(np.geomspace(first, last, count).round())]


def respond(
    task: Task, material: Material, group: Group, steps: list[int], seed: int, device: str, progress: Progress
) -> Answers:
    """Train one group of runs and let every checkpoint answer the bank.

    Parameters
    ----------
    task, material
        The task, its bank and its training pool.
    group
        The runs: every learning rate with every amount of data.
    steps
        Steps after which the runs answer.
    seed
        Seed of the group.
    device
        Where to train, as torch names it.
    progress
        Where to show it.
    """
    architecture = Architecture(vocabulary_size(task), sequence_length(task), group.width, group.depth)
    settings = list(product(group.rates, group.prompts))
    start = torch.stack([initial(architecture, derive(seed, "initial", run)) for run in range(len(settings))])
    pools = [
        np.random.default_rng(derive(seed, "pool", run)).permutation(len(material.pool))[:prompts]
        for run, (_, prompts) in enumerate(settings)
    ]
    orders = [derive(seed, "order", run) for run in range(len(settings))]
    training = train(
        architecture,
        start.to(device),
        [learning_rate for learning_rate, _ in settings],
        material.pool,
        batches(pools, orders, group.recipe),
        group.recipe,
    )
    rows, correct = [], []
    label = f"{task.name}: respondents {group.width} x {group.depth}"
    watched = progress.track(training, group.recipe.steps, description=label)
    for step, parameters in enumerate(watched, start=1):
        if step not in steps:
            continue
        correct.append(exact_match(architecture, parameters, material.bank))
        rows += [
            {
                "run": run,
                "parameters": architecture.parameters,
                "width": group.width,
                "depth": group.depth,
                "learning_rate": learning_rate,
                "training_prompts": prompts,
                "step": step,
                "examples_seen": step * group.recipe.batch,
            }
            for run, (learning_rate, prompts) in enumerate(settings)
        ]
    return Answers(pd.DataFrame(rows), np.concatenate(correct))


def respond_all(
    task: Task, material: Material, size: Size, seed: int, device: str, threads: int, progress: Progress
) -> Answers:
    """Train all groups of runs, as many at a time as there are threads, and gather their answers.

    Parameters
    ----------
    task, material
        The task, its bank and its training pool.
    size
        The groups and the number of checkpoints.
    seed
        The study's seed.
    device
        Where to train, as torch names it.
    threads
        Groups trained at a time.
    progress
        Where to show it.
    """

    def one(number: int) -> Answers:
        group = size.groups[number]
        steps = checkpoint_steps(size.first_checkpoint, group.recipe.steps, size.checkpoints)
        group_seed = derive(seed, task.name, "respondents", number)
        return respond(task, material, group, steps, group_seed, device, progress)

    with ThreadPoolExecutor(threads) as pool:
        return gather(task, list(pool.map(one, range(len(size.groups)))))


def gather(task: Task, groups: list[Answers]) -> Answers:
    """Put the groups' respondents together, by run and step, with names and families instead of numbers."""
    numbered = [group.models.assign(group=number) for number, group in enumerate(groups)]
    models = pd.concat(numbered, ignore_index=True).sort_values(["group", "run", "step"])
    correct = np.concatenate([group.correct for group in groups])[models.index]
    family = models.groupby(["group", "run"]).ngroup() + 1
    models.insert(0, "family", [f"{task.name}-run{number:02d}" for number in family])
    names = [f"{run}-step{step:04d}" for run, step in zip(models["family"], models["step"], strict=True)]
    models.insert(0, "name", names)
    return Answers(models.drop(columns=["group", "run"]).reset_index(drop=True), correct)
