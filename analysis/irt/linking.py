"""Linking: two fits on one scale, through items or models that they share.

A fit's scale is known up to θ* = A θ + B. Probabilities stay the same if difficulties go along,
b* = A b + B, and discriminations make up for the unit, a* = a / A; a published intercept d = −a b becomes
d* = d − a B / A (Kolen & Brennan 2014, "Test Equating, Scaling, and Linking", §6.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.special import expit
from scipy.stats import false_discovery_control, norm

from analysis.errors import AtlasError
from analysis.irt.estimate import Estimate
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point

REPLICATES = 200  # a standard error from them errs by 5% (1 se)
NODES = 41
REACH = 4.0  # standard deviations of the target's abilities that the nodes span
FALSE_DISCOVERIES = 0.05
ROUNDS = 20  # of naming drifting anchors and linking by the others; two or three are usual


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


@dataclass(frozen=True)
class Drift:
    """Which anchors kept their difficulty.

    Attributes
    ----------
    link
        From the anchors that did not drift.
    items
        One row an anchor, drifting ones first, then by effect. ``source_item``, ``target_item``;
        ``difference`` b* − (A b + B), logits of the target, above 0 where the item is harder there than the
        link says; its ``sd``, ``z``, ``p`` and false discovery rate ``q``; ``drifts``. The index is the row
        number in the anchors given.
    """

    link: Link
    items: pd.DataFrame


@dataclass(frozen=True)
class Stacked:
    """Two matrices as one, for concurrent calibration.

    Attributes
    ----------
    matrix
        All models and all items; `MISSING` where a model was not given an item.
    first_items, second_items
        Column of each item of the first and of the second matrix.
    first_models, second_models
        Row of each model of the first and of the second matrix.
    """

    matrix: ResponseMatrix
    first_items: np.ndarray
    second_items: np.ndarray
    first_models: np.ndarray
    second_models: np.ndarray


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
    _check_anchors(anchors, "items")
    method = method or _default_method(source, target)
    solve = _method(method)
    ours, theirs = _only(source, anchors[:, 0]), _only(target, anchors[:, 1])
    best = solve(ours, theirs)

    rng = np.random.default_rng(seed)
    samples = rng.integers(len(anchors), size=(replicates, len(anchors)))
    variance = _variance(solve(_only(ours, rows), _only(theirs, rows)) for rows in samples)
    if source_draws is not None and target_draws is not None:
        draws = [
            [_only(draw, anchors[:, side]) for draw in _resampled(given, replicates, rng)]
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
    _check_anchors(models, "models")
    method = method or (
        "mean/mean" if _default_method(source.point, target.point) == "mean/mean" else "mean/sigma"
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


def drifting_anchors(
    source: Point,
    target: Point,
    anchors: np.ndarray,
    source_sd: np.ndarray,
    target_sd: np.ndarray,
    *,
    method: str | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Drift:
    """Name anchors whose linked difficulties differ by more than their errors allow, and link by the others.

    Each anchor's difference is tested against its standard error, sqrt(sd*² + A² sd²), with the false
    discovery rate of Benjamini & Hochberg (1995) kept at 5%. The first link is by medians, so that drifting
    anchors do not hide in it; then the method is solved with the anchors left until none changes. If most
    drift, the steadier half still makes the link. With thousands of models small drift is found too: go by
    ``difference``.

    Parameters
    ----------
    source, target, anchors, method, replicates, seed
        As for `link_items`.
    source_sd, target_sd
        Standard error of every item's difficulty in each fit, shape ``(items,)``. Those that treat related
        models as independent are too small and name too many.

    Raises
    ------
    AtlasError
        As `link_items`.
    """
    _check_anchors(anchors, "items")
    method = method or _default_method(source, target)
    solve = _method(method)
    ours, theirs = _only(source, anchors[:, 0]), _only(target, anchors[:, 1])
    sds = source_sd[anchors[:, 0]], target_sd[anchors[:, 1]]
    found = _differences(_by_medians(ours, theirs), ours, theirs, *sds)
    for _ in range(ROUNDS):
        rank = found["z"].abs().rank(method="first")
        steady = (~found["drifts"] | (rank <= (len(anchors) + 1) // 2)).to_numpy()
        solution = solve(_only(ours, steady), _only(theirs, steady))
        before, found = found, _differences(solution, ours, theirs, *sds)
        if found["drifts"].equals(before["drifts"]):
            break
    link = link_items(source, target, anchors[steady], method=method, replicates=replicates, seed=seed)
    found.insert(0, "source_item", anchors[:, 0])
    found.insert(1, "target_item", anchors[:, 1])
    order = np.lexsort((-found["difference"].abs(), ~found["drifts"]))
    return Drift(link, found.iloc[order])


def stack(
    first: ResponseMatrix,
    second: ResponseMatrix,
    *,
    items: np.ndarray | None = None,
    models: np.ndarray | None = None,
) -> Stacked:
    """Make one matrix of two that share items or models, so that an ordinary fit puts them on one scale.

    What a model was not given is missing. The fit then takes all models for one population. Where groups
    differ that draws their own items together (DeMars 2002, "Incomplete data and item parameter estimates
    under JMLE and MML"): simulated groups whose means differed by 1 logit, about half of each test shared,
    came out closer by 0.2 logits with 40 items a test, 0.07 with 120 and 0.05 with 250; groups of one mean by
    none. `link_items` has no such bias.

    Parameters
    ----------
    first, second
        The matrices. The result holds their union, one byte a cell.
    items, models
        Which are the same: numbers in first and in second, shape ``(shared, 2)``; see `shared`.

    Raises
    ------
    AtlasError
        If nothing is shared, or a shared model's answers to a shared item differ.
    """
    none = np.empty((0, 2), dtype=int)
    items, models = none if items is None else items, none if models is None else models
    if not len(items) and not len(models):
        raise AtlasError("The two matrices share neither items nor models, so nothing links them.")
    columns, n_items = _union(first.n_items, second.n_items, items)
    rows, n_models = _union(first.n_models, second.n_models, models)
    values = np.full((n_models, n_items), MISSING, dtype=np.int8)
    values[: first.n_models, : first.n_items] = first.values

    twice = np.ix_(models[:, 0], items[:, 0])
    ours, theirs = first.values[twice], second.values[np.ix_(models[:, 1], items[:, 1])]
    disputed = np.count_nonzero((ours != theirs) & (ours != MISSING) & (theirs != MISSING))
    if disputed:
        raise AtlasError(f"{disputed:,} answers of shared models to shared items differ between the two.")
    values[np.ix_(rows, columns)] = second.values
    values[twice] = np.maximum(ours, theirs)  # MISSING is below both answers
    return Stacked(
        ResponseMatrix(values, np.arange(n_models)),
        np.arange(first.n_items),
        columns,
        np.arange(first.n_models),
        rows,
    )


Solution = tuple[float, float]  # slope and intercept


def _mean_mean(source: Point, target: Point) -> Solution:
    slope = float(source.discrimination.mean() / target.discrimination.mean())
    return slope, float(target.difficulty.mean() - slope * source.difficulty.mean())


def _mean_sigma(source: Point, target: Point) -> Solution:
    spread, their_spread = source.difficulty.std(), target.difficulty.std()
    if min(spread, their_spread) < 1e-9:
        raise AtlasError("The shared items are all equally difficult: they fix no unit.")
    slope = float(their_spread / spread)
    return slope, float(target.difficulty.mean() - slope * source.difficulty.mean())


def _stocking_lord(source: Point, target: Point) -> Solution:
    return _by_curves(source, target, total=True)


def _haebara(source: Point, target: Point) -> Solution:
    return _by_curves(source, target, total=False)


_METHODS: dict[str, Callable[[Point, Point], Solution]] = {
    "mean/mean": _mean_mean,
    "mean/sigma": _mean_sigma,
    "stocking-lord": _stocking_lord,
    "haebara": _haebara,
}


def _method(name: str) -> Callable[[Point, Point], Solution]:
    if name not in _METHODS:
        raise AtlasError(f"There is no linking method {name!r}: choose one of {', '.join(_METHODS)}.")
    return _METHODS[name]


def _by_curves(source: Point, target: Point, *, total: bool) -> Solution:
    """Least squares between the target's curves and the source's, of their sum or of each."""
    standard = np.linspace(-REACH, REACH, NODES)
    nodes = target.mean + target.sd * standard
    root_weight = np.sqrt(norm.pdf(standard) / norm.pdf(standard).sum())[:, None]
    theirs = target.probability(nodes)
    chance = 1 - source.asymptote

    def collapse(by_item: np.ndarray) -> np.ndarray:
        weighted = root_weight * by_item
        return weighted.mean(axis=1) if total else weighted.ravel()

    def residual(at: np.ndarray) -> np.ndarray:
        return collapse(source.probability((nodes - at[1]) / at[0]) - theirs)

    def slopes(at: np.ndarray) -> np.ndarray:
        ability = ((nodes - at[1]) / at[0])[:, None]
        p = expit(source.discrimination * (ability - source.difficulty))
        by_ability = chance * p * (1 - p) * source.discrimination / at[0]
        return np.column_stack([collapse(-by_ability * ability), collapse(-by_ability)])

    # Not by log A: MINPACK's first step is as long as the start, which may be 0 but for rounding.
    start = _mean_mean(source, target)
    found = least_squares(residual, start, jac=slopes, method="lm", xtol=1e-10, ftol=1e-10)
    return float(found.x[0]), float(found.x[1])


def _by_medians(source: Point, target: Point) -> Solution:
    """Mean/mean with medians, which up to half of the anchors cannot move far."""
    slope = float(np.median(source.discrimination / target.discrimination))
    return slope, float(np.median(target.difficulty - slope * source.difficulty))


def _differences(
    solution: Solution, source: Point, target: Point, source_sd: np.ndarray, target_sd: np.ndarray
) -> pd.DataFrame:
    """How far each anchor is from where a link puts it, and whether chance explains it."""
    slope, intercept = solution
    difference = target.difficulty - (slope * source.difficulty + intercept)
    sd = np.hypot(target_sd, slope * source_sd)
    p = 2 * norm.sf(np.abs(difference / sd))
    q = false_discovery_control(p)
    return pd.DataFrame(
        {
            "difference": difference,
            "sd": sd,
            "z": difference / sd,
            "p": p,
            "q": q,
            "drifts": q <= FALSE_DISCOVERIES,
        }
    )


def _check_anchors(anchors: np.ndarray, what: str) -> None:
    if len(anchors) < 2:
        raise AtlasError(f"Two fits that share fewer than two {what} cannot be linked through {what}.")


def _default_method(source: Point, target: Point) -> str:
    alike = all(np.ptp(point.discrimination) == 0 for point in (source, target))
    return "mean/mean" if alike else "stocking-lord"


def _only(point: Point, items: np.ndarray) -> Point:
    """Some items' parameters, in the order given; they need not sum to zero."""
    discrimination = np.broadcast_to(point.discrimination, point.difficulty.shape)
    return replace(point, difficulty=point.difficulty[items], discrimination=discrimination[items])


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


def _union(first: int, second: int, same: np.ndarray) -> tuple[np.ndarray, int]:
    """Place of each of the second's rows (or columns) in the union, and the union's size."""
    place = np.full(second, -1)
    place[same[:, 1]] = same[:, 0]
    new = place < 0
    place[new] = first + np.arange(np.count_nonzero(new))
    return place, first + int(np.count_nonzero(new))
