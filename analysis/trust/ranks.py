"""Whether chains agree, from draws that were kept: ranks as in Vehtari et al. (2021).

"Rank-normalization, folding, and localization: an improved R-hat for assessing convergence of MCMC", Bayesian
Analysis 16(2):667-718. Draws are ranked over all chains together; chains that agree have ranks of all sizes
alike. The app computes this from few draws, without ArviZ, whose import takes seconds; the gate of a fit was
computed from all draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import hypergeom, rankdata

SHUFFLES = 20
BAND = 0.94  # probability of the band that a rank count is in, as of every interval here
BLOCK = 1000  # parameters dealt with at once
ALIKE = 1e-12  # variance of scores that differ by rounding alone


@dataclass(frozen=True)
class Mixing:
    """How well chains of kept draws agree.

    Attributes
    ----------
    rhat
        Rank-normalised split R-hat of each parameter, the larger of bulk and folded; shape ``(parameters,)``.
        NaN where all draws are alike.
    by_chance
        The largest R-hat of any parameter once draws are shuffled over chains, so that chains agree but for
        chance: from the smallest to the largest of the shuffles.
    """

    rhat: np.ndarray
    by_chance: tuple[float, float]


def chains_of(draws: np.ndarray, chains: int) -> np.ndarray:
    """Tell apart the chains of draws that were thinned evenly from one chain after the other.

    Parameters
    ----------
    draws
        Shape ``(draws, parameters)``.
    chains
        Their number.

    Returns
    -------
    ndarray
        Shape ``(chains, draws of each, parameters)``; where chains have not the same number of draws, the
        last ones of the longer are left out.
    """
    each = len(draws) // chains
    starts = -(-np.arange(chains) * len(draws) // chains)
    return np.stack([draws[start : start + each] for start in starts])


def split_rhat(draws: np.ndarray) -> np.ndarray:
    """Rank-normalised split R-hat, the larger of bulk and folded, shape ``(parameters,)``.

    Parameters
    ----------
    draws
        Shape ``(chains, draws, parameters)``.
    """
    bulk, folded = _scores(draws)
    return np.maximum(_rhat(bulk), _rhat(folded))


def mixing(draws: np.ndarray, *, shuffles: int = SHUFFLES, seed: int = 0) -> Mixing:
    """Say how well chains agree, and how well they would by chance alone.

    With thousands of parameters and few draws some R-hat is large by chance. A shuffle moves the draws of all
    parameters together, which leaves their dependence as it is; it makes draws independent, so that chains
    that mix slowly show as more than chance.

    Parameters
    ----------
    draws
        Shape ``(chains, draws, parameters)``.
    shuffles, seed
        Number of shuffles, and their seed.
    """
    rng = np.random.default_rng(seed)
    halves, each = 2 * draws.shape[0], draws.shape[1] // 2
    averaging = _averaging([rng.permutation(halves * each) for _ in range(shuffles)], halves)
    rhat, largest = [], np.full(shuffles, 1.0)
    for first in range(0, draws.shape[2], BLOCK):
        scores = _scores(draws[:, :, first : first + BLOCK])
        rhat.append(np.maximum(*(_rhat(one) for one in scores)))
        for one in scores:
            flat = one.reshape(halves * each, -1)
            means = (averaging @ flat).reshape(shuffles, halves, -1)
            shuffled = _rhat_of_means(means, (flat**2).sum(axis=0), each)
            largest = np.fmax(largest, np.nanmax(shuffled, axis=1, initial=1.0))
    return Mixing(np.concatenate(rhat), (float(largest.min()), float(largest.max())))


def rank_counts(draws: np.ndarray, bins: int = 10) -> pd.DataFrame:
    """Count how many of each chain's draws have which ranks among those of all chains.

    Parameters
    ----------
    draws
        Of one parameter, shape ``(chains, draws)``.
    bins
        How many groups of ranks.

    Returns
    -------
    DataFrame
        One row a chain and bin: ``chain``, ``bin`` (from 0), ``count``, ``expected``, ``low``, ``high``
        (where a count is with probability 94%, were the chain's draws a random sample of all of them).
    """
    chains, each = draws.shape
    total = draws.size
    place = rankdata(draws, method="ordinal").astype(int) - 1  # of single draws SciPy 1.18 gives single ranks
    group = np.minimum(bins - 1, bins * place // total).reshape(draws.shape)
    sizes = np.bincount(group.ravel(), minlength=bins)
    low, high = hypergeom.interval(BAND, total, sizes, each)
    return pd.DataFrame(
        {
            "chain": np.repeat(np.arange(chains), bins),
            "bin": np.tile(np.arange(bins), chains),
            "count": np.concatenate([np.bincount(own, minlength=bins) for own in group]),
            "expected": np.tile(sizes * each / total, chains),
            "low": np.tile(low, chains),
            "high": np.tile(high, chains),
        }
    )


def _scores(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normal scores of the ranks of draws, and of their distance from the median; chains split in two."""
    each, parameters = draws.shape[1:]
    half = each // 2
    split = np.concatenate([draws[:, :half], draws[:, each - half :]]).astype("f8")
    flat = split.reshape(-1, parameters)
    folded = np.abs(flat - np.median(flat, axis=0))
    return _normal(flat).reshape(split.shape), _normal(folded).reshape(split.shape)


def _normal(values: np.ndarray) -> np.ndarray:
    """Normal scores of ranks down the columns; Blom's (1958) offset, as in the paper."""
    return ndtri((rankdata(values, axis=0) - 0.375) / (len(values) + 0.25))


def _averaging(orders: list[np.ndarray], chains: int) -> np.ndarray:
    """Return what takes the means of chains of shuffled draws: ``(shuffles × chains, draws of all)``.

    Draws are shuffled only to average them, and one product does both, for all shuffles: `mixing` of 12,400
    parameters takes 0.41 s instead of 0.64.
    """
    each = len(orders[0]) // chains
    taken = np.zeros((len(orders), chains, each * chains))
    for number, order in enumerate(orders):
        np.put_along_axis(taken[number], order.reshape(chains, each), 1 / each, axis=1)
    return taken.reshape(-1, each * chains)


def _rhat(scores: np.ndarray) -> np.ndarray:
    """R-hat of scores ``(chains, draws, parameters)``; NaN where all are alike."""
    return _rhat_of_means(scores.mean(axis=1), (scores**2).sum(axis=(0, 1)), scores.shape[1])


def _rhat_of_means(means: np.ndarray, squares: np.ndarray, each: int) -> np.ndarray:
    """R-hat from means ``(…, chains, parameters)`` of ``each`` scores, and sums of squares of all scores.

    Scores are normal scores, about zero and of spread one, so that little is lost in the difference.
    """
    chains = means.shape[-2]
    within = (squares - each * (means**2).sum(axis=-2)) / (chains * (each - 1))
    between = means.var(axis=-2, ddof=1)
    ratio = np.divide(between, within, out=np.full_like(within, np.nan), where=within > ALIKE)
    return np.sqrt(ratio + (each - 1) / each)
