"""Gains of all cells, partially pooled: each drawn towards what its row, bin and distance suggest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.errors import AtlasError
from analysis.irt.backends import Progress
from analysis.irt.diagnostics import Diagnostics
from analysis.transfer.pooling.evidence import Evidence, evidence
from analysis.transfer.pooling.model import (
    RUN,
    RUN_IN_BIN,
    Design,
    design,
    error_covariance,
    true_covariance,
)
from analysis.transfer.pooling.sampling import Settings, sample
from analysis.transfer.runs import RunMatrix

KEPT = 1000  # draws of the standard deviations for which gains are drawn
FEWEST_CELLS = 4
INTERVAL = (2.5, 97.5)  # percentiles
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(9)


@dataclass(frozen=True)
class Pooled:
    """Partially pooled gains.

    Attributes
    ----------
    cells
        One row a cell that has enough held-out items: ``row``, ``train`` (label), ``test_bin`` (from 0),
        ``gain``, ``low``, ``high`` (mean and central 95% interval of the expected change of accuracy by a new
        run, proportion), ``log_odds``, ``log_odds_low``, ``log_odds_high``, ``p_positive`` (posterior
        probability that the gain is above zero).
    effects
        One row a parameter: ``effect`` (how much something differs, sd in logits; or an effect of a cell's
        place, logits or logits a logit), ``mean``, ``low``, ``high``.
    diagnostics
        Whether it can be trusted.
    """

    cells: pd.DataFrame
    effects: pd.DataFrame
    diagnostics: Diagnostics


def pool(
    matrix: RunMatrix,
    member: np.ndarray,
    trained: np.ndarray,
    centres: np.ndarray,
    *,
    held_out: bool = True,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Pooled:
    """Fit the hierarchical logistic model to all cells.

    Parameters
    ----------
    matrix
        Runs and baseline.
    member
        Each item's bin, shape ``(items,)``; −1 for an item of none.
    trained
        Bin that each row was trained on, from 0, −1 for one of several; see `trained_bin`.
    centres
        Mean difficulty of each bin in logits, shape ``(bins,)``.
    held_out
        Leave out items that a run was trained on.
    settings, progress
        How to sample, and who is told how far each chain is.

    Raises
    ------
    AtlasError
        If fewer than four cells have enough held-out items.
    """
    settings = settings or Settings()
    seen = evidence(matrix, member, len(centres), held_out=held_out)
    if len(seen.gain) < FEWEST_CELLS:
        raise AtlasError(
            f"Only {len(seen.gain)} cells have enough held-out items; pooling needs {FEWEST_CELLS} or more. "
            "Cut fewer bins."
        )
    place = design(seen, trained, centres)
    sds, diagnostics = sample(seen, place, settings, progress)
    gains, log_odds, effects = draw(seen, place, sds, np.random.default_rng([settings.seed, 1]))
    low, high = np.percentile(gains, INTERVAL, axis=0)
    log_odds_low, log_odds_high = np.percentile(log_odds, INTERVAL, axis=0)
    cells = pd.DataFrame(
        {
            "row": seen.row,
            "train": seen.rows["label"].to_numpy()[seen.row],
            "test_bin": seen.test_bin,
            "gain": gains.mean(axis=0),
            "low": low,
            "high": high,
            "log_odds": log_odds.mean(axis=0),
            "log_odds_low": log_odds_low,
            "log_odds_high": log_odds_high,
            "p_positive": (gains > 0).mean(axis=0),
        }
    )
    everything = {f"sd of {name}": values for name, values in sds.items()}
    everything |= dict(zip(place.effects, effects.T, strict=True))
    summary = pd.DataFrame(
        [(name, values.mean(), *np.percentile(values, INTERVAL)) for name, values in everything.items()],
        columns=["effect", "mean", "low", "high"],
    )
    return Pooled(cells, summary, diagnostics)


def draw(
    seen: Evidence, place: Design, sds: dict[str, np.ndarray], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the cells' gains given each draw of the standard deviations.

    Given these, true gains and observed ones are jointly normal, so that the posterior is known. Accuracy
    before training was measured on the same items: its error is drawn along with theirs. A new run deviates
    from its row's mean, and its expected accuracy is that of all such deviations.

    Parameters
    ----------
    seen, place
        The cells.
    sds
        Draws from `sample`; some of them are used, evenly spaced.
    rng
        Draws the rest.

    Returns
    -------
    gains
        Expected change of accuracy by a new run, proportion, shape ``(draws, n)``.
    log_odds
        The same in log odds, of a run in the middle.
    effects
        Effects of the cells' place, shape ``(draws, effects)``.
    """
    number = len(next(iter(sds.values())))
    used = np.unique(np.linspace(0, number - 1, min(KEPT, number)).astype(int))
    n, n_effects = place.of_effects.shape
    gains, log_odds, effects = (
        np.empty((len(used), n)),
        np.empty((len(used), n)),
        np.empty((len(used), n_effects)),
    )
    of_effects = place.of_effects * place.prior**2
    for k, one in enumerate(used):
        at = {name: float(values[one]) for name, values in sds.items()}
        prior, error = true_covariance(at, place), error_covariance(at, seen, place)
        # What is not observed: true gains, the effects in them, and the error of before.
        hidden = np.block(
            [
                [prior, of_effects, np.zeros((n, n))],
                [of_effects.T, np.diag(place.prior**2), np.zeros((n_effects, n))],
                [np.zeros((n, n + n_effects)), seen.of_before],
            ]
        )
        with_seen = np.vstack([prior, of_effects.T, seen.with_before])
        drawn = _conditional(seen.gain, prior + error, with_seen, hidden, rng)
        log_odds[k], effects[k] = drawn[:n], drawn[n : n + n_effects]
        before = seen.before - drawn[n + n_effects :]
        spread = np.hypot(at.get(RUN, 0.0), at.get(RUN_IN_BIN, 0.0))
        after = expit((before + log_odds[k])[:, None] + spread * NODES) @ (WEIGHTS / WEIGHTS.sum())
        gains[k] = after - expit(before)
    return gains, log_odds, effects


def _conditional(
    observed: np.ndarray,
    covariance: np.ndarray,
    with_observed: np.ndarray,
    hidden: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw what is hidden given what is observed, all jointly normal around zero."""
    weights = np.linalg.solve(covariance, with_observed.T).T
    left = hidden - weights @ with_observed.T
    values, vectors = np.linalg.eigh((left + left.T) / 2)
    noise = vectors @ (np.sqrt(np.maximum(values, 0.0)) * rng.standard_normal(len(values)))
    return np.asarray(weights @ observed + noise)
