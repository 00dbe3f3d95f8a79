"""Person fit of the models behind a kept fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.irt.intervals import INTERVAL_PROB
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.person_fit import person_fit
from analysis.irt.point import Point


def point_of(items: pd.DataFrame, asymptote: float, ability_sd: float = 1.0) -> Point:
    """Return the middle of a kept fit's posterior as parameters, the average model at zero.

    Parameters
    ----------
    items
        As `analysis.store.Snapshot.items` returns them.
    asymptote
        The fit's lower asymptote.
    ability_sd
        σ of the abilities.
    """
    discrimination = items["discrimination"].to_numpy(dtype=float)
    slopes = np.ones(1) if np.isnan(discrimination).all() else discrimination
    return Point(items["mean"].to_numpy(), 0.0, ability_sd, slopes, asymptote)


def with_intervals(abilities: pd.DataFrame) -> pd.DataFrame:
    """Add the ends, ``low`` and ``high``, of a normal posterior's 94% interval to ``mean`` and ``sd``."""
    half = ndtri((1 + INTERVAL_PROB) / 2) * abilities["sd"]
    return abilities.assign(low=abilities["mean"] - half, high=abilities["mean"] + half)


def person_fit_of(
    values: np.ndarray, models: np.ndarray, items: pd.DataFrame, abilities: pd.DataFrame, asymptote: float
) -> pd.DataFrame:
    """Compute how each model fits, from what the store keeps.

    Parameters
    ----------
    values, models
        As `analysis.store.Snapshot.response_matrix` returns them.
    items, abilities
        As `analysis.store.Snapshot.items` and `abilities` return them; models that the fit does not know are
        left out.
    asymptote
        The fit's lower asymptote.

    Returns
    -------
    DataFrame
        As of `analysis.irt.person_fit.person_fit`.
    """
    known = abilities.set_index("model").reindex(models)
    fitted = known["mean"].notna().to_numpy()
    ability = known.loc[fitted, "mean"].to_numpy()
    # The store has no σ: the variance of abilities is that of their means and what is unknown of each.
    ability_sd = float(np.sqrt(ability.var() + (known.loc[fitted, "sd"] ** 2).mean()))
    matrix = ResponseMatrix(values[fitted, : len(items)], models[fitted])
    return person_fit(matrix, point_of(items, asymptote, ability_sd), ability)
