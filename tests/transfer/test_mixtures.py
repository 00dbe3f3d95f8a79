"""What a mix would give: arithmetic, coverage, and the comparison with ranges that were run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.transfer import RunMatrix
from analysis.transfer.bootstrap import resample
from analysis.transfer.mixtures import SHAPES, TYPED, checked, expected, shares
from tests.transfer.simulated import decaying_gain, simulate_matrix

BINS = 4
GAIN = decaying_gain(BINS)
TRAINED = np.array([0, 1, 2, 3, -1])


def with_full_range(rng: np.random.Generator, extra: float) -> tuple[RunMatrix, np.ndarray]:
    """Single bins, and a full range that gains so much more than the average of its parts."""
    gain = np.vstack([GAIN, GAIN.mean(axis=0) + extra])
    matrix, member = simulate_matrix(rng, gain, items=60, runs=4, run_sd=0.03)
    rows = pd.DataFrame(
        {
            "first_bin": [1, 2, 3, 4, 1],
            "last_bin": [1, 2, 3, 4, 4],
            "bins_of": BINS,
            "label": [*"1234", "all"],
        }
    )
    return RunMatrix(rows, matrix.row, matrix.change, matrix.baseline, matrix.trained), member


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != TYPED])
def test_shares_are_shares(shape: str) -> None:
    mix = shares(shape, 10)
    assert mix.sum() == pytest.approx(1)
    falls = {"uniform": 0, "easy-heavy": -1, "hard-heavy": 1, "bell-shaped": 0}[shape]
    assert np.sign(np.round(mix[-1] - mix[0], 12)) == falls
    assert (mix.argmax() in (4, 5)) == (shape == "bell-shaped")


def test_typed_shares_in_any_unit() -> None:
    assert shares(TYPED, 3, (10, 30, 0)).tolist() == [0.25, 0.75, 0]
    for wrong in ((1, 2), (1, -1, 2), (0, 0, 0), (1, float("nan"), 1)):
        with pytest.raises(AtlasError):
            shares(TYPED, 3, wrong)
    with pytest.raises(AtlasError, match="there are: uniform"):
        shares("spiral", 3)


def test_expectations_are_weighted_means_that_cover_the_truth() -> None:
    rng, mix, covered = np.random.default_rng(3), shares("easy-heavy", BINS), []
    for number in range(100):
        matrix, member = with_full_range(rng, 0.0)
        drawn = resample(matrix, member, BINS, replicates=400, seed=number)
        table = expected(drawn, TRAINED, mix)
        by_bin = mix @ drawn.gain[:BINS]
        np.testing.assert_allclose(table["gain"], [by_bin.mean(), *by_bin], atol=1e-12)
        truth = np.array([(mix @ GAIN).mean(), *(mix @ GAIN)])
        covered.append((table["low"] <= truth) & (truth <= table["high"]))
    assert 0.91 <= np.mean(covered) <= 0.985


@pytest.mark.parametrize(("extra", "least", "most"), [(0.0, 0.0, 0.12), (0.15, 0.9, 1.0)])
def test_a_range_that_beats_its_parts_is_told_from_one_that_does_not(
    extra: float, least: float, most: float
) -> None:
    rng, differs = np.random.default_rng(4), []
    for number in range(100):
        matrix, member = with_full_range(rng, extra)
        table = checked(resample(matrix, member, BINS, replicates=400, seed=number), TRAINED)
        assert table["test_bin"].tolist() == [-1, 0, 1, 2, 3]
        whole = table.iloc[0]
        assert whole["measured"] - whole["expected"] == pytest.approx(whole["gain"])
        differs.append(whole["low"] > 0 or whole["high"] < 0)
    assert least <= np.mean(differs) <= most


def test_a_part_that_was_not_run_leaves_a_blank_that_says_so() -> None:
    matrix, member = with_full_range(np.random.default_rng(5), 0.0)
    drawn = resample(matrix, member, BINS)
    trained = np.array([0, 1, -1, 3, -1])  # as if the third row were of no single bin
    table = expected(drawn, trained, shares("uniform", BINS))
    assert table["gain"].isna().all()
    assert table["blank"].unique().tolist() == ["no run on bin 3 tells"]
    only = expected(drawn, trained, shares(TYPED, BINS, (1, 1, 0, 0)))
    assert only["gain"].notna().all()
    assert checked(drawn, trained).query("train == 'all'").empty
