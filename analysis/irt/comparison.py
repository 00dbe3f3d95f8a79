"""Which IRT model predicts the responses of a new family of models better: leave-one-family-out elpd.

The observations are families, not responses or single models: near-copies of a model that stays in would give
the left-out one away. And abilities are integrated out, since those of a new family's models are not known
(Merkle, Furr & Rabe-Hesketh 2019, "Bayesian comparison of latent variable models: conditional versus marginal
likelihoods", Psychometrika 84(3)). An elpd is found twice. PSIS-LOO weighs the draws of one fit so that each
family in turn counts for nothing (Vehtari, Gelman & Gabry 2017, "Practical Bayesian model evaluation using
leave-one-out cross-validation and WAIC", Statistics and Computing 27); a family that holds many models moves
the posterior too far for that, which its Pareto k shows. K-fold refits without whole families, which cannot
fail in this way, but predicts from a point estimate, and from a tenth of the families fewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import logsumexp

from analysis.errors import AtlasError
from analysis.irt.estimate import estimate
from analysis.irt.families import Families
from analysis.irt.likelihood import Kind, Likelihood
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.refits import Refits
from analysis.irt.scores import group

if TYPE_CHECKING:
    from analysis.irt.fitted import Fit

FOLDS = 10
LARGEST_K = 0.7  # above, PSIS-LOO is unreliable (Vehtari, Gelman & Gabry 2017)
CLEAR = 2.0  # standard errors that a difference must be away from nothing to be called one


@dataclass(frozen=True)
class Comparison:
    """How well IRT models predict a new family's responses.

    In both tables a row is an IRT model, in the order of the fits, with ``model`` (its name); ``elpd``, the
    sum over families of the log probability of their responses, in nats, and ``se``; ``elpd_diff`` and
    ``dse``, the best one's elpd less this one's; ``diff_per_model`` and ``dse_per_model``, the same in nats a
    respondent model. Standard errors are over families; those a model allow for how many models they hold.

    Attributes
    ----------
    table
        By PSIS-LOO; further ``p``, the effective number of parameters (above their number where models of a
        family are alike); ``k_max``, the largest Pareto k of a family; ``k_high``, how many families have a k
        above 0.7, and ``k_high_models``, how many models these hold. Leaving such a family out would move the
        posterior too far for PSIS-LOO: it holds many models, or strange ones.
    kfold
        By K-fold cross-validation.
    sentence
        What this says, in words.
    """

    table: pd.DataFrame
    kfold: pd.DataFrame
    sentence: str


def compare(
    fits: Sequence[Fit],
    matrix: ResponseMatrix,
    families: Families,
    *,
    folds: int = FOLDS,
    seed: int = 0,
    refits: Refits | None = None,
) -> Comparison:
    """Compare fits of the same responses by how well they predict a family of models left out.

    PSIS-LOO uses the draws that a fit keeps of all parameters together, 100 by default and nearly
    independent. They are enough for the difference, whose standard error is over families: on the real ARC
    matrix (3,747 models of 874 organisations) it was 12,539 nats from 100 draws and 12,536 from 1,000, where
    its standard error is 1,069. Pareto k is rough with 100 draws, being estimated from 20 of them: ArviZ's
    stricter limit for so few, 0.5, was exceeded by 6 to 11% of families in simulated data where none is
    influential, 0.7 by 1% or none. The cost is two passes over the matrix a draw and ``folds`` estimates a
    fit.

    Parameters
    ----------
    fits
        At least two.
    matrix
        The responses they were fitted to.
    families
        The family of each of its rows.
    folds
        Into how many groups families are put, to be left out one group at a time; as many as there are
        families, if that is fewer. Each costs an estimate a fit.
    seed
        Seed of the grouping.
    refits
        Where these estimates run; by default on all cores.

    Raises
    ------
    AtlasError
        If there are fewer than two fits or families, or a fit is of other responses.
    """
    _check(fits, matrix, families)
    from analysis.irt import backends  # loads PyMC, which takes seconds and the workers of K-fold do not need

    by_draw = [log_likelihood_of_families(matrix, families, fit.points, fit.kind) for fit in fits]
    psis, pareto_k = np.stack([backends.leave_one_out(values) for values in by_draw], axis=1)
    kfold = _kfold(fits, matrix, families, folds, seed, refits or Refits())

    kinds, sizes, high = [fit.kind for fit in fits], families.sizes, pareto_k > LARGEST_K
    table = _table(kinds, psis, sizes).assign(
        p=[(_log_mean_exp(values) - elpd).sum() for values, elpd in zip(by_draw, psis, strict=True)],
        k_max=pareto_k.max(axis=1),
        k_high=high.sum(axis=1),
        k_high_models=high @ sizes,
    )
    sentence = _sentence(kinds, psis, kfold, sizes, np.any(high, axis=0))
    return Comparison(table, _table(kinds, kfold, sizes), sentence)


def log_likelihood_of_families(
    matrix: ResponseMatrix, families: Families, points: Sequence[Point], kind: Kind
) -> np.ndarray:
    """Marginal log-likelihood of each family at each of some points, shape ``(points, families)``.

    Each model's ability is integrated out by itself.
    """
    return np.stack(
        [
            np.bincount(families.number, weights=by_model, minlength=families.count)
            for by_model in _log_likelihood_of_models(matrix, points, kind)
        ]
    )


def _log_likelihood_of_models(matrix: ResponseMatrix, points: Sequence[Point], kind: Kind) -> np.ndarray:
    """Marginal log-likelihood of each model at each point, shape ``(points, models)``.

    One grid serves all points, which makes this dozens of times faster than brute force.
    """
    groups = group(matrix, by_score=kind.counts_scores)
    reach = max(float(np.abs(point.difficulty).max()) for point in points)
    likelihood = Likelihood.around(points, matrix, groups, kind, reach, whole_grid=True)
    result = np.empty((len(points), matrix.n_models))
    for row, point in zip(result, points, strict=True):
        curves = likelihood.curves.forward(point.difficulty, point.discrimination)
        assert curves is not None, "all points are within reach"
        height = curves.along(likelihood.grid.theta) + likelihood.grid.base(point.mean, point.sd)
        row[:] = logsumexp(height, axis=1)[groups.group_of_model]
    if kind.counts_scores:  # models of a group differ in which items they got right, whatever their ability
        difficulty = np.stack([point.difficulty for point in points])
        step = max(1, 4_000_000 // matrix.n_items)
        for first in range(0, matrix.n_models, step):
            some = slice(first, first + step)
            result[:, some] -= difficulty @ (matrix.values[some] == 1).astype("f8").T
    return result


def _kfold(
    fits: Sequence[Fit], matrix: ResponseMatrix, families: Families, folds: int, seed: int, refits: Refits
) -> np.ndarray:
    """Log-likelihood of each family at estimates from the families of other folds: ``(fits, families)``."""
    fold_of_model = _folds(families.sizes, folds, seed)[families.number]
    tasks = [(number, fold) for number in range(len(fits)) for fold in np.unique(fold_of_model)]
    found = refits.run(_held_out, tasks, shared=[matrix, fold_of_model, [fit.kind for fit in fits]])
    by_model = np.empty((len(fits), matrix.n_models))
    for (number, fold), values in zip(tasks, found, strict=True):
        by_model[number, fold_of_model == fold] = values
    return np.stack([np.bincount(families.number, weights=row) for row in by_model])


def _held_out(
    task: tuple[int, int], matrix: ResponseMatrix, fold_of_model: np.ndarray, kinds: list[Kind]
) -> np.ndarray:
    """Log-likelihood of each model of a fold at the estimate from all others."""
    number, fold = task
    kind, held_out = kinds[number], fold_of_model == fold
    weights = (~held_out).astype(float)
    found = estimate(matrix, weights=weights, kind=kind.name, asymptote=kind.asymptote)
    return _log_likelihood_of_models(matrix.of_models(held_out), [found.point], kind)[0]


def _folds(sizes: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Each family's fold: from the largest family down, that with the fewest models so far."""
    filled = np.zeros(min(folds, len(sizes)), dtype=int)
    fold_of_family = np.empty(len(sizes), dtype=int)
    shuffled = np.random.default_rng(seed).permutation(len(sizes))
    for family in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        fold_of_family[family] = filled.argmin()
        filled[fold_of_family[family]] += sizes[family]
    return fold_of_family


