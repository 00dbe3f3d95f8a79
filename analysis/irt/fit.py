"""Fit an IRT model to one benchmark's responses: sample its posterior."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analysis.errors import AtlasError
from analysis.irt import backends, pilot
from analysis.irt.backends import Chains, Progress
from analysis.irt.fitted import Fit, Settings, middle, summarised
from analysis.irt.likelihood import Kind, Likelihood
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.model import DIFFICULTY, LOG_DISCRIMINATION, Posterior, Priors
from analysis.irt.point import Point
from analysis.irt.scores import Groups, group

UNLIMITED_DEPTH = 10  # doublings of a trajectory, more than any takes
LARGE, LARGE_2PL = 5000, 2000  # dimensions of a posterior from which trajectories are kept short
MANY_ITEMS = 100  # from which a 2PL has a short first run; the posterior of few is wide and has long tails
SHORT_CHAINS, SHORT_TUNE, SHORT_DRAWS, SHORT_DEPTH = 2, 150, 100, 6
DISPERSION = 1.5  # posterior sds, roughly, by which chains start away from the best estimate


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
    return summarised(matrix, likelihood, kind, settings, benchmark, seed, chains, values)


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
    return middle(flat[LOG_DISCRIMINATION], flat[DIFFICULTY], 0.0, 1.0, kind)


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
