"""Difficulty of items that nobody answered, from their text and what else is known about them.

Whether that works is an empirical question for each benchmark, so nothing is predicted without a
cross-validated answer to it: R² and rank correlation with intervals, beside trivial predictors and beside
the best that noise in the difficulties leaves attainable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analysis.errors import AtlasError
from analysis.irt.item_features import Columns
from analysis.irt.item_learner import Learner, learn, splits

PROB = 0.94
REPLICATES = 1000
MIN_ITEMS = 50
FOLDS = 10
LEARNER, SUBTASK_MEAN, BEYOND, MEAN = "text and features", "mean of the subtask", "beyond the subtask", "mean"


@dataclass(frozen=True)
class UnseenDifficulty:
    """A predictor of difficulty and the evidence about it.

    Attributes
    ----------
    scores
        One row a predictor: ``predictor``, out-of-fold ``r2`` (1 − squared error / squared distance from the
        mean) and ``spearman``, each with its 94% interval ``…_low``, ``…_high``. ``"text and features"`` is
        this one; ``"mean of the subtask"`` knows the subtask alone, and ``"beyond the subtask"`` is how much
        R² the first has more (both left out where items have no subtask that others share); ``"mean"`` knows
        nothing.
    ceiling
        R² of somebody who knew the true difficulties, as noise in the estimated ones would leave it; NaN if
        no standard errors were given.
    coverage, width
        Share of items within an interval made without their fold, and its mean width in logits.
    out_of_fold
        ``item_key``, ``difficulty``; without the item's fold ``predicted`` and ``spread``, the distance
        between the two that was expected.
    columns
        What beside the text it predicts from.
    by_group
        Whether folds kept groups together, so that all figures are about items of groups never seen.
    learners, fold
        A learner for each fold, trained on all others; the fold of each item.
    """

    scores: pd.DataFrame
    ceiling: float
    coverage: float
    width: float
    out_of_fold: pd.DataFrame
    columns: tuple[str, ...]
    by_group: bool
    learners: tuple[Learner, ...]
    fold: np.ndarray

    def predict(self, items: pd.DataFrame) -> pd.DataFrame:
        """Predict difficulties of items.

        The prediction is the mean of the folds' learners. The interval is the CV+ of Barber et al. (2021,
        "Predictive inference with the jackknife+", Annals of Statistics 49(1)), of distances in units of what
        was expected of each item: with items like those learned from it holds about 94% of difficulties,
        whatever their distribution and the learner, and is wider where errors were larger. It is about
        difficulties as estimated, so that for true ones it is, if anything, too wide. Of new groups it
        promises nothing but that groups left out were held as well (`coverage`).

        Parameters
        ----------
        items
            ``item_key`` and the columns learned from; one that is lacking counts as missing.

        Returns
        -------
        DataFrame
            ``item_key``, ``difficulty``, ``low``, ``high``: logits, a row an item.
        """
        by_learner, spread = np.stack([learner.predict(items) for learner in self.learners], axis=-1)
        known = self.out_of_fold
        score = (known["difficulty"] - known["predicted"]).abs() / known["spread"]
        low, high = _cv_plus(by_learner, spread, score.to_numpy(), self.fold)
        return pd.DataFrame(
            {
                "item_key": items["item_key"].to_numpy(),
                "difficulty": by_learner.mean(axis=1),
                "low": low,
                "high": high,
            }
        )

    def report(self) -> str:
        """Say in plain words how well difficulty can be predicted."""
        score = self.scores.set_index("predictor")
        ours = score.loc[LEARNER]
        whom = "items of groups it never saw" if self.by_group else "items it never saw"
        known = (
            f"text and {len(self.columns)} columns ({', '.join(self.columns)})" if self.columns else "text"
        )
        lines = [f"From {known}, tested on {whom} ({len(self.out_of_fold):,}):"]
        if ours["r2_low"] <= 0:
            lines.append(
                f"says no more about an item's difficulty than the mean does (R² {_span(ours, 'r2')})."
            )
            return " ".join(lines)
        lines.append(f"R² {_span(ours, 'r2')}, Spearman {_span(ours, 'spearman')}.")
        if np.isfinite(self.ceiling):
            lines.append(f"Noise in the difficulties themselves leaves R² {self.ceiling:.2f} at most.")
        if BEYOND in score.index:
            gain = score.loc[BEYOND]
            if gain["r2_low"] <= 0:
                lines.append(
                    f"No more than the mean of an item's subtask says (R² {_span(gain, 'r2')} more)."
                )
            else:
                lines.append(f"The mean of an item's subtask has R² {_span(score.loc[SUBTASK_MEAN], 'r2')}.")
        lines.append(
            f"An interval spans {self.width:.1f} logits on average and held {self.coverage:.0%} of "
            f"difficulties ({PROB:.0%} meant)."
        )
        return " ".join(lines)


def learn_difficulty(
    items: pd.DataFrame,
    difficulty: np.ndarray,
    sd: np.ndarray | None = None,
    *,
    columns: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
    folds: int = FOLDS,
    seed: int = 0,
) -> UnseenDifficulty:
    """Learn to predict difficulty from text and features, and measure how well that works.

    TF-IDF of words and of characters (its leading components), lengths and other surface features of prompt
    and target, and further columns go to a ridge regression and to randomised trees (Geurts et al. 2006).
    The two are averaged with the weight that does best in an inner cross-validation. An item weighs
    1 / (τ² + sd²), τ² being what predictions miss beyond noise, so difficulties that are set by a prior count
    for little in learning; in the scores all count the same.

    Score intervals are by bootstrap of items, or of groups, on out-of-fold predictions. They leave out that
    other items would have given another predictor, and from fewer than about ten groups are too narrow.

    Takes 10 seconds of one core for 1,500 items; 2.5 minutes and 0.8 GB for 12,400.

    Parameters
    ----------
    items
        ``item_key``; text ``prompt`` and ``target``, ``subtask`` and further columns where known. Numbers
        and truth values are taken as such, everything else as categories.
    difficulty
        Estimated difficulties, logits, shape ``(items,)``.
    sd
        Their standard errors. Those that treat related models as independent are too small and set the
        ceiling too high.
    columns
        Which columns to use beside the text; by default all but keys.
    groups
        A label an item, such as its subtask. Folds then keep groups together: the figures say how well
        difficulty carries over to new groups rather than to new items of the same.
    folds, seed
        Of the cross-validation.

    Raises
    ------
    AtlasError
        If there are fewer than 50 items or three groups, difficulties that do not vary, or nothing to
        predict from.
    """
    labels = None if groups is None else np.unique(np.asarray(groups, dtype=str), return_inverse=True)[1]
    noise = np.zeros(len(items)) if sd is None else np.asarray(sd, dtype=float)
    used = Columns.of(items, columns)
    _check(items, difficulty, labels, used)
    predicted, spread, subtask_mean, mean = (np.zeros(len(items)) for _ in range(4))
    fold = np.zeros(len(items), dtype=int)
    learners = []
    for k, (train, test) in enumerate(splits(len(items), labels, folds, seed)):
        inside = None if labels is None else labels[train]
        learner = learn(items.iloc[train], difficulty[train], noise[train], used, inside, seed)
        predicted[test], spread[test] = learner.predict(items.iloc[test])
        mean[test] = difficulty[train].mean()
        subtask_mean[test] = _mean_of_subtask(items, difficulty, train, test)
        fold[test] = k
        learners.append(learner)

    predictors = {LEARNER: predicted, SUBTASK_MEAN: subtask_mean, MEAN: mean}
    if np.array_equal(subtask_mean, mean):
        del predictors[SUBTASK_MEAN]
    inside, width = _out_of_fold_intervals(difficulty - predicted, spread, fold)
    return UnseenDifficulty(
        scores=_scores(difficulty, predictors, labels, np.random.default_rng(seed)),
        ceiling=float("nan") if sd is None else float(1 - np.mean(noise**2) / np.var(difficulty)),
        coverage=inside,
        width=width,
        out_of_fold=pd.DataFrame(
            {
                "item_key": items["item_key"].to_numpy(),
                "difficulty": difficulty,
                "predicted": predicted,
                "spread": spread,
            }
        ),
        columns=(*used.numbers, *used.categories),
        by_group=labels is not None,
        learners=tuple(learners),
        fold=fold,
    )


def _check(items: pd.DataFrame, difficulty: np.ndarray, labels: np.ndarray | None, columns: Columns) -> None:
    if len(items) < MIN_ITEMS:
        raise AtlasError(f"{len(items)} items are too few to learn difficulty from: {MIN_ITEMS} are needed.")
    if labels is not None and labels.max() < 2:
        raise AtlasError("Items need at least three groups for some to be left out.")
    if not (columns.texts or columns.numbers or columns.categories):
        raise AtlasError("The items have neither text nor further columns to predict difficulty from.")
    if np.ptp(difficulty) == 0:
        raise AtlasError("All items are equally difficult: there is nothing to predict.")


def _mean_of_subtask(
    items: pd.DataFrame, difficulty: np.ndarray, train: np.ndarray, test: np.ndarray
) -> np.ndarray:
    """Mean difficulty of the training items of each test item's subtask, or of all where it has none."""
    overall = difficulty[train].mean()
    if "subtask" not in items:
        return np.full(len(test), overall)
    means = pd.Series(difficulty[train]).groupby(items["subtask"].to_numpy()[train]).mean()
    return items["subtask"].iloc[test].map(means).astype(float).fillna(overall).to_numpy()


