"""The whole study: banks, respondents, calibration, bins, bases, fine-tuning."""

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
import pandas as pd
import torch

from analysis.bins import quantile_bins
from analysis.irt import fit
from analysis.irt.estimate import estimate
from analysis.irt.families import METADATA, Families, families
from analysis.irt.fit import fit_irt
from analysis.irt.fitted import Settings
from analysis.irt.lineage import Lineage, enough, lineage
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.record import fit_tables, with_lineage
from analysis.irt.refits import Refits
from analysis.tables import FitTables
from data.experiment.bank import Material, prepare
from data.experiment.base import BaseModel, train_base
from data.experiment.cache import Cache, Spent, source_hash, timed
from data.experiment.finetune import Tuned, finetune, zero_shot
from data.experiment.plan import Run, hold_out, plan, sample_held_out
from data.experiment.progress import Reports, shown
from data.experiment.respondents import Answers, checkpoint_steps, gather, respond
from data.experiment.seeds import derive
from data.experiment.sizes import Base, Group, Size
from data.experiment.tokens import Encoded, concatenate

Arguments = ParamSpec("Arguments")
Product = TypeVar("Product")

IRT = Path(fit.__file__).parent
STAGES = ("bank", "models", "fits", "finetuning")


@dataclass(frozen=True)
class Plan:
    """What is trained on and asked in one task's fine-tuning runs.

    Attributes
    ----------
    bins
        Bin of every item, from 0.
    held_out
        Items that no run trains on, and that every run of the task answers.
    elsewhere
        Those of them that runs on other tasks answer, too.
    runs
        The runs, the same for every base and recipe.
    """

    bins: np.ndarray
    held_out: np.ndarray
    elsewhere: np.ndarray
    runs: list[Run]


@dataclass(frozen=True)
class Study:
    """Everything that a study found out.

    Attributes
    ----------
    material
        The tasks' banks.
    answers
        The respondents and what they answered.
    calibrations
        Each task's Rasch fit, as tables.
    plans
        Each task's plan.
    bases
        The models that were fine-tuned.
    zero_shot
        By base and task, what the base answered of the task's held-out items.
    tuned
        By base, recipe and task, what the runs of the task's plan answered.
    """

    material: Material
    answers: Answers
    calibrations: dict[str, FitTables]
    plans: dict[str, Plan]
    bases: list[BaseModel]
    zero_shot: dict[tuple[str, str], np.ndarray]
    tuned: dict[tuple[str, str, str], Tuned]


def response_table(models: np.ndarray, correct: np.ndarray) -> pd.DataFrame:
    """Turn a matrix of shape (models, items) into rows of item, model and correct, sorted in that order."""
    count, items = correct.shape
    return pd.DataFrame(
        {
            "item": np.repeat(np.arange(items, dtype=np.int32), count),
            "model": np.tile(models.astype(np.int32), items),
            "correct": correct.T.ravel(),
        }
    )


def calibrate(
    respondents: pd.DataFrame,
    models: np.ndarray,
    correct: np.ndarray,
    task: str,
    seed: int,
    settings: Settings,
    replicates: int,
    reports: Reports,
) -> FitTables:
    """Fit the Rasch model to a matrix of shape (models, items); checkpoints of one run are a family."""
    matrix = ResponseMatrix(correct.astype("i1"), models)
    (fitted,) = reports.track(
        [fit_irt(matrix, benchmark=task, seed=seed, settings=settings)], 1, f"Rasch fit of {task}"
    )
    tables = fit_tables(fitted)
    found = families(respondents.iloc[models], source=METADATA)
    return with_lineage(tables, descent(matrix, found, seed, replicates)) if enough(found) else tables


def descent(matrix: ResponseMatrix, found: Families, seed: int, replicates: int) -> Lineage:
    """Find what families do to difficulties, in this process."""
    here = Refits("threading", jobs=1)
    return lineage(matrix, found, estimate(matrix), seed=seed, replicates=replicates, left_out=0, refits=here)


def one_core() -> None:
    """Make a process use one thread for tensors, and only operations that give the same bits every time.

    Stacks run side by side, one a process, so that no result depends on the number of cores.
    """
    torch.set_num_threads(1)
    # The same as use_deterministic_algorithms, which first loads torch's compiler: four seconds a process.
    torch.set_deterministic_debug_mode("warn")
    torch.backends.cuda.matmul.allow_tf32 = True  # matrix products of a GPU's tensor cores, also repeatable


