"""On complete data the Rasch order of items is the order of proportion correct: a fact, not an estimate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.irt.estimate import estimate
from analysis.irt.matrix import ResponseMatrix
from analysis.readers.wide import read_wide

COMPLETE = (
    "response_matrix_tinyarc.csv",
    "response_matrix_tinygsm8k.csv",
    "response_matrix_tinyhellaswag.csv",
    "response_matrix_tinytruthfulqa.csv",
    "response_matrix_tinywinogrande.csv",
    "filtered_7b_leaderboard_mmlu_pro_response_matrix_math.csv",
)


@pytest.mark.parametrize("name", COMPLETE)
def test_rasch_order_is_the_order_of_proportion_correct(leaderboard: Path, name: str) -> None:
    matrix = ResponseMatrix.of(read_wide(leaderboard / name).cells)
    assert matrix.complete
    difficulty = estimate(matrix).point.difficulty
    totals, first, place = np.unique(matrix.item_totals, return_index=True, return_inverse=True)
    assert len(totals) > 50
    assert (np.diff(difficulty[first]) < 0).all()
    np.testing.assert_allclose(
        difficulty, difficulty[first][place], atol=2e-3
    )  # equal totals: where it stops
