"""Error rates of what is claimed of many cells at once, on data where nothing happens."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, norm

from analysis.transfer.bootstrap import resample
from analysis.transfer.gains import baseline_cells, cell_table
from analysis.transfer.measures import ACCURACY, GAIN, HEADROOM, LOG_ODDS, measured
from analysis.transfer.significance import detectable, false_discovery_rate, simultaneous
from tests.transfer.simulated import decaying_gain, simulate_matrix

BINS, SIMULATED = 5, 120
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module", params=[0.0, 0.05], ids=["item noise", "item and run noise"])
def null_tables(request: pytest.FixtureRequest) -> list[Tables]:
    rng = np.random.default_rng(21)
    tables = []
    for number in range(SIMULATED):
        matrix, member = simulate_matrix(rng, np.zeros((BINS, BINS)), items=60, runs=5, run_sd=request.param)
        drawn = resample(matrix, member, BINS, replicates=600, seed=number)
        tables.append({measure: cell_table(drawn, measure) for measure in (GAIN, HEADROOM, LOG_ODDS)})
    return tables


def no_more_than(rate: float, found: int, of: int) -> bool:
    """Whether a count is compatible with a rate of at most so much."""
    return binomtest(found, of, rate, alternative="greater").pvalue > 0.01


@pytest.mark.parametrize("measure", [GAIN, HEADROOM, LOG_ODDS])
def test_one_cell_in_twenty_is_found_where_nothing_is(null_tables: list[Tables], measure: str) -> None:
    """Cells of a matrix share items and runs, so the rate is judged by its spread between matrices."""
    rate = np.array([(tables[measure]["p"] < 0.05).mean() for tables in null_tables])
    error = rate.std(ddof=1) / np.sqrt(len(rate))
    assert abs(rate.mean() - 0.05) < 3 * error


def test_all_bands_hold_at_once(null_tables: list[Tables]) -> None:
    missed = sum(
        ((tables[GAIN]["low_all"] > 0) | (tables[GAIN]["high_all"] < 0)).any() for tables in null_tables
    )
    assert no_more_than(0.05, missed, SIMULATED)
    by_p = sum((tables[GAIN]["p_all"] < 0.05).any() for tables in null_tables)
    assert abs(by_p - missed) <= 1
    # Bands are not wider than they need be: Bonferroni's would be.
    table = null_tables[0][GAIN]
    bonferroni = norm.isf(0.025 / BINS**2) * table["se"]
    assert ((table["high_all"] - table["value"]).median()) < 1.15 * bonferroni.median()


def test_where_nothing_is_hardly_anything_is_discovered(null_tables: list[Tables]) -> None:
    """With no effect at all every discovery is false, and the rate is that of matrices with any."""
    found = sum((tables[GAIN]["q"] < 0.05).any() for tables in null_tables)
    assert no_more_than(0.05, found, SIMULATED)


def test_false_discoveries_among_real_effects() -> None:
    """Half of the columns gain: of the cells found, 5% at most are of the others, on average."""
    gain = np.zeros((6, 6))
    gain[:, :3] = 0.12
    rng, shares = np.random.default_rng(8), []
    for number in range(80):
        matrix, member = simulate_matrix(rng, gain, items=80, runs=4, run_sd=0.03)
        table = cell_table(resample(matrix, member, 6, replicates=400, seed=number))
        found = table["q"] < 0.05
        shares.append((found & (table["test_bin"] >= 3)).sum() / max(1, found.sum()))
    assert np.mean(shares) < 0.05 + 3 * np.std(shares) / np.sqrt(len(shares))
    assert np.mean(shares) < 0.06


def test_bands_of_independent_cells_are_sidaks() -> None:
    """20 independent cells: all hold with .95 where each holds with .95 to the power of 1/20."""
    replicates = np.random.default_rng(2).standard_normal((40_000, 4, 5))
    times, adjusted = simultaneous(np.full((4, 5), 2.5), np.ones((4, 5)), np.full((4, 5), 1e6), replicates)
    assert times == pytest.approx(norm.isf((1 - 0.95 ** (1 / 20)) / 2), abs=0.03)
    assert adjusted == pytest.approx(1 - (1 - 2 * norm.sf(2.5)) ** 20, abs=0.01)


def test_q_values_against_their_definition() -> None:
    p = np.array([[0.01, 0.04, np.nan], [0.03, 0.2, 0.5]])
    known = np.sort(p[np.isfinite(p)])
    stepped = np.minimum.accumulate((known * len(known) / np.arange(1, len(known) + 1))[::-1])[::-1]
    q = false_discovery_rate(p)
    assert np.isnan(q[0, 2])
    assert np.sort(q[np.isfinite(q)]) == pytest.approx(np.minimum(stepped, 1))


def test_a_detectable_gain_is_found_four_times_in_five() -> None:
    """What a table says could be found is put into the simulation and looked for."""
    rng, found, smallest = np.random.default_rng(4), 0, 0.0
    for number in range(40):
        matrix, member = simulate_matrix(rng, np.zeros((1, 1)), items=150, runs=3, run_sd=0.0)
        smallest += cell_table(resample(matrix, member, 1, replicates=300, seed=number))["detectable"][0] / 40
    for number in range(250):
        matrix, member = simulate_matrix(rng, np.full((1, 1), smallest), items=150, runs=3, run_sd=0.0)
        found += cell_table(resample(matrix, member, 1, replicates=300, seed=number))["p"][0] < 0.05
    assert found / 250 == pytest.approx(0.8, abs=0.09)
    assert detectable(np.array(1.0), np.array(1e6)) == pytest.approx(1.95996 + 0.84162, abs=1e-4)


@pytest.mark.parametrize("measure", [HEADROOM, LOG_ODDS, ACCURACY])
def test_intervals_on_other_scales_cover_at_their_rate(measure: str) -> None:
    """The truth on a scale is that of the true accuracies before and after."""
    gain = np.array([[0.15, -0.1, 0.02]])
    rng, covered = np.random.default_rng(12), []
    n = np.array(1e9)  # of the true accuracies: no correction for few items
    true = measured(measure, np.full((1, 3), 0.4), gain, n)[0]
    for number in range(200):
        matrix, member = simulate_matrix(rng, gain, items=100, runs=4, run_sd=0.03)
        table = cell_table(resample(matrix, member, 3, replicates=400, seed=number), measure)
        covered.append((table["low"] <= true) & (true <= table["high"]))
    assert np.all(np.abs(np.mean(covered, axis=0) - 0.95) < 0.045)


def test_a_share_of_headroom_excludes_zero_where_the_gain_does() -> None:
    matrix, member = simulate_matrix(
        np.random.default_rng(3), decaying_gain(6), items=60, runs=4, run_sd=0.05
    )
    drawn = resample(matrix, member, 6)
    gain, share = cell_table(drawn), cell_table(drawn, HEADROOM)
    for side, sign in (("low", 1), ("high", -1)):
        np.testing.assert_array_equal(sign * gain[side] > 0, sign * share[side] > 0)
    np.testing.assert_array_equal(gain["p"], share["p"])


def test_no_headroom_is_blank_and_says_so() -> None:
    matrix, member = simulate_matrix(np.random.default_rng(3), np.zeros((1, 2)), items=60, runs=2, run_sd=0.0)
    matrix.baseline[member == 1] = 1.0
    matrix.change[:, member == 1] = 0.0
    table = cell_table(resample(matrix, member, 2), HEADROOM)
    assert np.isfinite(table["value"][0])
    assert np.isnan(table["value"][1])
    assert table["blank"][1] == "nothing left to gain or to lose"
    assert cell_table(resample(matrix, member, 2))["value"][1] == 0


def test_cells_where_nothing_changes_are_not_taken_for_certain() -> None:
    """All right before and after, in every run: n items do not rule out that one in n changes."""
    matrix, member = simulate_matrix(np.random.default_rng(3), np.zeros((2, 2)), items=60, runs=3, run_sd=0.0)
    matrix.baseline[member == 1] = 1.0
    matrix.change[:, member == 1] = 0.0
    drawn = resample(matrix, member, 2)
    still = cell_table(drawn).query("test_bin == 1")
    assert still["se"].tolist() == pytest.approx([1 / 60, 1 / 60])
    assert (still["low"] < -0.03).all()
    assert (still["high_all"] > 0.03).all()
    assert still[["p", "p_all"]].to_numpy().min() == 1
    accuracy = cell_table(drawn, ACCURACY).query("test_bin == 1")
    assert accuracy["high"].tolist() == pytest.approx([1, 1])
    assert accuracy["low"].tolist() == pytest.approx(2 * [wilson(60)], abs=1e-3)


def wilson(n: int) -> float:
    """Lower end of the score interval of n right out of n."""
    return float(binomtest(n, n).proportion_ci(method="wilson").low)


def test_accuracies_stay_between_none_and_all() -> None:
    matrix, member = simulate_matrix(
        np.random.default_rng(3), np.full((1, 3), 0.6), items=30, runs=1, run_sd=0.0
    )
    drawn = resample(matrix, member, 3)
    tables = [cell_table(drawn, ACCURACY), baseline_cells(drawn)]
    for table in tables:
        bounds = table[["low", "high", "low_all", "high_all"]].to_numpy()
        assert ((bounds >= 0) & (bounds <= 1)).all()
        assert (table["low_all"] <= table["low"]).all()


def test_the_baseline_as_a_row() -> None:
    matrix, member = simulate_matrix(np.random.default_rng(3), np.zeros((2, 2)), items=80, runs=2, run_sd=0.0)
    table = baseline_cells(resample(matrix, member, 2))
    for cell in table.itertuples():
        own = matrix.baseline[member == cell.test_bin]
        expected = binomtest(int(own.sum()), 80).proportion_ci(method="wilson")
        assert cell.value == own.mean()
        assert (cell.low, cell.high) == pytest.approx((expected.low, expected.high), abs=0.01)
