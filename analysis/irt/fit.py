"""Fit an IRT model to one benchmark's responses: the posterior, and whether it can be trusted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from sklearn.isotonic import IsotonicRegression

from analysis.errors import AtlasError
from analysis.irt import backends, brute_force, pilot
from analysis.irt.backends import Chains, Progress
from analysis.irt.diagnostics import Diagnostics
from analysis.irt.likelihood import Kind, Likelihood
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.model import (
    ABILITY_MEAN,
    ABILITY_SD,
    DIFFICULTY,
    LOG_DISCRIMINATION,
    Posterior,
    Priors,
)
from analysis.irt.point import FARTHEST, Point
from analysis.irt.scores import Groups, group

HDI_PROB = 0.94
KEPT_DRAWS = 200  # thinned draws kept of each item; a P(in bin) from them errs by 3.5 points at most (1 se)
POINTS = 100  # thinned draws of all parameters together, for abilities and predictive checks
CHECKED_DRAWS = 4  # draws, besides the posterior mean, where the likelihood is checked by brute force
UNLIMITED_DEPTH = 10  # doublings of a trajectory, more than any takes
LARGE, LARGE_2PL = 5000, 2000  # dimensions of a posterior from which trajectories are kept short
MANY_ITEMS = 100  # from which a 2PL has a short first run; the posterior of few is wide and has long tails
SHORT_CHAINS, SHORT_TUNE, SHORT_DRAWS, SHORT_DEPTH = 2, 150, 100, 6
DISPERSION = 1.5  # posterior sds, roughly, by which chains start away from the best estimate


@dataclass(frozen=True)
class Settings:
    """How a posterior is sampled.

    Attributes
    ----------
    draws, tune, chains
        Draws kept and discarded in each chain, and the number of chains.
    target_accept
        Mean acceptance that NUTS adapts its step to; few responses make a posterior that needs more.
    max_depth
        Doublings of a trajectory at most; None for what suits the data, see `suitable_depth`.
    priors
        Scales of the priors.
    """

    draws: int = 1000
    tune: int = 400
    chains: int = 4
    target_accept: float = 0.8
    max_depth: int | None = None
    priors: Priors = field(default_factory=Priors)


@dataclass(frozen=True)
class Fit:
    """A fitted IRT model.

    Attributes
    ----------
    benchmark
        Name of the benchmark.
    kind
        Which IRT model.
    settings, seed
        How it was sampled; a resumed fit counts all its draws.
    data_hash
        Hash of the responses it was fitted to.
    diagnostics
        Whether it can be trusted.
    items
        One row an item: ``item``, ``mean``, ``sd``, ``hdi_low``, ``hdi_high`` of the difficulty b − μ in
        logits, or sds of ability for the 2PL (zero: the average model, guessing aside, is right half the
        time), ``flag`` ('floor' if nobody got it right, 'ceiling' if everybody did, else missing: those
        difficulties are set by the prior); for the 2PL ``discrimination`` and ``discrimination_sd`` too.
    draws
        Thinned draws of b − μ, shape ``(draws, items)``.
    abilities
        One row a model: ``model``, ``mean``, ``sd`` of θ − μ in logits.
    points
        Thinned draws of all parameters together, difficulties summing to zero.
    chains
        All draws, as the sampler has them: what resuming goes on from.
    """

    benchmark: str
    kind: Kind
    settings: Settings
    seed: int
    data_hash: str
    diagnostics: Diagnostics
    items: pd.DataFrame
    draws: np.ndarray
    abilities: pd.DataFrame
    points: list[Point]
    chains: Chains

    @property
    def id(self) -> str:
        """Eight hex digits naming this fit by its data, settings and result."""
        named = f"{self.benchmark} {self.data_hash} {self.kind} {self.settings} {self.seed}"
        digest = hashlib.sha256(named.encode())
        digest.update(self.items["mean"].to_numpy().astype("<f4").tobytes())
        return digest.hexdigest()[:8]

    @property
    def centre(self) -> Point:
        """The parameters in the middle of the posterior, in the gauge where the mean ability is 0."""
        sd = float(np.mean([point.sd for point in self.points]))
        if not self.kind.varies_discrimination:
            return Point(self.items["mean"].to_numpy(), 0.0, sd, asymptote=self.kind.asymptote)
        a, b = (
            np.stack([getattr(p, name) for p in self.points]) for name in ("discrimination", "difficulty")
        )
        return _middle(np.log(a), b, 0.0, sd, self.kind)


def fit_irt(
    matrix: ResponseMatrix,
    *,
    benchmark: str,
    seed: int,
    kind: Kind | None = None,
    settings: Settings | None = None,
    resume: Chains | None = None,
    progress: Progress | None = None,
    step: Callable[[str], None] = lambda what: None,
) -> Fit:
    """Sample the posterior of every item's difficulty.

    Parameters
    ----------
    matrix
        The responses.
    benchmark
        Name that the fit is kept under.
    seed
        Seed of the sampler: the same seed, responses and settings give the same fit.
    kind
        Which IRT model; by default Rasch.
    settings
        How to sample; defaults to `Settings()`.
    resume
        Draws of an earlier fit of the same responses by the same model: each chain goes on from its last draw
        after a new, short tuning, and the fit is of all draws together.
    progress
        Told how far each chain is: its number, and its draws done, tuning included.
    step
        Told what is being done.

    Raises
    ------
    AtlasError
        If there are fewer than two items or models, or ``resume`` is of another model or benchmark.
    """
    kind, settings = kind or Kind(), settings or Settings()
    if matrix.n_items < 2 or matrix.n_models < 2:
        raise AtlasError("A fit needs at least two items and two models.")
    step("first estimate")
    groups = group(matrix, by_score=kind.counts_scores)
    best, near = pilot.estimate(matrix, groups, kind)
    centre = None
    if kind.varies_discrimination and matrix.n_items >= MANY_ITEMS:
        step("a short first run")
        centre = (
            _middle_of_short_run(matrix, groups, best, near, kind, settings.priors, seed)
            if resume is None
            else _centre_of(resume)
        )
        best, near = centre, pilot.near(centre, matrix, groups, kind)
    likelihood = pilot.ready_for_posterior(best, matrix, groups, kind, near)
    posterior = Posterior.of(likelihood, kind, settings.priors, best)
    if resume is None:
        starts, before = _starts(posterior, best, near, settings.chains, seed), 0
    else:
        starts, before = _last_draws(resume, settings.chains, posterior, best), resume.draws.shape[1]
    step("compiling, then sampling")
    seeds = np.random.SeedSequence([seed, before]).generate_state(settings.chains)
    chains = backends.sample(
        posterior.model,
        starts=starts,
        draws=settings.draws - before,
        tune=settings.tune,
        target_accept=settings.target_accept,
        max_depth=settings.max_depth or suitable_depth(kind, starts.shape[1]),
        correlated=kind.varies_discrimination,
        seeds=[int(number) for number in seeds],
        progress=progress,
    )
    chains = resume.followed_by(chains) if resume else replace(chains, centre=centre)
    step("convergence, and comparison with brute force")
    values = posterior.parameters(backends.constrained(posterior.model, chains.draws))
    return _summarised(matrix, likelihood, kind, settings, benchmark, seed, chains, values)


def _middle_of_short_run(
    matrix: ResponseMatrix,
    groups: Groups,
    best: Point,
    near: Likelihood,
    kind: Kind,
    priors: Priors,
    seed: int,
) -> Point:
    """Find where the posterior is.

    With a thousand items that hardly discriminate, its mode is many standard errors from where nearly all of
    its mass is (540 models × 1,351 items: all difficulties off by 0.4): coordinates and grid that were made
    around the mode would be slow and, where slopes are steep, wrong by several nats.
    """
    likelihood = pilot.ready_for_posterior(best, matrix, groups, kind, near)
    posterior = Posterior.of(likelihood, kind, priors, best)
    chains = backends.sample(
        posterior.model,
        starts=_starts(posterior, best, near, SHORT_CHAINS, seed),
        draws=SHORT_DRAWS,
        tune=SHORT_TUNE,
        target_accept=Settings.target_accept,
        max_depth=SHORT_DEPTH,
        correlated=True,
        seeds=[int(number) for number in np.random.SeedSequence([seed]).generate_state(SHORT_CHAINS)],
    )
    values = posterior.parameters(backends.constrained(posterior.model, chains.draws))
    flat = {name: draws.reshape(-1, *draws.shape[2:]) for name, draws in values.items()}
    return _middle(flat[LOG_DISCRIMINATION], flat[DIFFICULTY], 0.0, 1.0, kind)


def _starts(posterior: Posterior, best: Point, near: Likelihood, chains: int, seed: int) -> np.ndarray:
    """Places scattered around an estimate, in the sampler's coordinates, shape ``(chains, dimensions)``."""
    points = pilot.scattered(best, near, posterior.kind, chains, DISPERSION, seed)
    return np.stack([backends.unconstrained(posterior.model, posterior.variables(point)) for point in points])


