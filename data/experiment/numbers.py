"""The numbers of a finished study, computed from its files alone."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.bins import quantile_bins

HALVES = 50


@dataclass(frozen=True)
class TaskNumbers:
    """What one task's files say.

    Attributes
    ----------
    items, respondents, families
        How many.
    accuracy
        Minimum, quartiles and maximum of the respondents' proportion right.
    nobody, everybody
        Proportion of items that no respondent, or every respondent, got right.
    reliability
        Spearman correlation of item difficulty between two halves of the families, mean of random splits.
    base
        Zero-shot proportion right on held-out items, by bin, easy first.
    gain
        Mean gain over zero-shot in percentage points: a row a range of training bins, a column a test bin.
    spread
        Standard deviation over seeds of the gains of `gain`, averaged over cells.
    """

    items: int
    respondents: int
    families: int
    accuracy: np.ndarray
    nobody: float
    everybody: float
    reliability: float
    base: np.ndarray
    gain: pd.DataFrame
    spread: float


def split_half(correct: np.ndarray, families: np.ndarray) -> float:
    """Return the mean Spearman correlation of item totals between random halves of the families.

    Parameters
    ----------
    correct
        Shape (models, items), bool.
    families
        Family of every model; a family is never split.
    """
    rng = np.random.default_rng(0)
    names = np.unique(families)
    correlations: list[float] = []
    for _ in range(HALVES):
        half = np.isin(families, rng.permutation(names)[: len(names) // 2])
        totals = pd.DataFrame({"one": correct[half].sum(0), "other": correct[~half].sum(0)})
        correlations.append(np.corrcoef(totals.rank().to_numpy().T)[0, 1])
    return float(np.mean(correlations))


def task_numbers(folder: Path, benchmark: str) -> TaskNumbers:
    """Compute the numbers of one task.

    Parameters
    ----------
    folder
        The study folder.
    benchmark
        Name of the task.
    """

    def read(name: str) -> pd.DataFrame:
        frame = pd.read_parquet(folder / f"{name}.parquet")
        return frame[frame["benchmark"] == benchmark] if "benchmark" in frame else frame

    matrix = read("responses").pivot(index="model", columns="item", values="correct")
    correct = matrix.to_numpy()
    families = read("models").set_index("model").loc[matrix.index, "family"].to_numpy()
    solved = correct.mean(0)

    parameters = read("item_parameters").merge(read("fits")[["fit"]], on="fit").sort_values("item")
    runs = read("runs").set_index("run")
    bins = quantile_bins(parameters["mean"].to_numpy(), int(runs["bins_of"].max()))
    answers = read("run_responses")
    answers = answers.assign(bin=bins[answers["item"].to_numpy()] + 1)
    by_run = answers.pivot_table(index="run", columns="bin", values="correct", aggfunc="mean")
    (baseline,) = runs.index[runs["kind"] == "baseline"]
    gain = 100 * (by_run.drop(index=baseline) - by_run.loc[baseline])
    trained = runs.loc[gain.index, ["first_bin", "last_bin"]].astype(int).agg(tuple, axis=1)
    by_range = gain.groupby(trained)
    return TaskNumbers(
        items=len(parameters),
        respondents=len(correct),
        families=len(np.unique(families)),
        accuracy=np.quantile(correct.mean(1), [0, 0.25, 0.5, 0.75, 1]),
        nobody=float((solved == 0).mean()),
        everybody=float((solved == 1).mean()),
        reliability=split_half(correct, families),
        base=by_run.loc[baseline].to_numpy(),
        gain=by_range.mean(),
        spread=float(by_range.std().to_numpy().mean()),
    )
