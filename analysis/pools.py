"""Pool the gains of runs that the store holds, and keep them there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd

import analysis
from analysis import transfer
from analysis.bins import quantile_bins
from analysis.errors import AtlasError
from analysis.irt.backends import Progress, versions
from analysis.store import Snapshot
from analysis.tables import PoolTables
from analysis.transfer.pooling import MORE, Pooled, Settings, pool


@dataclass(frozen=True)
class PoolRequest:
    """Gains that are to be pooled.

    Attributes
    ----------
    benchmark, fit, base_model, recipe
        Whose, and by which fit's difficulties items are put into bins.
    matrix
        The runs.
    difficulty
        Each item's difficulty, logits.
    """

    benchmark: str
    fit: str
    base_model: str
    recipe: str | None
    matrix: transfer.RunMatrix
    difficulty: np.ndarray

    @property
    def bins(self) -> int:
        """Number of bins that the runs were trained in."""
        return self.matrix.bins_of


def requests(
    snapshot: Snapshot, benchmark: str, *, base_model: str | None = None, fit: str | None = None
) -> Iterator[PoolRequest]:
    """Yield what can be pooled of a benchmark: every base model and recipe, or those of one base model.

    Raises
    ------
    AtlasError
        If the benchmark has no converged fit, or no such runs.
    """
    used = snapshot.usable_fit(benchmark, fit)
    difficulty = snapshot.items(benchmark, used)["mean"].to_numpy()
    runs = snapshot.runs(benchmark)
    tuned = runs[runs["kind"] != transfer.BASELINE]
    if base_model is not None:
        tuned = tuned[tuned["base_model"] == base_model]
    if tuned.empty:
        whose = f" of base model {base_model!r}" if base_model else ""
        raise AtlasError(
            f"Benchmark {benchmark!r} has no fine-tune runs{whose}, so there is nothing to pool."
        )
    run_items, run_responses = snapshot.run_items(benchmark), snapshot.run_responses(benchmark)
    for name, recipe in tuned[["base_model", "recipe"]].drop_duplicates().itertuples(index=False):
        known = None if pd.isna(recipe) else str(recipe)
        matrix = transfer.run_matrix(
            runs, run_items, run_responses, base_model=name, recipe=known, n_items=len(difficulty)
        )
        yield PoolRequest(benchmark, used, str(name), known, matrix, difficulty)


def make(
    wanted: PoolRequest, settings: Settings, progress: Progress | None = None
) -> tuple[PoolTables, Pooled]:
    """Pool, with three times the draws if so many do not converge; return it as the store keeps it too."""
    pooled = _pooled(wanted, settings, progress)
    if pooled.diagnostics.problems():
        settings = replace(settings, draws=MORE * settings.draws)
        pooled = _pooled(wanted, settings, progress)
    about = {
        "benchmark": wanted.benchmark,
        "fit": wanted.fit,
        "base_model": wanted.base_model,
        "recipe": wanted.recipe,
        "bins": wanted.bins,
        "settings": json.dumps({**asdict(settings), **versions()}),
        "data_hash": wanted.matrix.data_hash(),
        "code_version": analysis.__version__,
    }
    name = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:8]
    problems = pooled.diagnostics.problems()
    row = {
        "pool": name,
        **about,
        **asdict(pooled.diagnostics),
        "converged": not problems,
        "problems": "; ".join(problems),
        "created": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
    }
    tables = PoolTables(
        pools=pd.DataFrame([row]).astype({"recipe": "string"}),
        pool_cells=pooled.cells.drop(columns="row").assign(pool=name),
        pool_effects=pooled.effects.assign(pool=name),
    )
    return tables, pooled


def _pooled(wanted: PoolRequest, settings: Settings, progress: Progress | None) -> Pooled:
    member = quantile_bins(wanted.difficulty, wanted.bins)
    return pool(
        wanted.matrix,
        member,
        transfer.trained_bin(wanted.matrix.rows, wanted.bins),
        transfer.centres(wanted.difficulty, member, wanted.bins),
        settings=settings,
        progress=progress,
    )
