from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.charts import DARK, LIGHT, VERDICT_MARKS, Style, forest, verdict_matrix

CLAIMS = ["1 · one", "2 · two"]
BASES = ["small, usual", "large"]
GIVEN = dict(
    zip(
        [(claim, base, name) for claim in CLAIMS for base in BASES for name in ("lists", "a-very-long-name")],
        ["holds", "does not hold", "the data cannot tell", "no data", "holds", "holds", "holds", "no data"],
        strict=True,
    )
)


def verdicts() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"claim": claim, "base": base, "benchmark": name, "verdict": verdict, "sentence": "Some words."}
            for (claim, base, name), verdict in GIVEN.items()
        ]
    )


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_every_verdict_has_its_mark_and_its_colour(style: Style) -> None:
    figure = verdict_matrix(verdicts(), style)
    marks = figure.data[0]
    boxes = {((box.x0 + box.x1) / 2, box.y0 + 0.06): box.fillcolor for box in figure.layout.shapes}
    assert len(boxes) == len(GIVEN)
    colour_of: dict[str, set[str]] = {}
    for text, x, y, said in zip(marks.text, marks.x, marks.y, marks.customdata, strict=True):
        head = said.split("<br>")
        claim, verdict = head[0].removeprefix("<b>").split("</b>: ")
        name, base = head[1].split(", ", 1)
        assert GIVEN[claim, base, name] == verdict
        assert text == VERDICT_MARKS[verdict]
        assert round(y) == CLAIMS.index(claim)
        (box,) = (fill for place, fill in boxes.items() if np.allclose(place, (x, round(y))))
        colour_of.setdefault(verdict, set()).add(box)
    assert len({tuple(colours) for colours in colour_of.values()}) == len(VERDICT_MARKS)
    assert all(len(colours) == 1 for colours in colour_of.values())


def test_shares_are_of_those_with_data_and_long_names_are_cut() -> None:
    figure = verdict_matrix(verdicts(), LIGHT)
    notes = [note.text for note in figure.layout.annotations]
    assert [note for note in notes if "/" in note] == ["1/3", "3/3"]
    assert notes.count("a-very-long…") == 2
    assert {"1 · one", "2 · two", "large", "small<br>usual"} <= set(notes)


def test_the_chosen_pair_is_outlined() -> None:
    figure = verdict_matrix(verdicts(), LIGHT, chosen=("small, usual", "lists"))
    outlined = [box for box in figure.layout.shapes if box.line.width]
    assert len(outlined) == len(CLAIMS)
    assert len({box.x0 for box in outlined}) == 1
    assert not any(box.line.width for box in verdict_matrix(verdicts(), LIGHT).layout.shapes)


def test_a_forest_draws_every_number_with_its_interval() -> None:
    parts = pd.DataFrame(
        {
            "name": ["4 · easy → hard", "8 · worst test bin", "10 · mean"],
            "gain": [-4.1, 1.0, -2.0],
            "low": [-7.3, -3.0, -4.0],
            "high": [-0.8, 5.0, -0.5],
            "verdict": ["holds", "the data cannot tell", "does not hold"],
            "text": ["−4.1 [−7.3, −0.8]", "+1.0 [−3.0, +5.0]", "−2.0 [−4.0, −0.5]"],
        }
    )
    figure = forest(parts, LIGHT)
    points, *lines = figure.data
    assert list(points.x) == parts["gain"].tolist()
    assert list(points.marker.symbol) == ["circle", "circle-open", "x"]
    assert len(set(points.marker.color)) == 3
    assert [list(line.x) for line in lines] == parts[["low", "high"]].to_numpy().tolist()
    assert [line.y[0] for line in lines] == list(points.y)
    borders = [shape.y0 for shape in figure.layout.shapes if shape.y0 == shape.y1]
    assert len(borders) == len(parts) - 1
    assert all(line.y[0] < border < line.y[0] + 0.4 for line, border in zip(lines, borders, strict=False))
    notes = [note.text for note in figure.layout.annotations]
    assert set(parts["name"]) | set(parts["text"]) == set(notes)
