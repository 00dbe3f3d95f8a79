"""Fit the Rasch model to one benchmark's responses: posterior, diagnostics, and tables to keep."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from sklearn.isotonic import IsotonicRegression

import analysis
from analysis.errors import AtlasError
from analysis.irt import backends, brute_force, pilot
from analysis.irt.abilities import abilities
from analysis.irt.diagnostics import Diagnostics
from analysis.irt.rasch import ABILITY_MEAN, ABILITY_SD, DIFFICULTY, rasch_model
from analysis.irt.scores import ScoreGroups, score_groups
from analysis.irt.windows import Windows
from analysis.tables import FitTables, response_hash

HDI_PROB = 0.94
KEPT_DRAWS = 200  # thinned draws kept of each item; a P(in bin) from them errs by 3.5 points at most (1 se)
ABILITY_DRAWS = 100
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
        Doublings of a trajectory at most. With 12,000 items NUTS makes 5 (31 steps) of its own accord;
        4 (15 steps) took half the time a draw and still gave R-hat 1.009 or less from 4 × 1,200 draws.
    prior_sd
        Scale of the priors in logits; see `analysis.irt.rasch.rasch_model`.
    """

    draws: int = 1000
    tune: int = 400
    chains: int = 4
    target_accept: float = 0.8
    max_depth: int = 10
    prior_sd: float = 3.0


@dataclass(frozen=True)
class Fit:
    """A fitted Rasch model.

    Attributes
    ----------
    benchmark
        Name of the benchmark.
    settings, seed
        How it was sampled.
    data_hash
        Hash of the responses it was fitted to.
    diagnostics
        Whether it can be trusted.
    items
        One row an item: ``item``, ``mean``, ``sd``, ``hdi_low``, ``hdi_high`` of the difficulty b − μ in
        logits (zero: the average model is right half the time), ``flag`` ('floor' if nobody got it right,
        'ceiling' if everybody did, else missing: those difficulties are set by the prior).
    draws
        Thinned draws of b − μ, shape ``(draws, items)``.
    abilities
        One row a model: ``model``, ``mean``, ``sd`` of θ − μ in logits.
    """

    benchmark: str
    settings: Settings
    seed: int
    data_hash: str
    diagnostics: Diagnostics
    items: pd.DataFrame
    draws: np.ndarray
    abilities: pd.DataFrame

    @property
    def id(self) -> str:
        """Eight hex digits naming this fit by its data, settings and result."""
        digest = hashlib.sha256(f"{self.benchmark} {self.data_hash} {self.settings} {self.seed}".encode())
        digest.update(self.items["mean"].to_numpy().astype("<f4").tobytes())
        return digest.hexdigest()[:8]

    def tables(self) -> FitTables:
        """Return the fit as the store's tables."""
        problems = self.diagnostics.problems()
        row = {
            "fit": self.id,
            "benchmark": self.benchmark,
            "irt_model": "rasch",
            "settings": json.dumps({**asdict(self.settings), "hdi_prob": HDI_PROB, **backends.versions()}),
            "seed": self.seed,
            "data_hash": self.data_hash,
            "code_version": analysis.__version__,
            **asdict(self.diagnostics),
            "converged": not problems,
            "problems": "; ".join(problems),
            "created": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        }
        return FitTables(
            fits=pd.DataFrame([row]),
            item_parameters=self.items.assign(fit=self.id),
            item_draws=pd.DataFrame(
                {"fit": self.id, "item": self.items["item"], "draws": list(self.draws.T.astype("f4"))}
            ),
            abilities=self.abilities.assign(fit=self.id),
        )


