"""The IRT models in PyMC, abilities integrated out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op

from analysis.irt import coordinates
from analysis.irt.coordinates import Coordinates
from analysis.irt.likelihood import Kind, Likelihood
from analysis.irt.point import Point

DIFFICULTY, DIFFICULTY_SD = "difficulty", "difficulty_sd"
ABILITY_MEAN, ABILITY_SD = "ability_mean", "ability_sd"
LOG_ODDS, INTERCEPT_MEAN, INTERCEPT_SD = "log_odds", "intercept_mean", "intercept_sd"
LOG_DISCRIMINATION = "log_discrimination"
DISCRIMINATION_MEAN, DISCRIMINATION_VARIATION = "discrimination_mean", "discrimination_variation"
RAW = "raw"
SMALLEST_SLOPE = 1e-5  # below, a curve is flat whatever the slope, and b leaves single precision


@dataclass(frozen=True)
class Priors:
    """Scales of the priors.

    Attributes
    ----------
    ability_mean
        Rasch: μ ~ Normal(0, this). 2PL, where θ ~ Normal(0, 1): the mean intercept ~ Normal(0, this).
    ability_sd, difficulty_sd
        Rasch: σ ~ HalfNormal(the first); b ~ ZeroSumNormal(σ_b), σ_b ~ HalfNormal(the second). 2PL: c ~
        Normal(mean, σ_c), σ_c ~ HalfNormal(the second). The default 3 is that of Bürkner (2021, "Bayesian
        item response modeling in R with brms and Stan", JSS 100(5)) for both standard deviations.
    log_discrimination
        2PL: a ~ Gamma(shape 1/v, mean m), log m ~ Normal(0, this), v ~ Beta(2, 2). v is the squared
        coefficient of variation: 0 is the Rasch model, and 1 lets as many items as in real benchmarks hardly
        discriminate. A log-normal would follow those endlessly towards 0.
    """

    ability_mean: float = 3.0
    ability_sd: float = 3.0
    difficulty_sd: float = 3.0
    log_discrimination: float = 1.0


def rasch_model(likelihood: Likelihood, priors: Priors) -> pm.Model:
    """Build P(correct) = γ + (1 − γ) logistic(θ − b), θ ~ Normal(μ, σ) integrated out.

    Difficulties sum to zero while sampling: with free difficulties and θ ~ Normal(0, σ) the common shift
    mixes a hundred times more slowly.

    Parameters
    ----------
    likelihood
        Ready for all that the posterior is likely to visit.
    priors
        Scales of the priors.
    """
    n_items = likelihood.groups.n_items
    with pm.Model() as model:
        difficulty_sd = pm.HalfNormal(DIFFICULTY_SD, priors.difficulty_sd)
        difficulty = pm.ZeroSumNormal(DIFFICULTY, sigma=difficulty_sd, shape=n_items)
        mean = pm.Normal(ABILITY_MEAN, 0.0, priors.ability_mean)
        # Where the grid cannot resolve σ, spikes at single abilities would pass for likelihood.
        sd = pm.TruncatedNormal(ABILITY_SD, 0.0, priors.ability_sd, lower=likelihood.grid.smallest_sd)
        pm.Potential("log_likelihood", _log_likelihood(likelihood, difficulty, pt.ones(n_items), mean, sd))
    return model


def two_parameter_model(likelihood: Likelihood, priors: Priors, space: Coordinates) -> pm.Model:
    """Build P(correct) = γ + (1 − γ) logistic(a θ + c), a > 0, θ ~ Normal(0, 1) integrated out.

    The difficulty is b = −c / a. Of an item that hardly discriminates the intercept c is well known and b is
    not, so it is c that has a prior (as in Furr's edstan, 2017). Sampling is in coordinates in which the
    posterior is nearly round.

    Parameters
    ----------
    likelihood
        Ready for all that the posterior is likely to visit.
    priors
        Scales of the priors.
    space
        The coordinates.
    """
    n_items = likelihood.groups.n_items
    with pm.Model() as model:
        intercept_mean = pm.Normal(INTERCEPT_MEAN, 0.0, priors.ability_mean)
        intercept_sd = pm.HalfNormal(INTERCEPT_SD, priors.difficulty_sd)
        slope_mean = pm.LogNormal(DISCRIMINATION_MEAN, 0.0, priors.log_discrimination)
        slope_variation = pm.Beta(DISCRIMINATION_VARIATION, 2.0, 2.0)
        log_odds, place = space.log_odds_and_place(pm.Flat(RAW, shape=2 * n_items))
        slope = space.unit * pt.softplus(place)
        shape = 1 / slope_variation
        prior = pm.logp(pm.Normal.dist(intercept_mean, intercept_sd), log_odds - slope * space.pivot)
        # The priors are of c and a; log |d a / d place| makes up for the change of variables.
        prior += pm.logp(pm.Gamma.dist(shape, shape / slope_mean), slope) - pt.softplus(-place)
        pm.Potential("log_prior", prior.sum())
        mean, sd = pt.constant(0.0, dtype="float64"), pt.constant(1.0, dtype="float64")
        difficulty = space.pivot - log_odds / slope
        pm.Potential("log_likelihood", _log_likelihood(likelihood, difficulty, slope, mean, sd))
    return model


def _log_likelihood(likelihood: Likelihood, *parameters: Variable) -> Variable:
    return MarginalLogLikelihood(likelihood)(*parameters)[0]


@dataclass(frozen=True)
class Posterior:
    """A model to sample, with the way from its variables to the parameters of items and back.

    Attributes
    ----------
    model
        The PyMC model.
    kind
        Which IRT model.
    space
        Coordinates of the 2PL; None for the Rasch model.
    """

    model: pm.Model
    kind: Kind
    space: Coordinates | None = None

    @classmethod
    def of(cls, likelihood: Likelihood, kind: Kind, priors: Priors, best: Point) -> Posterior:
        """Build the model of a kind, with coordinates around an estimate."""
        if not kind.varies_discrimination:
            return cls(rasch_model(likelihood, priors), kind)
        groups = likelihood.groups
        space = coordinates.around(best, groups.item_counts, groups.count.sum())
        return cls(two_parameter_model(likelihood, priors, space), kind, space)

    def variables(self, point: Point) -> dict[str, np.ndarray]:
        """Return a point as values of the model's free variables."""
        if self.space is None:
            return {
                DIFFICULTY: point.difficulty,
                DIFFICULTY_SD: np.array(max(point.difficulty.std(), 0.1)),
                ABILITY_MEAN: np.array(point.mean),
                ABILITY_SD: np.array(point.sd),
            }
        slope = point.discrimination
        intercept = -slope * point.difficulty
        return {
            INTERCEPT_MEAN: np.array(intercept.mean()),
            INTERCEPT_SD: np.array(max(intercept.std(), 0.1)),
            DISCRIMINATION_MEAN: np.array(slope.mean()),
            DISCRIMINATION_VARIATION: np.array(np.clip(slope.var() / slope.mean() ** 2, 0.05, 0.9)),
            RAW: self.space.raw(point),
        }

    def parameters(self, variables: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Turn draws of the free variables, shape ``(chains, draws, …)``, into draws of the parameters."""
        if self.space is None:
            return variables
        found = dict(variables)
        log_odds, place = self.space.log_odds_and_place(found.pop(RAW).astype("f8"))
        slope = np.maximum(self.space.unit * np.logaddexp(0.0, place), SMALLEST_SLOPE)
        difficulty = self.space.pivot - log_odds / slope
        found |= {LOG_ODDS: log_odds, LOG_DISCRIMINATION: np.log(slope), DIFFICULTY: difficulty}
        return {name: draws.astype("f4") for name, draws in found.items()}


class MarginalLogLikelihood(Op):
    """`Likelihood` as a PyTensor operation: the value, then its derivatives by every input.

    Parameters
    ----------
    likelihood
        What it evaluates.
    """

    itypes = (pt.dvector, pt.dvector, pt.dscalar, pt.dscalar)
    otypes = (pt.dscalar, pt.dvector, pt.dvector, pt.dscalar, pt.dscalar)

    def __init__(self, likelihood: Likelihood) -> None:
        self.likelihood = likelihood

    def perform(self, node: Apply, inputs: list[np.ndarray], output_storage: list[list[Any]]) -> None:
        """Evaluate."""
        difficulty, discrimination, mean, sd = inputs
        value, by = self.likelihood(difficulty, discrimination, float(mean), float(sd))
        results = (value, by.difficulty, by.log_discrimination / discrimination, by.mean, by.sd)
        for storage, result in zip(output_storage, results, strict=True):
            storage[0] = np.asarray(result, dtype="float64")

    def L_op(
        self, inputs: list[Variable], outputs: list[Variable], output_grads: list[Variable]
    ) -> list[Variable]:
        """Return the derivatives, which `perform` has computed along with the value."""
        return [output_grads[0] * by for by in outputs[1:]]