def _table(kinds: list[Kind], elpd: np.ndarray, sizes: np.ndarray) -> pd.DataFrame:
    """Summarise each model's elpd of every family, shape ``(models, families)``.

    Done here rather than by ArviZ's `compare`: that cannot take the elpd of K-fold, and its weights fail
    where the log-likelihood of an observation is thousands of nats below 0, as that of a family is.
    """
    behind = elpd[elpd.sum(axis=1).argmax()] - elpd
    per_model = [_per_model(difference, sizes) for difference in behind]
    return pd.DataFrame(
        {
            "model": [_name(kind) for kind in kinds],
            "elpd": elpd.sum(axis=1),
            "se": np.sqrt(elpd.shape[1]) * elpd.std(axis=1, ddof=1),
            "elpd_diff": behind.sum(axis=1),
            "dse": np.sqrt(elpd.shape[1]) * behind.std(axis=1, ddof=1),
            "diff_per_model": [difference for difference, _ in per_model],
            "dse_per_model": [error for _, error in per_model],
        }
    )


def _per_model(difference: np.ndarray, sizes: np.ndarray) -> tuple[float, float]:
    """Sum of the families' differences over that of their sizes, and its standard error.

    That of a ratio (Cochran 1977, "Sampling Techniques", §2.11): that families differ in size makes their
    sums differ, but not what a model adds to them.
    """
    ratio = difference.sum() / sizes.sum()
    rest = difference - ratio * sizes
    return float(ratio), float(np.sqrt(len(sizes)) * rest.std(ddof=1) / sizes.sum())


