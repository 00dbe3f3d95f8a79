"""A snapshot in the making: the writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.store.schema import SCHEMA_VERSION, check_schema, create_schema
from analysis.tables import ITEM_COLUMNS, MODEL_COLUMNS, Benchmark, FitTables, Responses, Runs, response_hash


@dataclass(frozen=True)
class Numbered:
    """The store's number of each row given, and how many rows were new."""

    number: np.ndarray
    new: int


@dataclass(frozen=True)
class Added:
    """What adding responses did: the numbers of their items and models, and how many cells were new."""

    items: Numbered
    models: Numbered
    responses: int


class Draft:
    """A writable copy of a snapshot; `Store.change` makes one and puts it in force.

    Parameters
    ----------
    path
        A DuckDB file that no one else has open; made with empty tables if there is none.
    """

    def __init__(self, path: Path) -> None:
        is_new = not path.exists()
        self._connection = duckdb.connect(path)
        if is_new:
            create_schema(self._connection)
        else:
            check_schema(self._connection, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def content_id(self) -> str:
        """Eight hex digits naming what this snapshot holds."""
        contents = self._rows("SELECT content_hash FROM imports UNION SELECT fit FROM fits ORDER BY ALL")
        text = "\n".join([SCHEMA_VERSION, *(row[0] for row in contents)])
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def has_import(self, content_hash: str) -> bool:
        """Whether the same content was imported before."""
        query = "SELECT count(*) FROM imports WHERE content_hash = ?"
        return self._scalar(query, [content_hash]) > 0

    def record_import(
        self, content_hash: str, *, benchmark: str, source: str, reader: str, report: Iterable[str]
    ) -> None:
        """Note where data came from and what its reader remarked."""
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        self._rows(
            "INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?)",
            [content_hash, benchmark, source, reader, json.dumps(list(report)), now],
        )

    def add_benchmark(self, benchmark: Benchmark) -> int:
        """Return the benchmark's number, adding it if it is new."""
        known = self._rows("SELECT benchmark FROM benchmarks WHERE name = ?", [benchmark.name])
        if known:
            return int(known[0][0])
        number = self._next("benchmarks", "benchmark")
        row = pd.DataFrame([{"benchmark": number, **asdict(benchmark)}])
        self._append("benchmarks", row)
        return number

    def remove_benchmark(self, name: str) -> None:
        """Remove a benchmark with everything that hangs on it, if the store has it."""
        found = self._rows("SELECT benchmark FROM benchmarks WHERE name = ?", [name])
        if not found:
            return
        number: list[object] = [found[0][0]]
        for table in ("item_parameters", "item_draws", "abilities"):
            self._rows(f"DELETE FROM {table} WHERE fit IN (SELECT fit FROM fits WHERE benchmark = ?)", number)
        for table in ("run_items", "run_responses"):
            self._rows(f"DELETE FROM {table} WHERE run IN (SELECT run FROM runs WHERE benchmark = ?)", number)
        for table in ("fits", "runs", "responses", "items", "benchmarks"):
            self._rows(f"DELETE FROM {table} WHERE benchmark = ?", number)
        self._rows("DELETE FROM imports WHERE benchmark = ?", [name])
        self._rows("DELETE FROM models WHERE model NOT IN (SELECT model FROM responses)")

    def add_responses(self, benchmark: Benchmark, responses: Responses) -> Added:
        """Add a reader's items, models and responses to a benchmark.

        Items are joined to known ones by ``item_key``, models by ``name``.

        Raises
        ------
        AtlasError
            If a model's response to an item is in the store already with the other value.
        """
        number = self.add_benchmark(benchmark)
        items = self.add_items(number, responses.items)
        models = self.add_models(responses.models)
        cells = pd.DataFrame(
            {
                "item": items.number[responses.cells["item"].to_numpy()],
                "model": models.number[responses.cells["model"].to_numpy()],
                "correct": responses.cells["correct"].to_numpy(),
            }
        )
        before = self._scalar("SELECT count(*) FROM responses")
        with self._registered("cells", cells):
            conflicts = self._scalar(
                "SELECT count(*) FROM cells JOIN responses r USING (item, model) "
                "WHERE r.benchmark = ? AND r.correct != cells.correct",
                [number],
            )
            if conflicts:
                raise AtlasError(
                    f"{conflicts:,} responses differ from those already in benchmark {benchmark.name!r}. "
                    "Import under another --benchmark name to keep both."
                )
            self._rows(
                "CREATE TEMP TABLE merged AS SELECT item, model, correct FROM cells "
                "UNION SELECT item, model, correct FROM responses WHERE benchmark = ?",
                [number],
            )
        self._rows("DELETE FROM responses WHERE benchmark = ?", [number])
        self._rows(
            "INSERT INTO responses SELECT ?, item, model, correct FROM merged ORDER BY item, model", [number]
        )
        self._rows("DROP TABLE merged")
        after = self._scalar("SELECT count(*) FROM responses")
        self._hash_responses(number)
        return Added(items, models, after - before)

    def add_items(self, benchmark: int, items: pd.DataFrame) -> Numbered:
        """Number a reader's items within a benchmark, adding those it did not have."""
        query = "SELECT item_key, item FROM items WHERE benchmark = ?"
        known = dict(self._rows(query, [benchmark]))
        rows = _with_extras(items, ITEM_COLUMNS)
        return self._number("items", rows, key="item_key", number="item", known=known, benchmark=benchmark)

    def add_models(self, models: pd.DataFrame) -> Numbered:
        """Number a reader's models, adding those the store did not have."""
        known = dict(self._rows("SELECT name, model FROM models"))
        rows = _with_extras(models, MODEL_COLUMNS)
        return self._number("models", rows, key="name", number="model", known=known)

    def add_fit(self, tables: FitTables) -> None:
        """Keep a fit; ``fits.benchmark`` is the benchmark's name. A fit kept already is left alone."""
        fit = tables.fits["fit"].iloc[0]
        if self._scalar("SELECT count(*) FROM fits WHERE fit = ?", [fit]):
            return
        benchmarks = dict(self._rows("SELECT name, benchmark FROM benchmarks"))
        self._append("fits", tables.fits.assign(benchmark=tables.fits["benchmark"].map(benchmarks)))
        self._append("item_parameters", tables.item_parameters)
        self._append("item_draws", tables.item_draws)
        self._append("abilities", tables.abilities)

    def add_runs(self, benchmark: int, runs: Runs) -> None:
        """Add fine-tune runs on a benchmark whose items are in the store already.

        Raises
        ------
        AtlasError
            If the benchmark has a run of the same name.
        """
        known = {name for (name,) in self._rows("SELECT name FROM runs WHERE benchmark = ?", [benchmark])}
        if twice := known.intersection(runs.runs["name"]):
            raise AtlasError(f"Run {min(twice)!r} is in the store already.")
        first = self._next("runs", "run")
        self._append("runs", runs.runs.assign(run=runs.runs["run"] + first, benchmark=benchmark))
        self._append("run_items", runs.run_items.assign(run=runs.run_items["run"] + first))
        self._append("run_responses", runs.run_responses.assign(run=runs.run_responses["run"] + first))

    def _number(
        self, table: str, rows: pd.DataFrame, *, key: str, number: str, known: dict[str, int], **fixed: int
    ) -> Numbered:
        """Look up or append ``rows`` by ``key``; numbers continue after the known ones."""
        fresh = ~rows[key].isin(list(known))
        first = max(known.values(), default=-1) + 1
        added = rows[fresh].assign(**{number: np.arange(first, first + fresh.sum())}, **fixed)
        self._append(table, added)
        numbers = {**known, **dict(zip(added[key], added[number], strict=True))}
        return Numbered(rows[key].map(numbers).to_numpy(dtype="int64"), int(fresh.sum()))

    def _hash_responses(self, benchmark: int) -> None:
        query = "SELECT item, model, correct FROM responses WHERE benchmark = ?"
        data_hash = response_hash(self._connection.execute(query, [benchmark]).df())
        self._rows("UPDATE benchmarks SET data_hash = ? WHERE benchmark = ?", [data_hash, benchmark])

    def _next(self, table: str, number: str) -> int:
        return self._scalar(f"SELECT coalesce(max({number}) + 1, 0) FROM {table}")

    def _append(self, table: str, rows: pd.DataFrame) -> None:
        with self._registered("rows", rows):
            self._rows(f"INSERT INTO {table} BY NAME SELECT * FROM rows")

    @contextmanager
    def _registered(self, name: str, frame: pd.DataFrame) -> Iterator[None]:
        self._connection.register(name, frame)
        try:
            yield
        finally:
            self._connection.unregister(name)

    def _rows(self, query: str, parameters: list[object] | None = None) -> list[tuple]:
        """Run a statement to its end; an unfinished result would block the connection's next one."""
        return self._connection.execute(query, parameters).fetchall()

    def _scalar(self, query: str, parameters: list[object] | None = None) -> int:
        return int(self._rows(query, parameters)[0][0])


def _with_extras(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Fold the columns that the schema does not name into one JSON column."""
    known = [column for column in columns if column in frame]
    further = [column for column in frame if column not in columns]
    rows = frame[known].copy()
    if further:
        rows["extras"] = frame[further].to_json(orient="records", lines=True).splitlines()
    return rows