def fit_rasch(
    responses: pd.DataFrame,
    *,
    benchmark: str,
    seed: int,
    settings: Settings | None = None,
    progress: bool = False,
) -> Fit:
    """Sample the posterior of every item's difficulty.

    Parameters
    ----------
    responses
        Columns ``item`` (dense numbers from 0), ``model``, ``correct`` (bool). A pair of item and model
        without a row is missing, not wrong.
    benchmark
        Name that the fit is kept under.
    seed
        Seed of the sampler.
    settings
        How to sample; defaults to `Settings()`.
    progress
        Show a progress bar on standard error.

    Raises
    ------
    AtlasError
        If there are fewer than two items or models, or an item has no response.
    """
    settings = settings or Settings()
    groups = score_groups(responses)
    if groups.n_items < 2 or len(groups.models) < 2:
        raise AtlasError("A Rasch fit needs at least two items and two models.")
    start, windows = pilot.estimate(groups)
    drawn = backends.sample(
        rasch_model(windows, prior_sd=settings.prior_sd),
        start={
            DIFFICULTY: start.difficulty,
            ABILITY_MEAN: np.array(start.mean),
            ABILITY_SD: np.array(start.sd),
        },
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        target_accept=settings.target_accept,
        max_depth=settings.max_depth,
        seed=seed,
        progress=progress,
    )
    rhat, ess_bulk, ess_tail = backends.convergence(drawn.values)
    difficulty = drawn.values[DIFFICULTY].reshape(-1, groups.n_items)
    mean = drawn.values[ABILITY_MEAN].ravel()
    sd = drawn.values[ABILITY_SD].ravel()
    thin = _evenly(len(mean), ABILITY_DRAWS)
    reported = difficulty - mean[:, None]
    return Fit(
        benchmark=benchmark,
        settings=settings,
        seed=seed,
        data_hash=response_hash(responses),
        diagnostics=Diagnostics(
            rhat, ess_bulk, ess_tail, drawn.divergences, _log_likelihood_error(windows, difficulty, mean, sd)
        ),
        items=_item_table(groups, reported),
        draws=reported[_evenly(len(mean), KEPT_DRAWS)].round(3),
        abilities=abilities(windows, difficulty[thin], mean[thin], sd[thin]),
    )


def _evenly(available: int, wanted: int) -> np.ndarray:
    """Indices of ``wanted`` draws spread evenly over all chains."""
    return np.linspace(0, available - 1, min(wanted, available)).astype(int)


def _log_likelihood_error(
    windows: Windows, difficulty: np.ndarray, mean: np.ndarray, sd: np.ndarray
) -> float:
    """Largest difference from brute force at the posterior mean and a few draws."""
    points = [(difficulty.mean(axis=0), mean.mean(), sd.mean())]
    points += [(difficulty[k], mean[k], sd[k]) for k in _evenly(len(mean), CHECKED_DRAWS)]
    return max(
        abs(windows.log_likelihood(*point) - brute_force.log_likelihood(windows.groups, *point))
        for point in points
    )


def _item_table(groups: ScoreGroups, draws: np.ndarray) -> pd.DataFrame:
    """Summarise each item's draws of b − μ, shape ``(draws, items)``."""
    interval = backends.hdi(draws, HDI_PROB)
    nobody, everybody = groups.item_totals == 0, groups.item_totals == groups.item_counts
    return pd.DataFrame(
        {
            "item": np.arange(groups.n_items),
            "mean": _ordered_by_total(groups, draws.mean(axis=0)),
            "sd": draws.std(axis=0, ddof=1),
            "hdi_low": interval[:, 0],
            "hdi_high": interval[:, 1],
            "flag": pd.Series(None, index=range(groups.n_items), dtype="string")
            .mask(nobody, "floor")
            .mask(everybody, "ceiling"),
        }
    )


def _ordered_by_total(groups: ScoreGroups, mean: np.ndarray) -> np.ndarray:
    """Remove sampling noise from the order of items that were answered by the same models.

    Among such items the exact posterior depends on an item only through its total and falls as the total
    rises, so items with equal totals have equal means and the order is that of the proportion correct.
    Monte Carlo noise (thousandths of a logit) would break ties and swap near neighbours, and with them
    their bins; pooling adjacent violators takes out just that.
    """
    _, answered_alike = np.unique(groups.observed, axis=1, return_inverse=True)
    ordered = mean.copy()
    for alike in range(answered_alike.max() + 1):
        members = answered_alike.ravel() == alike
        if members.sum() > 1:
            totals = groups.item_totals[members]
            ordered[members] = IsotonicRegression(increasing=False).fit_transform(totals, mean[members])
    return ordered
