"""Claims that are true, false or undecidable by construction, and what is said where data are lacking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.transfer import RunMatrix
from analysis.transfer.claims import (
    CANNOT_TELL,
    DOES_NOT_HOLD,
    EVERYWHERE,
    HOLDS,
    NO_DATA,
    Claim,
    Evidence,
    Judged,
    Verdict,
    across,
    gather,
    judge,
)
from analysis.transfer.claims.across import PATTERN, share
from analysis.transfer.claims.boundary import plateau_then_drop
from analysis.transfer.claims.everywhere import full_range, middle_balances, no_single_bin
from analysis.transfer.claims.extremes import Values, best_of_worst
from analysis.transfer.claims.items import human_measures_weak, rank_correlation
from analysis.transfer.claims.nearness import decays, nearest_best
from analysis.transfer.claims.thirds import differs_by_direction, easy_hurts, easy_only, hard_only
from tests.transfer.simulated import simulate_matrix

BINS = 6
APART = np.abs(np.subtract.outer(np.arange(BINS), np.arange(BINS)))
DECAYING = 0.15 - 0.06 * APART
Judge = Callable[[Evidence], Verdict]


def simulate(
    rng: np.random.Generator,
    gain: np.ndarray,
    *,
    full: np.ndarray | float | None = 0.1,
    items: int = 60,
    runs: int = 3,
    run_sd: float = 0.03,
) -> Evidence:
    """Evidence of a row a bin, and of the full range, with these true gains."""
    n_bins = gain.shape[1]
    rows = gain if full is None else np.vstack([gain, np.broadcast_to(full, n_bins)])
    matrix, member = simulate_matrix(rng, rows, items=items, runs=runs, run_sd=run_sd)
    if full is not None:
        last = len(gain)
        matrix.rows.loc[last, ["first_bin", "last_bin", "label"]] = [1, n_bins, f"1–{n_bins} (all)"]
    return evidence_of(matrix, member, rng)


def evidence_of(matrix: RunMatrix, member: np.ndarray, rng: np.random.Generator) -> Evidence:
    difficulty = member + rng.random(len(member))
    factors = pd.DataFrame({"length": rng.standard_normal(len(member)), "kind": "sum"})
    return gather(matrix, difficulty, member, member.max() + 1, factors)


def constant(value: float) -> np.ndarray:
    return np.full((BINS, BINS), value)


def by_row(*values: float) -> np.ndarray:
    return np.repeat(np.array(values)[:, None], BINS, axis=1)


def block(easy_easy: float, easy_hard: float, hard_easy: float, hard_hard: float) -> np.ndarray:
    gain = constant(0.0)
    gain[:2, :2], gain[:2, 4:], gain[4:, :2], gain[4:, 4:] = easy_easy, easy_hard, hard_easy, hard_hard
    return gain


def one_helps(row: int) -> np.ndarray:
    gain = DECAYING - 0.15
    gain[row] = 0.2
    return gain


def directed(toward_hard: float, toward_easy: float) -> np.ndarray:
    return np.where(np.triu(np.ones((BINS, BINS)), 1) > 0, toward_hard, toward_easy)


CLEAR: list[tuple[Judge, np.ndarray, str]] = [
    (no_single_bin, DECAYING - 0.15, HOLDS),
    (no_single_bin, one_helps(3), DOES_NOT_HOLD),
    (decays, DECAYING, HOLDS),
    (decays, -DECAYING, DOES_NOT_HOLD),
    (nearest_best, DECAYING, HOLDS),
    (nearest_best, -DECAYING, DOES_NOT_HOLD),
    (easy_hurts, block(0.1, -0.15, 0, 0), HOLDS),
    (easy_hurts, block(0.1, 0.15, 0, 0), DOES_NOT_HOLD),
    (easy_only, block(0.2, 0.0, 0, 0), HOLDS),
    (easy_only, block(0.15, 0.35, 0, 0), DOES_NOT_HOLD),
    (easy_only, block(-0.15, -0.25, 0, 0), DOES_NOT_HOLD),
    (hard_only, block(0, 0, -0.15, 0.15), HOLDS),
    (hard_only, block(0, 0, 0.15, 0.15), DOES_NOT_HOLD),
    (hard_only, block(0, 0, -0.15, -0.15), DOES_NOT_HOLD),
    (differs_by_direction, directed(0.2, 0.0), HOLDS),
    (differs_by_direction, directed(0.0, 0.2), HOLDS),
    (middle_balances, by_row(0, 0, 0.2, 0.15, 0, 0), HOLDS),
    (middle_balances, by_row(0.2, 0, 0, 0, 0, 0.1), DOES_NOT_HOLD),
]
OPEN: list[tuple[Judge, np.ndarray]] = [
    # On the border of the claim: whatever is said but that the data cannot tell is said by chance.
    (no_single_bin, constant(0.0)),
    (decays, constant(0.1)),
    (nearest_best, constant(0.1)),
    (plateau_then_drop, constant(0.1)),
    (easy_hurts, constant(0.0)),
    (easy_only, constant(0.0)),
    (easy_only, block(0.2, 0.2, 0, 0)),
    (hard_only, constant(0.0)),
    (hard_only, block(0, 0, 0, 0.2)),
    (middle_balances, constant(0.1)),
]


def name_of(value: object) -> str:
    return value.__name__ if callable(value) else value if isinstance(value, str) else ""


@pytest.mark.parametrize(("judged", "gain", "expected"), CLEAR, ids=name_of)
def test_what_is_clearly_so_is_found(judged: Judge, gain: np.ndarray, expected: str) -> None:
    """Large effects, six simulated studies: the verdict is the true one every time."""
    rng = np.random.default_rng(1)
    verdicts = [judged(simulate(rng, gain, items=200, runs=4, run_sd=0.01)) for _ in range(6)]
    assert [verdict.verdict for verdict in verdicts] == [expected] * 6, verdicts[0].sentence


@pytest.mark.parametrize(("judged", "gain"), OPEN, ids=name_of)
def test_on_the_border_chance_speaks_rarely(judged: Judge, gain: np.ndarray) -> None:
    """At most 2.5% either way over 100 simulated studies, plus what chance adds in so few."""
    rng = np.random.default_rng(2)
    said = Counter(judged(simulate(rng, gain)).verdict for _ in range(100))
    assert said[HOLDS] + said[DOES_NOT_HOLD] <= 0.11 * 100, said
    assert said[NO_DATA] == 0


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        (0.15, HOLDS),
        (np.array([-0.2, 0.2, 0.2, 0.2, 0.2, 0.2]), DOES_NOT_HOLD),
        (-0.1, DOES_NOT_HOLD),
        (np.array([-0.02, 0.1, 0.1, 0.1, 0.1, 0.1]), CANNOT_TELL),
    ],
)
def test_the_full_range_is_robust_where_it_was_made_so(full: np.ndarray | float, expected: str) -> None:
    rng = np.random.default_rng(3)
    verdicts = [
        full_range(simulate(rng, constant(0.0), full=full, items=250, runs=4, run_sd=0.01)) for _ in range(20)
    ]
    said = Counter(verdict.verdict for verdict in verdicts)
    assert said[expected] >= (20 if expected != CANNOT_TELL else 18), (said, verdicts[0].sentence)


def test_both_directions_can_be_found_to_be_the_same() -> None:
    """With very many items and runs that do not differ, the interval is within what counts as the same."""
    rng = np.random.default_rng(4)
    said = Counter(
        differs_by_direction(simulate(rng, constant(0.05), items=2500, run_sd=0.0)).verdict for _ in range(8)
    )
    assert said[DOES_NOT_HOLD] >= 6, said
    small = Counter(differs_by_direction(simulate(rng, constant(0.05))).verdict for _ in range(40))
    assert small[CANNOT_TELL] >= 35, small


@pytest.mark.parametrize("shape", ["plateau", "peak", "straight"])
def test_a_plateau_is_told_from_a_peak_and_from_a_line(shape: str) -> None:
    """A peak bends down as well, at its own bin, and moves with it; but nothing is level before it."""
    bins = np.arange(8)
    beyond = bins - bins[:, None]
    fall = {"plateau": np.maximum(0, beyond), "peak": np.abs(beyond), "straight": bins + 0 * beyond}[shape]
    expected = HOLDS if shape == "plateau" else DOES_NOT_HOLD
    rng = np.random.default_rng(18)
    said = Counter(
        plateau_then_drop(simulate(rng, 0.4 - 0.09 * fall, items=400, runs=5, run_sd=0.01)).verdict
        for _ in range(4)
    )
    assert said[expected] >= 3, said
    assert said[expected] + said[CANNOT_TELL] == 4, said


def test_decay_that_floor_and_ceiling_make_does_not_hold() -> None:
    """Every run shifts ability by as many log odds on all bins; only floor and ceiling bound the points."""
    rng = np.random.default_rng(5)
    said = Counter()
    for _ in range(20):
        member = np.repeat(np.arange(BINS), 80)
        level = np.linspace(3.5, -3.5, BINS)[member] + 0.3 * rng.standard_normal(len(member))
        row = np.repeat(np.arange(BINS), 3)
        shift = 0.8 + 0.05 * rng.standard_normal((len(row), 1))
        before, after = (
            rng.random((n, len(member))) < 1 / (1 + np.exp(-level - by))
            for n, by in ((1, 0.0), (len(row), shift))
        )
        number = np.arange(1, BINS + 1)
        rows = pd.DataFrame(
            {"first_bin": number, "last_bin": number, "bins_of": BINS, "label": number.astype(str)}
        )
        matrix = RunMatrix(
            rows, row, after - before.astype(float), before[0].astype(float), np.zeros(after.shape, bool)
        )
        said[decays(evidence_of(matrix, member, rng)).verdict] += 1
    assert said[HOLDS] <= 2, said


def test_the_interval_of_the_best_worst_covers_it() -> None:
    """Best of worst over groups, of values whose truth is known, correlated as cells are; ties included."""
    rng = np.random.default_rng(6)
    for truth in (np.zeros((4, 5)), rng.normal(0, 1, (4, 5)), np.tile(np.arange(5.0), (4, 1))):
        covered = below = above = 0
        for _ in range(200):
            shared = rng.standard_normal((400 + 1, 5))
            draws = np.sqrt(0.5) * (shared[:, None] + rng.standard_normal((400 + 1, 4, 5)))
            value = truth + draws[0]
            groups = [
                Values(value[row], np.ones(5), np.full(5, 1e6), value[row] + draws[1:, row])
                for row in range(4)
            ]
            found = best_of_worst(groups, reach=9.0)
            assert found.gain == pytest.approx(value.min(axis=1).max())
            below += truth.min(axis=1).max() < found.low
            above += truth.min(axis=1).max() > found.high
            covered += found.low <= truth.min(axis=1).max() <= found.high
        assert covered >= 0.92 * 200
        assert max(below, above) <= 0.06 * 200


def test_a_value_that_is_not_known_may_be_anything() -> None:
    known = Values(np.array([0.2, 0.3]), np.full(2, 0.01), np.full(2, 1e6), np.zeros((50, 2)))
    draws = 0.2 + 0.01 * np.random.default_rng(7).standard_normal((50, 2))
    known = known._replace(replicates=draws)
    blank = known._replace(value=np.array([0.2, np.nan]))
    assert best_of_worst([known], reach=1.0).low > 0.1
    assert best_of_worst([blank], reach=1.0).low == -1.0
    assert best_of_worst([blank], reach=1.0).high < 0.3


@pytest.mark.parametrize(
    ("rho", "expected"), [(0.0, HOLDS), (0.3, HOLDS), (-0.8, DOES_NOT_HOLD), (0.5, CANNOT_TELL)]
)
def test_measures_that_track_difficulty_are_found(rho: float, expected: str) -> None:
    rng = np.random.default_rng(8)
    evidence, said = simulate(rng, constant(0.0), full=None), Counter()
    for _ in range(60):
        n = len(evidence.difficulty)
        ranks = (np.argsort(np.argsort(evidence.difficulty)) + 0.5) / n
        latent = _normal(ranks)
        pearson = 2 * np.sin(np.pi * rho / 6)  # of normal variables with that Spearman correlation
        measure = pearson * latent + np.sqrt(1 - pearson**2) * rng.standard_normal(n)
        factors = pd.DataFrame({"close": measure, "noise": rng.standard_normal(n)})
        said[human_measures_weak(replace(evidence, factors=factors)).verdict] += 1
    assert said[expected] >= 54, said


def _normal(ranks: np.ndarray) -> np.ndarray:
    return stats.norm.ppf(ranks)


def test_a_rank_correlation_with_its_interval_agrees_with_resampling() -> None:
    """A measure of three levels, since ties are what such measures have."""
    rng = np.random.default_rng(9)
    difficulty = rng.standard_normal(400)
    measure = np.digitize(difficulty + rng.standard_normal(400), [-0.5, 0.5])
    rho = stats.spearmanr(measure, difficulty).statistic
    drawn = [
        stats.spearmanr(measure[take], difficulty[take]).statistic
        for take in rng.integers(0, 400, (1000, 400))
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    found = rank_correlation(rho, 400)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.02)


def by_number(evidence: Evidence) -> dict[int, Verdict]:
    return {verdict.claim.number: verdict for verdict in judge(evidence)}


def test_every_claim_is_judged_once_and_in_order() -> None:
    verdicts = judge(simulate(np.random.default_rng(10), DECAYING))
    assert [verdict.claim.number for verdict in verdicts] == list(range(1, 12))
    for verdict in verdicts:
        assert verdict.verdict != NO_DATA, verdict
        assert verdict.parts or "none is seen" in verdict.sentence
        assert verdict.sentence.endswith(".")
        assert "nan" not in verdict.sentence
        assert all(str(part) in verdict.sentence for part in verdict.parts[:1])
        assert all(part.estimate.low <= part.estimate.gain <= part.estimate.high for part in verdict.parts)


def test_numbers_are_written_as_they_are() -> None:
    gain = block(0.1, -0.15, 0, 0)
    verdict = easy_hurts(simulate(np.random.default_rng(11), gain, items=200))
    value, low, high = (100 * number for number in verdict.parts[0].estimate[:3])
    expected = f"changes by {value:+.1f} points [{low:+.1f}, {high:+.1f}]: it is hurt.".replace("-", "−")
    assert verdict.sentence.endswith(expected)


def test_without_a_full_range_only_that_claim_goes_unjudged() -> None:
    found = by_number(simulate(np.random.default_rng(12), DECAYING, full=None))
    assert found[8].verdict == NO_DATA
    assert "full range" in found[8].sentence
    assert [number for number, verdict in found.items() if verdict.verdict == NO_DATA] == [8]


def test_with_two_bins_there_is_no_distance_no_third_and_no_middle() -> None:
    gain = np.array([[0.2, -0.2], [-0.2, 0.2]])
    found = by_number(simulate(np.random.default_rng(13), gain, items=200, run_sd=0.01))
    judged = {number for number, verdict in found.items() if verdict.verdict != NO_DATA}
    assert judged == {1, 7, 8, 11}
    assert found[1].verdict == HOLDS
    for number in set(found) - judged:
        assert found[number].parts == ()
        assert found[number].sentence.endswith(".")


def test_one_run_a_row_is_judged_by_its_items_alone() -> None:
    found = by_number(simulate(np.random.default_rng(14), DECAYING, items=150, runs=1, run_sd=0.0))
    assert found[2].verdict == found[3].verdict == HOLDS
    assert all(np.isfinite(part.estimate[:3]).all() for verdict in found.values() for part in verdict.parts)


def test_blank_cells_are_not_guessed() -> None:
    """No run was asked about the hardest two bins: nothing is said of them, nor that a bin helps all."""
    rng = np.random.default_rng(15)
    matrix, member = simulate_matrix(rng, constant(0.2), items=150, runs=3, run_sd=0.0)
    matrix.change[:, member >= 4] = np.nan
    difficulty = member + rng.random(len(member))
    evidence = gather(matrix, difficulty, member, BINS)
    assert np.isnan(evidence.resampled.gain[:, 4:]).all()
    found = by_number(evidence)
    assert found[1].verdict == CANNOT_TELL
    assert found[1].parts[0].estimate.low == -1.0
    assert found[8].verdict == NO_DATA
    assert found[11].verdict == NO_DATA
    assert "without measures" in found[11].sentence
    matrix.baseline[member >= 4] = 0.0  # as hard as that was asked, and then no run again
    thirds = by_number(gather(matrix, difficulty, member, BINS))
    for number in (4, 5, 6):
        assert thirds[number].verdict == NO_DATA
        assert "hardest third has too few held-out items" in thirds[number].sentence


def test_runs_on_one_end_alone_say_nothing_of_the_other() -> None:
    rng = np.random.default_rng(16)
    matrix, member = simulate_matrix(rng, DECAYING[:2], items=100, runs=3, run_sd=0.0)
    matrix.rows["bins_of"] = BINS
    found = by_number(gather(matrix, member + rng.random(len(member)), member, BINS))
    assert found[4].verdict != NO_DATA
    assert found[6].verdict == NO_DATA
    assert "the hardest third" in found[6].sentence
    assert found[10].verdict == NO_DATA


def verdict_on(number: int, verdict: str) -> Verdict:
    claim = Claim(number, "title", "hypothesis", "source", "rule")
    return Verdict(next((known for known in PATTERN if known.number == number), claim), verdict, "")


def pairs(table: dict[str, list[str]]) -> list[Judged]:
    """Verdicts on the second claim by benchmark; the first holds always."""
    return [
        Judged(benchmark, f"base {number}", [verdict_on(1, HOLDS), verdict_on(2, verdict)])
        for benchmark, verdicts in table.items()
        for number, verdict in enumerate(verdicts)
    ]


@pytest.mark.parametrize(
    ("verdicts", "expected"), [(HOLDS, HOLDS), (DOES_NOT_HOLD, DOES_NOT_HOLD), (CANNOT_TELL, CANNOT_TELL)]
)
def test_a_pattern_across_pairs(verdicts: str, expected: str) -> None:
    verdict = across(pairs({f"benchmark {n}": [verdicts] * 2 for n in range(8)}))
    assert verdict.claim is EVERYWHERE
    assert verdict.verdict == expected
    assert [part.name for part in verdict.parts] == [
        "both",
        "No single bin helps all",
        "Gain decays with distance",
    ]


def test_pairs_of_one_benchmark_count_as_one() -> None:
    many = across(pairs({"one": [HOLDS] * 8}))
    assert many.verdict == CANNOT_TELL
    assert "8 of 8 pairs" in many.sentence
    assert "(1 benchmark)" in many.sentence
    without = across(pairs({"one": [NO_DATA]}))
    assert without.verdict == NO_DATA


def test_a_share_has_clopper_and_pearsons_interval() -> None:
    found = share([(str(n), HOLDS if n < 4 else DOES_NOT_HOLD) for n in range(10)])
    exact = stats.binomtest(4, 10).proportion_ci(method="exact")
    assert found[:3] == pytest.approx((0.4, exact.low, exact.high))
    undecided = share([(str(n), HOLDS if n < 4 else CANNOT_TELL) for n in range(10)])
    assert undecided[:3] == pytest.approx((0.4, exact.low, 1.0))
