"""Estimates and posteriors on real matrices against the marginal maximum likelihood of another library.

Differences are in units of `mirt`'s standard errors, which come from its observed information. EM stops 1e-4
sds of ability short of its maximum or more, and its quadrature errs a little: a tenth of a standard error, a
tenth of what the data leave open, is what two exact programs may differ by.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import log_expit, logsumexp

from analysis.irt import pilot
from analysis.irt.estimate import estimate
from analysis.irt.fit import fit_irt
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.readers.wide import read_wide
from tests.oracles import peer

BBH = "leaderboard_bbh_tracking_shuffled_objects_five_objects_response_matrix.csv"
ARC = "response_matrix_tinyarc.csv"
SAME = 0.1  # standard errors


@pytest.fixture(scope="module")
def arc(leaderboard: Path) -> ResponseMatrix:
    return peer.informative(ResponseMatrix.of(read_wide(leaderboard / ARC).cells))


@pytest.fixture(scope="module")
def bbh(leaderboard: Path) -> ResponseMatrix:
    return peer.informative(ResponseMatrix.of(read_wide(leaderboard / BBH).cells))


@pytest.fixture(scope="module")
def arc_by_peer(arc: ResponseMatrix) -> peer.Peer:
    return peer.fit(arc, kind="rasch", start=1.0, points=61)


@pytest.fixture(scope="module")
def bbh_by_peer(bbh: ResponseMatrix) -> peer.Peer:
    return peer.fit(bbh, kind="rasch", start=0.22, points=61)


def unpenalised(difficulty: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Undo the penalty b ~ Normal(0, 3), which pulls an estimate by error² × b / 3² to first order."""
    return difficulty * (1 + error**2 / 3.0**2)


def log_likelihood(matrix: ResponseMatrix, logits: np.ndarray, mean: float, sd: float) -> float:
    """Marginal log-likelihood under the Rasch model, summed over a plain grid of abilities."""
    ability = mean + sd * np.linspace(-9, 9, 1201)
    right = log_expit(ability[:, None] - logits)
    wrong = log_expit(logits - ability[:, None])
    weight = -0.5 * ((ability - mean) / sd) ** 2
    weight -= logsumexp(weight)
    rows = [
        (block == 1).astype(float) @ right.T + (block == 0).astype(float) @ wrong.T + weight
        for block in np.array_split(matrix.values, 8)
    ]
    return float(sum(logsumexp(row, axis=1).sum() for row in rows))


@pytest.mark.parametrize("name", ["arc", "bbh"])
def test_rasch_difficulties_are_the_peers(name: str, request: pytest.FixtureRequest) -> None:
    """BBH has three models with 150 of 250 items missing: both leave those out of the likelihood."""
    matrix, theirs = request.getfixturevalue(name), request.getfixturevalue(f"{name}_by_peer")
    ours = estimate(matrix).point
    apart = unpenalised(ours.difficulty - ours.mean, theirs.logits_error) - theirs.logits
    assert np.abs(apart / theirs.logits_error).max() < SAME
    # EM moves the spread of abilities slowly and stops half a standard error short on BBH.
    assert ours.sd == pytest.approx(theirs.discrimination[0], abs=theirs.discrimination_error[0])


def test_no_likelihood_is_higher_than_ours(bbh: ResponseMatrix, bbh_by_peer: peer.Peer) -> None:
    ours, sd = estimate(bbh).point, float(bbh_by_peer.discrimination[0])
    found = log_likelihood(bbh, ours.difficulty, ours.mean, ours.sd)
    assert found >= log_likelihood(bbh, bbh_by_peer.logits, 0.0, sd)


def test_missing_responses_are_missing_to_both(arc: ResponseMatrix) -> None:
    """Items after the 40th unanswered by the weaker half of models, and a fifth of the rest at random.

    A method that takes missing for wrong, or the observed share right for difficulty, fails: it was the
    abler half that answered those items.
    """
    values = arc.values.copy()
    values[np.argsort(arc.scores)[: arc.n_models // 2], 40:] = MISSING
    values[np.random.default_rng(0).random(values.shape) < 0.2] = MISSING
    matrix = peer.informative(ResponseMatrix(values, arc.models))
    theirs, ours = peer.fit(matrix, kind="rasch", start=1.0, points=61), estimate(matrix).point
    apart = unpenalised(ours.difficulty - ours.mean, theirs.logits_error) - theirs.logits
    assert np.abs(apart / theirs.logits_error).max() < SAME


@pytest.fixture(scope="module")
def discriminating(leaderboard: Path) -> ResponseMatrix:
    """ARC without items that hardly discriminate or do so the wrong way round: there a > 0 is a boundary."""
    return peer.informative(ResponseMatrix.of(read_wide(leaderboard / ARC).cells), item_rest=0.2)


@pytest.fixture(scope="module")
def two_parameters_by_peer(discriminating: ResponseMatrix) -> peer.Peer:
    return peer.fit(discriminating, kind="2pl", start=1.0, points=201)


def test_2pl_without_penalties_is_the_peers(
    discriminating: ResponseMatrix, two_parameters_by_peer: peer.Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pilot, "PRIOR_SD", 100.0)
    monkeypatch.setattr(pilot, "LOG_SLOPE_SD", 100.0)
    ours, theirs = estimate(discriminating, kind="2pl").point, two_parameters_by_peer
    slope, logits = ours.discrimination * ours.sd, ours.discrimination * (ours.difficulty - ours.mean)
    assert np.abs((slope - theirs.discrimination) / theirs.discrimination_error).max() < SAME
    assert np.abs((logits - theirs.logits) / theirs.logits_error).max() < SAME


def test_2pl_penalties_move_less_than_the_data_leave_open(
    discriminating: ResponseMatrix, two_parameters_by_peer: peer.Peer
) -> None:
    ours, theirs = estimate(discriminating, kind="2pl").point, two_parameters_by_peer
    slope, logits = ours.discrimination * ours.sd, ours.discrimination * (ours.difficulty - ours.mean)
    assert np.abs((slope - theirs.discrimination) / theirs.discrimination_error).max() < 1
    assert np.abs((logits - theirs.logits) / theirs.logits_error).max() < 1


def test_posterior_is_where_and_as_wide_as_the_peers_likelihood(
    arc: ResponseMatrix, arc_by_peer: peer.Peer
) -> None:
    """With 3,747 models the posterior is nearly normal around the maximum.

    Of 79 means the worst is off by 3 Monte Carlo errors, 3 sd / √400; skewness and the prior move means of
    items that few get right or wrong by as much again. Standard deviations have a relative Monte Carlo error
    of 1 / √(2 × 400), three of which are a tenth.
    """
    fit = fit_irt(arc, benchmark="arc", seed=1)
    assert fit.diagnostics.ess_bulk > 250  # what the tolerances are made for
    apart = (fit.items["mean"].to_numpy() - arc_by_peer.logits) / arc_by_peer.logits_error
    assert np.abs(apart).max() < 0.3
    np.testing.assert_allclose(fit.items["sd"], arc_by_peer.logits_error, rtol=0.15)
