"""The tidy tables that every reader yields and the store takes in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.remarks import Remark

ITEM_COLUMNS = ("item_key", "content_hash", "prompt", "target", "subtask")
MODEL_COLUMNS = ("name", "organisation", "family", "base_model", "parameters", "date")
PUBLISHED = ("published_difficulty", "published_quantile")
"""Extras of items: a difficulty that others estimated, logits, and its quantile."""
DOC_ID = "doc_id"
"""Extra of items: position in the split that was evaluated."""

EXTRAS = "extras"
"""Further columns of items or models that are folded into one already: a JSON object a row."""


@dataclass(frozen=True)
class Benchmark:
    """What a benchmark is and where it comes from.

    Attributes
    ----------
    name
        Short name used on the command line and in links.
    title
        Name for people.
    origin
        ``"bundled"`` or ``"imported"``.
    hide_text
        True if the benchmark's authors ask that items not be shown.
    choices
        Number of answer choices where it is fixed, else None.
    """

    name: str
    title: str
    description: str | None = None
    source: str | None = None
    licence: str | None = None
    citation: str | None = None
    origin: str = "imported"
    hide_text: bool = False
    choices: int | None = None


@dataclass(frozen=True)
class Responses:
    """Responses of models to the items of one benchmark.

    Attributes
    ----------
    items
        Row i describes item i: ``item_key`` (unique), then any of `ITEM_COLUMNS`; further columns are
        kept as extras.
    models
        Row m describes model m: ``name`` (unique), then any of `MODEL_COLUMNS`; further columns are kept
        as extras.
    cells
        One row an observed response: ``item``, ``model`` (row numbers above), ``correct`` (bool). A pair
        that was not observed has no row.
    remarks
        What the reader merged or skipped.
    """

    items: pd.DataFrame
    models: pd.DataFrame
    cells: pd.DataFrame
    remarks: list[Remark] = field(default_factory=list)


def without_empty(responses: Responses) -> Responses:
    """Leave out items nobody answered and models that answered nothing, saying so in the remarks."""
    items, models, remarks = responses.items, responses.models, list(responses.remarks)
    answered = np.isin(np.arange(len(items)), responses.cells["item"])
    active = np.isin(np.arange(len(models)), responses.cells["model"])
    if not answered.all():
        example = items["item_key"][~answered].iloc[0]
        left_out = int((~answered).sum())
        text = f"{left_out:,} items were left out: no model answered them ({example!r} …)."
        remarks.append(Remark("unanswered items", text, left_out))
    if not active.all():
        example = models["name"][~active].iloc[0]
        left_out = int((~active).sum())
        text = f"{left_out:,} models were left out: they answered nothing ({example!r} …)."
        remarks.append(Remark("silent models", text, left_out))
    cells = responses.cells.assign(
        item=(np.cumsum(answered) - 1)[responses.cells["item"]].astype("i4"),
        model=(np.cumsum(active) - 1)[responses.cells["model"]].astype("i4"),
    )
    return Responses(
        items[answered].reset_index(drop=True), models[active].reset_index(drop=True), cells, remarks
    )


@dataclass(frozen=True)
class FitTables:
    """A fit as the rows that the store keeps; columns as in ``analysis/store/schema.sql``.

    Attributes
    ----------
    fits
        One row; ``benchmark`` is its name, ``settings`` and ``checks`` are JSON texts.
    item_parameters, item_draws, abilities
        One row an item, an item and a model. A column that may be missing may be left out.
    item_statistics
        One row an item, or none at all.
    traces, score_checks, item_curves, dependent_pairs, left_out
        What was looked at besides, as far as it was: no rows where it was not.
    """

    fits: pd.DataFrame
    item_parameters: pd.DataFrame
    item_draws: pd.DataFrame
    abilities: pd.DataFrame
    item_statistics: pd.DataFrame = field(default_factory=pd.DataFrame)
    traces: pd.DataFrame = field(default_factory=pd.DataFrame)
    score_checks: pd.DataFrame = field(default_factory=pd.DataFrame)
    item_curves: pd.DataFrame = field(default_factory=pd.DataFrame)
    dependent_pairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)


FIT_CHECKS = ("traces", "score_checks", "item_curves", "dependent_pairs", "left_out")
"""The tables of `FitTables` that say how a fit was looked at."""


@dataclass(frozen=True)
class ComparisonTable:
    """A comparison of IRT models as the store keeps it; columns as in ``analysis/store/schema.sql``.

    Attributes
    ----------
    benchmark, data_hash
        Name of the benchmark, and hash of its responses.
    families, family_source
        Among how many families of models, and where these come from.
    psis, kfold
        One row an IRT model; see `analysis.irt.comparison.Comparison`.
    sentence
        What this says, in words.
    """

    benchmark: str
    data_hash: str
    families: int
    family_source: str
    psis: pd.DataFrame
    kfold: pd.DataFrame
    sentence: str


@dataclass(frozen=True)
class PoolTables:
    """Partially pooled gains as the rows that the store keeps; columns as in ``analysis/store/schema.sql``.

    Attributes
    ----------
    pools
        One row; ``benchmark`` is its name, ``settings`` is a JSON text.
    pool_cells, pool_effects
        One row a cell, and a parameter.
    """

    pools: pd.DataFrame
    pool_cells: pd.DataFrame
    pool_effects: pd.DataFrame


POOL_PARTS = ("pool_cells", "pool_effects")
"""The tables of `PoolTables` besides ``pools``."""


@dataclass(frozen=True)
class Runs:
    """Fine-tune runs; columns as in ``analysis/store/schema.sql``, with benchmarks by name.

    Attributes
    ----------
    runs
        One row a run: ``run`` (row number), ``benchmark``, ``name``, ``base_model``, ``kind``, …
    run_items
        ``run``, ``item``: what each run was trained on, items of its benchmark.
    run_responses
        ``run``, ``benchmark``, ``item``, ``correct``: what each run answered afterwards, about items of
        its own benchmark and of others.
    run_curves
        ``run``, ``step``, ``loss``, ``accuracy``: how each run did while it was trained.
    """

    runs: pd.DataFrame
    run_items: pd.DataFrame
    run_responses: pd.DataFrame
    run_curves: pd.DataFrame


def in_order(responses: pd.DataFrame) -> bool:
    """Whether responses are sorted by item, then model, and no pair of them is there twice."""
    item, model = responses["item"].to_numpy(), responses["model"].to_numpy()
    same_item = item[1:] == item[:-1]
    return not ((item[1:] < item[:-1]) | (same_item & (model[1:] <= model[:-1]))).any()


def response_hash(responses: pd.DataFrame) -> str:
    """Return 16 hex digits that change when any response changes, whatever the models' numbers.

    Models count by their rank among the models present, so that a store may renumber them.

    Parameters
    ----------
    responses
        ``item``, ``model`` (numbers from 0) and ``correct``, one row a response, in any order.
    """
    item, model = responses["item"].to_numpy(), responses["model"].to_numpy()
    present = np.zeros(int(model.max(initial=0)) + 1, dtype=bool)
    present[model] = True
    rank = (np.cumsum(present, dtype="<i4") - 1)[model]
    columns = [item.astype("<i4", copy=False), rank, responses["correct"].to_numpy(dtype="u1")]
    if not in_order(responses):
        order = np.lexsort((rank, item))
        columns = [column[order] for column in columns]
    digest = hashlib.sha256()
    for column in columns:
        digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()[:16]


def own_measures(items: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that are the source's own, of items as `analysis.store.Snapshot.items` has them.

    Of a published difficulty its quantile says nothing more, and a position measures nothing.
    """
    own = items.loc[:, items.columns[items.columns.get_loc("flag") + 1 :]]
    return own.drop(columns=[PUBLISHED[1], DOC_ID], errors="ignore")
