"""What item and model fit are by chance alone.

Rules of thumb for mean squares (0.5 to 1.5, 0.7 to 1.3) are wrong for most sizes of data (Wolfe & McGill
2011, "Comparison of asymptotic and bootstrap item fit indices"), so cut-offs are simulated from the fitted
model. With thousands of models nearly every item is beyond them: they say what chance explains, and ``rmsd``
says how much it matters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.irt.estimate import Estimate
from analysis.irt.item_fit import SURE, FitStatistics, item_rest_correlation, mean_squares
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.simulation import Run, by_chance

MIN_REPLICATES = 10

Units = dict[str, dict[str, np.ndarray]]
"""Of ``"items"`` and of ``"models"``, each statistic by name."""

Scale = tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]
MEAN_SQUARE: Scale = (np.log, np.exp)
CORRELATION: Scale = (lambda value: np.arctanh(np.clip(value, SURE - 1, 1 - SURE)), np.tanh)
SCALES = {"infit": MEAN_SQUARE, "outfit": MEAN_SQUARE, "item_rest": CORRELATION}


def simulated_cutoffs(
    matrix: ResponseMatrix,
    fitted: Estimate,
    *,
    seed: int,
    replicates: int = 50,
    tail: float = 0.005,
    run: Run = map,
) -> FitStatistics:
    """Between what values infit, outfit and item-rest correlation lie if the fitted model is true.

    Replicates are those of `analysis.irt.simulation.replicate`, so that each model has cut-offs of its own.
    So that few replicates will do, only centre and spread are an item's (or model's) own, the shape is
    shared: simulated values, mean squares as logarithms and correlations as Fisher's z, are standardised by
    the mean and sd of the *other* replicates, as a new value would be, and quantiles are taken of all
    together.

    Near-copies, as leaderboards are full of, make misfit that is beyond these cut-offs without the item being
    at fault: simulated models are independent.

    A replicate costs an estimate and twice the time of `fit_statistics`.

    Parameters
    ----------
    matrix, fitted
        As for `fit_statistics`.
    seed
        Same seed, same cut-offs.
    replicates
        Simulated data sets, each estimated.
    tail
        Share of fitting items (models) beyond each of the two cut-offs.
    run
        ``map`` or what does the same elsewhere, as over processes.

    Returns
    -------
    FitStatistics
        ``items`` with ``item``, ``infit_low``, ``infit_high``, ``outfit_low``, ``outfit_high``,
        ``item_rest_low``, ``item_rest_high``; ``models`` with ``model`` and those of infit and outfit.

    Raises
    ------
    AtlasError
        If there are fewer than 10 replicates.
    """
    _refuse_few(replicates)
    kind = "rasch" if (fitted.point.discrimination == 1).all() else "2pl"
    (simulated,) = by_chance(
        matrix, fitted, fit_by_unit, kind=kind, replicates=replicates, seed=seed, run=run
    )
    return cutoffs(matrix, simulated, tail=tail)


def fit_by_unit(matrix: ResponseMatrix, fitted: Estimate) -> Units:
    """Fit statistics that `cutoffs` takes: infit, outfit and item-rest correlation of items and models."""
    items, models, _ = mean_squares(matrix, fitted.point, fitted.ability)
    return {"items": {**items, "item_rest": item_rest_correlation(matrix)}, "models": models}


def cutoffs(matrix: ResponseMatrix, simulated: Sequence[Units], *, tail: float = 0.005) -> FitStatistics:
    """Make cut-offs of simulated fit statistics.

    Parameters
    ----------
    matrix
        The responses.
    simulated
        What `fit_by_unit` says of each replicate.
    tail
        Share of fitting items (models) beyond each of the two cut-offs.

    Returns
    -------
    FitStatistics
        As of `simulated_cutoffs`.

    Raises
    ------
    AtlasError
        If there are fewer than 10 replicates.
    """
    _refuse_few(len(simulated))

    def columns(unit: str) -> dict[str, np.ndarray]:
        found = {}
        for name in simulated[0][unit]:
            values = np.stack([replicate[unit][name] for replicate in simulated])
            found[f"{name}_low"], found[f"{name}_high"] = _cutoffs(values, SCALES[name], tail)
        return found

    return FitStatistics(
        items=pd.DataFrame({"item": np.arange(matrix.n_items), **columns("items")}),
        models=pd.DataFrame({"model": matrix.models, **columns("models")}),
    )


def _refuse_few(replicates: int) -> None:
    if replicates < MIN_REPLICATES:
        raise AtlasError(f"Cut-offs need at least {MIN_REPLICATES} simulated replicates, not {replicates}.")


def _cutoffs(values: np.ndarray, scale: Scale, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper cut-off of each column of ``values``, shape ``(replicates, columns)``."""
    to_scale, from_scale = scale
    x = to_scale(values)
    known = np.isfinite(x)
    n = known.sum(axis=0)
    n = np.where(n < MIN_REPLICATES, np.nan, n)  # an item that is constant in nearly every replicate
    x = np.where(known, x, 0.0)
    mean = x.sum(axis=0) / n
    deviation = np.where(known, x - mean, 0.0)
    square = (deviation**2).sum(axis=0)
    sd = np.sqrt(square / (n - 1))
    # Leaving value d out of n moves the mean by −d / (n − 1) and the sum of squares by −d² n / (n − 1).
    sd_of_others = np.sqrt(np.maximum(square - deviation**2 * n / (n - 1), 0) / (n - 2))
    varies = known & (sd_of_others > 0) & np.isfinite(n)
    standardised = (deviation * n / (n - 1))[varies] / sd_of_others[varies]
    low, high = np.quantile(standardised, [tail, 1 - tail]) if varies.any() else (np.nan, np.nan)
    return from_scale(mean + low * sd), from_scale(mean + high * sd)
