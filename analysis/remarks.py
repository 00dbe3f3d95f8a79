"""What an import has to say about what it read: merged, skipped, doubtful, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

ADDED = "added"
"""The kind of the remark that says what an import added to the store."""


@dataclass(frozen=True)
class Remark:
    """One thing that a reader did or noticed.

    Attributes
    ----------
    kind
        What sort of thing, in one or two words that stay the same from import to import, such as
        ``"duplicate runs"``.
    text
        One sentence for people, with an example where there are many.
    count
        How many rows, items, models or files it is about.
    warning
        True if the data may not be what they seem; ``import --strict`` then refuses them.
    """

    kind: str
    text: str
    count: int = 1
    warning: bool = False


class Tally:
    """Remarks that come once a file, counted so that thousands of files make one sentence."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, bool], tuple[int, str]] = {}

    def add(
        self, kind: str, sentence: str, example: object, *, count: int = 1, warning: bool = False
    ) -> None:
        """Count something.

        Parameters
        ----------
        kind, count, warning
            As of `Remark`.
        sentence
            What goes on after the number, without a full stop: ``"logs were cut short"``.
        example
            Where it was; the first is named.
        """
        before, first = self._seen.get((kind, sentence, warning), (0, str(example)))
        self._seen[kind, sentence, warning] = (before + count, first)

    def remarks(self) -> Iterator[Remark]:
        """Yield what was counted, in the order in which it first came."""
        for (kind, sentence, warning), (count, example) in self._seen.items():
            yield Remark(kind, f"{count:,} {sentence} ({example}).", count, warning)
