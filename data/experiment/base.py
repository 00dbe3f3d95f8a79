"""The base model that the fine-tuning runs start from."""

from dataclasses import dataclass

import numpy as np
from rich.progress import Progress
from torch import Tensor

from data.experiment.bank import Material
from data.experiment.score import exact_match
from data.experiment.seeds import derive
from data.experiment.sizes import Base
from data.experiment.stack import Architecture, initial
from data.experiment.tasks import Task
from data.experiment.tokens import sequence_length, vocabulary_size
from data.experiment.train import batches, train


@dataclass(frozen=True)
class BaseModel:
    """A trained base.

    Attributes
    ----------
    architecture
        Its shape.
    parameters
        Shape (1, parameters), on the CPU.
    step
        Steps that it was trained for.
    accuracy
        Proportion right on the probe items, where training stopped.
    """

    architecture: Architecture
    parameters: Tensor
    step: int
    accuracy: float


def train_base(
    task: Task, material: Material, base: Base, seed: int, device: str, progress: Progress
) -> BaseModel:
    """Train the base until it reaches the accuracy that it should have.

    Parameters
    ----------
    task, material
        The task, its bank (not looked at) and its training pool, the start of which is kept as the probe.
    base
        Settings.
    seed
        The study's seed.
    device
        Where to train, as torch names it.
    progress
        Where to show it.

    Raises
    ------
    RuntimeError
        If the accuracy is not reached within the steps allowed.
    """
    architecture = Architecture(vocabulary_size(task), sequence_length(task), base.width, base.depth)
    start = initial(architecture, derive(seed, task.name, "base", "initial")).unsqueeze(0).to(device)
    probe, rest = material.pool[: base.probe], np.arange(base.probe, len(material.pool))
    rows = batches([rest], [derive(seed, task.name, "base", "order")], base.recipe)
    training = train(architecture, start, [base.rate], material.pool, rows, base.recipe)
    accuracy = 0.0
    watched = progress.track(training, base.recipe.steps, description=f"{task.name}: base")
    for step, parameters in enumerate(watched, start=1):
        if step % base.every == 0:
            accuracy = float(exact_match(architecture, parameters, probe).mean())
            if accuracy >= base.accuracy:
                return BaseModel(architecture, parameters.cpu().clone(), step, accuracy)
    raise RuntimeError(
        f"the base of {task.name!r} answered {accuracy:.0%} after {base.recipe.steps} steps, "
        f"short of {base.accuracy:.0%}: give it more steps or a larger learning rate"
    )
