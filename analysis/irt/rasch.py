"""The Rasch (1PL) model in PyMC, abilities integrated out."""

from __future__ import annotations

import pymc as pm
import pytensor.tensor as pt

from analysis.irt.windows import Windows

DIFFICULTY, ABILITY_MEAN, ABILITY_SD, DIFFICULTY_SD = (
    "difficulty",
    "ability_mean",
    "ability_sd",
    "difficulty_sd",
)


def rasch_model(windows: Windows, *, prior_sd: float = 3.0) -> pm.Model:
    """Build logit P(correct) = θ − b with θ ~ Normal(μ, σ) integrated over the windows.

    Difficulties are drawn in the zero-sum gauge, ``b ~ ZeroSumNormal(σ_b)``: with free difficulties and
    θ ~ Normal(0, σ) the common shift mixes a hundred times more slowly.

    Parameters
    ----------
    windows
        Quadrature nodes placed in the zero-sum gauge.
    prior_sd
        Scale, in logits, of the priors μ ~ Normal(0, prior_sd), σ ~ HalfNormal(prior_sd)
        above the smallest that the windows resolve,
        σ_b ~ HalfNormal(prior_sd). The default 3 is that of Bürkner (2021, "Bayesian item response
        modeling in R with brms and Stan", JSS 100(5)) for both standard deviations.
    """
    groups = windows.groups
    with pm.Model() as model:
        difficulty_sd = pm.HalfNormal(DIFFICULTY_SD, prior_sd)
        difficulty = pm.ZeroSumNormal(DIFFICULTY, sigma=difficulty_sd, shape=groups.n_items)
        mean = pm.Normal(ABILITY_MEAN, 0.0, prior_sd)
        # Where windows cannot resolve σ, spikes at single nodes would pass for likelihood.
        sd = pm.TruncatedNormal(ABILITY_SD, 0.0, prior_sd, lower=windows.smallest_sd)
        log_integral = pt.logsumexp(windows.log_joint(difficulty, mean, sd, xp=pt), axis=1)
        pm.Potential(
            "log_likelihood", pt.dot(groups.count, log_integral) - pt.dot(groups.item_totals, difficulty)
        )
    return model
