"""One cell, run by run and item by item, against counting by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from analysis.transfer import RunMatrix
from analysis.transfer.bootstrap import resample
from analysis.transfer.cell import cell_items, cell_runs, mcnemar
from tests.transfer.simulated import decaying_gain, simulate_matrix

BASELINE = np.array([0.0, 0.0, 1.0, 1.0, 1.0, np.nan])
AFTER = np.array([[1, 0, 1, 0, 1, 1], [1, 1, 1, 1, np.nan, 1], [0, 0, 0, 0, 0, 0]])


@pytest.fixture
def matrix() -> RunMatrix:
    rows = pd.DataFrame({"label": ["1", "2"]})
    trained = np.zeros((3, 6), dtype=bool)
    trained[0, 4] = True
    return RunMatrix(rows, np.array([0, 0, 1]), AFTER - BASELINE, BASELINE, trained)


def test_runs_count_what_they_gained_and_lost(matrix: RunMatrix) -> None:
    runs = cell_runs(matrix, np.ones(6, dtype=bool), 0)
    assert runs[["number", "items", "gained", "lost"]].to_numpy().tolist() == [[0, 4, 1, 1], [1, 4, 2, 0]]
    assert runs["before"].tolist() == [0.5, 0.5]
    assert runs["after"].tolist() == [0.5, 1.0]
    published = cell_runs(matrix, np.ones(6, dtype=bool), 0, held_out=False)
    assert published["items"].tolist() == [5, 4]


def test_items_say_who_got_them_right(matrix: RunMatrix) -> None:
    items = cell_items(matrix, np.ones(6, dtype=bool), 0)
    assert items["item"].tolist() == [0, 1, 2, 3]
    assert items["gain"].tolist() == [1.0, 0.5, 0.0, -0.5]
    assert items["right"].tolist() == [2, 1, 2, 1]
    assert items["runs"].tolist() == [2, 2, 2, 2]
    with_trained = cell_items(matrix, np.ones(6, dtype=bool), 0, held_out=False).set_index("item")
    assert with_trained.loc[4, ["runs", "right"]].tolist() == [1, 1]
    assert cell_items(matrix, np.zeros(6, dtype=bool), 1).empty


def test_a_cell_is_the_mean_of_its_runs() -> None:
    matrix, member = simulate_matrix(np.random.default_rng(2), decaying_gain(4), items=50, runs=3, run_sd=0.1)
    gain = resample(matrix, member, 4).gain[1, 2]
    assert cell_runs(matrix, member == 2, 1)["gain"].mean() == pytest.approx(gain)
    assert cell_items(matrix, member == 2, 1)["gain"].mean() == pytest.approx(gain)


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (5, 5), (9, 1), (1, 12), (30, 18)])
def test_mcnemar_against_its_definition(gained: int, lost: int) -> None:
    changed = gained + lost
    tail = binom.cdf(min(gained, lost), changed, 0.5)
    assert mcnemar(gained, lost) == pytest.approx(min(1.0, 2 * tail) if changed else 1.0)
