"""Whether a model answers as its ability says: right on what is easy for it, wrong on what is hard."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.irt.blocks import blocks
from analysis.irt.item_fit import SURE
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point


def person_fit(matrix: ResponseMatrix, point: Point, ability: np.ndarray) -> pd.DataFrame:
    """Compute infit, outfit and l_z* of every model.

    l_z (Drasgow, Levine & Williams 1985, "Appropriateness measurement with polychotomous item response models
    and standardized indices", British Journal of Mathematical and Statistical Psychology 38) is the
    log-likelihood of a model's responses, standardised: below zero they are less likely than those of a model
    of that ability. Since ability is estimated from the same responses, its variance is below 1; l_z* of
    Snijders (2001, "Asymptotic null distribution of person fit statistics with estimated person parameter",
    Psychometrika 66) allows for that. With w = logit P, r = P′ / (P (1 − P)) and the prior's pull
    r₀ = (μ − θ̂) / σ²,

        l_z* = (Σ (y − P) w + c r₀) / √Σ (w − c r)² P (1 − P),  c = Σ P′ w / Σ P′ r,

    standard normal for models that fit if items are many. With thousands of items anything is significant:
    infit and outfit, as in `fit_statistics`, say how large a misfit is.

    Parameters
    ----------
    matrix, point
        The responses and the items' parameters.
    ability
        Each model's ability, the maximum or (with many items the same) the mean of its posterior, in the
        gauge of ``point``, shape ``(models,)``.

    Returns
    -------
    DataFrame
        ``model``, ``infit``, ``outfit``, ``l_z``: one row a model, in the matrix's order; missing where all
        responses are right, or all wrong, which says nothing of how they are spread.
    """
    table = np.empty((3, matrix.n_models))
    pull = (point.mean - ability) / point.sd**2
    for rows in blocks(matrix.n_models, matrix.n_items):
        values = matrix.values[rows]
        p = np.clip(point.probability(ability[rows]), SURE, 1 - SURE)
        observed = values != MISSING
        spread = p * (1 - p) * observed
        residual = ((values == 1) - p) * observed
        curve = (p - point.asymptote).clip(0) / (1 - point.asymptote)  # the logistic part
        slope = point.discrimination * (p - point.asymptote) * (1 - curve) * observed
        weight, ratio = np.log(p / (1 - p)), slope / np.where(observed, spread, 1)
        c = (slope * weight).sum(axis=1) / (slope * ratio).sum(axis=1)
        left = weight - c[:, None] * ratio
        table[0, rows] = (residual**2).sum(axis=1) / spread.sum(axis=1)
        table[1, rows] = (residual**2 / (p * (1 - p))).sum(axis=1) / observed.sum(axis=1)
        table[2, rows] = ((residual * weight).sum(axis=1) + c * pull[rows]) / np.sqrt(
            (left**2 * spread).sum(axis=1)
        )
    answered = np.count_nonzero(matrix.observed, axis=1)
    table[:, (matrix.scores == 0) | (matrix.scores == answered)] = np.nan
    infit, outfit, l_z = table
    return pd.DataFrame({"model": matrix.models, "infit": infit, "outfit": outfit, "l_z": l_z})
