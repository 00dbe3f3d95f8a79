"""The whole study of one task: bank, respondents, calibration, bins, base, fine-tuning."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import Progress

from analysis.bins import quantile_bins
from analysis.irt import Settings, fit, fit_rasch
from analysis.tables import FitTables
from data.experiment.bank import Material, prepare
from data.experiment.base import BaseModel, train_base
from data.experiment.cache import Cache, source_hash
from data.experiment.finetune import finetune
from data.experiment.plan import Run, hold_out, plan
from data.experiment.respondents import Answers, respond_all
from data.experiment.seeds import derive
from data.experiment.sizes import Size
from data.experiment.tasks import TASKS, Task

IRT = Path(fit.__file__).parent


@dataclass(frozen=True)
class TaskStudy:
    """Everything that a study found out about one task.

    Attributes
    ----------
    task, material
        The task and its bank.
    answers
        The respondents and what they answered.
    calibration
        The Rasch fit's tables.
    base
        The model that was fine-tuned.
    runs
        The fine-tuning runs, the baseline first.
    held_out
        Items that no run trained on.
    run_correct
        Shape (runs, held-out items), bool.
    """

    task: Task
    material: Material
    answers: Answers
    calibration: FitTables
    base: BaseModel
    runs: list[Run]
    held_out: np.ndarray
    run_correct: np.ndarray


def response_table(correct: np.ndarray) -> pd.DataFrame:
    """Turn a matrix of shape (models, items) into rows of item, model and correct, sorted in that order."""
    models, items = correct.shape
    return pd.DataFrame(
        {
            "item": np.repeat(np.arange(items, dtype=np.int32), models),
            "model": np.tile(np.arange(models, dtype=np.int32), items),
            "correct": correct.T.ravel(),
        }
    )


def calibrate(correct: np.ndarray, benchmark: str, seed: int, settings: Settings) -> FitTables:
    """Fit the Rasch model to a matrix of shape (models, items)."""
    return fit_rasch(response_table(correct), benchmark=benchmark, seed=seed, settings=settings).tables()


def study_task(
    name: str, size: Size, seed: int, device: str, threads: int, cache: Cache, progress: Progress
) -> TaskStudy:
    """Run every stage for one task.

    Parameters
    ----------
    name
        Name of the task.
    size
        How large.
    seed
        The study's seed.
    device
        Where to train, as torch names it.
    threads
        Stacks trained at a time.
    cache
        Where finished stages are kept.
    progress
        Where to show it.
    """
    task, tuning = TASKS[name], size.tuning
    drawn = cache.depending_on(seed, device, size.bank, size.pool)
    material = drawn.stage(f"{name}-bank", prepare, task, size.bank, size.pool, seed)

    answered = drawn.depending_on(size.groups, size.checkpoints, size.first_checkpoint)
    answers = answered.stage(
        f"{name}-respondents", respond_all, task, material, size, seed, device, threads, progress
    )

    calibrated = answered.depending_on(size.fit, source_hash(IRT))
    fitting = progress.add_task(f"{name}: Rasch fit", total=None)
    fit_seed = derive(seed, name, "fit") % 2**31
    calibration = calibrated.stage(f"{name}-fit", calibrate, answers.correct, name, fit_seed, size.fit)
    progress.update(fitting, total=1, completed=1)
    difficulty = calibration.item_parameters.sort_values("item")["mean"].to_numpy()
    bins = quantile_bins(difficulty, tuning.bins)

    begun = drawn.depending_on(size.base)
    base = begun.stage(f"{name}-base", train_base, task, material, size.base, seed, device, progress)
    tuned = calibrated.depending_on(size.base, tuning)
    held_out = hold_out(bins, tuning.held_out, derive(seed, name, "held out"))
    runs = plan(bins, held_out, tuning.seeds, f"{name}-base", seed)
    run_correct = tuned.stage(
        f"{name}-finetune", finetune, base, material, runs, held_out, tuning, seed, device, threads, progress
    )
    return TaskStudy(task, material, answers, calibration, base, runs, held_out, run_correct)