def _scores(
    difficulty: np.ndarray,
    predictors: dict[str, np.ndarray],
    labels: np.ndarray | None,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """R² and Spearman correlation of each predictor, all from the same bootstrap samples."""
    clusters = np.arange(len(difficulty)) if labels is None else labels
    members = np.split(np.argsort(clusters, kind="stable"), np.cumsum(np.bincount(clusters))[:-1])
    everyone = np.arange(len(difficulty))
    samples = [
        np.concatenate([members[c] for c in rng.integers(len(members), size=len(members))])
        for _ in range(REPLICATES)
    ]
    r2 = {name: np.empty(REPLICATES + 1) for name in predictors}
    spearman = {name: np.full(REPLICATES + 1, np.nan) for name in predictors}
    for number, rows in enumerate([everyone, *samples]):
        truth, rank = difficulty[rows], rankdata(difficulty[rows])
        total = ((truth - truth.mean()) ** 2).sum()
        for name, predicted in predictors.items():
            r2[name][number] = 1 - ((truth - predicted[rows]) ** 2).sum() / total
            if name != MEAN:  # a constant, but for folds
                spearman[name][number] = np.corrcoef(rank, rankdata(predicted[rows]))[0, 1]
    if SUBTASK_MEAN in predictors:
        r2[BEYOND] = r2[LEARNER] - r2[SUBTASK_MEAN]
        spearman[BEYOND] = spearman[LEARNER] - spearman[SUBTASK_MEAN]
    order = [name for name in (LEARNER, SUBTASK_MEAN, BEYOND, MEAN) if name in r2]
    return pd.DataFrame(
        [
            {
                "predictor": name,
                **_with_interval("r2", r2[name]),
                **_with_interval("spearman", spearman[name]),
            }
            for name in order
        ]
    )


def _with_interval(name: str, values: np.ndarray) -> dict[str, float]:
    """Name the first value, and the percentile interval of those that follow."""
    low, high = np.quantile(values[1:], [(1 - PROB) / 2, (1 + PROB) / 2])
    return {name: float(values[0]), f"{name}_low": float(low), f"{name}_high": float(high)}


def _cv_plus(
    by_learner: np.ndarray, spread: np.ndarray, score: np.ndarray, fold: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends of CV+ intervals.

    Parameters
    ----------
    by_learner, spread
        What each fold's learner says of new items, shape ``(new, folds)``.
    score, fold
        Of each item learned from: distance from its prediction in units of its spread; its fold.
    """
    count = len(score)
    rank = min(int(np.ceil(PROB * (count + 1))), count) - 1
    low, high = np.empty(len(by_learner)), np.empty(len(by_learner))
    step = max(1, 4_000_000 // count)  # 32 MB at a time
    for start in range(0, len(by_learner), step):
        rows = slice(start, start + step)
        centre, reach = by_learner[rows][:, fold], spread[rows][:, fold] * score
        low[rows] = np.partition(centre - reach, count - 1 - rank, axis=1)[:, count - 1 - rank]
        high[rows] = np.partition(centre + reach, rank, axis=1)[:, rank]
    return low, high


def _out_of_fold_intervals(error: np.ndarray, spread: np.ndarray, fold: np.ndarray) -> tuple[float, float]:
    """Share of items within an interval as wide as the other folds' errors ask for, and its mean width."""
    half = np.empty(len(error))
    for k in np.unique(fold):
        scores = np.abs(error / spread)[fold != k]
        half[fold == k] = spread[fold == k] * np.quantile(scores, PROB, method="higher")
    return float(np.mean(np.abs(error) <= half)), float(2 * half.mean())


def _span(score: pd.Series, name: str) -> str:
    return f"{score[name]:.2f} [{score[f'{name}_low']:.2f}, {score[f'{name}_high']:.2f}]"
