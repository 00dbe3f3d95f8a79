"""Choose items by bin, with everything a reader of the file must know about them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from analysis.bins import Bins
from analysis.errors import AtlasError


def select(
    items: pd.DataFrame,
    bins: Bins,
    chosen: Collection[int],
    *,
    benchmark: str,
    fit: pd.Series,
    data_version: str,
) -> pd.DataFrame:
    """Return the items of the chosen bins, easiest first.

    Parameters
    ----------
    items
        As `analysis.store.Snapshot.items` returns them.
    bins
        The cut of the same items.
    chosen
        Bins, counted from 1 (the easiest) as people see them.
    benchmark, data_version
        Where the responses come from; written into every row, so that a file cannot lose it.
    fit
        The fit that the difficulties come from, as `analysis.store.Snapshot.fit` returns it; its kind and
        quality are written into every row too.

    Returns
    -------
    DataFrame
        ``item_key``, ``content_hash``, ``benchmark``, ``subtask``, ``prompt``, ``target``;
        ``difficulty``, ``difficulty_sd``, ``difficulty_low``, ``difficulty_high`` (94% interval; logits),
        ``interval`` ('lineage' if these allow for near-copies among the models, else 'independent'),
        ``difficulty_posterior_sd`` (models taken as independent); ``discrimination``,
        ``discrimination_sd`` (missing for Rasch); ``bin``, ``bins``, ``bin_strategy``, ``p_in_bin``,
        ``proportion_correct``, ``answered``, ``flag``; ``fit``, ``irt_model``, ``asymptote``, ``rhat``
        (the largest), ``ess`` (the smallest), ``converged``, ``problems`` (why it is not), ``data_version``.

    Raises
    ------
    AtlasError
        If no bin is chosen, or one that does not exist.
    """
    wrong = [number for number in chosen if not 1 <= number <= bins.count]
    if wrong or not chosen:
        problem = f"There is no bin {wrong[0]}" if wrong else "No bin is chosen"
        raise AtlasError(f"{problem}; bins are numbered 1 (easiest) to {bins.count} (hardest).")
    everything = pd.DataFrame(
        {
            "item_key": items["item_key"],
            "content_hash": items["content_hash"],
            "benchmark": benchmark,
            "subtask": items["subtask"],
            "prompt": items["prompt"],
            "target": items["target"],
            "difficulty": items["mean"].round(4),
            "difficulty_sd": items["sd"].round(4),
            "difficulty_low": items["hdi_low"].round(4),
            "difficulty_high": items["hdi_high"].round(4),
            "interval": fit["interval"],
            "difficulty_posterior_sd": items["posterior_sd"].round(4),
            "discrimination": items["discrimination"].round(4),
            "discrimination_sd": items["discrimination_sd"].round(4),
            "bin": bins.member + 1,
            "bins": bins.count,
            "bin_strategy": bins.strategy,
            "p_in_bin": bins.own_probability.round(3),
            "proportion_correct": items["proportion"].round(4),
            "answered": items["answered"],
            "flag": items["flag"],
            "fit": fit["fit"],
            "irt_model": fit["irt_model"],
            "asymptote": fit["asymptote"],
            "rhat": round(fit["rhat"], 4),
            "ess": np.minimum(fit["ess_bulk"], fit["ess_tail"]).round(),
            "converged": fit["converged"],
            "problems": fit["problems"],
            "data_version": data_version,
        }
    )
    subset = everything[everything["bin"].isin(list(chosen))]
    return subset.sort_values(["difficulty", "item_key"]).reset_index(drop=True)
