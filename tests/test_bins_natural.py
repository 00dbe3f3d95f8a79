from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from analysis.bins import NATURAL, cut
from analysis.bins.edges import members
from analysis.errors import AtlasError
from tests.conftest import ROOT


def natural_bins(values: np.ndarray, counts: Sequence[int]) -> list[np.ndarray]:
    return members(values, NATURAL, counts)


def within(values: np.ndarray, member: np.ndarray) -> float:
    """Sum of squared distances to the bin's mean."""
    return sum(((group - group.mean()) ** 2).sum() for k in set(member) if len(group := values[member == k]))


def exact_within(groups: list[list[Fraction]]) -> Fraction:
    return sum(
        (sum(x * x for x in group) - sum(group) ** 2 / Fraction(len(group)) for group in groups), Fraction(0)
    )


def best_by_brute_force(values: list[Fraction], count: int) -> Fraction:
    """Least sum of squares over all partitions of sorted values into runs, without rounding."""
    ordered = sorted(values)
    return min(
        exact_within([ordered[i:j] for i, j in zip((0, *inner), (*inner, len(ordered)), strict=True)])
        for inner in combinations(range(1, len(ordered)), count - 1)
    )


def plain_programme(values: np.ndarray, count: int) -> float:
    """Solve the same by the textbook recursion, bins × values² steps, ties or not."""
    x = np.sort(values) - values.mean()
    first, second = np.append(0, np.cumsum(x)), np.append(0, np.cumsum(x**2))
    size = np.arange(len(x) + 1)
    best = np.where(size > 0, np.inf, 0.0)
    for _ in range(count):
        length = np.maximum(size[:, None] - size, 1)
        cost = second[:, None] - second - (first[:, None] - first) ** 2 / length
        best = np.where(size[:, None] > size, best + cost, np.inf).min(axis=1)
    return float(best[-1])


DATA = {
    "normal": lambda rng, n: rng.normal(size=n),
    "far from zero": lambda rng, n: 1e6 + rng.normal(size=n),
    "with an outlier": lambda rng, n: np.append(rng.normal(size=n - 1), 1e4),
    "tied": lambda rng, n: rng.integers(0, 6, n) / 4,
    "evenly spaced": lambda rng, n: rng.permutation(n) * 0.1,
    "skewed": lambda rng, n: rng.exponential(size=n) ** 3,
}


@pytest.mark.parametrize("kind", DATA)
@pytest.mark.parametrize("count", [2, 3, 5])
def test_no_partition_is_better(kind: str, count: int) -> None:
    for seed in range(20):
        values = DATA[kind](np.random.default_rng(seed), 11)
        if len(set(values)) < count:
            continue
        (member,) = natural_bins(values, (count,))
        exact = [Fraction(float(value)) for value in values]
        found = exact_within(
            [[x for x, k in zip(exact, member, strict=True) if k == bin_] for bin_ in set(member)]
        )
        assert found <= best_by_brute_force(exact, count) * (1 + Fraction(1, 10**8))


@pytest.mark.parametrize("kind", DATA)
def test_as_good_as_the_textbook_programme(kind: str) -> None:
    values = DATA[kind](np.random.default_rng(7), 400)
    most = min(20, len(set(values)))
    counts = range(2, most + 1)
    for count, member in zip(counts, natural_bins(values, counts), strict=True):
        assert within(values, member) == pytest.approx(plain_programme(values, count), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("count", [2, 7, 20])
def test_never_worse_than_k_means(count: int) -> None:
    values = np.random.default_rng(count).normal(size=1500)
    (member,) = natural_bins(values, (count,))
    peer = KMeans(count, n_init=5, random_state=0).fit(values[:, None])
    assert within(values, member) <= peer.inertia_ * (1 + 1e-9)


@pytest.mark.parametrize("kind", DATA)
def test_bins_are_runs_without_gaps_and_ties_share_one(kind: str) -> None:
    values = DATA[kind](np.random.default_rng(3), 300)
    counts = range(2, min(20, len(set(values))) + 1)
    for count, member in zip(counts, natural_bins(values, counts), strict=True):
        assert (np.diff(member[np.argsort(values, kind="stable")]) >= 0).all()
        assert set(member) == set(range(count))
        for value in set(values):
            assert len(set(member[values == value])) == 1
        np.testing.assert_array_equal(member, natural_bins(values, (count,))[0])


def test_every_item_of_a_large_benchmark_is_nearest_to_its_own_bin() -> None:
    values = np.random.default_rng(0).normal(size=12_400).astype(np.float32)
    (member,) = natural_bins(values, (20,))
    centres = np.array([values[member == k].mean(dtype=float) for k in range(20)])
    np.testing.assert_array_equal(np.abs(values[:, None] - centres).argmin(axis=1), member)


def test_as_many_bins_as_values() -> None:
    values = np.array([3.0, 1.0, 1.0, 2.0, -5.0, 3.0])
    assert natural_bins(values, (4,))[0].tolist() == [3, 1, 1, 2, 0, 3]


@pytest.mark.parametrize(("values", "different"), [(np.zeros(30), 1), (np.repeat([0.0, 1.0, 5.0], 10), 3)])
def test_fewer_values_than_bins_are_an_error(values: np.ndarray, different: int) -> None:
    with pytest.raises(AtlasError, match=f"4 natural breaks of {different} different difficulties"):
        cut(values, values[None], strategy=NATURAL, count=4)


def test_breaks_are_found_again_in_every_draw() -> None:
    """Two clouds that drift together: the break between them goes along, so no item ever changes its bin."""
    rng = np.random.default_rng(1)
    difficulty = np.concatenate([rng.normal(-2, 0.2, 40), rng.normal(2, 0.2, 60)])
    draws = difficulty + rng.normal(0, 3, size=(50, 1))
    bins = cut(difficulty, draws, strategy=NATURAL, count=2)
    assert bins.sizes.tolist() == [40, 60]
    assert (bins.own_probability == 1).all()
    assert abs(bins.edges[0]) < 0.5


def test_numba_is_not_loaded_before_natural_breaks_are_asked_for() -> None:
    code = (
        "import sys, numpy as np, analysis.bins as b, pages.shared;"
        "x = np.arange(30.0); b.cut(x, x[None]); print('numba' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