@dataclass(frozen=True)
class Laboratory:
    """Where and how a study is run.

    Attributes
    ----------
    size, seed
        How large, and the seed of all draws.
    device
        Where to train, as torch names it.
    cache
        Where finished stages are kept.
    reports
        Where stages say how far they are.
    processes, waiting
        Run stages side by side, and wait for them.
    """

    size: Size
    seed: int
    device: str
    cache: Cache
    reports: Reports
    processes: Executor
    waiting: Executor

    def run(self, until: str = STAGES[-1]) -> Study | None:
        """Run every stage that is not kept yet; nothing is returned if it is told to stop before the last.

        Parameters
        ----------
        until
            The last of `STAGES` to run.
        """
        size, last = self.size, STAGES.index(until)
        drawn = self.cache.depending_on(self.seed, size.tasks, size.bank, size.pool)
        material = drawn.stage("bank", partial(timed, prepare, size.tasks, size.bank, size.pool, self.seed))
        if last < STAGES.index("models"):
            return None
        training = [self._train_base(drawn, material, base) for base in size.bases]
        answering = [self._train_respondents(drawn, material, group) for group in size.groups]
        answers = gather([future.result() for future in answering])
        bases = [future.result() for future in training]
        if last < STAGES.index("fits"):
            return None
        answered = drawn.depending_on(size.groups, size.checkpoints, size.checkpoint_power)
        calibrated = answered.depending_on(size.fit, size.replicates, source_hash(IRT))
        fitting = {task: self._fit(calibrated, answers, task) for task in size.tasks}
        calibrations = {task: future.result() for task, future in fitting.items()}
        if last < STAGES.index("finetuning"):
            return None
        plans = {task: self._plan(task, calibrations[task]) for task in size.tasks}
        tuned = self._finetune(calibrated, material, plans, bases)
        before = {
            (base.name, task): zero_shot(base, _asked(material, task, plans[task].held_out), self.device)
            for base in bases
            for task in size.tasks
        }
        return Study(material, answers, calibrations, plans, bases, before, tuned)

    def _start(
        self,
        cache: Cache,
        name: str,
        make: Callable[Arguments, Product],
        *arguments: Arguments.args,
        **keywords: Arguments.kwargs,
    ) -> Future[Product]:
        """Start a stage in a process of its own, unless its product is kept."""

        def run() -> tuple[Product, Spent]:
            return self.processes.submit(partial(timed, make, *arguments, **keywords)).result()

        return self.waiting.submit(cache.stage, name, run)

    def _train_base(self, drawn: Cache, material: Material, base: Base) -> Future[BaseModel]:
        cache = drawn.depending_on(replace(base, recipes=()))
        arguments = (material, base, self.seed, self.device, self.reports)
        return self._start(cache, f"base-{base.name}", train_base, *arguments)

    def _train_respondents(self, drawn: Cache, material: Material, group: Group) -> Future[Answers]:
        steps = checkpoint_steps(group.schedule.steps, self.size.checkpoints, self.size.checkpoint_power)
        arguments = (material, group, steps, self.seed, self.device, self.reports)
        return self._start(drawn.depending_on(group, steps), f"respondents-{group.name}", respond, *arguments)

    def _fit(self, calibrated: Cache, answers: Answers, task: str) -> Future[FitTables]:
        seed = derive(self.seed, task, "fit") % 2**31
        return self._start(
            calibrated,
            f"fit-{task}",
            calibrate,
            answers.models,
            *answers.correct[task],
            task,
            seed,
            self.size.fit,
            self.size.replicates,
            self.reports,
        )

    def _plan(self, task: str, calibration: FitTables) -> Plan:
        tuning = self.size.tuning
        difficulty = calibration.item_parameters.sort_values("item")["mean"].to_numpy()
        bins = quantile_bins(difficulty, tuning.bins)
        held_out = hold_out(bins, tuning.held_out, derive(self.seed, task, "held out"))
        elsewhere = sample_held_out(bins, held_out, tuning.elsewhere, derive(self.seed, task, "elsewhere"))
        return Plan(bins, held_out, elsewhere, plan(bins, held_out, tuning.seeds, derive(self.seed, task)))

    def _finetune(
        self, calibrated: Cache, material: Material, plans: dict[str, Plan], bases: list[BaseModel]
    ) -> dict[tuple[str, str, str], Tuned]:
        size = self.size
        elsewhere = concatenate(_asked(material, task, plans[task].elsewhere) for task in size.tasks)
        tuning = {}
        for base, settings in zip(bases, size.bases, strict=True):
            cache = calibrated.depending_on(settings, size.tuning)
            for recipe, (task, own) in product(settings.recipes, plans.items()):
                tuning[base.name, recipe[0], task] = self._start(
                    cache,
                    f"finetuning-{base.name}-{recipe[0]}-{task}",
                    finetune,
                    base,
                    material.bank[material.bank_rows[task]],
                    task,
                    own.runs,
                    own.held_out,
                    own.bins[own.held_out],
                    elsewhere,
                    recipe,
                    size.tuning,
                    self.seed,
                    self.device,
                    self.reports,
                )
        return {key: future.result() for key, future in tuning.items()}


def _asked(material: Material, task: str, items: np.ndarray) -> Encoded:
    return material.bank[material.bank_rows[task][items]]


def run_study(
    size: Size, seed: int, device: str, workers: int, cache: Cache, until: str = STAGES[-1]
) -> Study | None:
    """Run a study's stages, side by side where they do not need each other.

    Parameters
    ----------
    size, seed
        How large, and the seed of all draws.
    device
        Where to train, as torch names it.
    workers
        Processes to run stages in; the result does not depend on it.
    cache
        Where finished stages are kept.
    until
        The last of `STAGES` to run.

    Returns
    -------
    Study or None
        None if it was told to stop before the last stage.
    """
    # cuBLAS is deterministic only with a workspace of fixed size, set before its first use.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    # Every chain of every fit would ask for all cores at each matrix product.
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    one_core()
    with (
        shown() as reports,
        ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=one_core) as processes,
        ThreadPoolExecutor(64) as waiting,
    ):
        return Laboratory(size, seed, device, cache, reports, processes, waiting).run(until)