def _centre_of(resume: Chains) -> Point:
    if resume.centre is None:
        raise AtlasError("The draws to resume are not of this model: they do not say what they are around.")
    return resume.centre


def _last_draws(resume: Chains, chains: int, posterior: Posterior, best: Point) -> np.ndarray:
    last = resume.draws[:, -1].astype("f8")
    dimensions = len(backends.unconstrained(posterior.model, posterior.variables(best)))
    if last.shape != (chains, dimensions):
        raise AtlasError(
            f"The draws to resume are {last.shape[0]} chains of {last.shape[1]} numbers; this model needs "
            f"{chains} of {dimensions}. Resume with the model and chains that it began with."
        )
    return last


def suitable_depth(kind: Kind, dimensions: int) -> int:
    """How often a trajectory may double.

    Of a nearly round posterior a quarter of a turn, π/2 sds, forgets where it came from. NUTS goes on for
    half a turn, to the mirror image: at twice the cost means get better than they need be and spreads worse
    (4,500 models × 12,032 items: R-hat 1.012). A step that it accepts four times in five is about 0.1 sds
    long with 12,000 dimensions and grows as dimensions^(−1/4) (Beskos et al. 2013, "Optimal tuning of the
    hybrid Monte Carlo algorithm", Bernoulli 19(5A)).

    Shorter tests are quick anyhow, and where one item in a few is solved by nearly all or none, the posterior
    is not round: there NUTS is left alone.
    """
    if dimensions < (LARGE_2PL if kind.varies_discrimination else LARGE):
        return UNLIMITED_DEPTH
    steps = np.pi / 2 / (0.1 * (12_000 / dimensions) ** 0.25)
    return round(np.log2(steps + 1))


