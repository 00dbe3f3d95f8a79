from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.charts import LIGHT, accuracy_curves, loss_curve
from analysis.charts.curves import LABEL_GAP, _apart


def curves() -> pd.DataFrame:
    """Three seeds, two bins, two steps; seed s is s points above the lowest."""
    return pd.DataFrame(
        [
            {
                "run": seed,
                "step": step,
                "bin": bin_,
                "accuracy": 0.5 - 0.1 * bin_ + 0.002 * step + 0.01 * seed,
            }
            for seed in range(3)
            for bin_ in (1, 2)
            for step in (0, 50)
        ]
    )


def test_lines_are_means_and_bands_reach_from_lowest_to_highest() -> None:
    figure = accuracy_curves(curves(), [2], LIGHT)
    bands, lines = figure.data[:2], figure.data[2:]
    np.testing.assert_allclose(lines[0].y, [41, 51])
    np.testing.assert_allclose(lines[1].y, [31, 41])
    np.testing.assert_allclose(bands[0].y, [42, 52, 50, 40])
    assert [line.line.width for line in lines] == [2, 4], "the bin trained on is thick"
    assert [note.text for note in figure.layout.annotations] == ["1", "<b>2</b>", "bin"]


def test_loss_is_a_mean_over_seeds() -> None:
    figure = loss_curve(curves().query("bin == 1").rename(columns={"accuracy": "loss"}), LIGHT)
    np.testing.assert_allclose(figure.data[1].y, [0.41, 0.51])


@pytest.mark.parametrize("heights", [[10, 50, 90], [50, 50, 50], [30, 28, 60, 61, 59], [5.0]])
def test_labels_keep_their_distance_and_order(heights: list[float]) -> None:
    moved = _apart(heights)
    order = np.argsort(heights, kind="stable")
    assert (np.diff(moved[order]) >= LABEL_GAP - 1e-9).all()
    assert moved.mean() == pytest.approx(np.mean(heights))
    if min(np.diff(np.sort(heights)), default=LABEL_GAP) >= LABEL_GAP:
        np.testing.assert_allclose(moved, heights)
