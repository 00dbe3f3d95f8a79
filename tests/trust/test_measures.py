"""Correlations of measures with difficulty, against scipy, sorting every resample, and theory."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from analysis.transfer.claims.items import rank_correlation
from analysis.trust import correlations, resampled_spearman


def test_resamples_are_ranked_as_if_each_were_sorted() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 6, 40).astype(float), rng.standard_normal(40)
    (rho, low, high), same = resampled_spearman([one, 2 * one], other, replicates=400, seed=7)
    assert same == (rho, low, high)
    assert rho == pytest.approx(spearmanr(one, other).statistic)
    drawn = np.random.default_rng(7).integers(40, size=(400, 40))
    slow = [spearmanr(one[items], other[items]).statistic for items in drawn]
    np.testing.assert_allclose([low, high], np.quantile(slow, [0.025, 0.975]), atol=1e-12)


def test_blocks_do_not_change_the_interval(monkeypatch) -> None:
    from analysis.trust import measures

    rng = np.random.default_rng(1)
    one, other = rng.standard_normal((2, 50))
    whole = resampled_spearman([one], other, replicates=90)
    monkeypatch.setattr(measures, "CELLS", 50 * 7)
    assert resampled_spearman([one], other, replicates=90) == whole


def test_the_interval_covers_and_is_as_wide_as_theory_has_it() -> None:
    """Of bivariate normal values with r = 0.5 Spearman's ρ is 6/π asin(r/2) (Pearson 1907)."""
    truth, rng = 6 / np.pi * np.arcsin(0.25), np.random.default_rng(2)
    covered, widths = [], []
    for _ in range(150):
        one = rng.standard_normal(120)
        other = 0.5 * one + np.sqrt(0.75) * rng.standard_normal(120)
        ((rho, low, high),) = resampled_spearman([one], other, replicates=400)
        covered.append(low <= truth <= high)
        theory = rank_correlation(rho, 120)
        widths.append((high - low) / (theory.high - theory.low))
    assert 0.89 <= np.mean(covered) <= 0.99  # 150 of them: 95% ± 3.6 points
    assert np.mean(widths) == pytest.approx(1.0, abs=0.08)


def test_every_measure_in_numbers_that_items_enough_have_is_listed() -> None:
    rng = np.random.default_rng(3)
    difficulty = rng.standard_normal(60)
    measures = pd.DataFrame(
        {
            "steps": pd.array(np.where(np.arange(60) < 30, np.round(difficulty), np.nan)).astype("Int64"),
            "1pl_diff": difficulty + 0.01 * rng.standard_normal(60),
            "differences": -difficulty + rng.standard_normal(60),
            "source": "book",
            "constant": 3,
            "rare": np.where(np.arange(60) < 19, 1.0 * np.arange(60), np.nan),
        }
    )
    table = correlations(measures, difficulty)
    assert table["measure"].tolist() == ["1pl_diff", "steps", "differences"]
    assert table["published"].tolist() == [True, False, False]
    assert table["items"].tolist() == [60, 30, 60]
    assert (table["rho"].to_numpy() * [1, 1, -1] > 0.3).all()
    assert ((table["low"] <= table["rho"]) & (table["rho"] <= table["high"])).all()
    assert correlations(measures[["source"]], difficulty).empty
