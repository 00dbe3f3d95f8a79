"""Fine-tuning of the base on each planned set of items, and what every run then answers."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from rich.progress import Progress

from data.experiment.bank import Material
from data.experiment.base import BaseModel
from data.experiment.plan import Run
from data.experiment.score import exact_match
from data.experiment.seeds import derive
from data.experiment.sizes import Tuning
from data.experiment.train import batches, train


def finetune(
    base: BaseModel,
    material: Material,
    runs: list[Run],
    held_out: np.ndarray,
    tuning: Tuning,
    seed: int,
    device: str,
    threads: int,
    progress: Progress,
) -> np.ndarray:
    """Fine-tune the base once for every run and score all of them on the held-out items.

    Parameters
    ----------
    base
        Where every run starts.
    material
        The bank that the runs' items are numbered in.
    runs
        What to train on; a run without items is the base itself.
    held_out
        Items to answer.
    tuning
        Schedule, and how many runs to train together.
    seed
        The study's seed.
    device
        Where to train, as torch names it.
    threads
        Stacks trained at a time.
    progress
        Where to show it.

    Returns
    -------
    np.ndarray
        Shape (runs, held-out items), bool.
    """
    asked = material.bank[held_out]
    correct = np.zeros((len(runs), len(held_out)), bool)
    start = base.parameters.to(device)
    untrained = [number for number, run in enumerate(runs) if not len(run.items)]
    correct[untrained] = exact_match(base.architecture, start, asked)
    trained = [number for number, run in enumerate(runs) if len(run.items)]
    chunks = [trained[first : first + tuning.together] for first in range(0, len(trained), tuning.together)]

    def one(chunk: list[int]) -> np.ndarray:
        training = train(
            base.architecture,
            start.repeat(len(chunk), 1),
            [tuning.rate] * len(chunk),
            material.bank,
            batches(
                [runs[number].items for number in chunk],
                [derive(seed, "order", runs[number].name) for number in chunk],
                tuning.recipe,
            ),
            tuning.recipe,
        )
        return exact_match(base.architecture, deque(training, maxlen=1).pop(), asked)

    with ThreadPoolExecutor(threads) as pool:
        scored = progress.track(pool.map(one, chunks), len(chunks), description="fine-tuning")
        for chunk, right in zip(chunks, scored, strict=True):
            correct[chunk] = right
    return correct
