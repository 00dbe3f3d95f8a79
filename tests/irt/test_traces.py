"""Which draws are kept to be looked at."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.irt.backends import convergence
from analysis.irt.traces import KEPT, WORST, worst_traces


def test_the_worst_items_are_kept_and_all_that_is_not_of_an_item() -> None:
    rng = np.random.default_rng(0)
    difficulty = rng.standard_normal((4, 600, 20))
    difficulty[0, :, 7] += 2.0  # one chain is elsewhere
    difficulty[:, :, 3] = 1.0  # the same in all draws: there is nothing to agree on
    draws = {"difficulty": difficulty, "ability_mean": rng.standard_normal((4, 600))}
    found = convergence(draws)
    assert len(found) == 21
    assert found.loc[7, "rhat"] > 1.1 > found["rhat"].drop(7).max()
    traces = worst_traces(draws, found)
    assert len(traces) == WORST + 1
    assert traces["item"].iloc[0] == 7
    assert 3 not in set(traces["item"].dropna())
    assert traces["parameter"].iloc[-1] == "ability_mean"
    assert pd.isna(traces["item"].iloc[-1])
    kept = traces["draws"].iloc[0].reshape(4, KEPT)
    np.testing.assert_array_equal(kept[:, 0], difficulty[:, 0, 7].astype("f4"))
    np.testing.assert_array_equal(kept[:, -1], difficulty[:, -1, 7].astype("f4"))
