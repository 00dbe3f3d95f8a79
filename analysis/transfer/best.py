"""Which training set is best for each test bin, and how sure that is."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pandas as pd

from analysis.transfer.resampled import NOTHING, Resampled

COLUMNS = ["test_bin", "row", "train", "gain", "low", "high", "p_best"]
COLUMNS += ["runner_up", "ahead", "ahead_low", "ahead_high", "p_ahead"]


def best_probability(resampled: Resampled) -> np.ndarray:
    """Return the share of replicates in which each training set is the best for each test bin.

    The replicates are stretched to each cell's standard error (`Resampled.calibrated`), so that the share
    is the probability, given these runs and no other knowledge, that the training set is best (Efron and
    Tibshirani 1998, "The problem of regions", Annals of Statistics 26). Training sets that tie share.

    Parameters
    ----------
    resampled
        Gains. Within a test bin all scales have the same order.

    Returns
    -------
    ndarray
        Shape ``(rows, bins)``; each test bin's sum to 1; NaN for a cell without a gain.
    """
    draws = resampled.calibrated()
    known = np.isfinite(resampled.gain)
    draws = np.where(np.isfinite(draws), draws, -np.inf)
    top = (draws == draws.max(axis=1, keepdims=True)) & known
    ties = np.maximum(1, top.sum(axis=1, keepdims=True))
    return np.where(known, (top / ties).mean(axis=0), np.nan)


def best_training(resampled: Resampled) -> pd.DataFrame:
    """Find the best training set for each test bin.

    The largest of many gains is too large by chance (the winner's curse): what it is ahead by is tested
    against every other training set, and the p-value is the largest of those (Berger 1982, "Multiparameter
    hypothesis testing and acceptance sampling", Technometrics 24): where several are equally good, one of
    them is called ahead at most at the rate of the test.

    Parameters
    ----------
    resampled
        Gains on any scale.

    Returns
    -------
    DataFrame
        One row a test bin with a gain: ``test_bin`` (from 0), ``row``, ``train`` (label) of the largest
        gain, ``gain``, ``low``, ``high`` (95% interval of that cell alone), ``p_best`` (see
        `best_probability`), ``runner_up`` (label; missing where there is no other), ``ahead``, ``ahead_low``,
        ``ahead_high`` (its gain less the runner-up's, 95% interval), ``p_ahead`` (of some other training set
        being as good).
    """
    probability, labels = best_probability(resampled), resampled.rows["label"].to_numpy()
    orders, weights = {}, []
    for test_bin, column in enumerate(resampled.gain.T):
        # Those without a gain come last.
        order = np.argsort(-column, kind="stable")[: np.isfinite(column).sum()]
        if len(order):
            orders[test_bin] = order
            weights.append(_alone_and_ahead(order, test_bin, *resampled.gain.shape))
    estimates = iter(resampled.combinations(np.concatenate(weights)) if weights else ())
    found = []
    for test_bin, order in orders.items():
        first = int(order[0])
        own, *leads = islice(estimates, len(order))
        ahead = leads[0] if leads else NOTHING
        found.append(
            {
                "test_bin": test_bin,
                "row": first,
                "train": labels[first],
                "gain": own.gain,
                "low": own.low,
                "high": own.high,
                "p_best": probability[first, test_bin],
                "runner_up": labels[order[1]] if leads else None,
                "ahead": ahead.gain,
                "ahead_low": ahead.low,
                "ahead_high": ahead.high,
                "p_ahead": max((lead.p for lead in leads), default=np.nan),
            }
        )
    return pd.DataFrame(found, columns=COLUMNS)


def _alone_and_ahead(order: np.ndarray, test_bin: int, n_rows: int, n_bins: int) -> np.ndarray:
    """Weights of the first row's gain, and of its lead over every other: shape ``(ordered, rows, bins)``."""
    weights = np.zeros((len(order), n_rows, n_bins))
    weights[:, order[0], test_bin] = 1
    weights[np.arange(1, len(order)), order[1:], test_bin] = -1
    return weights
