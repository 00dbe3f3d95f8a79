"""The tasks, by name."""

from data.experiment.tasks.addition import Addition
from data.experiment.tasks.brackets import Brackets
from data.experiment.tasks.clock import Clock
from data.experiment.tasks.edits import Edits
from data.experiment.tasks.lists import Lists
from data.experiment.tasks.nested import Nested
from data.experiment.tasks.task import Item, Task

TASKS: dict[str, Task] = {
    task.name: task for task in (Lists(), Addition(), Clock(), Nested(), Edits(), Brackets())
}

__all__ = ["TASKS", "Item", "Task"]
