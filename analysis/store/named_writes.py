"""Writes to a snapshot in the making: items and models, their numbers and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.store.writes import Writes
from analysis.tables import EXTRAS, ITEM_COLUMNS, MODEL_COLUMNS


@dataclass(frozen=True)
class Numbered:
    """The store's number of each row given, and how many rows were new."""

    number: np.ndarray
    new: int


class NamedWrites(Writes):
    """Items by key within their benchmark, models by name."""

    def add_items(self, benchmark: int, items: pd.DataFrame) -> Numbered:
        """Number a reader's items within a benchmark, adding those it did not have.

        An item may be known under another key: if it is the only one of its content hash among the known ones
        and among the new ones, and not of another subtask. Of those it had, what was not known is filled in.
        """
        query = "SELECT item_key, item, content_hash, subtask FROM items WHERE benchmark = ?"
        stored = pd.DataFrame(
            self._rows(query, [benchmark]), columns=["item_key", "item", "content_hash", "subtask"]
        )
        known = dict(zip(stored["item_key"], stored["item"], strict=True))
        rows = _with_extras(items, ITEM_COLUMNS)
        if "content_hash" in rows:
            rows["item_key"] = rows["item_key"].replace(_known_keys(rows, stored))
        return self._number("items", rows, key="item_key", number="item", known=known, benchmark=benchmark)

    def add_models(self, models: pd.DataFrame) -> Numbered:
        """Number a reader's models, adding those the store did not have.

        Of those it had, what was not known yet is filled in.
        """
        known = dict(self._rows("SELECT name, model FROM models"))
        rows = _with_extras(models, MODEL_COLUMNS)
        return self._number("models", rows, key="name", number="model", known=known)

    def describe_models(self, models: pd.DataFrame) -> list[str]:
        """Say what models are, in place of what the store knew; return the names of those it has.

        Parameters
        ----------
        models
            ``name`` (unique) and any of `analysis.tables.MODEL_COLUMNS`; further columns become extras.
            Missing values change nothing.
        """
        known = dict(self._rows("SELECT name, model FROM models"))
        rows = _with_extras(models, MODEL_COLUMNS)
        rows = rows[rows["name"].isin(list(known))]
        self._describe(
            "models", rows.assign(model=rows["name"].map(known)), key="name", number="model", over=True
        )
        return rows["name"].tolist()

    def _number(
        self, table: str, rows: pd.DataFrame, *, key: str, number: str, known: dict[str, int], **fixed: int
    ) -> Numbered:
        """Look up or append ``rows`` by ``key``; numbers continue after the known ones."""
        fresh = ~rows[key].isin(list(known))
        first = max(known.values(), default=-1) + 1
        added = rows[fresh].assign(**{number: np.arange(first, first + fresh.sum())}, **fixed)
        self._append(table, added)
        again = rows[~fresh]
        self._describe(
            table, again.assign(**{number: again[key].map(known)}, **fixed), key=key, number=number
        )
        numbers = {**known, **dict(zip(added[key], added[number], strict=True))}
        return Numbered(rows[key].map(numbers).to_numpy(dtype="int32"), int(fresh.sum()))

    def _describe(self, table: str, rows: pd.DataFrame, *, key: str, number: str, over: bool = False) -> None:
        """Fill in what is missing of known rows, or write over what is there."""
        named = [name for name in rows if name not in (key, number, "benchmark", "extras")]
        named = [name for name in named if rows[name].notna().any()]
        this = f"{table}.{number} = rows.{number}"
        if "benchmark" in rows:
            this += f" AND {table}.benchmark = rows.benchmark"
        with self._registered("rows", rows):
            for name in named:
                missing = "" if over else f" AND {table}.{name} IS NULL"
                self._rows(
                    f"UPDATE {table} SET {name} = rows.{name} FROM rows "
                    f"WHERE {this} AND rows.{name} IS NOT NULL{missing}"
                )
            if "extras" in rows:
                # The patch counts. Its missing values are taken out first: they would delete what is there.
                old, new = f"coalesce({table}.extras, '{{}}')", "rows.extras"
                base, patch = (old, new) if over else (new, old)
                self._rows(
                    f"UPDATE {table} SET extras = "
                    f"json_merge_patch({base}, json_merge_patch('{{}}', {patch})) FROM rows WHERE {this} "
                    f"AND rows.extras IS NOT NULL AND {table}.extras IS DISTINCT FROM rows.extras"
                )


def _known_keys(rows: pd.DataFrame, stored: pd.DataFrame) -> dict[str, str]:
    """Return the stored key of every new one that is of the same content."""
    new, old = (
        items.reindex(columns=["item_key", "content_hash", "subtask"])
        .dropna(subset="content_hash")
        .drop_duplicates("content_hash", keep=False)
        for items in (rows, stored)
    )
    new = new[~new["item_key"].isin(stored["item_key"])]
    old = old[~old["item_key"].isin(rows["item_key"])]
    pairs = new.merge(old, on="content_hash", suffixes=("", "_known"))
    apart = pairs[["subtask", "subtask_known"]].notna().all(axis=1) & (
        pairs["subtask"] != pairs["subtask_known"]
    )
    return dict(zip(pairs["item_key"][~apart], pairs["item_key_known"][~apart], strict=True))


def _with_extras(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Fold the columns that the schema does not name into one JSON column, unless they are one already."""
    known = [column for column in (*columns, EXTRAS) if column in frame]
    further = [column for column in frame if column not in known]
    rows = frame[known].copy()
    if further:
        rows["extras"] = frame[further].to_json(orient="records", lines=True).splitlines()
    return rows
