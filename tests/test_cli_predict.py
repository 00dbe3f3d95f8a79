"""Difficulty of items that nobody answered, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.irt import unseen
from analysis.irt.unseen import UnseenDifficulty, learn_difficulty
from analysis.store import Store
from tests import studies
from tests.commands import atlas


def test_items_of_a_file_are_predicted_and_the_evidence_is_told(
    toy_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With fewer folds than the command's, which cost time; what they find is tested in `tests/irt`."""
    asked: list[dict] = []
    made: list[UnseenDifficulty] = []

    def learn(
        items: pd.DataFrame, difficulty: np.ndarray, sd: np.ndarray, **options: Any
    ) -> UnseenDifficulty:
        asked.append({"items": items, "difficulty": difficulty, "sd": sd, **options})
        made.append(learn_difficulty(items, difficulty, sd, folds=2, **options))
        return made[-1]

    monkeypatch.setattr(unseen, "learn_difficulty", learn)
    with toy_store.open() as snapshot:
        known = snapshot.items(studies.OTHER, studies.OTHER_FIT)
    new, out = tmp_path / "new.jsonl", tmp_path / "predicted.csv"
    known[["item_key", "prompt"]].head(3).rename(columns={"item_key": "item"}).to_json(
        new, orient="records", lines=True
    )
    run = atlas(
        *("predict", "--benchmark", studies.OTHER, "--store", toy_store.directory),
        *("--items", new, "--out", out, "--seed", "3"),
    )
    assert asked[0]["seed"] == 3
    np.testing.assert_array_equal(asked[0]["difficulty"], known["mean"])
    np.testing.assert_array_equal(asked[0]["sd"], known["sd"])
    assert not {"mean", "proportion", "flag"} & set(asked[0]["items"]), "what was fitted is no feature"
    expected = made[0].predict(known[["item_key", "prompt"]].head(3))
    found = pd.read_csv(out)
    pd.testing.assert_frame_equal(
        found[expected.columns.str.replace("^difficulty", "predicted_difficulty", regex=True)],
        expected.rename(columns={"difficulty": "predicted_difficulty"}),
    )
    assert set(found["fit"]) == {studies.OTHER_FIT}
    assert made[0].report() in run.stdout, "nothing is predicted without how well that works"


def test_what_cannot_be_predicted_says_why(toy_store: Store, tmp_path: Path) -> None:
    command = ["predict", "--benchmark", studies.OTHER, "--store", toy_store.directory]
    nothing = tmp_path / "none.csv"
    nothing.write_text("prompt\n")
    out = tmp_path / "out.csv"
    for options, said in (
        (["--items", nothing], "Give both --items, the items to predict, and --out"),
        (["--items", nothing, "--out", out], "none.csv: holds no items."),
        (
            ["--items", tmp_path / "no.csv", "--out", out],
            "no.csv: cannot be read (No such file or directory).",
        ),
        (["--items", nothing, "--out", tmp_path / "out.txt"], "let it end in .parquet, .csv, .jsonl"),
        (["--groups", "author"], "The items have no column 'author' to leave out by."),
    ):
        assert said in atlas(*command, *options, code=1).stderr
    assert not out.exists()
