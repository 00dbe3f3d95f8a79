"""How runs did while they were trained."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.transfer.runs import training_sets


def learning_curves(tuned: pd.DataFrame, run_curves: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tidy the curves of some runs.

    Parameters
    ----------
    tuned
        The runs, as `tuned_runs` returns them.
    run_curves
        The store's table: ``run``, ``step``, ``loss``, ``accuracy`` (a list, by bin).

    Returns
    -------
    accuracy
        ``train`` (label of the training set, as in `RunMatrix.rows`), ``seed``, ``run``, ``step``, ``bin``
        (from 1), ``accuracy``, ``change`` (since the run's first step; proportions). One row a run, step and
        bin.
    loss
        ``train``, ``seed``, ``run``, ``step``, ``loss`` (nats an answer token). One row a run and step at
        which it is known.
    """
    rows, row = training_sets(tuned)
    runs = tuned[["run", "seed"]].assign(train=rows["label"].to_numpy()[row])
    curves = runs.merge(run_curves, on="run").sort_values(["run", "step"], ignore_index=True)
    bins = curves["accuracy"].map(len)
    accuracy = curves.drop(columns="loss").explode("accuracy", ignore_index=True)
    accuracy = accuracy.astype({"accuracy": float})
    accuracy["bin"] = np.concatenate([np.arange(1, count + 1) for count in bins] or [np.array([], dtype=int)])
    first = accuracy.groupby(["run", "bin"])["accuracy"].transform("first")
    accuracy["change"] = accuracy["accuracy"] - first
    return accuracy, curves.drop(columns="accuracy").dropna(subset="loss")
