"""A snapshot in the making: the writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.remarks import Remark
from analysis.store.fit_writes import FitWrites
from analysis.store.merge import merged
from analysis.store.named_writes import NamedWrites, Numbered
from analysis.store.rows import ploughed
from analysis.store.schema import SCHEMA_VERSION, check_schema, create_schema
from analysis.tables import (
    Benchmark,
    Responses,
    Runs,
    response_hash,
)


@dataclass(frozen=True)
class Added:
    """What adding responses did: the numbers of their items and models, and how many cells were new."""

    items: Numbered
    models: Numbered
    responses: int


class Draft(FitWrites, NamedWrites):
    """A writable copy of a snapshot; `Store.change` makes one and puts it in force.

    Parameters
    ----------
    path
        A DuckDB file that no one else has open; made with empty tables if there is none.
    """

    def __init__(self, path: Path) -> None:
        is_new = not path.exists()
        self._connection = duckdb.connect(path)
        # By benchmark, all its responses where some were added: written once, however many files add to them.
        self._gathered: dict[int, pd.DataFrame] = {}
        # One checkpoint, on closing: a copy that fails on the way is thrown away with its log.
        self._connection.execute("SET wal_autocheckpoint = '1TB'").fetchall()
        if is_new:
            create_schema(self._connection)
        else:
            check_schema(self._connection, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._write_gathered()
        self._connection.close()

    def content_id(self) -> str:
        """Eight hex digits naming what this snapshot holds."""
        contents = self._rows(
            "SELECT content_hash FROM imports UNION SELECT fit FROM fits "
            "UNION SELECT pool FROM pools UNION SELECT comparison FROM comparisons ORDER BY ALL"
        )
        text = "\n".join([SCHEMA_VERSION, *(row[0] for row in contents)])
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def has_import(self, content_hash: str) -> bool:
        """Whether the same content was imported before."""
        query = "SELECT count(*) FROM imports WHERE content_hash = ?"
        return self._scalar(query, [content_hash]) > 0

    def record_import(
        self, content_hash: str, *, benchmark: str, source: str, reader: str, report: Iterable[Remark]
    ) -> None:
        """Note where data came from and what its reader remarked."""
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        self._rows(
            "INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?)",
            [content_hash, benchmark, source, reader, json.dumps([asdict(remark) for remark in report]), now],
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

    def remove_benchmarks(self, names: list[str]) -> None:
        """Remove benchmarks with everything that hangs on them, as far as the store has them."""
        self._write_gathered()
        numbers: list[object] = [
            [row[0] for row in self._rows("SELECT benchmark FROM benchmarks WHERE name IN ?", [names])]
        ]
        if numbers == [[]]:
            return
        for (fit,) in self._rows("SELECT fit FROM fits WHERE benchmark IN ?", numbers):
            self.remove_fit(fit)
        for table in ("run_items", "run_responses", "run_curves"):
            self._rows(
                f"DELETE FROM {table} WHERE run IN (SELECT run FROM runs WHERE benchmark IN ?)", numbers
            )
        for table in ("run_responses", "runs", "responses", "items", "comparisons", "benchmarks"):
            self._rows(f"DELETE FROM {table} WHERE benchmark IN ?", numbers)
        self._rows("DELETE FROM imports WHERE benchmark IN ?", [names])
        self._rows("DELETE FROM models WHERE model NOT IN (SELECT DISTINCT model FROM responses)")

    def add_responses(
        self, benchmark: Benchmark, responses: Responses, *, own_numbers: bool = False
    ) -> Added:
        """Add a reader's items, models and responses to a benchmark.

        Items are joined to known ones by ``item_key``, models by ``name``. Items that models answered are
        numbered before those that only fine-tune runs answered, so that a fit is of the first ones.

        Parameters
        ----------
        benchmark, responses
            What to add, and to which benchmark.
        own_numbers
            Keep the order of the items as it is, since fits and runs go by it.

        Raises
        ------
        AtlasError
            If a model's response to an item is in the store already with the other value.
        """
        number = self.add_benchmark(benchmark)
        items = self.add_items(number, responses.items)
        models = self.add_models(responses.models)
        added = pd.DataFrame(
            {
                "item": items.number[responses.cells["item"].to_numpy()],
                "model": models.number[responses.cells["model"].to_numpy()],
                "correct": responses.cells["correct"].to_numpy(),
            }
        )
        known = self._gathered.pop(number, None)
        if known is None:
            query = "SELECT item, model, correct FROM responses WHERE benchmark = ?"
            known = self._frame(query, [number])
        if not own_numbers:
            place = self._answered_first(number, known["item"].to_numpy(), added["item"].to_numpy())
            if place is not None:
                known, added = (
                    table.assign(item=place[table["item"].to_numpy()]) for table in (known, added)
                )
                items = Numbered(place[items.number], items.new)
        together, contradictions = merged(known, added)
        if contradictions:
            raise AtlasError(
                f"{contradictions:,} responses differ from those already in benchmark {benchmark.name!r}. "
                "Import under another --benchmark name to keep both."
            )
        self._gathered[number] = together
        return Added(items, models, len(together) - len(known))

    def _answered_first(self, benchmark: int, known: np.ndarray, added: np.ndarray) -> np.ndarray | None:
        """Number items anew where some that nobody answered stand before some that models did.

        Those that were answered before keep their numbers, which fits go by.

        Parameters
        ----------
        benchmark
            Its number.
        known, added
            Items of the responses that the store has, and that come.

        Returns
        -------
        ndarray or None
            Each item's number by its number so far; None if nothing had to change.
        """
        n_items = self._scalar("SELECT count(*) FROM items WHERE benchmark = ?", [benchmark])
        rank = np.full(n_items, 2)  # answered by nobody
        rank[added], rank[known] = 1, 0
        unanswered = rank == 2
        if not (unanswered[:-1] & ~unanswered[1:]).any():
            return None
        place = np.empty(n_items, dtype="i4")
        place[np.argsort(rank, kind="stable")] = np.arange(n_items, dtype="i4")
        with self._registered("places", pd.DataFrame({"item": np.arange(n_items), "place": place})):
            self._rows(
                "CREATE TEMP TABLE moved AS SELECT i.* REPLACE (p.place AS item) "
                "FROM items i JOIN places p USING (item) WHERE benchmark = ?",
                [benchmark],
            )
            self._rows("DELETE FROM items WHERE benchmark = ?", [benchmark])
            self._rows("INSERT INTO items SELECT * FROM moved")
            self._rows("DROP TABLE moved")
            self._rows(
                "UPDATE run_items SET item = p.place FROM places p WHERE run_items.item = p.item "
                "AND run IN (SELECT run FROM runs WHERE benchmark = ?)",
                [benchmark],
            )
            self._rows(
                "UPDATE run_responses SET item = p.place FROM places p WHERE run_responses.item = p.item "
                "AND benchmark = ?",
                [benchmark],
            )
        return place

    def _write_gathered(self) -> None:
        """Store all responses of the benchmarks that got some, sorted, with their counts and their hash."""
        while self._gathered:
            benchmark, responses = self._gathered.popitem()
            self._rows("DELETE FROM responses WHERE benchmark = ?", [benchmark])
            for block in ploughed(responses):
                with self._registered("cells", block):
                    self._rows("INSERT INTO responses SELECT ?, item, model, correct FROM cells", [benchmark])
            self._rows(
                "UPDATE benchmarks SET responses = ?, models = ?, data_hash = ? WHERE benchmark = ?",
                [len(responses), responses["model"].nunique(), response_hash(responses), benchmark],
            )

    def run_names(self) -> set[tuple[str, str]]:
        """Return benchmark and name of every fine-tune run."""
        return set(self._rows("SELECT b.name, r.name FROM runs r JOIN benchmarks b USING (benchmark)"))

    def add_runs(self, runs: Runs) -> None:
        """Add fine-tune runs on benchmarks whose items are in the store already.

        Raises
        ------
        AtlasError
            If a benchmark has a run of the same name.
        """
        if twice := self.run_names().intersection(
            zip(runs.runs["benchmark"], runs.runs["name"], strict=True)
        ):
            raise AtlasError(f"Run {min(twice)[1]!r} is in the store already.")
        first = self._next("runs", "run")

        def renumbered(table: pd.DataFrame) -> pd.DataFrame:
            return table.assign(run=table["run"] + first)

        self._append("runs", renumbered(self._with_benchmark_numbers(runs.runs)))
        self._append("run_items", renumbered(runs.run_items))
        self._append("run_responses", renumbered(self._with_benchmark_numbers(runs.run_responses)))
        self._append("run_curves", renumbered(runs.run_curves))
