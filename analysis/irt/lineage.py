"""How sure difficulties are when models descend from each other.

Thousands of leaderboard models are near-copies of a few. A posterior takes each as an independent witness,
so its intervals are too narrow. The cluster bootstrap draws whole families instead (Davison & Hinkley 1997,
"Bootstrap Methods and their Application", §3.8); the posterior keeps its shape and centre and is stretched to
the width that the bootstrap finds. The mean difficulty less the mean ability (the *shift*), in which all
items err together, is stretched apart from the items' deviations from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from analysis.errors import AtlasError
from analysis.irt.estimate import Estimate, estimate
from analysis.irt.families import Families
from analysis.irt.left_out import Without, largest, order_changes
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.refits import Progress, Refits

INTERVAL = 0.94  # probability of the intervals that a widened posterior is to hold
REPLICATES = 200  # a standard error from them is itself known to 1 / √(2 × 200) = 5%
LEFT_OUT = 20  # largest families that are left out in turn
MODERATE = (0.02, 0.98)  # proportions right between which an item says how many models there are in effect
MIN_FAMILIES = 3.0  # families of equal size, in effect, below which nothing is said about how they vary


@dataclass(frozen=True)
class Lineage:
    """What families do to difficulties.

    Attributes
    ----------
    families
        The families.
    items
        One row an item: ``item``; ``cluster_se`` and ``iid_se``, standard errors of the difficulty's
        deviation from the mean difficulty in logits, with families and with single models resampled;
        ``decile_changes``, the share of leave-one-family-out refits that put it into another decile
        (missing if there were none).
    shift_cluster_se, shift_iid_se
        The same of the mean difficulty less the mean ability μ, in logits.
    ratio
        Median over items of moderate difficulty of cluster over iid standard error.
    left_out
        One row a family left out, largest first: ``family`` (number), ``name``, ``models``, ``spearman``
        (rank correlation of the other models' difficulties with all models'), ``moved`` (items in another
        decile), ``share`` (of all items).
    """

    families: Families
    items: pd.DataFrame
    shift_cluster_se: float
    shift_iid_se: float
    ratio: float
    left_out: pd.DataFrame

    @property
    def effective_models(self) -> float:
        """How many independent models would make difficulties as sure: N / ratio².

        The ratio of variances is the design effect of Kish (1965, "Survey Sampling", §8.2).
        """
        return len(self.families.number) / float(np.maximum(self.ratio, 1.0)) ** 2


@dataclass(frozen=True)
class _Resampled:
    """A refit with models resampled: all of one family together, or one by one."""

    seed: np.random.SeedSequence
    whole_families: bool

    def weights(self, family_of_model: np.ndarray) -> np.ndarray:
        """How often each model is drawn, shape ``(models,)``."""
        unit = family_of_model if self.whole_families else np.arange(len(family_of_model))
        units = int(unit.max()) + 1
        drawn = np.random.default_rng(self.seed).integers(units, size=units)
        return np.bincount(drawn, minlength=units)[unit].astype(float)


def lineage(
    matrix: ResponseMatrix,
    families: Families,
    fitted: Estimate,
    *,
    seed: int,
    kind: str = "rasch",
    replicates: int = REPLICATES,
    left_out: int = LEFT_OUT,
    refits: Refits | None = None,
    progress: Progress | None = None,
) -> Lineage:
    """Resample families, resample models, and leave families out.

    Parameters
    ----------
    matrix
        The responses.
    families
        The family of each of its rows.
    fitted
        The estimate of this kind of model from all responses.
    seed
        Seed of the resampling.
    kind
        ``"rasch"`` or ``"2pl"``; the lower asymptote is the estimate's.
    replicates
        Refits with families resampled, and as many with models resampled. Each costs an estimate.
    left_out
        At most how many families of two or more models are left out in turn, from the largest down.
    refits
        Where to run; by default `Refits()`, on all cores.
    progress
        Told how many refits are done.

    Raises
    ------
    AtlasError
        If there are too few families to show how they vary, or one of them holds nearly all models.
    """
    if len(families.number) != matrix.n_models:
        raise AtlasError(
            f"{len(families.number):,} models have families, {matrix.n_models:,} have responses."
        )
    if not enough(families):
        raise AtlasError(
            f"{families.count} families, the largest of {families.sizes.max():,} of {matrix.n_models:,} "
            "models, do not show how much families vary."
        )
    if replicates < 2:
        raise AtlasError("Standard errors need at least 2 replicates.")
    seeds = np.random.SeedSequence(seed).spawn(2 * replicates)
    removed = [Without(family) for family in largest(families, left_out)]
    points = (refits or Refits()).run(
        _refit,
        [*(_Resampled(own, number < replicates) for number, own in enumerate(seeds)), *removed],
        shared=[matrix, families.number, fitted.point, kind],
        progress=progress,
    )
    clustered, single = points[:replicates], points[replicates : 2 * replicates]
    cluster_se, shift_cluster_se = _standard_errors(clustered, families.sizes)
    iid_se, shift_iid_se = _standard_errors(single, np.ones(matrix.n_models))
    table, decile_changes = order_changes(matrix, families, fitted.point, removed, points[2 * replicates :])
    return Lineage(
        families,
        pd.DataFrame(
            {
                "item": np.arange(matrix.n_items),
                "cluster_se": cluster_se,
                "iid_se": iid_se,
                "decile_changes": decile_changes,
            }
        ),
        shift_cluster_se,
        shift_iid_se,
        _ratio(matrix, clustered, single),
        table,
    )


def enough(families: Families) -> bool:
    """Whether there are families enough to show how they vary."""
    return _effective_number(families.sizes) >= MIN_FAMILIES


def widened(draws: np.ndarray, lineage: Lineage) -> np.ndarray:
    """Stretch a posterior that takes models as independent to what families allow.

    Each draw is its mean over items, the shift, and the items' deviations from that. Both are stretched about
    their posterior means by cluster standard error / posterior standard deviation, where that is above 1: a
    posterior is never made narrower. Items that all or none got right are alike in every resample, so they
    keep the width that the prior gives them. With few families the stretch is that of Student's t, so that
    94% intervals remain ones.

    Parameters
    ----------
    draws
        Posterior draws of b − μ in logits, shape ``(draws, items)``.
    lineage
        What families do to the difficulties of the same items.

    Returns
    -------
    ndarray
        Draws of the same shape and mean.
    """
    shift = draws.mean(axis=1)
    centred = draws - shift[:, None]
    reach = _reach(lineage.families)
    _stretch(centred, reach * lineage.items["cluster_se"].to_numpy())
    _stretch(shift, np.asarray(reach * lineage.shift_cluster_se))
    centred += shift[:, None]
    return centred


def _stretch(draws: np.ndarray, standard_error: np.ndarray) -> None:
    """Widen draws along their first axis, in place, until their sd is the standard error at least."""
    mean, sd = draws.mean(axis=0), draws.std(axis=0, ddof=1)
    factor = np.divide(standard_error, sd, out=np.ones_like(sd), where=sd > 0)
    draws -= mean
    draws *= np.maximum(factor, 1.0)
    draws += mean


def _refit(
    task: _Resampled | Without,
    matrix: ResponseMatrix,
    family_of_model: np.ndarray,
    start: Point,
    kind: str,
) -> Point:
    weights = task.weights(family_of_model)
    return estimate(matrix, weights=weights, kind=kind, asymptote=start.asymptote, start=start).point


def _standard_errors(points: list[Point], sizes: np.ndarray) -> tuple[np.ndarray, float]:
    """Bootstrap standard errors of the centred difficulties, shape ``(items,)``, and of the shift.

    Drawing n of n equal units gives variances (n − 1) / n of what they should be (Rao & Wu 1988, JASA 83).
    """
    units = _effective_number(sizes)
    correction = np.sqrt(units / (units - 1))
    difficulty = np.stack([point.shown for point in points])
    shift = difficulty.mean(axis=1)
    centred = np.std(difficulty - shift[:, None], axis=0, ddof=1)
    shift = np.std(shift, ddof=1)
    return correction * centred, float(correction * shift)


def _effective_number(sizes: np.ndarray) -> float:
    """How many families of equal size would make an average as sure as families of these sizes.

    (Σ n)² / Σ n²: Carter, Schnepel & Steigerwald (2017, Review of Economics and Statistics 99(4)), for
    families whose members are copies.
    """
    return float(sizes.sum() ** 2 / (sizes**2).sum())


def _reach(families: Families) -> float:
    """How much further than a normal one an interval must reach, its standard error being uncertain itself.

    A standard error from n families has about n − 1 degrees of freedom (Cameron & Miller 2015, Journal of
    Human Resources 50(2), §VI.D): 2.1 times for three families, 1.06 for 20, 1.006 for 200.
    """
    tail = (1 + INTERVAL) / 2
    return float(student.ppf(tail, _effective_number(families.sizes) - 1) / norm.ppf(tail))


def _ratio(matrix: ResponseMatrix, clustered: list[Point], single: list[Point]) -> float:
    """Median of cluster over iid standard errors over items of moderate difficulty.

    Difficulties are centred on these items alone: extreme ones jump between resamples and would move the
    others' centre. Not a number if there is no such item.
    """
    share = matrix.item_totals / matrix.item_counts
    moderate = (MODERATE[0] < share) & (share < MODERATE[1])
    if not moderate.any():
        return float("nan")
    cluster_sd, iid_sd = (
        (values - values.mean(axis=1, keepdims=True)).std(axis=0)
        for values in (
            np.array([point.difficulty[moderate] for point in group]) for group in (clustered, single)
        )
    )
    return float(np.median(cluster_sd / iid_sd))
