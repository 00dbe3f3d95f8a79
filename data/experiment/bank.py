"""The item bank, and a pool of training prompts that shares no prompt with it."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from random import Random

import numpy as np

from data.experiment.seeds import derive
from data.experiment.tasks import TASKS, Item, Task
from data.experiment.tokens import Encoded, Language, concatenate, encode, language_of


@dataclass(frozen=True)
class Material:
    """What models are asked, and what they are trained on, of all tasks together.

    Attributes
    ----------
    language
        How it is encoded.
    items
        Each task's bank; an item's number is its place in it.
    bank, pool
        Everything asked and everything trained on, encoded, task after task. No prompt is in both.
    bank_rows, pool_rows
        Where each task's examples lie in ``bank`` and ``pool``: row numbers by task.
    """

    language: Language
    items: dict[str, list[Item]]
    bank: Encoded
    bank_rows: dict[str, np.ndarray]
    pool: Encoded
    pool_rows: dict[str, np.ndarray]


def draw_unique(task: Task, count: int, seed: int, exclude: Set[str] = frozenset()) -> list[Item]:
    """Draw items with different prompts.

    Parameters
    ----------
    task
        Where they come from.
    count
        How many.
    seed
        Seed of the draw.
    exclude
        Prompts that must not be among them.

    Raises
    ------
    ValueError
        If the task runs dry: fewer than one draw in fifty is new.
    """
    rng = Random(seed)
    items: dict[str, Item] = {}
    for _ in range(50 * count):
        if len(items) == count:
            return list(items.values())
        item = task.draw(rng)
        if item.prompt not in exclude:
            items.setdefault(item.prompt, item)
    raise ValueError(f"task {task.name!r} gave only {len(items)} different prompts of {count}")


def prepare(names: Sequence[str], bank: int, pool: int, seed: int) -> Material:
    """Draw every task's bank and, with the bank's prompts excluded, its pool.

    Parameters
    ----------
    names
        Names of the tasks.
    bank, pool
        Number of items, and of training examples, a task.
    seed
        The study's seed.
    """
    items, examples = {}, {}
    for name in names:
        items[name] = draw_unique(TASKS[name], bank, derive(seed, name, "bank"))
        asked = {item.prompt for item in items[name]}
        examples[name] = draw_unique(TASKS[name], pool, derive(seed, name, "pool"), asked)
    language = language_of(TASKS[name] for name in names)
    return Material(
        language=language,
        items=items,
        bank=concatenate(encode(language, items[name]) for name in names),
        bank_rows={name: np.arange(bank) + bank * number for number, name in enumerate(names)},
        pool=concatenate(encode(language, examples[name]) for name in names),
        pool_rows={name: np.arange(pool) + pool * number for number, name in enumerate(names)},
    )
