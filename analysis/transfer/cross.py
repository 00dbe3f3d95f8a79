"""What training on one benchmark does to all benchmarks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.transfer.bootstrap import resample
from analysis.transfer.gains import cell_table
from analysis.transfer.runs import arrange


def cross_gains(
    tuned: pd.DataFrame,
    run_items: pd.DataFrame,
    responses: pd.DataFrame,
    baselines: Mapping[str, np.ndarray],
) -> pd.DataFrame:
    """Gain over zero-shot of runs trained on one benchmark, on items of every benchmark.

    All items are laid side by side as those of one matrix, with the benchmark in the place of the test
    bin. So items are resampled within their benchmark and runs within their training set.

    Parameters
    ----------
    tuned
        Runs as `tuned_runs` returns them, but with the name of the benchmark trained on in ``benchmark``.
    run_items
        ``run``, ``item`` (of the run's own benchmark): what they were trained on.
    responses
        ``run``, ``benchmark`` (of the item, by name), ``item``, ``correct``: what they answered afterwards.
    baselines
        For each benchmark to test on, what the base model got right before training, as `zero_shot`
        returns it.

    Returns
    -------
    DataFrame
        As `cell_table`, with the benchmarks' names: ``trained``, in the order of ``tuned``, and ``tested``
        for ``test_bin``, in the order of ``baselines``.
    """
    sizes = [len(baseline) for baseline in baselines.values()]
    start = pd.Series(np.cumsum([0, *sizes[:-1]]), index=pd.Index(baselines))
    number_of, names = pd.factorize(responses["benchmark"])  # looking every name up takes a sixth of all
    counted = responses["run"].isin(tuned["run"]).to_numpy() & names.isin(start.index)[number_of]
    responses, number_of = responses[counted], number_of[counted]
    place = responses["item"].to_numpy() + start.reindex(names).to_numpy()[number_of].astype(int)
    # Most items were asked of no run; leaving them out spares nine tenths of the memory.
    asked, number = np.unique(place, return_inverse=True)
    trained = run_items[run_items["run"].isin(tuned["run"])]
    home = tuned.set_index("run")["benchmark"].map(start)
    trained = trained.assign(item=trained["item"] + trained["run"].map(home))
    trained = trained[trained["item"].isin(asked)]
    matrix = arrange(
        tuned,
        trained.assign(item=np.searchsorted(asked, trained["item"])),
        responses.assign(item=number),
        np.concatenate([*baselines.values()])[asked],
    )
    gains = cell_table(resample(matrix, np.repeat(np.arange(len(sizes)), sizes)[asked], len(sizes)))
    return gains.assign(
        trained=matrix.rows["benchmark"].to_numpy()[gains["row"]], tested=start.index[gains.pop("test_bin")]
    )
