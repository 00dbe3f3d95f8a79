from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import BadInput
from analysis.imports import import_paths
from analysis.readers import Wanted, read_models
from analysis.store import Store

OWN = "name,family,base_model,parameters,merged,note\norg/a,llama,org/base,7000000000,yes,x\norg/b,,,,,\n"
CONTENTS = (
    "fullname,Base Model,#Params (B),Merged,Flagged,MoE,Submission Date,Precision,Average ⬆️\n"
    "org/a,org/base,7.5,True,False,False,2024-06-26,bfloat16,30\n"
    "org/a,org/base,7.5,True,False,False,2024-06-27,float16,31\n"
    "org/b,Removed,-1,False,true,,,bfloat16,5\n"
)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "models.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    models, remarks = read_models(write(tmp_path, OWN))
    assert models["name"].tolist() == ["org/a", "org/b"]
    a, b = models.to_dict("records")
    assert (a["family"], a["base_model"], a["parameters"], a["merged"]) == (
        "llama",
        "org/base",
        7_000_000_000,
        True,
    )
    assert all(pd.isna(b[key]) for key in ("family", "base_model", "parameters", "merged"))
    assert remarks == []


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_table_of_the_leaderboard(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path, CONTENTS)
    if suffix == "parquet":
        pd.read_csv(path).to_parquet(path := tmp_path / "models.parquet")
    models, (repeated,) = read_models(path)
    a, b = models.to_dict("records")
    assert (a["parameters"], a["date"], a["precision"]) == (7_500_000_000, "2024-06-26", "bfloat16")
    assert (a["merged"], a["flagged"], b["flagged"]) == (True, False, True)
    assert pd.isna(b["parameters"])
    assert pd.isna(b["base_model"])
    assert pd.isna(b["moe"])
    assert (repeated.kind, repeated.count) == ("repeated rows", 1)


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("a,b\n1,2\n", 1, None, "'name'"),
        ("name,merged\nm,maybe\n", 2, "merged", "'maybe' is not true or false"),
        ("name,parameters\nm,1\nn,big\n", 3, "parameters", "'big' is not a number"),
        ("name,date\nm,soon\n", 2, "date", "'soon' is not a date"),
        ("name,family\n,x\n", 2, None, "no name"),
    ],
)
def test_errors_name_the_place(tmp_path: Path, text: str, line: int, column: str | None, says: str) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        read_models(write(tmp_path, text))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_the_store_learns_what_its_models_are(tmp_path: Path) -> None:
    store, responses = Store(tmp_path / "store"), tmp_path / "responses.csv"
    responses.write_text("model,q1,q2\norg/a,1,0\norg/c,0,1\n")
    (_, described) = import_paths(store, [responses], wanted=Wanted("mine"), models=write(tmp_path, CONTENTS))
    assert described.summary == "1 models described"
    assert {remark.kind for remark in described.remarks} == {"repeated rows", "unknown models", "merged"}
    with store.open() as snapshot:
        a, c = snapshot.respondents("mine").to_dict("records")
    assert (a["name"], a["base_model"]) == ("org/a", "org/base")
    assert pd.isna(c["base_model"])

    version = store.version()
    assert not import_paths(store, [], models=tmp_path / "models.csv")[0].new
    assert store.version() == version
    responses.write_text("model,q1,q2\norg/b,1,0\n")
    import_paths(store, [responses], wanted=Wanted("mine"))
    (again,) = import_paths(store, [], models=tmp_path / "models.csv")
    assert again.new, "the table now says something about another model"
    assert any(remark.kind == "flagged" and remark.count == 1 for remark in again.remarks)
