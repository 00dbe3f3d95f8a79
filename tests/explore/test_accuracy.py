from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multinomial

from analysis.explore import accuracy_by_bin, compare_by_bin, matched_difference, only_one_solves

NAN = np.nan


def test_accuracy_counts_what_was_answered() -> None:
    correct = np.array([1, 0, NAN, 1, 1, NAN])
    table = accuracy_by_bin(correct, np.array([0, 0, 0, 1, 1, 2]), 3)
    assert table["answered"].tolist() == [2, 2, 0]
    assert table["right"].tolist() == [1, 2, 0]
    assert table["proportion"].tolist()[:2] == [0.5, 1.0]
    assert table.loc[2, ["proportion", "low", "high"]].isna().all()
    assert table["high"][1] == 1.0


def test_models_are_compared_where_both_answered() -> None:
    first = np.array([1, 1, 1, 0, 0, NAN, 1])
    second = np.array([1, 0, 0, 1, 0, 1, NAN])
    found = matched_difference(first, second)
    assert (found.items, found.only_first, found.only_second) == (5, 2, 1)
    assert found.difference == pytest.approx(0.2)
    assert found.p == 1.0  # 2 of 3 either way: 2 × (3 + 1) / 8, capped
    assert matched_difference(np.array([NAN]), np.array([1.0])).items == 0


@pytest.mark.parametrize("cells", [(0.5, 0.25, 0.1, 0.15), (0.85, 0.08, 0.02, 0.05), (0.2, 0.3, 0.3, 0.2)])
def test_the_interval_covers_as_it_says(cells: tuple[float, ...]) -> None:
    """Over every table that 25 items can make, weighted by its probability."""
    n, covered = 25, 0.0
    # The interval depends on b and c alone: a trinomial.
    tables = [(b, c) for b in range(n + 1) for c in range(n + 1 - b)]
    weights = multinomial.pmf(
        [[b, c, n - b - c] for b, c in tables], n, [cells[1], cells[2], cells[0] + cells[3]]
    )
    for (b, c), weight in zip(tables, weights, strict=True):
        first = np.array([1] * b + [0] * c + [1] * (n - b - c))
        second = np.array([0] * b + [1] * c + [1] * (n - b - c))
        found = matched_difference(first, second)
        covered += weight * (found.low <= cells[1] - cells[2] <= found.high)
    assert 0.92 <= covered <= 0.985


def test_bins_are_compared_apart() -> None:
    rng = np.random.default_rng(1)
    first, second = (rng.random(90) < 0.6).astype(float), (rng.random(90) < 0.4).astype(float)
    member = np.arange(90) % 4
    table = compare_by_bin(first, second, member, 5)
    assert table["bin"].tolist() == [1, 2, 3, 4, 5]
    assert table["items"].tolist() == [23, 23, 22, 22, 0]
    assert table["only_first"].sum() == ((first == 1) & (second == 0)).sum()
    assert np.isnan(table["difference"][4])


def test_what_only_one_solves_comes_by_surprise() -> None:
    solver, other = np.array([1, 1, 0, 1]), np.array([0, 0, 1, 1])
    table = only_one_solves(solver, other, np.array([0.9, 0.2, 0.5, 0.5]), np.array([0.5, 0.6, 0.5, 0.5]))
    assert table["item"].tolist() == [1, 0]
    assert table["chance"].tolist() == pytest.approx([0.2 * 0.4, 0.9 * 0.5])
