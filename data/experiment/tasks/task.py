"""What a task is: a generator of items that each carry the factors they were made from."""

from dataclasses import dataclass
from random import Random
from typing import Protocol


@dataclass(frozen=True)
class Item:
    """One question with its only right answer.

    Attributes
    ----------
    prompt
        What the model reads.
    target
        What the model has to write, exactly.
    subtask
        Short readable kind of the item.
    factors
        What the item was generated from, the same keys for every item of a task: its human difficulty.
    """

    prompt: str
    target: str
    subtask: str
    factors: dict[str, int | str]


class Task(Protocol):
    """A source of items."""

    @property
    def name(self) -> str:
        """Benchmark name, also the first part of run and model names."""

    @property
    def title(self) -> str:
        """Name for people."""

    @property
    def description(self) -> str:
        """One or two sentences on what is asked."""

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Every token that a prompt or a target can hold."""

    @property
    def longest_prompt(self) -> int:
        """Most tokens that a prompt can have."""

    @property
    def longest_target(self) -> int:
        """Most tokens that a target can have."""

    def draw(self, rng: Random) -> Item:
        """Draw one item."""
