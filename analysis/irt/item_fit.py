"""How well items and models fit an IRT model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binom, false_discovery_control

from analysis.errors import AtlasError
from analysis.irt.blocks import blocks
from analysis.irt.estimate import Estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point

ABILITY_GROUPS = 20  # equal groups of models by ability, whose proportions right are set against the curve
SURE = 1e-10  # probabilities are kept this far from 0 and 1, so that one surprise weighs 1e10 at most


@dataclass(frozen=True)
class FitStatistics:
    """Fit of every item and every model.

    Attributes
    ----------
    items
        ``item``; ``proportion`` right of the observed responses; ``flag``, 'floor' if nobody and 'ceiling'
        if everybody got it right, else missing; ``infit`` and ``outfit`` mean squares; ``rmsd``, how far the
        item's observed curve is from the fitted one, in probability; ``item_rest``, see
        `item_rest_correlation`; ``below_chance``, see `below_chance`.
    models
        ``model``, its number as given; ``proportion``, ``infit``, ``outfit``, ``below_chance`` likewise.
    """

    items: pd.DataFrame
    models: pd.DataFrame


def fit_statistics(matrix: ResponseMatrix, fitted: Estimate, *, chance: float | None = None) -> FitStatistics:
    """Compute the fit of every item and every model.

    With z = (y − P) / √(P(1 − P)), outfit is the mean of z² over the observed responses and infit the mean
    weighted by P(1 − P), that is Σ (y − P)² / Σ P(1 − P) (Wright & Masters 1982, *Rating Scale Analysis*,
    chapter 5). Above 1: noisier than the model expects; below 1: more predictable.

    ``rmsd`` is the root mean squared difference between an item's proportion right and its mean P over 20
    equal groups of models by ability, less what sampling alone makes of it (Köhler, Robitzsch & Hartig 2020,
    "A bias-corrected RMSD item fit statistic", Journal of Educational and Behavioral Statistics 45(3)).

    Works in blocks of models: 4,500 models × 12,032 items took 3 s on one core.

    Parameters
    ----------
    matrix
        The responses.
    fitted
        The items' parameters, of any kind, and the models' abilities; posterior means serve as well.
    chance
        What guessing gets right: 1 / choices. By default the point's asymptote; where that is 0 too, nothing
        is below chance.
    """
    chance = fitted.point.asymptote if chance is None else chance
    items, models, rmsd = mean_squares(matrix, fitted.point, fitted.ability)
    answered = np.count_nonzero(matrix.observed, axis=1)
    nobody, everybody = matrix.item_totals == 0, matrix.item_totals == matrix.item_counts
    return FitStatistics(
        items=pd.DataFrame(
            {
                "item": np.arange(matrix.n_items),
                "proportion": matrix.item_totals / matrix.item_counts,
                "flag": pd.Series(None, index=range(matrix.n_items), dtype="string")
                .mask(nobody, "floor")
                .mask(everybody, "ceiling"),
                **items,
                "rmsd": rmsd,
                "item_rest": item_rest_correlation(matrix),
                "below_chance": below_chance(matrix.item_totals, matrix.item_counts, chance),
            }
        ),
        models=pd.DataFrame(
            {
                "model": matrix.models,
                "proportion": matrix.scores / answered,
                **models,
                "below_chance": below_chance(matrix.scores, answered, chance),
            }
        ),
    )


def item_rest_correlation(matrix: ResponseMatrix) -> np.ndarray:
    """Point-biserial correlation of each item with the proportion right on the other items.

    An item's own response is left out of the proportion (Henrysson 1963, "Correction of item-total
    correlations in item analysis", Psychometrika 28), which is taken over what each model answered.

    Returns
    -------
    array, shape ``(items,)``
        NaN where everybody who answered got it right, or nobody did: what does not vary has no correlation.
        Models that answered nothing else are left out.
    """
    others = np.count_nonzero(matrix.observed, axis=1) - 1
    known = others > 0
    rest_if_wrong = matrix.scores[known] / others[known]
    centre = rest_if_wrong.mean() if known.any() else 0.0  # so that squares do not cancel
    rest_if_wrong -= centre
    rest_if_right = rest_if_wrong - 1 / others[known]
    # The rest proportion takes two values a model, one for each response: sums are matrix products.
    right, wrong = np.zeros((3, matrix.n_items)), np.zeros((3, matrix.n_items))
    rows = np.flatnonzero(known)
    for part in blocks(len(rows), matrix.n_items):
        values = matrix.values[rows[part]]
        right += np.vander(rest_if_right[part], 3, increasing=True).T @ (values == 1).astype(float)
        wrong += np.vander(rest_if_wrong[part], 3, increasing=True).T @ (values == 0).astype(float)
    count, rest, square = right + wrong
    share, mean = right[0] / np.maximum(count, 1), rest / np.maximum(count, 1)
    item_variance, rest_variance = right[0] * (1 - share), square - mean * rest
    # What is left of a sum of squares that should have cancelled is rounding.
    varies = (item_variance > 0) & (rest_variance > 1e-10 * square)
    variances = np.where(varies, item_variance * rest_variance, np.nan)
    return (right[1] - share * rest) / np.sqrt(variances)


def below_chance(right: np.ndarray, answered: np.ndarray, chance: float) -> np.ndarray:
    """Q-values of getting fewer right than by guessing.

    An exact one-sided binomial test each, with Benjamini & Hochberg's (1995) control of the false discovery
    rate over all: among those with a value of at most 0.05, 5% are expected to be no worse than guessing.
    Models that are copies of each other make small values too small.

    Parameters
    ----------
    right, answered
        Number of right and of observed responses, of items or of models, shape ``(tests,)``.
    chance
        What guessing gets right; with 0 there is nothing to test, and NaN is returned.

    Raises
    ------
    AtlasError
        If ``chance`` is not a probability below 1.
    """
    if not 0 <= chance < 1:
        raise AtlasError(f"Chance level {chance} is not a probability: it is one over the number of choices.")
    if chance == 0:
        return np.full(len(right), np.nan)
    return false_discovery_control(binom.cdf(right, answered, chance), method="bh")


def mean_squares(
    matrix: ResponseMatrix, point: Point, ability: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray]:
    """Compute infit and outfit of items, the same of models, and the rmsd of items, in one pass.

    Parameters
    ----------
    matrix, point, ability
        The responses, the items' parameters, and each model's ability.

    Returns
    -------
    tuple
        ``infit`` and ``outfit`` of items, each ``(items,)``; the same of models, each ``(models,)``; and
        ``(items,)``. Formulas as in `fit_statistics`.
    """
    rank = np.argsort(np.argsort(ability, kind="stable"), kind="stable")
    group = np.eye(ABILITY_GROUPS)[rank * ABILITY_GROUPS // matrix.n_models]
    by_item, by_model = np.zeros((3, matrix.n_items)), np.zeros((3, matrix.n_models))
    count, excess, variance = np.zeros((3, ABILITY_GROUPS, matrix.n_items))
    for rows in blocks(matrix.n_models, matrix.n_items):
        values, p = matrix.values[rows], np.clip(point.probability(ability[rows]), SURE, 1 - SURE)
        observed, right = values != MISSING, values == 1
        spread = p * (1 - p) * observed
        residual = (right - p) * observed
        squares = residual**2
        for number, cells in enumerate((squares / (p * (1 - p)), squares, spread)):
            by_item[number] += cells.sum(axis=0)
            by_model[number, rows] = cells.sum(axis=1)
        count += group[rows].T @ observed.astype(float)
        excess += group[rows].T @ residual
        variance += group[rows].T @ spread
    answered = count.sum(axis=0), np.count_nonzero(matrix.observed, axis=1)
    items, models = (
        {"infit": square / spread, "outfit": standardised / n}
        for (standardised, square, spread), n in zip((by_item, by_model), answered, strict=True)
    )
    departure = ((excess**2 - variance) / np.maximum(count, 1)).sum(axis=0) / answered[0]
    return items, models, np.sqrt(np.maximum(departure, 0.0))
