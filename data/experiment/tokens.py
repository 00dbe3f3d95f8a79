"""Text to token numbers: words in lower case and single characters."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from data.experiment.tasks import Item, Task

PAD, END = 0, 1
_TOKEN = re.compile(r"[a-z]+|\S")


@dataclass(frozen=True)
class Language:
    """What every model of a study reads and writes: the tokens of all tasks, in rows of one length.

    One language for all tasks lets models of any mix of tasks train in one stack and answer any task.

    Attributes
    ----------
    vocabulary
        Every token; a token's number is its place plus 2, after padding and the end mark.
    longest_prompt, longest_target
        Most tokens that a prompt, and a target, can have.
    """

    vocabulary: tuple[str, ...]
    longest_prompt: int
    longest_target: int

    @property
    def size(self) -> int:
        """Number of token numbers in use, padding and end mark included."""
        return len(self.vocabulary) + 2

    @property
    def length(self) -> int:
        """Length, in tokens, of every encoded row."""
        return self.longest_prompt + self.longest_target + 1


def language_of(tasks: Iterable[Task]) -> Language:
    """Return the language of some tasks."""
    known = list(tasks)
    return Language(
        vocabulary=tuple(dict.fromkeys(token for task in known for token in task.vocabulary)),
        longest_prompt=max(task.longest_prompt for task in known),
        longest_target=max(task.longest_target for task in known),
    )


@dataclass(frozen=True)
class Encoded:
    """Items as token numbers.

    Attributes
    ----------
    tokens
        Shape (items, length), uint8: padding, prompt, target, end mark, padding. All answers start at the
        same position: tasks about order are learnt in fewer steps that way.
    answers
        Shape (items, length), bool: true at the target and its end mark.
    """

    tokens: np.ndarray
    answers: np.ndarray

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, rows: np.ndarray | slice) -> "Encoded":
        return Encoded(self.tokens[rows], self.answers[rows])


def concatenate(parts: Iterable[Encoded]) -> Encoded:
    """Put encoded items below each other."""
    known = list(parts)
    return Encoded(
        np.concatenate([part.tokens for part in known]), np.concatenate([part.answers for part in known])
    )


def encode(language: Language, items: Sequence[Item]) -> Encoded:
    """Encode items as padded rows.

    Raises
    ------
    KeyError
        If an item holds a token outside the language.
    ValueError
        If a prompt or a target is longer than the language allows.
    """
    numbers = {token: number for number, token in enumerate(language.vocabulary, start=2)}
    tokens = np.full((len(items), language.length), PAD, np.uint8)
    answers = np.zeros(tokens.shape, bool)
    begin = language.longest_prompt
    for row, item in enumerate(items):
        prompt = [numbers[token] for token in _TOKEN.findall(item.prompt)]
        target = [*(numbers[token] for token in _TOKEN.findall(item.target)), END]
        if len(prompt) > begin or len(target) > language.longest_target + 1:
            raise ValueError(f"{item.prompt!r} or its target {item.target!r} is longer than the tasks allow")
        start, end = begin - len(prompt), begin + len(target)
        tokens[row, start:end] = prompt + target
        answers[row, begin:end] = True
    return Encoded(tokens, answers)
