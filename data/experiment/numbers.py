"""The numbers of a finished study, computed from its files alone, by the library that the app uses."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.bins import quantile_bins
from analysis.transfer import BASELINE, cross_gains, pattern, run_matrix, tuned_runs, zero_shot

HALVES = 50


@dataclass(frozen=True)
class TaskNumbers:
    """What one task's responses say.

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
    """

    items: int
    respondents: int
    families: int
    accuracy: np.ndarray
    nobody: float
    everybody: float
    reliability: float


@dataclass(frozen=True)
class TransferNumbers:
    """What the fine-tuning runs of one task, base model and recipe say; proportions all.

    Attributes
    ----------
    benchmark, base_model, recipe
        Which runs.
    zero_shot
        Proportion right before training on held-out items, by bin, easy first.
    pattern
        As `analysis.transfer.pattern`, on as many quantile bins as were trained on.
    """

    benchmark: str
    base_model: str
    recipe: str
    zero_shot: np.ndarray
    pattern: pd.DataFrame


@dataclass(frozen=True)
class StudyFiles:
    """The tables of a study folder, each read once.

    Attributes
    ----------
    folder
        The study folder.
    """

    folder: Path

    def __post_init__(self) -> None:
        tables = {path.stem: pd.read_parquet(path) for path in self.folder.glob("*.parquet")}
        object.__setattr__(self, "_tables", tables)

    def __getitem__(self, name: str) -> pd.DataFrame:
        tables: dict[str, pd.DataFrame] = self.__dict__["_tables"]
        return tables[name]

    def of(self, name: str, benchmark: str) -> pd.DataFrame:
        """Return the rows of a table that are of one benchmark."""
        table = self[name]
        return table[table["benchmark"] == benchmark]

    @property
    def benchmarks(self) -> list[str]:
        """Names of the benchmarks."""
        return self["benchmarks"]["name"].to_list()

    def difficulty(self, benchmark: str) -> np.ndarray:
        """Posterior mean difficulty in logits, shape (items,)."""
        fits = self.of("fits", benchmark)[["fit"]]
        return self["item_parameters"].merge(fits, on="fit").sort_values("item")["mean"].to_numpy()


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


def task_numbers(files: StudyFiles, benchmark: str) -> TaskNumbers:
    """Compute the numbers of one task's responses."""
    responses = files.of("responses", benchmark)
    models = np.sort(responses["model"].unique())
    correct = responses["correct"].to_numpy().reshape(-1, len(models)).T
    families = files["models"].set_index("model").loc[models, "family"].to_numpy()
    solved = correct.mean(0)
    return TaskNumbers(
        items=correct.shape[1],
        respondents=len(correct),
        families=len(np.unique(families)),
        accuracy=np.quantile(correct.mean(1), [0, 0.25, 0.5, 0.75, 1]),
        nobody=float((solved == 0).mean()),
        everybody=float((solved == 1).mean()),
        reliability=split_half(correct, families),
    )


def transfer_numbers(files: StudyFiles, benchmark: str) -> Iterator[TransferNumbers]:
    """Compute the numbers of one task's fine-tuning runs, for every base model and recipe."""
    runs = files.of("runs", benchmark)
    answers = files.of("run_responses", benchmark)
    difficulty = files.difficulty(benchmark)
    tuned = runs[runs["kind"] != BASELINE]
    bins = int(tuned["bins_of"].max())
    for (base_model, recipe), _ in tuned.groupby(["base_model", "recipe"], sort=False):
        matrix = run_matrix(
            runs,
            files["run_items"],
            answers,
            base_model=base_model,
            recipe=recipe,
            n_items=len(difficulty),
        )
        member = quantile_bins(difficulty, bins)
        yield TransferNumbers(
            benchmark,
            base_model,
            recipe,
            zero_shot=np.array([np.nanmean(matrix.baseline[member == number]) for number in range(bins)]),
            pattern=pattern(matrix, difficulty, member, bins),
        )


def cross_numbers(files: StudyFiles, base_model: str, recipe: str) -> pd.DataFrame:
    """Compute what training on the full range of one task does to all tasks, by a base model and recipe.

    Returns
    -------
    DataFrame
        As `analysis.transfer.cross_gains`.
    """
    counts = files["items"].groupby("benchmark").size()
    runs = {name: files.of("runs", name) for name in files.benchmarks}
    tuned = pd.concat([tuned_runs(known, base_model=base_model, recipe=recipe) for known in runs.values()])
    return cross_gains(
        tuned[(tuned["first_bin"] == 1) & (tuned["last_bin"] == tuned["bins_of"])],
        files["run_items"],
        files["run_responses"],
        {
            name: zero_shot(known, files.of("run_responses", name), base_model, counts[name])
            for name, known in runs.items()
        },
    )
