"""Whether training on easy bins helps hard ones as much as the other way round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.transfer.resampled import NOTHING, Estimate, Resampled
from analysis.transfer.significance import false_discovery_rate


@dataclass(frozen=True)
class Asymmetry:
    """What easy training does to hard bins, beyond what hard training does to easy ones.

    Attributes
    ----------
    overall
        Mean over pairs of bins.
    pairs
        One row a pair: ``easier``, ``harder`` (bins, from 0), ``gain`` (trained on the easier and tested on
        the harder, minus the other way round), ``low``, ``high`` (95% interval of that pair alone), ``p`` (of
        zero), ``q`` (Benjamini–Hochberg over pairs).
    """

    overall: Estimate
    pairs: pd.DataFrame


def asymmetry(resampled: Resampled, trained: np.ndarray, *, apart: int = 1) -> Asymmetry:
    """Compare both directions of every pair of bins, A(t, e) = gain(t → e) − gain(e → t) for t easier than e.

    The two cells of a pair are of different test bins, which differ in how much there is to gain and to lose:
    on proportions ceiling and floor alone make an asymmetry, so take log odds (`Resampled.on_scale`).

    Parameters
    ----------
    resampled
        Gains.
    trained
        Bin that each row was trained on, from 0, −1 for a row that does not count; see `trained_bin`. Rows
        of the same bin count as one, their mean.
    apart
        Fewest bins between the two of a pair, 1 for neighbours.

    Returns
    -------
    Asymmetry
        Of the pairs whose cells both have a gain; an empty frame and no estimate where there are none.
    """
    known = np.isfinite(resampled.gain)
    rows_of = {int(bin_): np.flatnonzero(trained == bin_) for bin_ in np.unique(trained[trained >= 0])}
    pairs, weights = [], []
    for easier, easy_rows in rows_of.items():
        for harder, hard_rows in rows_of.items():
            if harder - easier < apart or not (
                known[easy_rows, harder].all() and known[hard_rows, easier].all()
            ):
                continue
            pairs.append((easier, harder))
            weights.append(np.zeros(known.shape))
            weights[-1][easy_rows, harder] = 1 / len(easy_rows)
            weights[-1][hard_rows, easier] = -1 / len(hard_rows)
    every = np.array(weights).reshape(-1, *known.shape)
    found = [
        (*pair, one.gain, one.low, one.high, one.p)
        for pair, one in zip(pairs, resampled.combinations(every), strict=True)
    ]
    table = pd.DataFrame(found, columns=["easier", "harder", "gain", "low", "high", "p"])
    table["q"] = false_discovery_rate(table["p"].to_numpy(dtype=float))
    overall = resampled.combination(every.mean(axis=0)) if pairs else NOTHING
    return Asymmetry(overall, table)
