"""Which items each fine-tuning run trains on, and which no run sees."""

from dataclasses import dataclass

import numpy as np

from data.experiment.seeds import derive


@dataclass(frozen=True)
class Run:
    """One fine-tuning run, or the zero-shot baseline.

    Attributes
    ----------
    label
        What it trains on and with which seed, unique among the runs of one task, base and recipe.
    kind
        "bin", "range" or "baseline".
    first_bin, last_bin
        Bins trained on, numbered from 1, both included; None for the baseline.
    seed
        Seed of sampling and order; None for the baseline.
    items
        Items trained on, ascending; none for the baseline.
    """

    label: str
    kind: str
    first_bin: int | None
    last_bin: int | None
    seed: int | None
    items: np.ndarray


BASELINE = Run("zero-shot", "baseline", None, None, None, np.array([], int))


def hold_out(bins: np.ndarray, held_out: int, seed: int) -> np.ndarray:
    """Choose the items that no run trains on, the same number in every bin.

    Parameters
    ----------
    bins
        Bin of every item, from 0.
    held_out
        How many a bin.
    seed
        Seed of the choice.

    Returns
    -------
    np.ndarray
        Item numbers, ascending.

    Raises
    ------
    ValueError
        If a bin has no item left to train on.
    """
    rng = np.random.default_rng(seed)
    chosen = []
    for number in range(bins.max() + 1):
        members = np.flatnonzero(bins == number)
        if len(members) <= held_out:
            raise ValueError(f"bin {number + 1} has {len(members)} items, too few to hold {held_out} out")
        chosen.append(rng.choice(members, held_out, replace=False))
    return np.sort(np.concatenate(chosen))


def sample_held_out(bins: np.ndarray, held_out: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Choose `count` held-out items of every bin, those that runs on other tasks answer too; ascending."""
    rng = np.random.default_rng(seed)
    members = [held_out[bins[held_out] == number] for number in range(bins.max() + 1)]
    return np.sort(np.concatenate([rng.choice(items, count, replace=False) for items in members]))


def plan(bins: np.ndarray, held_out: np.ndarray, seeds: int, root: int) -> list[Run]:
    """Lay out a task's runs: every bin, the full range, the easy half and the hard half.

    All of them train on equally many items, as many as the smallest bin has; those of a range are drawn
    evenly from its bins. Bases and recipes share the plan, so that they differ in nothing else.

    Parameters
    ----------
    bins
        Bin of every item, from 0 for the easiest.
    held_out
        Items that no run trains on.
    seeds
        Runs for every range.
    root
        Seed of the task's plan.
    """
    count = int(bins.max()) + 1
    free = np.setdiff1d(np.arange(len(bins)), held_out)
    members = [free[bins[free] == number] for number in range(count)]
    budget = min(map(len, members))
    half = count // 2
    ranges = [(f"bin{number:02d}", "bin", number, number) for number in range(1, count + 1)]
    ranges += [("full", "range", 1, count), ("easy", "range", 1, half), ("hard", "range", half + 1, count)]

    runs = []
    for label, kind, first, last in ranges:
        for seed in range(1, seeds + 1):
            rng = np.random.default_rng(derive(root, "sample", label, seed))
            share, extra = divmod(budget, last - first + 1)
            items = [
                rng.choice(members[number - 1], share + (number - first < extra), replace=False)
                for number in range(first, last + 1)
            ]
            chosen = np.sort(np.concatenate(items))
            runs.append(Run(f"{label}-seed{seed}", kind, first, last, seed, chosen))
    return runs
