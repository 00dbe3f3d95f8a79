"""Base models averaged, with how far they are apart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.transfer.gains import as_table, tested
from analysis.transfer.replicates import sd
from analysis.transfer.resampled import Resampled


def average(models: Mapping[str, Resampled]) -> pd.DataFrame:
    """Average gains over base models, cell by cell.

    The interval is about these base models: it contains the noise of items, which they share, and of runs,
    and not what other base models would do. How far apart they are stands beside it.

    Parameters
    ----------
    models
        Gains of each base model by name, resampled with one seed and a `stream` each, so that a replicate has
        the same items in all of them. Training sets that not all models have are left out.

    Returns
    -------
    DataFrame
        As `gains.cell_table` for gains, with ``lowest`` and ``highest`` (gains of single models),
        ``lowest_model``, ``highest_model`` and ``between`` (sd between models, NaN of one).

    Raises
    ------
    AtlasError
        If there are no models, they share no training set, or their test bins differ in number.
    """
    drawn = list(models.values())
    if not drawn:
        raise AtlasError("There is no base model to average over.")
    if len({one.n_bins for one in drawn}) > 1:
        raise AtlasError("Base models tested on different bins cannot be averaged.")
    labels = [one.rows["label"].tolist() for one in drawn]
    shared = [label for label in labels[0] if all(label in others for others in labels)]
    if not shared:
        raise AtlasError("These base models share no training set, so there is nothing to average.")
    places = [[own.index(label) for label in shared] for own in labels]

    def stacked(values: list[np.ndarray]) -> np.ndarray:
        return np.stack([value[place] for value, place in zip(values, places, strict=True)])

    gain = stacked([one.gain for one in drawn])
    se, df = (stacked([one.cells()[k] for one in drawn]) for k in (0, 1))
    before = stacked([one.before for one in drawn]).mean(axis=0)
    replicates = np.mean(
        [one.calibrated()[:, place] for one, place in zip(drawn, places, strict=True)], axis=0
    )
    mean, known = gain.mean(axis=0), np.isfinite(gain).all(axis=0)
    error = np.full(mean.shape, np.nan)
    error[known] = sd(replicates[:, known])
    quartic = np.maximum((se**4 / df).sum(axis=0), 1e-300)
    freedom = (se**2).sum(axis=0) ** 2 / quartic  # Satterthwaite's, as if models' errors were independent
    names = np.array(list(models))
    filled = np.where(known, gain, 0.0)
    columns = {
        "items": stacked([one.items for one in drawn]).min(axis=0),
        "seeds": np.broadcast_to(stacked([one.seeds for one in drawn]).sum(axis=0)[:, None], mean.shape),
        "before": before,
        "after": before + mean,
        "gain": mean,
        **tested(mean, error, freedom, replicates),
        "lowest": gain.min(axis=0),
        "highest": gain.max(axis=0),
        "lowest_model": names[filled.argmin(axis=0)],
        "highest_model": names[filled.argmax(axis=0)],
        "between": gain.std(axis=0, ddof=1) if len(drawn) > 1 else np.full(mean.shape, np.nan),
        "blank": np.array([None if one else "a base model has no estimate here" for one in known.flat]),
    }
    return as_table(columns, pd.Series(shared))
