"""Partial pooling, against resampling, simulation, quadrature, and simulated truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import logit

from analysis import transfer
from analysis.errors import AtlasError
from analysis.transfer.pooling import pool
from analysis.transfer.pooling.evidence import Evidence, evidence
from analysis.transfer.pooling.model import (
    CELL,
    COLUMN,
    DISTANCE,
    EASIER,
    HARDER,
    MEAN,
    MEAN_OF_RANGES,
    PRIOR_SD,
    ROW,
    RUN,
    RUN_IN_BIN,
    design,
    error_covariance,
    true_covariance,
)
from analysis.transfer.pooling.pooled import draw
from benchmarks.pooling import EASE, N_BINS, simulated
from pages.pools import EFFECTS

SDS = {ROW: 0.3, COLUMN: 0.2, DISTANCE: 0.25, CELL: 0.15, RUN: 0.2, RUN_IN_BIN: 0.1}


def log_odds_gain(matrix: transfer.RunMatrix, items: np.ndarray) -> np.ndarray:
    """Mean over each row's runs of log odds after minus before, computed plainly."""
    n = len(items)
    after = (matrix.change + matrix.baseline)[:, items].sum(axis=1)
    before = matrix.baseline[items].sum()
    gains = logit((after + 0.5) / (n + 1)) - logit((before + 0.5) / (n + 1))
    return np.array([gains[matrix.row == row].mean() for row in range(len(matrix.rows))])


def test_errors_are_those_of_resampled_items() -> None:
    rng = np.random.default_rng(1)
    matrix, member, _ = simulated(rng)
    seen = evidence(matrix, member, N_BINS)
    for test_bin in (0, 3):
        own, inside = seen.test_bin == test_bin, np.flatnonzero(member == test_bin)
        np.testing.assert_allclose(seen.gain[own], log_odds_gain(matrix, inside))
        drawn = np.array([log_odds_gain(matrix, rng.choice(inside, len(inside))) for _ in range(2000)])
        expected, found = np.cov(drawn.T), seen.of_items[np.ix_(own, own)]
        np.testing.assert_allclose(np.diag(found), np.diag(expected), rtol=0.25)
        apart = ~np.eye(len(found), dtype=bool)
        np.testing.assert_allclose(found[apart].mean(), expected[apart].mean(), rtol=0.25)
        assert not seen.of_items[np.ix_(own, ~own)].any()


def test_errors_of_before_and_of_gains_belong_together() -> None:
    matrix, member, _ = simulated(np.random.default_rng(2))
    seen = evidence(matrix, member, N_BINS)
    joint = np.block([[seen.of_before, seen.with_before], [seen.with_before.T, seen.of_items]])
    assert np.linalg.eigvalsh(joint).min() > -1e-12
    after = np.diag(seen.of_before) + np.diag(seen.of_items) + 2 * np.diag(seen.with_before)
    assert (after < np.diag(seen.of_items) + np.diag(seen.of_before)).all()  # they share their baseline


def test_where_nothing_changes_one_item_may() -> None:
    matrix, member, _ = simulated(np.random.default_rng(3))
    still = replace(matrix, change=np.zeros_like(matrix.change))
    seen = evidence(still, member, N_BINS)
    assert not seen.gain.any()
    assert (np.sqrt(np.diag(seen.of_items)) > 0.9 / (100 * 0.25)).all()


def test_the_prior_is_that_of_simulated_hierarchies() -> None:
    matrix, member, _ = simulated(np.random.default_rng(4))
    seen = evidence(matrix, member, N_BINS)
    place = design(seen, np.arange(N_BINS), -EASE)
    rng, times = np.random.default_rng(5), 40_000
    cells = {
        (row, test_bin): k for k, (row, test_bin) in enumerate(zip(seen.row, seen.test_bin, strict=True))
    }
    steps = 0.25 * np.sqrt(np.abs(np.diff(EASE))) * rng.standard_normal((times, N_BINS - 1))
    easier, harder = -1.0 * rng.standard_normal((2, times, 1))
    gains = np.zeros((times, len(cells)))
    row, column = 0.3 * rng.standard_normal((times, N_BINS)), 0.2 * rng.standard_normal((times, N_BINS))
    # Bins are equally far apart, so that one path a side serves every row.
    way = np.concatenate([np.zeros((times, 1)), np.cumsum(steps, axis=1)], axis=1)
    back = np.concatenate([np.zeros((times, 1)), np.cumsum(rng.permutation(steps), axis=1)], axis=1)
    mean = 1.5 * rng.standard_normal(times)
    for (r, e), k in cells.items():
        path = way[:, e - r] if e >= r else back[:, r - e]
        slope = (harder if e >= r else easier)[:, 0] * abs(EASE[e] - EASE[r])
        gains[:, k] = mean + row[:, r] + column[:, e] + path + slope
    gains += 0.15 * rng.standard_normal(gains.shape)
    assert place.effects[-2:] == [EASIER, HARDER]
    expected, found = np.cov(gains.T), true_covariance(SDS, place)
    error = np.sqrt(np.outer(np.diag(found), np.diag(found)) * 2 / times)
    assert (np.abs(expected - found) < 6 * error).all()


