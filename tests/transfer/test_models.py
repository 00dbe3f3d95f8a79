"""Averages over base models: against arithmetic, and their intervals against known truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.errors import AtlasError
from analysis.transfer import RunMatrix
from analysis.transfer.bootstrap import resample
from analysis.transfer.gains import cell_table
from analysis.transfer.models import average
from tests.transfer.simulated import decaying_gain, simulate_matrix

GAIN = decaying_gain(4)


def two_models(rng: np.random.Generator, run_sd: float) -> tuple[list[RunMatrix], np.ndarray]:
    """Two base models, one of which gains less everywhere."""
    first, member = simulate_matrix(rng, GAIN, items=60, runs=4, run_sd=run_sd)
    second, _ = simulate_matrix(rng, GAIN - 0.1, items=60, runs=4, run_sd=run_sd)
    return [first, second], member


def test_gains_are_averaged_and_their_range_is_told() -> None:
    matrices, member = two_models(np.random.default_rng(1), 0.05)
    drawn = {
        name: resample(m, member, 4, stream=k) for k, (name, m) in enumerate(zip("ab", matrices, strict=True))
    }
    table, (a, b) = average(drawn), (cell_table(one) for one in drawn.values())
    np.testing.assert_allclose(table["gain"], (a["gain"] + b["gain"]) / 2)
    np.testing.assert_allclose(table["lowest"], np.minimum(a["gain"], b["gain"]))
    np.testing.assert_allclose(table["between"], np.abs(a["gain"] - b["gain"]) / np.sqrt(2))
    assert table.loc[table["lowest"] < table["highest"], "lowest_model"].mode()[0] == "b"
    assert table["seeds"].unique().tolist() == [8]


@pytest.mark.parametrize("run_sd", [0.0, 0.06], ids=["items only", "items and runs"])
def test_intervals_cover_the_average_of_these_models(run_sd: float) -> None:
    rng, covered = np.random.default_rng(6), []
    for number in range(120):
        matrices, member = two_models(rng, run_sd)
        drawn = {
            str(k): resample(m, member, 4, replicates=400, seed=number, stream=k)
            for k, m in enumerate(matrices)
        }
        table, true = average(drawn), (GAIN - 0.05).ravel()
        covered.append((table["low"] <= true) & (true <= table["high"]))
    error = np.std(np.mean(covered, axis=1)) / np.sqrt(len(covered))
    assert np.mean(covered) == pytest.approx(0.95, abs=max(0.02, 3 * error))


def test_what_models_share_does_not_average_out() -> None:
    """The same model twice: as sure as of one, not √2 times surer."""
    matrices, member = two_models(np.random.default_rng(1), 0.0)
    one = resample(matrices[0], member, 4)
    table = average({"a": one, "b": replace(one)})
    np.testing.assert_allclose(table["se"], cell_table(one)["se"], rtol=1e-6)


def test_what_cannot_be_averaged_is_an_error() -> None:
    matrices, member = two_models(np.random.default_rng(1), 0.0)
    one = resample(matrices[0], member, 4)
    other = replace(one, rows=one.rows.assign(label=["w", "x", "y", "z"]))
    with pytest.raises(AtlasError, match="share no training set"):
        average({"a": one, "b": other})
    with pytest.raises(AtlasError, match="no base model"):
        average({})
    with pytest.raises(AtlasError, match="different bins"):
        average({"a": one, "b": resample(matrices[0], member // 2, 2)})
    partly = replace(one, rows=one.rows.assign(label=["1", "2", "y", "z"]))
    assert average({"a": one, "b": partly})["train"].unique().tolist() == ["1", "2"]
