"""Linking: two fits on one scale, through items or models that they share.

A fit's scale is known up to θ* = A θ + B. Probabilities stay the same if difficulties go along,
b* = A b + B, and discriminations make up for the unit, a* = a / A; a published intercept d = −a b becomes
d* = d − a B / A (Kolen & Brennan 2014, "Test Equating, Scaling, and Linking", §6.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.irt.estimate import Estimate
from analysis.irt.link_methods import Solution, check_anchors, default_method, method_named, only
from analysis.irt.point import Point

REPLICATES = 200  # a standard error from them errs by 5% (1 se)


@dataclass(frozen=True)
class Link:
    """The way from a source fit's scale to a target fit's: θ* = A θ + B.

    Attributes
    ----------
    slope, intercept
        A (above 0) and B (logits of the target).
    slope_se, intercept_se
        Their standard errors.
    method
        How they were estimated.
    anchors
        Number of shared items, or shared models, that they were estimated from.
    """

    slope: float
    intercept: float
    slope_se: float
    intercept_se: float
    method: str
    anchors: int

    def ability(self, ability: np.ndarray) -> np.ndarray:
        """Return θ* = A θ + B; standard deviations of abilities want a factor A only."""
        return self.slope * np.asarray(ability) + self.intercept

    def difficulty(self, difficulty: np.ndarray) -> np.ndarray:
        """Return b* = A b + B; standard errors of difficulties want a factor A only."""
        return self.ability(difficulty)

    def discrimination(self, discrimination: np.ndarray) -> np.ndarray:
        """Return a* = a / A."""
        return np.asarray(discrimination) / self.slope

    def item_intercept(self, intercept: np.ndarray, discrimination: np.ndarray) -> np.ndarray:
        """Return d* = d − a B / A, for tables that give a and d = −a b instead of a and b."""
        return np.asarray(intercept) - np.asarray(discrimination) * self.intercept / self.slope

    def point(self, point: Point) -> Point:
        """Return the source's parameters on the target's scale; their difficulties no longer sum to zero."""
        return Point(
            self.difficulty(point.difficulty),
            float(self.slope * point.mean + self.intercept),
            self.slope * point.sd,
            self.discrimination(point.discrimination),
            point.asymptote,
        )


def shared(source: Sequence[str], target: Sequence[str]) -> np.ndarray:
    """Pair what has the same name: numbers in source and in target, shape ``(pairs, 2)``.

    Parameters
    ----------
    source, target
        Item keys, or model names.

    Raises
    ------
    AtlasError
        If a name occurs twice on one side.
    """
    ours, theirs = pd.Index(source), pd.Index(target)
    if not (ours.is_unique and theirs.is_unique):
        raise AtlasError("A name occurs twice, so what is shared cannot be told.")
    place = theirs.get_indexer(ours)
    return np.column_stack([np.flatnonzero(place >= 0), place[place >= 0]])


def link_items(
    source: Point,
    target: Point,
    anchors: np.ndarray,
    *,
    method: str | None = None,
    source_draws: Sequence[Point] | None = None,
    target_draws: Sequence[Point] | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Link:
    """Link two fits through the items that they share.

    Methods: ``"mean/mean"`` equates the anchors' mean discriminations and mean difficulties (Loyd & Hoover
    1980), so A = 1 between Rasch fits. ``"mean/sigma"`` equates means and sds of difficulties (Marco 1977);
    noise or drift makes them spread more, which biases A where one fit has more of it. ``"stocking-lord"``
    equates the anchors' expected total score and ``"haebara"`` each anchor's curve (Stocking & Lord 1983;
    Haebara 1980) by least squares over the target's ability distribution: 41 equal steps from μ* − 4σ* to
    μ* + 4σ*, weighted by its normal density.

    Standard errors: a bootstrap over anchors counts noise and drift of single items, but not an error that a
    fit's items have in common, such as that of μ when difficulties are given as b − μ. With draws of both
    fits that is added: the variance of links of random pairs of draws, less the same after shuffling every
    item's draws on their own, which leaves single items' noise only.

    Costs a link a replicate (with draws, three): for curves 0.3 s a replicate at 12,000 anchors.

    Parameters
    ----------
    source, target
        Parameters in any gauge (zero-sum, or b − μ with mean 0).
    anchors
        Item numbers in source and target, shape ``(anchors, 2)``; see `shared`.
    method
        By default ``"mean/mean"`` where each fit gives all its items one discrimination (Rasch), else
        ``"stocking-lord"``.
    source_draws, target_draws
        Posterior draws, each in the gauge of its fit's point.
    replicates, seed
        Of the resampling.

    Raises
    ------
    AtlasError
        If there are fewer than two anchors, an unknown method, or anchors that are all equally difficult
        where a method needs their spread.
    """
    check_anchors(anchors, "items")
    method = method or default_method(source, target)
    solve = method_named(method)
    ours, theirs = only(source, anchors[:, 0]), only(target, anchors[:, 1])
    best = solve(ours, theirs)

    rng = np.random.default_rng(seed)
    samples = rng.integers(len(anchors), size=(replicates, len(anchors)))
    variance = _variance(solve(only(ours, rows), only(theirs, rows)) for rows in samples)
    if source_draws is not None and target_draws is not None:
        draws = [
            [only(draw, anchors[:, side]) for draw in _resampled(given, replicates, rng)]
            for side, given in enumerate((source_draws, target_draws))
        ]
        together = _variance(map(solve, *draws))
        alone = _variance(map(solve, *(_shuffled(one, rng) for one in draws)))
        variance = np.maximum(variance + together - alone, together)
    slope_se, intercept_se = np.sqrt(variance)
    return Link(*best, float(slope_se), float(intercept_se), method, len(anchors))


def link_models(
    source: Estimate,
    target: Estimate,
    models: np.ndarray,
    *,
    method: str | None = None,
    families: np.ndarray | None = None,
    replicates: int = 2000,
    seed: int = 0,
) -> Link:
    """Link two fits that share models but no items, by the mean and sd of those models' abilities.

    An estimated ability is drawn towards its fit's average model, differently in a short and in a long test.
    So what the prior added is taken out again (a normal posterior with precision 1/s² is a normal prior with
    1/σ² times a normal likelihood with the difference), and noise is taken out of the variances. Models
    weigh the same on both scales, less where either test says little.

    Standard errors: a bootstrap over models, or over families of models where given.

    Parameters
    ----------
    source, target
        Estimates in any gauge.
    models
        Row numbers in source and target, shape ``(shared, 2)``; see `shared`.
    method
        ``"mean/sigma"``, or ``"mean/mean"`` which has A = 1 and is the default between Rasch fits.
    families
        Label of each shared model's family, shape ``(shared,)``.
    replicates, seed
        Of the bootstrap.

    Raises
    ------
    AtlasError
        If fewer than two models, or families, are shared, or their abilities differ by no more than noise
        where the method needs their spread.
    """
    check_anchors(models, "models")
    method = method or (
        "mean/mean" if default_method(source.point, target.point) == "mean/mean" else "mean/sigma"
    )
    if method not in ("mean/mean", "mean/sigma"):
        raise AtlasError(
            f"There is no method {method!r} to link through models: choose mean/mean or mean/sigma."
        )
    ours, our_noise, our_unrest = _without_prior(source, models[:, 0])
    theirs, their_noise, their_unrest = _without_prior(target, models[:, 1])
    weight = 1 / (1 + our_unrest + their_unrest)

    def solve(counts: np.ndarray) -> np.ndarray:
        """Slope and intercept of every row of counts, shape ``(rows, 2)``."""
        share = counts * weight
        share = share / share.sum(axis=1, keepdims=True)
        mean, their_mean = share @ ours, share @ theirs
        slope = np.ones(len(counts))
        if method == "mean/sigma":
            spread = share @ ours**2 - mean**2 - share @ our_noise
            their_spread = share @ theirs**2 - their_mean**2 - share @ their_noise
            slope = np.sqrt(np.where((spread > 0) & (their_spread > 0), their_spread / spread, np.nan))
        return np.column_stack([slope, their_mean - slope * mean])

    slope, intercept = solve(np.ones((1, len(models))))[0]
    if np.isnan(slope):
        raise AtlasError("The shared models differ in ability by no more than noise: they fix no unit.")
    clusters = np.arange(len(models)) if families is None else np.unique(families, return_inverse=True)[1]
    rng = np.random.default_rng(seed)
    n_clusters = int(clusters.max()) + 1
    if n_clusters < 2:
        raise AtlasError("The shared models are all of one family: how sure their link is cannot be told.")
    counts = rng.multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), size=replicates)[:, clusters]
    slope_se, intercept_se = np.nanstd(solve(counts), axis=0, ddof=1)
    return Link(float(slope), float(intercept), float(slope_se), float(intercept_se), method, len(models))


def _variance(solutions: Iterator[Solution]) -> np.ndarray:
    return np.var(list(solutions), axis=0, ddof=1)


def _resampled(draws: Sequence[Point], count: int, rng: np.random.Generator) -> list[Point]:
    return [draws[i] for i in rng.integers(len(draws), size=count)]


def _shuffled(draws: list[Point], rng: np.random.Generator) -> list[Point]:
    """Draws in which every item's parameters come from a draw of its own."""
    difficulty = np.array([draw.difficulty for draw in draws])
    discrimination = np.array([draw.discrimination for draw in draws])
    source = rng.permuted(np.tile(np.arange(len(draws)), (difficulty.shape[1], 1)), axis=1).T
    mixed = (np.take_along_axis(values, source, axis=0) for values in (difficulty, discrimination))
    return [replace(draw, difficulty=b, discrimination=a) for draw, b, a in zip(draws, *mixed, strict=True)]


def _without_prior(fit: Estimate, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Abilities as the responses alone give them, their variances, and these in units of σ²."""
    prior = 1 / fit.point.sd**2
    posterior = 1 / fit.ability_sd[rows] ** 2
    precision = np.maximum(posterior - prior, 1e-6 * prior)
    ability = (fit.ability[rows] * posterior - fit.point.mean * prior) / precision
    return ability, 1 / precision, prior / precision
