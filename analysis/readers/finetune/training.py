"""Which items a run was trained on, so that they can be left out where it is tested."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.readers.content import PUBLISHED_QUANTILE
from analysis.readers.finetune.run import Run
from analysis.remarks import Tally
from analysis.tables import PUBLISHED

ABOVE_ALL = 1.01  # the last bin includes quantile 1


def training_items(run: Run, items: pd.DataFrame, tally: Tally) -> np.ndarray:
    """Return the row numbers of a run's training items.

    They are those that its sidecar lists, or those whose published quantile lies in its bins, by the very
    comparison of the training script: ``low <= q < high``.

    Parameters
    ----------
    run
        The run; a baseline was trained on nothing.
    items
        Items of the benchmark that it is one on.
    tally
        Where it is said if they are not known.
    """
    if run.is_baseline:
        return np.empty(0, dtype="i8")
    if run.item_ids is not None:
        listed = items["item_key"].isin(run.item_ids) | items["content_hash"].isin(run.item_ids)
        if (unknown := len(run.item_ids) - int(listed.sum())) > 0:
            sentence = "listed training items are not among the items that were asked"
            tally.add("unknown training items", sentence, f"first: {run.name}", count=unknown)
        return np.flatnonzero(listed)
    quantile = PUBLISHED[1]
    if run.bins is None or run.quantile_key != PUBLISHED_QUANTILE or quantile not in items:
        sentence = (
            "runs were trained on bins of a quantile that the items do not have, so that no item can be left "
            "out: list them in item_ids_file"
        )
        tally.add("unknown training items", sentence, f"first: {run.name}, {run.quantile_key}", warning=True)
        return np.empty(0, dtype="i8")
    low, high = run.bins
    q = items[quantile].to_numpy(dtype=float, na_value=np.nan)
    return np.flatnonzero((low <= q) & (q < (ABOVE_ALL if high == 1 else high)))