def test_errors_contain_how_runs_differ() -> None:
    matrix, member, _ = simulated(np.random.default_rng(6))
    seen = evidence(matrix, member, N_BINS)
    place = design(seen, np.arange(N_BINS), -EASE)
    more = error_covariance(SDS, seen, place) - seen.of_items
    same_row = (seen.row[:, None] == seen.row) & ~np.eye(len(seen.row), dtype=bool)
    np.testing.assert_allclose(np.diag(more), (0.2**2 + 0.1**2) / 3)
    np.testing.assert_allclose(more[same_row], 0.2**2 / 3)
    assert seen.between.shape == (2 * N_BINS, N_BINS)


def one_column(gain: np.ndarray, of_items: np.ndarray) -> Evidence:
    """Cells of one test bin, half of the items right before training, errors of that left out."""
    n = len(gain)
    zero = np.zeros((n, n))
    number = np.arange(1, n + 1)
    return Evidence(
        rows=pd.DataFrame(
            {"first_bin": number, "last_bin": number, "bins_of": n, "label": number.astype(str)}
        ),
        row=np.arange(n),
        test_bin=np.zeros(n, dtype=int),
        items=np.full(n, 100),
        seeds=np.ones(n, dtype=int),
        gain=gain,
        of_items=of_items,
        before=np.zeros(n),
        of_before=zero,
        with_before=zero,
        between=np.zeros((0, 1)),
        answers=np.zeros((0, 1)),
    )


def test_gains_given_standard_deviations_are_those_of_quadrature() -> None:
    covariance = np.array([[0.09, 0.05], [0.05, 0.16]])
    observed = np.array([0.2, 1.4])
    seen = one_column(observed, covariance)
    place = design(seen, np.array([-1, -1]), np.zeros(1))
    sds = {name: np.full(4000, sd) for name, sd in {ROW: 0.2, COLUMN: 0.1, CELL: 0.3}.items()}
    _, log_odds, _ = draw(seen, place, sds, np.random.default_rng(7))
    mean, first, second = np.meshgrid(np.linspace(-5, 5, 201), *2 * [np.linspace(-2, 3, 201)], indexing="ij")
    density = stats.norm.pdf(mean, scale=np.hypot(1.5, 0.1))
    density = density * stats.norm.pdf(first - mean, scale=np.hypot(0.2, 0.3))
    density = density * stats.norm.pdf(second - mean, scale=np.hypot(0.2, 0.3))
    apart = np.stack([first, second], axis=-1) - observed
    density = density * stats.multivariate_normal.pdf(apart, cov=covariance)
    for k, values in enumerate((first, second)):
        expected = (density * values).sum() / density.sum()
        sd = np.sqrt((density * (values - expected) ** 2).sum() / density.sum())
        assert log_odds[:, k].mean() == pytest.approx(expected, abs=5 * sd / np.sqrt(len(log_odds)))
        assert log_odds[:, k].std() == pytest.approx(sd, rel=0.1)


def test_pooled_gains_hold_the_truth_and_are_nearer_to_it_than_raw_ones() -> None:
    # One study of 36 cells, whose errors go together; `make bench BENCH=pooling` has 100 of them.
    matrix, member, truth = simulated(np.random.default_rng(8))
    pooled = pool(matrix, member, np.arange(N_BINS), -EASE)
    assert not pooled.diagnostics.problems()
    assert pooled.diagnostics.log_likelihood_error < 1e-6
    cells = pooled.cells
    true = truth[cells["row"], cells["test_bin"]]
    assert ((cells["low"] <= true) & (true <= cells["high"])).mean() > 0.8
    raw = transfer.resample(matrix, member, N_BINS).gain[cells["row"], cells["test_bin"]]
    assert ((cells["gain"] - true) ** 2).mean() < ((raw - true) ** 2).mean()
    effects = pooled.effects.set_index("effect")
    assert effects.loc[HARDER, "high"] < 0  # −0.4 logits a logit


def test_every_effect_has_words_on_its_page() -> None:
    assert set(EFFECTS) == {*(f"sd of {name}" for name in PRIOR_SD), MEAN, MEAN_OF_RANGES, EASIER, HARDER}
    assert not any(jargon in words for words in EFFECTS.values() for jargon in ("sd", "slope to"))


def test_too_few_cells_are_refused() -> None:
    matrix, member, _ = simulated(np.random.default_rng(9))
    with pytest.raises(AtlasError, match=r"Only 0 cells have enough held-out items"):
        pool(replace(matrix, trained=np.ones_like(matrix.trained)), member, np.arange(N_BINS), -EASE)


def test_a_perfect_baseline_is_no_certain_one_and_all_rows_share_that() -> None:
    matrix, member, _ = simulated(np.random.default_rng(10))
    easiest = member == 0
    after = matrix.change + matrix.baseline
    perfect = np.where(easiest, 1.0, matrix.baseline)
    seen = evidence(replace(matrix, baseline=perfect, change=after - perfect), member, N_BINS)
    own = seen.test_bin == 0
    (spread,) = set(np.round(np.diag(seen.of_before)[own], 6))
    assert np.sqrt(spread) == pytest.approx(1 / (100 * (100.5 / 101) * (0.5 / 101)), rel=1e-6)
    apart = ~np.eye(own.sum(), dtype=bool)
    assert (seen.of_items[np.ix_(own, own)][apart] >= spread).all()
    joint = np.block([[seen.of_before, seen.with_before], [seen.with_before.T, seen.of_items]])
    assert np.linalg.eigvalsh(joint).min() > -1e-9
