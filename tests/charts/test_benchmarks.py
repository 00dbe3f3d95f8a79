from __future__ import annotations

import re

import numpy as np
import pandas as pd

from analysis.charts import LIGHT, cross_heatmap, pattern_table
from tests.charts.written import written


def test_every_benchmark_has_a_row_and_every_question_a_column() -> None:
    parts = ["Easy → hard", "Full range"]
    one = pd.DataFrame({"gain": [-0.1, 0.2], "low": [-0.2, 0.1], "high": [0.0, 0.3]}, index=parts)
    other = pd.DataFrame(
        {"gain": [np.nan, 0.05], "low": [np.nan, -0.01], "high": [np.nan, 0.11]}, index=parts
    )
    figure = pattern_table({"lists": one, "clock": other}, LIGHT)
    assert list(figure.layout.yaxis.ticktext) == ["lists", "clock"]
    assert [text.replace("<br>", " ") for text in figure.layout.xaxis.ticktext] == parts
    np.testing.assert_allclose(figure.data[0].z, [[-10, 20], [np.nan, 5]])
    texts = {cell: re.sub("</?span[^>]*>", "", text) for cell, text in written(figure).items()}
    assert texts == {
        (0, 0): "0<br>−10<br>−20",
        (0, 1): "+30<br><b>+20</b><br>+10",
        (1, 0): "–",
        (1, 1): "+11<br>+5<br>−1",
    }


def test_the_own_benchmark_is_outlined() -> None:
    names = ["lists", "clock", "edits"]
    cells = pd.DataFrame(
        [
            {"trained": trained, "tested": tested, "gain": 0.1 * (row - column), "low": -0.3, "high": 0.3}
            for row, trained in enumerate(names[:2])
            for column, tested in enumerate(names)
        ]
    ).assign(before=0.4, items=500, seeds=6)
    figure = cross_heatmap(cells, LIGHT)
    z = np.array(figure.data[0].z)
    np.testing.assert_allclose(z, [[0, -10, -20], [10, 0, -10]], atol=1e-12)
    assert figure.data[0].zmin == -figure.data[0].zmax
    centres = [((shape.x0 + shape.x1) / 2, (shape.y0 + shape.y1) / 2) for shape in figure.layout.shapes]
    assert centres == [(0, 0), (1, 1)]
    assert "500 items, 6 seeds" in figure.data[0].text[0][1]
