"""Text to token numbers: words in lower case and single characters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.experiment.tasks import Item, Task

PAD, END = 0, 1
_TOKEN = re.compile(r"[a-z]+|\S")


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


def vocabulary_size(task: Task) -> int:
    """Return the number of token numbers in use, padding and end mark included."""
    return len(task.vocabulary) + 2


def sequence_length(task: Task) -> int:
    """Return the length, in tokens, of every encoded row of a task."""
    return task.longest_prompt + task.longest_target + 1


def encode(task: Task, items: Sequence[Item]) -> Encoded:
    """Encode items as padded rows.

    Raises
    ------
    KeyError
        If an item holds a token outside the task's vocabulary.
    ValueError
        If a prompt or a target is longer than the task says.
    """
    numbers = {token: number for number, token in enumerate(task.vocabulary, start=2)}
    tokens = np.full((len(items), sequence_length(task)), PAD, np.uint8)
    answers = np.zeros(tokens.shape, bool)
    for row, item in enumerate(items):
        prompt = [numbers[token] for token in _TOKEN.findall(item.prompt)]
        target = [*(numbers[token] for token in _TOKEN.findall(item.target)), END]
        if len(prompt) > task.longest_prompt or len(target) > task.longest_target + 1:
            raise ValueError(f"{item.prompt!r} or its target is longer than task {task.name!r} allows")
        start, end = task.longest_prompt - len(prompt), task.longest_prompt + len(target)
        tokens[row, start:end] = prompt + target
        answers[row, task.longest_prompt : end] = True
    return Encoded(tokens, answers)