def _log_mean_exp(values: np.ndarray) -> np.ndarray:
    """Log of the mean over draws, shape ``(families,)``, of exp of values ``(draws, families)``."""
    return logsumexp(values, axis=0) - np.log(len(values))


def _sentence(
    kinds: list[Kind], psis: np.ndarray, kfold: np.ndarray, sizes: np.ndarray, failing: np.ndarray
) -> str:
    """Say which model predicts better, by K-fold if PSIS-LOO fails for a family, and what follows."""
    judge = kfold if failing.any() else psis
    best, second = np.argsort(-judge.sum(axis=1), kind="stable")[:2]

    def nats(elpd: np.ndarray) -> tuple[float, float]:
        return _per_model(elpd[best] - elpd[second], sizes)

    difference, error = nats(judge)
    other_way = "{:.3g} ± {:.2g}".format(*nats(psis if failing.any() else kfold))
    amount = (
        f"{difference:.3g} ± {error:.2g} nats a model ({'K-fold' if failing.any() else 'PSIS-LOO'} over "
        f"{len(sizes):,} families, ± standard error)"
    )
    reserve = (
        f"PSIS-LOO says {other_way}, but is not to be relied on: {failing.sum():,} families, with "
        f"{sizes[failing].sum():,} of the {sizes.sum():,} models, move the posterior too far."
        if failing.any()
        else f"K-fold says {other_way}."
    )
    return f"{_verdict(kinds[best], kinds[second], amount, difference > CLEAR * error)} {reserve}"


def _verdict(better: Kind, other: Kind, amount: str, clear: bool) -> str:
    """Say which of two models is the better one, and what that means."""
    if not clear:
        return (
            f"Whether the {_name(better)} or the {_name(other)} model predicts the responses of a new family "
            f"of models better cannot be told: they differ by {amount}. The simpler one will do."
        )
    verdict = (
        f"The {_name(better)} model predicts the responses of a new family of models better than the "
        f"{_name(other)} model, by {amount}."
    )
    if better.varies_discrimination and not other.varies_discrimination:
        verdict += (
            " So items discriminate differently; on complete data the Rasch difficulty remains the order of "
            "the proportion correct."
        )
    elif other.varies_discrimination and not better.varies_discrimination:
        verdict += " So discriminations that differ from item to item would fit noise."
    return verdict


def _name(kind: Kind) -> str:
    name = {"rasch": "Rasch", "2pl": "2PL"}[kind.name]
    return f"{name} (guessing {kind.asymptote:.2g})" if kind.asymptote else name


def _check(fits: Sequence[Fit], matrix: ResponseMatrix, families: Families) -> None:
    if len(fits) < 2:
        raise AtlasError("A comparison needs at least two fits.")
    if families.count < 2:
        raise AtlasError("A comparison leaves out families in turn; it needs at least two.")
    if len(families.number) != matrix.n_models:
        raise AtlasError(
            f"{len(families.number):,} models have families, {matrix.n_models:,} have responses."
        )
    for fit in fits:
        if fit.data_hash != matrix.data_hash:
            raise AtlasError(f"Fit {fit.id} is of other responses than those it is to be compared on.")
