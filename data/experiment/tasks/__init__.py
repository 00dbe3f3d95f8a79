"""The tasks, by name."""

from data.experiment.tasks.lists import Lists
from data.experiment.tasks.task import Item, Task

TASKS: dict[str, Task] = {task.name: task for task in (Lists(),)}

__all__ = ["TASKS", "Item", "Task"]
