from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError, BadInput
from analysis.readers.contents import Contents, Wanted
from analysis.readers.leaderboard_v1 import files as files_module
from analysis.readers.leaderboard_v1 import holds_details, read_leaderboard_v1

STAMP, LATER = "2023-08-24T09:31:52.123456", "2024-01-05T10-00-00"
CHOICES = [["a", "b", "c", "d"]] * 3
QUERIES = [f"Question: which {k}?\nAnswer:" for k in range(3)]


def schema_a(metric: str, correct: list, queries=QUERIES) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "example": [f"Mercury_{k}" for k in range(len(queries))],
            "query": queries,
            "choices": CHOICES[: len(queries)],
            "gold": [1] * len(queries),
            metric: correct,
            "full_prompt": "…",
        }
    )


def schema_b(metric: str, correct: list, queries=QUERIES) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "example": [f"{query.upper()}  " for query in queries],
            "choices": [[f" {choice}" for choice in each] for each in CHOICES[: len(queries)]],
            "gold_index": [[1]] * len(queries),
            "metrics": [{metric: value, "other": 0.5} for value in correct],
        }
    )


def write(
    root: Path, frame: pd.DataFrame, *, task: str = "arc:challenge|25", stamp: str = STAMP, model="org__m"
) -> Path:
    folder = root / f"details_{model}" / stamp
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"details_harness|{task}_{stamp}.parquet"
    frame.to_parquet(path)
    return path


def read(place: Path, **wanted) -> Contents:
    assert holds_details(place)
    return read_leaderboard_v1(place, Wanted(**wanted))


def matrix(contents: Contents, part: int = 0) -> pd.DataFrame:
    responses = contents.parts[part].responses
    wide = responses.cells.pivot(index="model", columns="item", values="correct")
    return wide.set_axis(responses.models["name"], axis=0)


def kinds(contents: Contents) -> dict[str, bool]:
    return {remark.kind: remark.warning for remark in contents.remarks}


def test_both_schemas_are_the_same_items(tmp_path: Path) -> None:
    write(tmp_path, schema_a("acc_norm", [1.0, 0.0, 1.0]), model="org__a")
    write(tmp_path, schema_b("acc_norm", [0.0, 1.0, np.nan]), stamp=LATER, model="org__b")
    contents = read(tmp_path)
    (part,) = contents.parts
    assert (part.benchmark.name, part.benchmark.choices) == ("arc_challenge", 4)
    assert matrix(contents).loc["org/a"].tolist() == [True, False, True]
    assert matrix(contents).loc["org/b"].dropna().tolist() == [False, True]
    assert part.responses.items["target"].tolist() == ["b"] * 3
    assert kinds(contents)["limited runs"] is True, "ARC has 1,172 items"
    assert kinds(contents)["missing responses"] is False


def test_order_is_not_trusted(tmp_path: Path) -> None:
    write(tmp_path, schema_a("acc_norm", [1, 0, 0]), model="org__a")
    write(tmp_path, schema_a("acc_norm", [0, 0, 1], QUERIES[::-1]), model="org__b")
    contents = read(tmp_path)
    assert matrix(contents).loc["org/a"].tolist() == matrix(contents).loc["org/b"].tolist() == [1, 0, 0]
    assert kinds(contents)["item order"] is False


def test_the_longest_run_counts_then_the_latest(tmp_path: Path) -> None:
    write(tmp_path, schema_a("acc_norm", [0, 0, 0]))
    write(tmp_path, schema_a("acc_norm", [1, 1, 1]), stamp="2023-09-01T00-00-00")
    write(tmp_path, schema_a("acc_norm", [0], QUERIES[:1]), stamp=LATER)
    contents = read(tmp_path)
    assert matrix(contents).to_numpy().all()
    (duplicates,) = (remark for remark in contents.remarks if remark.kind == "duplicate runs")
    assert duplicates.count == 2


def test_subjects_of_mmlu_are_one_benchmark_and_stray_shots_are_left_out(tmp_path: Path) -> None:
    for subject in ("anatomy", "virology"):
        write(tmp_path, schema_a("acc", [1, 0, 1]), task=f"hendrycksTest-{subject}|5")
    write(tmp_path, schema_a("acc", [0, 0, 0]), task="hendrycksTest-anatomy|0")
    contents = read(tmp_path)
    (part,) = contents.parts
    assert part.benchmark.name == "mmlu"
    assert part.responses.items["subtask"].value_counts().to_dict() == {"anatomy": 3, "virology": 3}
    assert part.responses.cells["correct"].sum() == 4
    assert kinds(contents)["left out"] is False


def test_names_of_a_copy_without_bars_and_colons(tmp_path: Path) -> None:
    path = write(tmp_path, schema_a("acc", [1, 0, 1]), task="winogrande|5", stamp=LATER)
    path.rename(path.with_name(path.name.replace("|", "_")))
    assert read(tmp_path).parts[0].benchmark.name == "winogrande"


def test_a_metric_between_0_and_1_needs_a_threshold(tmp_path: Path) -> None:
    frame = schema_a("mc1", [1, 0, 0]).assign(mc2=[0.9, 0.2, 0.6])
    write(tmp_path, frame, task="truthfulqa:mc|0")
    assert matrix(read(tmp_path)).iloc[0].tolist() == [True, False, False]
    with pytest.raises(AtlasError, match="mc2 is not 0 or 1"):
        read(tmp_path, metric="mc2")
    assert matrix(read(tmp_path, metric="mc2", threshold=0.5)).iloc[0].tolist() == [True, False, True]


def test_damaged_files_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, schema_a("acc_norm", [1, 0, 1]))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadInput, match="not a readable Parquet file") as caught:
        read(tmp_path)
    assert caught.value.path == path


def test_a_file_outside_its_folder_needs_a_model(tmp_path: Path) -> None:
    path = write(tmp_path, schema_a("acc_norm", [1, 0, 1]))
    alone = path.rename(tmp_path / path.name)
    with pytest.raises(BadInput, match="--model-name"):
        read(alone)
    assert read(alone, model="me/mine").parts[0].responses.models["name"].tolist() == ["me/mine"]


def test_prompts_are_not_read(tmp_path: Path) -> None:
    path = write(tmp_path, schema_a("acc_norm", [1, 0, 1]))
    assert "full_prompt" not in files_module.read_details(path)
