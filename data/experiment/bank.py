"""The item bank, and a pool of training prompts that shares no prompt with it."""

from collections.abc import Set
from dataclasses import dataclass
from random import Random

from data.experiment.seeds import derive
from data.experiment.tasks import Item, Task
from data.experiment.tokens import Encoded, encode


@dataclass(frozen=True)
class Material:
    """What models are asked, and what they are trained on.

    Attributes
    ----------
    items
        The bank; an item's number is its place in it.
    bank
        The same, encoded.
    pool
        Training examples, none of whose prompts is in the bank.
    """

    items: list[Item]
    bank: Encoded
    pool: Encoded


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


def prepare(task: Task, bank: int, pool: int, seed: int) -> Material:
    """Draw the bank and, with the bank's prompts excluded, the pool.

    Parameters
    ----------
    task
        Where both come from.
    bank, pool
        Number of items, and of training examples.
    seed
        The study's seed.
    """
    items = draw_unique(task, bank, derive(seed, task.name, "bank"))
    examples = draw_unique(task, pool, derive(seed, task.name, "pool"), {item.prompt for item in items})
    return Material(items, encode(task, items), encode(task, examples))
