"""The items of a benchmark, collected from many logs, each once whatever its position in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

KEY_DIGITS = 12  # of the content hash: two of a million items share them with a chance of one in 500


class Catalogue:
    """Items by content. What an item says of itself is taken from the first log that has it.

    Two documents of one log with the same content are two items: the first by position, the second, and so
    on. A key is the beginning of the content hash, after the subtask if the benchmark has several, so that
    every import gives an item the same key.
    """

    def __init__(self) -> None:
        self._number: dict[tuple[str, str, int], int] = {}
        self._rows: list[dict[str, Any]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def numbers(
        self,
        subtask: str,
        doc_ids: Sequence[int],
        hashes: Sequence[str],
        described: dict[str, dict[str, Any]],
    ) -> np.ndarray:
        """Return the items' numbers of a log's documents, adding those that are new.

        Parameters
        ----------
        subtask
            What of the benchmark the log is of; empty if it has no parts.
        doc_ids, hashes
            Position and content hash of each document, each position once, in any order.
        described
            By hash, the columns of an item.
        """
        order = np.argsort(np.asarray(doc_ids), kind="stable")
        numbers = np.empty(len(order), dtype="i4")
        times: dict[str, int] = {}
        for row in order:
            content = hashes[row]
            copy = times[content] = times.get(content, 0) + 1
            number = self._number.setdefault((subtask, content, copy), len(self._rows))
            if number == len(self._rows):
                key = content[:KEY_DIGITS] + (f"-{copy}" if copy > 1 else "")
                self._rows.append(
                    {
                        "item_key": f"{subtask}:{key}" if subtask else key,
                        "content_hash": content,
                        **described[content],
                        "doc_id": int(doc_ids[row]),
                    }
                )
            numbers[row] = number
        return numbers

    def frame(self, *, positions: bool = False) -> pd.DataFrame:
        """Return the items, a row a number, without columns that say nothing.

        Parameters
        ----------
        positions
            Whether to say where lm-eval has them. Positions in other logs are not that.
        """
        frame = pd.DataFrame(self._rows).dropna(axis=1, how="all")
        if not positions:
            frame = frame.drop(columns="doc_id")
        for column in ("choices", "doc_id"):
            if column in frame:
                frame[column] = frame[column].astype("Int64")
        return frame