def _summarised(
    matrix: ResponseMatrix,
    likelihood: Likelihood,
    kind: Kind,
    settings: Settings,
    benchmark: str,
    seed: int,
    chains: Chains,
    values: dict[str, np.ndarray],
) -> Fit:
    rhat, ess_bulk, ess_tail = backends.convergence(values)
    flat = {name: draws.reshape(-1, *draws.shape[2:]) for name, draws in values.items()}
    if ABILITY_MEAN not in flat:  # the gauge of the 2PL
        flat[ABILITY_MEAN], flat[ABILITY_SD] = (
            np.zeros(flat[DIFFICULTY].shape[:1]),
            np.ones(flat[DIFFICULTY].shape[:1]),
        )
    mean = flat[ABILITY_MEAN]
    points = [_point(flat, kind, k) for k in _evenly(len(mean), POINTS)]
    checked = [
        _point(flat, kind, slice(None)),
        *(_point(flat, kind, k) for k in _evenly(len(mean), CHECKED_DRAWS)),
    ]
    error = max(abs(likelihood.value(p) - brute_force.log_likelihood(matrix, p)) for p in checked)
    difficulty = flat[DIFFICULTY]
    difficulty -= mean[:, None]  # in place: with 12,000 items it takes 200 MB
    if kind.varies_discrimination:
        np.clip(difficulty, -FARTHEST, FARTHEST, out=difficulty)  # as it is shown; points have it as it is
    return Fit(
        benchmark=benchmark,
        kind=kind,
        settings=settings,
        seed=seed,
        data_hash=matrix.data_hash,
        diagnostics=Diagnostics(rhat, ess_bulk, ess_tail, chains.divergences, error),
        items=_item_table(likelihood.groups, kind, difficulty, flat.get(LOG_DISCRIMINATION)),
        draws=difficulty[_evenly(len(mean), KEPT_DRAWS)].round(3),
        abilities=_abilities(matrix, likelihood, points),
        points=points,
        chains=chains,
    )


