from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binomtest

from analysis.errors import AtlasError
from analysis.irt.estimate import Estimate
from analysis.irt.item_fit import below_chance, fit_statistics, item_rest_correlation
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point
from analysis.readers.wide import read_wide


def matrix_of(values: np.ndarray) -> ResponseMatrix:
    return ResponseMatrix(values.astype("i1"), np.arange(len(values)))


@pytest.fixture(params=[10, 1_000_000])
def blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few and many models at a time."""
    monkeypatch.setattr("analysis.irt.blocks.BLOCK_CELLS", request.param)


@pytest.mark.usefixtures("blocks")
def test_mean_squares_are_what_plain_loops_make_them() -> None:
    rng = np.random.default_rng(0)
    values = rng.choice([1, 0, MISSING], (7, 5), p=[0.5, 0.3, 0.2])
    point = Point(
        np.array([-1.0, 0.2, 0.5, 1.3, -1.0]), 0.3, 1.0, np.array([0.7, 1.2, 2.0, 1.0, 0.6]), asymptote=0.2
    )
    ability = rng.normal(size=7)
    found = fit_statistics(matrix_of(values), Estimate(point, ability, np.ones(7)))

    def by_hand(cells: Iterable[tuple[int, int]]) -> tuple[float, float]:
        squares, spread, standardised, n = 0.0, 0.0, 0.0, 0
        for m, i in cells:
            if values[m, i] == MISSING:
                continue
            logit = point.discrimination[i] * (ability[m] - point.difficulty[i])
            p = 0.2 + 0.8 / (1 + np.exp(-logit))
            squares += (values[m, i] - p) ** 2
            spread += p * (1 - p)
            standardised += (values[m, i] - p) ** 2 / (p * (1 - p))
            n += 1
        return squares / spread, standardised / n

    for item, row in found.items.iterrows():
        assert (row["infit"], row["outfit"]) == pytest.approx(by_hand((m, item) for m in range(7)))
    for model, row in found.models.iterrows():
        assert (row["infit"], row["outfit"]) == pytest.approx(by_hand((model, i) for i in range(5)))


@pytest.mark.usefixtures("blocks")
def test_item_rest_correlation_is_numpys_with_the_item_taken_out() -> None:
    rng = np.random.default_rng(1)
    values = rng.choice([1, 0, MISSING], (40, 6), p=[0.5, 0.3, 0.2])
    values[0] = [1, MISSING, MISSING, MISSING, MISSING, MISSING]  # nothing but this item: no rest
    found = item_rest_correlation(matrix_of(values))
    for item in range(6):
        mine, rest = [], []
        for row in values:
            others = np.delete(row, item)
            others = others[others != MISSING]
            if row[item] != MISSING and len(others):
                mine.append(row[item])
                rest.append(others.mean())
        assert found[item] == pytest.approx(np.corrcoef(mine, rest)[0, 1])


def test_what_does_not_vary_has_no_item_rest_correlation() -> None:
    everybody_right = np.array([[1, 1, 0], [1, 0, 1], [1, 0, 0], [1, 1, 1]])
    assert np.isnan(item_rest_correlation(matrix_of(everybody_right))).tolist() == [True, False, False]
    equal_rest = np.array([[1, 1, 0], [0, 0, 1], [1, 0, 1]])
    assert np.isnan(item_rest_correlation(matrix_of(equal_rest))[0])


@pytest.mark.parametrize(
    ("file", "negative", "items"),
    [
        ("response_matrix_tinyarc.csv", 19, 99),
        ("response_matrix_tinygsm8k.csv", 0, 100),
        ("response_matrix_tinytruthfulqa.csv", 13, 97),
    ],
)
def test_as_many_negative_items_in_real_data_as_others_counted(
    leaderboard: Path, file: str, negative: int, items: int
) -> None:
    correlation = item_rest_correlation(ResponseMatrix.of(read_wide(leaderboard / file).cells))
    assert (np.count_nonzero(correlation < 0), len(correlation)) == (negative, items)


def test_rmsd_is_how_far_the_curve_is_from_the_fitted_one() -> None:
    rng = np.random.default_rng(2)
    ability = rng.normal(0, 1.5, 20_000)
    true = np.column_stack([expit(ability), np.full(len(ability), 0.5), expit(-ability)])
    values = (rng.random(true.shape) < true).astype("i1")
    values[:, 1:][rng.random((20_000, 2)) < 0.3] = MISSING
    fitted = Estimate(Point(np.zeros(3), 0.0, 1.5), ability, np.zeros(len(ability)))
    expected = np.sqrt(((true - expit(ability)[:, None]) ** 2).mean(axis=0))
    found = fit_statistics(matrix_of(values), fitted).items["rmsd"]
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_rmsd_takes_off_what_sampling_makes_of_it() -> None:
    # 10 responses in each of 20 groups: uncorrected, it would be √(1/4 / 10) = 0.16
    rng = np.random.default_rng(3)
    ability = rng.normal(0, 0.3, 200)
    values = (rng.random((200, 400)) < expit(ability)[:, None]).astype("i1")
    fitted = Estimate(Point(np.zeros(400), 0.0, 0.3), ability, np.zeros(200))
    assert (fit_statistics(matrix_of(values), fitted).items["rmsd"] ** 2).mean() < 0.06**2


def test_floor_and_ceiling_are_labelled() -> None:
    values = np.array([[0, 1, 1, MISSING], [0, 1, 0, 1], [MISSING, 1, 1, 0]])
    fitted = Estimate(Point(np.zeros(4), 0.0, 1.0), np.zeros(3), np.ones(3))
    table = fit_statistics(matrix_of(values), fitted).items
    assert table["flag"].fillna("").tolist() == ["floor", "ceiling", "", ""]
    assert table["proportion"].tolist() == pytest.approx([0, 1, 2 / 3, 1 / 2])


def test_below_chance_is_the_exact_test_with_benjamini_and_hochbergs_step_up() -> None:
    right, answered = np.array([3, 10, 24, 0, 30]), np.array([50, 100, 100, 9, 100])
    p = np.array(
        [binomtest(r, n, 0.25, alternative="less").pvalue for r, n in zip(right, answered, strict=True)]
    )
    order = np.argsort(p)
    q, smallest = np.empty(5), 1.0
    for rank in range(5, 0, -1):
        smallest = min(smallest, p[order[rank - 1]] * 5 / rank)
        q[order[rank - 1]] = smallest
    np.testing.assert_allclose(below_chance(right, answered, 0.25), q)


def test_chance_is_the_asymptote_unless_given_and_nothing_is_below_none() -> None:
    values = np.vstack([np.tile([0, 1], (60, 1)), [1, 0]])
    none, guessing = (
        Estimate(Point(np.zeros(2), 0.0, 1.0, asymptote=g), np.zeros(61), np.ones(61)) for g in (0.0, 0.25)
    )
    matrix = matrix_of(values)
    assert fit_statistics(matrix, none).items["below_chance"].isna().all()
    assert (fit_statistics(matrix, guessing).items["below_chance"] < 0.05).tolist() == [True, False]
    assert (fit_statistics(matrix, none, chance=0.25).items["below_chance"] < 0.05).tolist() == [True, False]
    assert (fit_statistics(matrix, none, chance=0.25).models["below_chance"] < 0.05).sum() == 0
    with pytest.raises(AtlasError, match="not a probability"):
        fit_statistics(matrix, none, chance=4)


def test_models_below_chance_are_found() -> None:
    rng = np.random.default_rng(4)
    values = (rng.random((50, 200)) < np.where(np.arange(50) < 5, 0.08, 0.25)[:, None]).astype("i1")
    fitted = Estimate(Point(np.zeros(200), 0.0, 1.0), np.zeros(50), np.ones(50))
    below = fit_statistics(matrix_of(values), fitted, chance=0.25).models["below_chance"] < 0.05
    assert below[:5].all()
    assert below[5:].sum() <= 1
