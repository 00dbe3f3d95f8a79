from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.charts import DARK, LIGHT, gain_heatmap


def gains(rows: int = 3, bins: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    cells = [
        {
            "row": row,
            "train": str(row + 1) if row < rows - 1 else "1–2 (all)",
            "test_bin": test,
            "items": 60,
            "seeds": 3,
            "before": 0.5,
            "after": 0.5 + 0.1 * row - 0.05 * test,
            "gain": 0.1 * row - 0.05 * test,
            "low": 0.1 * row - 0.05 * test - 0.04,
            "high": 0.1 * row - 0.05 * test + 0.04,
            "blank": None,
        }
        for row in range(rows)
        for test in range(bins)
    ]
    return pd.DataFrame(cells).sample(frac=1, random_state=rng.integers(9)).sort_values(["row", "test_bin"])


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_colour_and_text_of_a_cell_say_the_same(style) -> None:
    table = gains()
    figure = gain_heatmap(table, style, intervals=False)
    z = np.array(figure.data[0].z)
    texts = {(int(note.x), int(note.y)): note.text for note in figure.layout.annotations}
    for cell in table.itertuples():
        assert z[cell.row, cell.test_bin] == pytest.approx(100 * cell.gain)
        text = texts[(cell.test_bin, cell.row)].replace("−", "-")
        assert float(text.replace("<b>", "").replace("</b>", "")) == round(100 * cell.gain)
        assert ("<b>" in text) == (cell.low > 0 or cell.high < 0)


def test_scale_is_centred_on_zero() -> None:
    heatmap = gain_heatmap(gains(), LIGHT).data[0]
    assert heatmap.zmin == -heatmap.zmax


def test_blank_cells_are_a_dash_and_say_why() -> None:
    table = gains()
    table.loc[table.index[0], ["gain", "low", "high", "before", "after"]] = np.nan
    table["blank"] = table["blank"].astype(object)
    table.loc[table.index[0], "blank"] = "only 7 held-out items, 20 are needed"
    figure = gain_heatmap(table, LIGHT)
    assert any(note.text == "–" for note in figure.layout.annotations)
    assert "only 7 held-out items" in figure.data[0].text[0][0]


def test_intervals_are_written_only_where_they_fit() -> None:
    assert "…" in gain_heatmap(gains(bins=12), LIGHT).layout.annotations[0].text
    assert "…" not in gain_heatmap(gains(bins=13), LIGHT).layout.annotations[0].text
