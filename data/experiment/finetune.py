"""Fine-tuning of a base on each planned set of items, and what every run then answers."""

from dataclasses import dataclass

import numpy as np
import torch

from data.experiment.base import BaseModel
from data.experiment.plan import Run
from data.experiment.progress import Reports
from data.experiment.score import exact_match
from data.experiment.seeds import derive
from data.experiment.sizes import Tuning
from data.experiment.tokens import Encoded
from data.experiment.train import batches, train


@dataclass(frozen=True)
class Tuned:
    """What runs of one task, base and recipe answered.

    Attributes
    ----------
    correct
        Own held-out items after training, shape (runs, items), bool.
    elsewhere
        The sampled held-out items of all tasks, one after another, after training; shape
        (runs, sampled items), bool.
    accuracy
        Proportion right on own held-out items by bin, at every step of the curve, shape
        (runs, steps, bins).
    loss
        Mean training loss since the step before in the curve, nats an answer token, shape (runs, steps);
        missing at the first step, 0.
    """

    correct: np.ndarray
    elsewhere: np.ndarray
    accuracy: np.ndarray
    loss: np.ndarray


def zero_shot(base: BaseModel, items: Encoded, device: str) -> np.ndarray:
    """Return what a base answers before any fine-tuning, shape (items,), bool."""
    return exact_match(base.architecture, torch.from_numpy(base.parameters).to(device), items)[0]


def finetune(
    base: BaseModel,
    bank: Encoded,
    task: str,
    runs: list[Run],
    own: np.ndarray,
    own_bins: np.ndarray,
    elsewhere: Encoded,
    recipe: tuple[str, float],
    tuning: Tuning,
    seed: int,
    device: str,
    reports: Reports,
) -> Tuned:
    """Fine-tune a base once for every run of a task and score all of them.

    Parameters
    ----------
    base
        Where every run starts.
    bank
        The task's items, in which those of the runs are numbered.
    task
        The task's name.
    runs
        What to train on.
    own, own_bins
        The task's held-out items to answer, and their bins, from 0.
    elsewhere
        Further items to answer after the last step.
    recipe
        Its name and learning rate.
    tuning
        Schedule, steps of the curve, and how many runs to train together on a CPU.
    seed
        The study's seed. A run's order depends on its task and label only: it is the same for every base
        and recipe.
    device
        Where to train, as torch names it.
    reports
        Where to say how far it is.
    """
    asked = bank[own]
    in_bin = np.eye(own_bins.max() + 1)[own_bins]
    in_bin /= in_bin.sum(axis=0)
    together = tuning.together if device == "cpu" else len(runs)
    chunks = [runs[first : first + together] for first in range(0, len(runs), together)]
    before = zero_shot(base, asked, device) @ in_bin

    def one(chunk: list[Run]) -> Tuned:
        start = torch.from_numpy(base.parameters).to(device).repeat(len(chunk), 1)
        orders = [derive(seed, task, "order", run.label) for run in chunk]
        rows = batches([run.items for run in chunk], orders, tuning.schedule)
        training = train(base.architecture, start, [recipe[1]] * len(chunk), bank, rows, tuning.schedule)
        accuracy = [np.tile(before, (len(chunk), 1))]
        losses, since = [np.full(len(chunk), np.nan)], []
        for step, (parameters, loss) in enumerate(training, start=1):
            since.append(loss)
            if step in tuning.curve:
                correct = exact_match(base.architecture, parameters, asked)
                accuracy.append(correct @ in_bin)
                losses.append(torch.stack(since).mean(dim=0).cpu().numpy())
                since = []
        return Tuned(
            correct,
            exact_match(base.architecture, parameters, elsewhere),
            np.stack(accuracy, axis=1),
            np.stack(losses, axis=1),
        )

    label = f"fine-tuning {base.name}, {recipe[0]}, {task}"
    parts = [one(chunk) for chunk in reports.track(chunks, len(chunks), label)]
    return Tuned(*(np.concatenate([getattr(part, name) for part in parts]) for name in Tuned.__annotations__))
