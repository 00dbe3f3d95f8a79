"""Whether items are answered, and go with ability, as the IRT model has it, whatever abilities there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.irt.abilities import draw_abilities, response_sums
from analysis.irt.blocks import blocks, of_items
from analysis.irt.intervals import predicted, wilson
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point

REPLICATES = 400  # replicated proportions an item, at least


@dataclass(frozen=True)
class ItemChecks:
    """How each item goes with ability, beside what the IRT model makes of it.

    Attributes
    ----------
    items
        One row an item: ``item``, ``models`` (that answered it), ``observed`` (proportion right),
        ``predicted``, ``predicted_low``, ``predicted_high`` (mean and central 94% of replicates), ``inside``
        (whether observed is in that interval), ``misfit`` (root mean squared gap between empirical and fitted
        curve in excess of sampling noise, percentage points; 0 if noise explains all of it), ``noise`` (the
        root mean squared gap, in percentage points, that sampling alone makes).
    curves
        One row an item and group of models of similar ability: ``item``, ``group`` (from 1, ascending),
        ``ability`` (their mean θ − μ in logits), ``models``, ``observed`` (proportion right),
        ``observed_low``, ``observed_high`` (94% Wilson interval), ``fitted`` (mean P), ``fitted_low``,
        ``fitted_high`` (central 94% over draws). A group without models has no row.
    """

    items: pd.DataFrame
    curves: pd.DataFrame

    @property
    def share_inside(self) -> float:
        """Proportion of items whose proportion right is in its predictive interval.

        Each item's difficulty is fitted to its proportion right, so that near 1 is as it should be; below
        0.94 prior, asymptote or missing responses do not fit.
        """
        return float(self.items["inside"].mean())


def item_checks(
    matrix: ResponseMatrix, draws: Sequence[Point], *, groups: int = 10, seed: int = 0
) -> ItemChecks:
    """Compare every item's proportion right, and its curve over ability, with what the IRT model makes of it.

    Models are grouped by what they did on the *other* items (see `_rest_groups`). An item's misfit is the
    square root of the mean over draws φ = (item parameters, abilities) of

        Σ_g w_g [ (observed_g − P̄_g(φ))² − Σ_m P_m(φ) (1 − P_m(φ)) / n_g² ],

    w_g being group g's share of the models. Under the IRT model (data, φ) are distributed as (data, truth),
    and given the truth the second term is the expectation of the first; so the mean is zero for an item that
    fits, however many parameters were fitted and however uncertain abilities are.

    Costs about 2.5 s a draw at 4,500 × 12,032.

    Parameters
    ----------
    matrix
        The responses.
    draws
        Posterior draws of the parameters; 20 place a curve's band roughly, 100 well.
    groups
        How many groups of models.
    seed
        Seed of abilities and replicates.

    Raises
    ------
    AtlasError
        If there are no draws.
    """
    if not draws:
        raise AtlasError("Checking items takes at least one posterior draw.")
    rng = np.random.default_rng(seed)
    abilities = np.stack([draw_abilities(matrix, draw, rng) for draw in draws])
    cuts = np.unique(np.quantile(abilities.mean(axis=0), np.arange(1, groups) / groups))
    centre = _average(draws)
    right, wrong = _slopes(centre, cuts)
    pull = response_sums(matrix, right, wrong) - (cuts - centre.mean) / centre.sd**2
    items, curves = [], []
    for columns in blocks(matrix.n_items, matrix.n_models):
        group = _rest_groups(matrix.values[:, columns], pull, right[columns], wrong[columns])
        sums = _sum_groups(matrix, draws, abilities, group, len(cuts) + 1, columns)
        items.append(_item_rows(sums, columns.start, rng))
        curves.append(_curve_rows(sums, columns.start, average=centre.mean))
    return ItemChecks(pd.concat(items, ignore_index=True), pd.concat(curves, ignore_index=True))


@dataclass(frozen=True)
class _GroupSums:
    """Sums over the models of each group, for a block of items.

    ``models``, ``right``, ``ability`` have shape ``(groups, items)``; ``expected`` (Σ P) and ``squares`` (Σ
    P²) have shape ``(draws, groups, items)``.
    """

    models: np.ndarray
    right: np.ndarray
    ability: np.ndarray
    expected: np.ndarray
    squares: np.ndarray


def _sum_groups(
    matrix: ResponseMatrix,
    draws: Sequence[Point],
    abilities: np.ndarray,
    group: np.ndarray,
    groups: int,
    columns: slice,
) -> _GroupSums:
    values = matrix.values[:, columns]
    width = values.shape[1]
    cell = (group * np.intp(width) + np.arange(width)).ravel()

    def total(weight: np.ndarray | None = None) -> np.ndarray:
        sums = np.bincount(cell, weight if weight is None else weight.ravel(), (groups + 1) * width)
        return sums.reshape(groups + 1, width)[:groups]  # the last group is of missing responses

    expected, squares = np.empty((2, len(draws), groups, width))
    for d, (draw, ability) in enumerate(zip(draws, abilities, strict=True)):
        p = of_items(draw, columns, dtype="f4").probability(ability.astype("f4"))
        expected[d], squares[d] = total(p), total(p * p)
    mean_ability = np.broadcast_to(abilities.mean(axis=0)[:, None], values.shape)
    return _GroupSums(total(), total(values == 1), total(mean_ability), expected, squares)


def _item_rows(sums: _GroupSums, first_item: int, rng: np.random.Generator) -> pd.DataFrame:
    """Summarise each item of a block; columns as in `ItemChecks.items`."""
    models = sums.models.sum(axis=0)
    observed = sums.right.sum(axis=0) / models
    replicated = _replicated_counts(models, sums.expected.sum(axis=1), sums.squares.sum(axis=1), rng) / models
    item = first_item + np.arange(len(models))
    rows = pd.DataFrame({"item": item, "models": models, "observed": observed}).join(predicted(replicated))
    size = np.maximum(sums.models, 1)  # an empty group has neither gap nor noise
    gap = (sums.right - sums.expected) ** 2 / size
    noise = (sums.expected - sums.squares) / size
    excess = (gap - noise).sum(axis=1).mean(axis=0) / models
    return rows.assign(
        inside=(rows["predicted_low"] <= observed) & (observed <= rows["predicted_high"]),
        misfit=100 * np.sqrt(excess.clip(0)),
        noise=100 * np.sqrt(noise.sum(axis=1).mean(axis=0) / models),
    )


def _replicated_counts(
    models: np.ndarray, expected: np.ndarray, squares: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw how many models get each item right, from Σ P and Σ P² of each draw; ``(replicates, items)``.

    A sum of independent 0/1 responses is nearly binomial, with trials and chance that give the same mean and
    variance (Ehm 1991, "Binomial approximation to the Poisson binomial distribution", Statistics &
    Probability Letters 11).
    """
    repeats = -(-REPLICATES // len(expected))
    trials = np.clip(np.rint(expected**2 / squares), 1, models).astype(int)
    chance = np.minimum(expected / trials, 1)
    return rng.binomial(np.repeat(trials, repeats, axis=0), np.repeat(chance, repeats, axis=0))


def _curve_rows(sums: _GroupSums, first_item: int, *, average: float) -> pd.DataFrame:
    """List each item's groups; columns as in `ItemChecks.curves`."""
    item, group = np.nonzero(sums.models.T)
    models, right = sums.models[group, item], sums.right[group, item]
    low, high = wilson(right, models)
    fitted = predicted(sums.expected[:, group, item] / models)
    return pd.DataFrame(
        {
            "item": item + first_item,
            "group": group + 1,
            "ability": sums.ability[group, item] / models - average,
            "models": models,
            "observed": right / models,
            "observed_low": low,
            "observed_high": high,
        }
    ).join(fitted.rename(columns=lambda name: name.replace("predicted", "fitted")))


def _rest_groups(values: np.ndarray, pull: np.ndarray, right: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """Group models, for each item of a block, by their responses to all other items.

    A model is above a cut if its log posterior without the item still rises there, so groups are stretches of
    the most probable ability given the other items. On complete data under the Rasch model that is the rest
    score; unlike it, it also orders models that answered different items.

    Parameters
    ----------
    values
        Responses, shape ``(models, items of the block)``.
    pull
        Slope of each model's log posterior over ability at each cut, shape ``(models, cuts)``.
    right, wrong
        What a right and a wrong response add to it, shape ``(items of the block, cuts)``.

    Returns
    -------
    ndarray
        Groups from 0, shape of ``values``; missing responses are in the group after the last.
    """
    group = np.zeros(values.shape, dtype="i4")
    for k in range(pull.shape[1]):
        group += pull[:, k, None] > np.where(values == 1, right[:, k], wrong[:, k])
    group[values == MISSING] = pull.shape[1] + 1
    return group


def _slopes(point: Point, ability: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes over ability of log P and of log (1 − P), each ``(items, abilities)``."""
    p = point.probability(ability).T
    wrong = -point.discrimination[:, None] * (p - point.asymptote) / (1 - point.asymptote)
    return -wrong * (1 - p) / p, wrong


def _average(draws: Sequence[Point]) -> Point:
    """Posterior mean of the parameters."""
    return replace(
        draws[0],
        difficulty=np.mean([draw.difficulty for draw in draws], axis=0),
        mean=float(np.mean([draw.mean for draw in draws])),
        sd=float(np.mean([draw.sd for draw in draws])),
        discrimination=np.mean([draw.discrimination for draw in draws], axis=0),
    )
