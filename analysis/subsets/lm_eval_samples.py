"""A subset as the file that ``lm_eval --samples`` takes (lm-evaluation-harness 0.4.9 and later).

``{"task": [positions, …]}``: 0-based positions in the evaluated split, as a read log named them. The harness
(to 0.4.12 at least, issue 4084) labels documents wrongly where positions are unsorted or repeated, and runs
the whole task where a list is empty or a name is that of a group: here they rise, each once, of tasks that
have some.
"""

from __future__ import annotations

import json

import pandas as pd

from analysis.errors import AtlasError


def lm_eval_samples(subset: pd.DataFrame, name: str, task: str | None = None) -> dict[str, bytes]:
    """Return one file with every task's positions.

    Parameters
    ----------
    subset
        As `analysis.subsets.select` returns it. Its order is lost: the harness goes by position.
    name
        Of the file.
    task
        The harness's name of the task, in which ``{subtask}`` stands for an item's; by default the
        benchmark's name, and behind it the subtask where there is one, as in ``leaderboard_bbh_navigate``.

    Raises
    ------
    AtlasError
        If an item's position is not known, or two items of a task have the same.
    """
    placed = positions(subset, task)
    return {f"{name}.json": json.dumps(placed).encode()}


def positions(subset: pd.DataFrame, task: str | None = None) -> dict[str, list[int]]:
    """Return the sorted positions of each task's documents; parameters and errors of `lm_eval_samples`."""
    unknown = subset["doc_id"].isna()
    if unknown.any():
        raise AtlasError(
            f"Of {unknown.sum():,} items it is not known at which position an lm-eval task has them "
            f"({subset['item_key'][unknown].iloc[0]!r} …): only items read from its logs have one. The "
            "target lm-eval-task finds items by their content."
        )
    tasks = _tasks(subset, task)
    if (twice := pd.DataFrame({"task": tasks, "doc_id": subset["doc_id"]}).duplicated()).any():
        raise AtlasError(
            f"Two items have position {subset['doc_id'][twice].iloc[0]} in task {tasks[twice].iloc[0]!r}. "
            "Export one subtask at a time, naming its task."
        )
    return {
        str(name): sorted(int(place) for place in subset.loc[own.index, "doc_id"])
        for name, own in tasks.groupby(tasks)
    }


def _tasks(subset: pd.DataFrame, task: str | None) -> pd.Series:
    subtask = subset["subtask"].fillna("")
    if task is None:
        return subset["benchmark"] + subtask.where(subtask == "", "_" + subtask)
    return subtask.map(lambda name: task.replace("{subtask}", name))
