from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.charts import LIGHT, accuracy_curves, loss_curve


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