def _evenly(available: int, wanted: int) -> np.ndarray:
    """Indices of ``wanted`` draws spread evenly over all chains."""
    return np.linspace(0, available - 1, min(wanted, available)).astype(int)


def _point(flat: dict[str, np.ndarray], kind: Kind, which: int | slice) -> Point:
    """One draw as a point, or the middle of several."""
    several = isinstance(which, slice)

    def at(name: str) -> np.ndarray:
        return flat[name][which].astype("f8")

    mean, sd = float(np.mean(at(ABILITY_MEAN))), float(np.mean(at(ABILITY_SD)))
    if several and kind.varies_discrimination:
        return _middle(at(LOG_DISCRIMINATION), at(DIFFICULTY), mean, sd, kind)
    difficulty = at(DIFFICULTY).mean(axis=0) if several else at(DIFFICULTY)
    discrimination = np.exp(at(LOG_DISCRIMINATION)) if kind.varies_discrimination else np.ones(1)
    return Point(difficulty, mean, sd, discrimination, kind.asymptote)


def _middle(log_a: np.ndarray, difficulty: np.ndarray, mean: float, sd: float, kind: Kind) -> Point:
    """Middle of draws ``(draws, items)`` of the 2PL: of a and a b, since b has no mean where a nears 0."""
    slope = np.exp(log_a.mean(axis=0))
    intercept = (np.exp(log_a) * difficulty).mean(axis=0)
    return Point(intercept / slope, mean, sd, slope, kind.asymptote)


def _abilities(matrix: ResponseMatrix, likelihood: Likelihood, points: list[Point]) -> pd.DataFrame:
    """Posterior mean and sd of each model's θ − μ."""
    first, second = np.zeros(matrix.n_models), np.zeros(matrix.n_models)
    for point in points:
        ability, sd = likelihood.abilities(point)
        first += ability - point.mean
        second += (ability - point.mean) ** 2 + sd**2
    average = first / len(points)
    spread = np.sqrt(second / len(points) - average**2)
    return pd.DataFrame({"model": matrix.models, "mean": average, "sd": spread})


def _item_table(
    groups: Groups, kind: Kind, draws: np.ndarray, log_discrimination: np.ndarray | None
) -> pd.DataFrame:
    """Summarise each item's draws of b − μ and of log a, shape ``(draws, items)``."""
    interval = np.concatenate([backends.hdi(block, HDI_PROB) for block in _columns(draws)])
    mean = draws.mean(axis=0, dtype="f8")
    nobody, everybody = groups.item_totals == 0, groups.item_totals == groups.item_counts
    table = pd.DataFrame(
        {
            "item": np.arange(groups.n_items),
            "mean": _ordered_by_total(groups, mean) if kind.counts_scores else mean,
            "sd": draws.std(axis=0, ddof=1, dtype="f8"),
            "hdi_low": interval[:, 0],
            "hdi_high": interval[:, 1],
            "flag": pd.Series(None, index=range(groups.n_items), dtype="string")
            .mask(nobody, "floor")
            .mask(everybody, "ceiling"),
        }
    )
    if log_discrimination is None:
        return table
    a = np.exp(log_discrimination)
    return table.assign(
        discrimination=a.mean(axis=0, dtype="f8"), discrimination_sd=a.std(axis=0, dtype="f8")
    )


def _columns(draws: np.ndarray, width: int = 500) -> Iterator[np.ndarray]:
    """Yield draws of some items at a time, in double precision."""
    for first in range(0, draws.shape[1], width):
        yield draws[:, first : first + width].astype("f8")


def _ordered_by_total(groups: Groups, mean: np.ndarray) -> np.ndarray:
    """Remove sampling noise from the order of items that were answered by the same models.

    Among such items the exact posterior depends on an item only through its total and falls as the total
    rises, so items with equal totals have equal means and the order is that of the proportion correct.
    Monte Carlo noise (thousandths of a logit) would break ties and swap near neighbours, and with them
    their bins; pooling adjacent violators takes out just that.
    """
    ordered = mean.copy()
    for kind in range(groups.in_pattern.shape[1]):
        members = groups.kind_of_item == kind
        if members.sum() > 1:
            totals = groups.item_totals[members]
            ordered[members] = IsotonicRegression(increasing=False).fit_transform(totals, mean[members])
    return ordered
