"""The hierarchical model of all cells' log-odds gains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from analysis.transfer.pooling.evidence import Evidence

ROW, COLUMN, DISTANCE, CELL = "training sets", "test bins", "distance", "cells"
RUN, RUN_IN_BIN = "runs", "runs in a bin"
PRIOR_SD = {ROW: 1.0, COLUMN: 1.0, DISTANCE: 0.5, CELL: 0.5, RUN: 0.5, RUN_IN_BIN: 0.5}
"""Half-normal priors of how much each differs, in logits (distance: by the first logit of it)."""
MEAN_SD, SLOPE_SD = 1.5, 1.0
"""Normal priors of mean gains, in logits, and of slopes, in logits a logit of distance."""
MEAN, MEAN_OF_RANGES = "mean", "mean of ranges"
EASIER, HARDER = "slope to easier bins", "slope to harder bins"


@dataclass(frozen=True)
class Design:
    """What is common to cells, as matrices.

    Attributes
    ----------
    effects
        Names of the effects of each cell's place, in the order of the columns of ``of_effects``.
    of_effects
        What a unit of each effect adds to each cell, shape ``(n, effects)``.
    prior
        Prior sds of the effects.
    same_row, same_bin
        Whether two cells share it, as 0 and 1, shape ``(n, n)``.
    shared_way
        How far two cells go together from the bin trained on, in logits, shape ``(n, n)``.
    """

    effects: list[str]
    of_effects: np.ndarray
    prior: np.ndarray
    same_row: np.ndarray
    same_bin: np.ndarray
    shared_way: np.ndarray


def design(seen: Evidence, trained: np.ndarray, centres: np.ndarray) -> Design:
    """Describe the cells.

    Parameters
    ----------
    seen
        The cells.
    trained
        Bin that each row was trained on, from 0, −1 for one of several or of another cut.
    centres
        Mean difficulty of each bin in logits, shape ``(bins,)``.
    """
    own = trained[seen.row]
    distance = np.where(own >= 0, centres[seen.test_bin] - centres[own], 0.0)
    is_range = (seen.rows["first_bin"] != seen.rows["last_bin"]).to_numpy()[seen.row].astype(float)
    columns = {
        MEAN: (1 - is_range, MEAN_SD),
        MEAN_OF_RANGES: (is_range, MEAN_SD),
        EASIER: (np.maximum(-distance, 0.0), SLOPE_SD),
        HARDER: (np.maximum(distance, 0.0), SLOPE_SD),
    }
    used = {name: column for name, column in columns.items() if column[0].any()}
    return Design(
        effects=list(used),
        of_effects=np.column_stack([column for column, _ in used.values()]),
        prior=np.array([sd for _, sd in used.values()]),
        same_row=(seen.row[:, None] == seen.row).astype(float),
        same_bin=(seen.test_bin[:, None] == seen.test_bin).astype(float),
        shared_way=np.maximum(0.0, np.minimum.outer(distance, distance))
        + np.maximum(0.0, np.minimum.outer(-distance, -distance)),
    )


def true_covariance(sds: dict, place: Design) -> np.ndarray:
    """Prior covariance of the cells' true gains, given how much each part differs; ``(n, n)``."""
    fixed = place.of_effects * place.prior
    return np.asarray(
        fixed @ fixed.T
        + sds[ROW] ** 2 * place.same_row
        + sds[COLUMN] ** 2 * place.same_bin
        + sds.get(DISTANCE, 0.0) ** 2 * place.shared_way
        + sds[CELL] ** 2 * np.eye(len(fixed))
    )


def error_covariance(sds: dict, seen: Evidence, place: Design) -> np.ndarray:
    """Covariance of what is observed around the true gains, given how much runs differ; ``(n, n)``."""
    if RUN not in sds:
        return seen.of_items
    per_run = sds[RUN] ** 2 * place.same_row + sds[RUN_IN_BIN] ** 2 * np.eye(len(seen.row))
    return np.asarray(seen.of_items + per_run / np.sqrt(np.outer(seen.seeds, seen.seeds)))


def pooled_model(seen: Evidence, place: Design) -> pm.Model:
    """Return the model, all gains integrated out: its only parameters are how much things differ.

    The log-odds gain of training set r on test bin e is

        γ_re = mean + row_r + bin_e + f(distance_re) + cell_re,

    with normal rows, bins and cells. f has a slope of its own towards easier and towards harder bins and
    wanders around it (Brownian motion from distance zero), so that gains may level off far away; a run adds a
    normal deviation of its own and one in each bin. What is observed is γ and these, plus the joint error of
    samples of items. Everything being normal, the γ are integrated out (Rasmussen and Williams 2006,
    "Gaussian processes for machine learning", §2.7), which leaves NUTS six standard deviations whatever the
    number of cells. With one run a row, how runs differ cannot be told from how rows do: it is left out.

    Parameters
    ----------
    seen
        The cells.
    place
        From `design`.
    """
    several = len(seen.between) > 0
    with pm.Model() as model:
        names = [ROW, COLUMN, *([DISTANCE] if place.shared_way.any() else []), CELL]
        names += [RUN, RUN_IN_BIN] if several else []
        sds = {name: pm.HalfNormal(name, PRIOR_SD[name]) for name in names}
        covariance = _symbolic(sds, seen, place)
        pm.MvNormal("gain", mu=np.zeros(len(seen.gain)), cov=covariance, observed=seen.gain)
        if several:
            pm.Potential("between runs", _between(sds, seen))
    return model


def _symbolic(sds: dict, seen: Evidence, place: Design) -> pt.TensorVariable:
    fixed = place.of_effects * place.prior
    known = fixed @ fixed.T + seen.of_items
    each = np.eye(len(known))
    covariance = (
        pt.constant(known)
        + sds[ROW] ** 2 * place.same_row
        + sds[COLUMN] ** 2 * place.same_bin
        + sds[CELL] ** 2 * each
    )
    if DISTANCE in sds:
        covariance += sds[DISTANCE] ** 2 * place.shared_way
    if RUN in sds:
        share = 1 / np.sqrt(np.outer(seen.seeds, seen.seeds))
        covariance += sds[RUN] ** 2 * (place.same_row * share) + sds[RUN_IN_BIN] ** 2 * (each * share)
    return covariance


def _between(sds: dict, seen: Evidence) -> pt.TensorVariable:
    """Log density of contrasts between runs: a common deviation in all bins, and one in each.

    Their covariance is a diagonal and a constant, whose inverse is known (Sherman and Morrison 1950, Annals
    of Mathematical Statistics 21).
    """
    known = np.isfinite(seen.between)
    contrast, answers = np.nan_to_num(seen.between), np.where(known, seen.answers, 1.0)
    own = answers + sds[RUN_IN_BIN] ** 2
    weight = known / own
    common = 1 + sds[RUN] ** 2 * weight.sum(axis=1)
    squares = (weight * contrast**2).sum(axis=1)
    explained = sds[RUN] ** 2 * (weight * contrast).sum(axis=1) ** 2 / common
    log_size = (known * pt.log(2 * np.pi * own)).sum(axis=1) + pt.log(common)
    return -0.5 * (log_size + squares - explained).sum()
