"""A fitted IRT model: what it holds, and how it is read off the draws."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.isotonic import IsotonicRegression

from analysis.irt import backends, brute_force
from analysis.irt.backends import Chains
from analysis.irt.diagnostics import Diagnostics
from analysis.irt.likelihood import Kind, Likelihood
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.model import ABILITY_MEAN, ABILITY_SD, DIFFICULTY, LOG_DISCRIMINATION, Priors
from analysis.irt.point import FARTHEST, Point
from analysis.irt.scores import Groups
from analysis.irt.traces import worst_traces

HDI_PROB = 0.94
KEPT_DRAWS = 200  # thinned draws kept of each item; a P(in bin) from them errs by 3.5 points at most (1 se)
POINTS = 100  # thinned draws of all parameters together, for abilities and predictive checks
CHECKED_DRAWS = 4  # draws, besides the posterior mean, where the likelihood is checked by brute force


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
    discriminations
        Thinned draws of a, those that go with ``draws``; None for Rasch.
    abilities
        One row a model: ``model``, ``mean``, ``sd`` of θ − μ in logits.
    points
        Thinned draws of all parameters together, difficulties summing to zero.
    chains
        All draws, as the sampler has them: what resuming goes on from.
    traces
        Draws of the parameters whose chains agree least; see `analysis.irt.traces.worst_traces`.
    """

    benchmark: str
    kind: Kind
    settings: Settings
    seed: int
    data_hash: str
    diagnostics: Diagnostics
    items: pd.DataFrame
    draws: np.ndarray
    discriminations: np.ndarray | None
    abilities: pd.DataFrame
    points: list[Point]
    chains: Chains
    traces: pd.DataFrame

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
        return middle(np.log(a), b, 0.0, sd, self.kind)


def summarised(
    matrix: ResponseMatrix,
    likelihood: Likelihood,
    kind: Kind,
    settings: Settings,
    benchmark: str,
    seed: int,
    chains: Chains,
    values: dict[str, np.ndarray],
) -> Fit:
    """Read a fit off its draws: the gate, and what is said of items and models.

    Parameters
    ----------
    matrix, kind, settings, benchmark, seed
        What was fitted, and how.
    likelihood
        Ready for the draws.
    chains
        All draws, as the sampler has them.
    values
        The same as parameters, shape ``(chains, draws, …)``.
    """
    convergence = backends.convergence(values)
    traces = worst_traces(values, convergence)  # as they were sampled, before the mean ability is taken off
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
    kept = _evenly(len(mean), KEPT_DRAWS)
    return Fit(
        benchmark=benchmark,
        kind=kind,
        settings=settings,
        seed=seed,
        data_hash=matrix.data_hash,
        diagnostics=Diagnostics(
            rhat=float(convergence["rhat"].max()),
            ess_bulk=float(convergence["ess_bulk"].min()),
            ess_tail=float(convergence["ess_tail"].min()),
            divergences=chains.divergences,
            log_likelihood_error=error,
        ),
        items=_item_table(likelihood.groups, kind, difficulty, flat.get(LOG_DISCRIMINATION)),
        draws=difficulty[kept].round(3),
        discriminations=np.exp(flat[LOG_DISCRIMINATION][kept]).round(3)
        if LOG_DISCRIMINATION in flat
        else None,
        abilities=_abilities(matrix, likelihood, points),
        points=points,
        chains=chains,
        traces=traces,
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
        return middle(at(LOG_DISCRIMINATION), at(DIFFICULTY), mean, sd, kind)
    difficulty = at(DIFFICULTY).mean(axis=0) if several else at(DIFFICULTY)
    discrimination = np.exp(at(LOG_DISCRIMINATION)) if kind.varies_discrimination else np.ones(1)
    return Point(difficulty, mean, sd, discrimination, kind.asymptote)


def middle(log_a: np.ndarray, difficulty: np.ndarray, mean: float, sd: float, kind: Kind) -> Point:
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
