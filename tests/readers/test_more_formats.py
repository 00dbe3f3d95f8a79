"""Formats of other tools: py-irt, eval-arena, Inspect, HELM; matrices transposed, or without names."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import AtlasError, BadInput
from analysis.imports import import_paths
from analysis.readers import READERS, Contents, Wanted, detect
from analysis.store import Store
from analysis.tables import Responses
from tests.readers import logs, small

Answers = set[tuple[str, str, bool]]
WRITTEN = Path(__file__).parent / "written"
"""Logs that the tools themselves wrote; see the README there."""


def read(path: Path, **wanted: object) -> Contents:
    return READERS[detect(path)].read(path, Wanted(**wanted))  # type: ignore[arg-type]


def answers(responses: Responses, key: str = "item_key") -> Answers:
    """Model, item and whether it was right, of every response."""
    items, models = responses.items[key].tolist(), responses.models["name"].tolist()
    return {
        (models[m], items[i], bool(c)) for i, m, c in responses.cells[["item", "model", "correct"]].to_numpy()
    }


def one(contents: Contents) -> Responses:
    (part,) = contents.parts
    return part.responses


def test_py_irt(tmp_path: Path) -> None:
    got = one(read(small.py_irt(tmp_path), benchmark="any"))
    assert answers(got) == {("ken", "q1", True), ("ken", "q2", False), ("burt", "q1", False)}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"subject_id": "b", "responses": [1]}, "where an object of responses"),
        ({"responses": {"q1": 1}}, "no subject_id"),
        ({"subject_id": "b", "responses": {"q1": "maybe"}}, "neither 0 nor 1"),
        ({"subject_id": "a", "responses": {"q1": 0}}, "answered item 'q1' before, differently"),
    ],
)
def test_py_irt_names_the_line(tmp_path: Path, row: dict, says: str) -> None:
    path = logs.write_jsonl(tmp_path / "x.jsonlines", [{"subject_id": "a", "responses": {"q1": 1}}, row])
    with pytest.raises(BadInput, match=says) as caught:
        READERS["py-irt"].read(path, Wanted("any"))
    assert caught.value.line == 2


def test_eval_arena_benchmarks_apart_and_together(tmp_path: Path) -> None:
    row = {"benchmark_id": "humaneval", "model": "m", "example_id": "1", "correct": 1, "count": 1}
    path = logs.write_jsonl(tmp_path / "a.jsonl", [row, {**row, "benchmark_id": "mbpp", "correct": 0}])
    assert detect(path) == "eval-arena"
    apart = read(path)
    assert [part.benchmark.name for part in apart.parts] == ["humaneval", "mbpp"]
    together = one(read(path, benchmark="code"))
    assert answers(together) == {("m", "humaneval:1", True), ("m", "mbpp:1", False)}
    assert together.items["subtask"].tolist() == ["humaneval", "mbpp"]


def test_eval_arena_of_several_attempts_needs_a_threshold(tmp_path: Path) -> None:
    row = {"benchmark_id": "h", "model": "m", "example_id": "1", "correct": 1, "count": 4}
    path = logs.write_jsonl(tmp_path / "a.jsonl", [row, {**row, "example_id": "2", "correct": 3}])
    with pytest.raises(BadInput, match=r"line 1.*--threshold"):
        read(path)
    assert answers(one(read(path, threshold=0.5))) == {("m", "1", False), ("m", "2", True)}
    logs.write_jsonl(path, [{**row, "correct": 5}])
    with pytest.raises(BadInput, match="cannot be"):
        read(path)


def test_inspect(tmp_path: Path) -> None:
    contents = read(small.inspect(tmp_path))
    got = one(contents)
    assert contents.parts[0].benchmark.name == "sums"
    assert answers(got, "sample_id") == {
        ("openai/m", "1", True),
        ("openai/m", "2", False),
        ("openai/m", "3", False),
    }
    assert got.items["choices"].tolist() == [2, 2, 2]
    assert not any(remark.warning for remark in contents.remarks)


def test_an_archive_that_inspect_wrote() -> None:
    contents = read(WRITTEN / "sums.eval")
    got = one(contents)
    model = "mockllm/model"
    assert answers(got, "sample_id") == {(model, "q/0", True), (model, "q/1", False), (model, "q/2", True)}
    # Its summaries cut texts off; the whole of it is in the sample.
    assert got.items["prompt"].str.len().tolist() == [14, 14, 6034]
    assert got.items["target"].tolist() == ["output", "4", "model"]
    assert not any(remark.warning for remark in contents.remarks)


def test_inspect_writes_json_too(tmp_path: Path) -> None:
    got, whole = one(read(WRITTEN / "sums.json")), one(read(WRITTEN / "sums.eval"))
    assert answers(got, "content_hash") < answers(whole, "content_hash")
    assert len(got.cells) == 2
    for log in ("sums.json", "sums.eval"):
        shutil.copy(WRITTEN / log, tmp_path)
    both = read(tmp_path)
    assert len(one(both).cells) == 3
    assert any(remark.kind == "duplicate runs" for remark in both.remarks)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda text: text[: len(text) // 2], r"line \d+.*cut off"),
        (lambda text: text.replace('"epoch": 1', '"epoch": "one"'), r"no summary of a sample.*line \d+"),
        (
            lambda text: text.replace('"samples": [', '"samples": [1,', 1),
            r"line \d+: holds 1 where an object",
        ),
    ],
)
def test_damaged_json_of_inspect(tmp_path: Path, damage: Callable[[str], str], says: str) -> None:
    path = tmp_path / "sums.json"
    path.write_text(damage((WRITTEN / "sums.json").read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(BadInput, match=says):
        READERS["inspect"].read(path, Wanted())


def test_a_damaged_zstandard_archive_is_an_error(tmp_path: Path) -> None:
    content = bytearray((WRITTEN / "sums.eval").read_bytes())
    content[len(content) // 2 :] = content[len(content) // 2 : -200]  # headers as well as what they are of
    (tmp_path / "short.eval").write_bytes(content)
    with zipfile.ZipFile(WRITTEN / "sums.eval") as archive:
        entry = archive.getinfo("summaries.json")
    content = bytearray((WRITTEN / "sums.eval").read_bytes())
    content[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 255
    (tmp_path / "flipped.eval").write_bytes(content)
    for name in ("short.eval", "flipped.eval"):
        with pytest.raises(BadInput, match="damaged"):
            read(tmp_path / name)


def test_inspect_takes_the_first_epoch_or_the_mean(tmp_path: Path) -> None:
    path = small.inspect(tmp_path, epochs=2)  # C I N, then I N C
    first = one(read(path))
    assert answers(first, "sample_id") >= {("openai/m", "1", True), ("openai/m", "3", False)}
    assert "first epoch" in first.remarks[0].text
    mean = one(read(path, threshold=0.5))
    assert answers(mean, "sample_id") >= {("openai/m", "1", True), ("openai/m", "3", True)}


def write_log(path: Path, values: list[object], **header: object) -> Path:
    about = {"task": "t", "model": "m", "dataset": {"samples": len(values)}}
    rows = [
        {
            "id": f"s{k}",
            "epoch": 1,
            "input": [{"role": "user", "content": f"Q{k}"}],
            "target": "x",
            "scores": {"f": {"value": v}},
        }
        for k, v in enumerate(values)
    ]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.json", json.dumps({"status": "success", "eval": about, **header}))
        for number, row in enumerate(rows):  # as of a run that was killed
            archive.writestr(f"_journal/summaries/{number + 1}.json", json.dumps([row]))
    return path


def test_inspect_scores_of_every_kind(tmp_path: Path) -> None:
    values = ["C", "I", "N", 1, 0.0, True, "1", "no", float("nan"), None]
    contents = read(write_log(tmp_path / "a.eval", values))
    right = {item: ok for _, item, ok in answers(one(contents), "sample_id")}
    assert right == {
        "s0": True,
        "s1": False,
        "s2": False,
        "s3": True,
        "s4": False,
        "s5": True,
        "s6": True,
        "s7": False,
    }
    assert any(remark.kind == "missing responses" for remark in contents.remarks)
    partial = write_log(tmp_path / "b.eval", ["C", "P"])
    with pytest.raises(AtlasError, match="--threshold"):
        read(partial)
    assert len(one(read(partial, threshold=0.5)).cells) == 2


def test_inspect_says_what_was_cut_short_and_what_is_there_twice(tmp_path: Path) -> None:
    write_log(tmp_path / "logs1.eval", ["C", "I"], status="error")
    write_log(tmp_path / "logs2.eval", ["C"])
    contents = read(tmp_path)
    kinds = {remark.kind: remark.warning for remark in contents.remarks}
    assert kinds["limited runs"] is True
    assert "duplicate runs" in kinds
    assert len(one(contents).cells) == 2


def test_inspect_logs_are_asked_before_archives_are_unpacked(tmp_path: Path) -> None:
    (done,) = import_paths(Store(tmp_path / "store"), [small.inspect(tmp_path)])
    assert done.reader == "inspect"


def test_a_bomb_is_no_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.readers import inspect_log

    monkeypatch.setattr(inspect_log, "ALWAYS_ALLOWED", 10_000)
    path = tmp_path / "bomb.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", "{" + " " * 5_000_000 + "}")
    with pytest.raises(BadInput, match=r"bomb\.eval.*more than is sensible"):
        read(path)


def test_helm(tmp_path: Path) -> None:
    contents = read(small.helm(tmp_path))
    got = one(contents)
    assert contents.parts[0].benchmark.name == "mmlu"
    assert answers(got, "instance_id") == {
        ("org/m", "id0", False),
        ("org/m", "id1", True),
        ("org/m", "id2", False),
    }
    assert got.items["subtask"].tolist() == ["anatomy"] * 3
    assert got.items["target"].tolist() == ["a"] * 3
    assert got.items["prompt"].iloc[0] == "What is 0?\nA. a\nB. b"


def test_helm_before_it_was_summarised_keeps_texts_with_its_requests(tmp_path: Path) -> None:
    run = small.helm(tmp_path)
    summarised = one(read(run))
    instances = json.loads((run / "instances.json").read_text())
    (run / "instances.json").unlink()
    requests = [
        {
            "instance": {**instance, **changed},
            "train_trial_index": trial,
            "request": {"prompt": "…"},
            "result": {"success": True},
        }
        for trial in range(2)
        for instance in instances
        for changed in ({}, {"perturbation": {"name": "typos"}, "input": {"text": "Waht is?"}})
    ]
    logs.write_json(
        run / "scenario_state.json", {"adapter_spec": {"model": "org/m"}, "request_states": requests}
    )
    pd.testing.assert_frame_equal(one(read(run)).items, summarised.items)
    (run / "scenario_state.json").write_text('{"request_states": [{"instance": {}},')
    with pytest.raises(BadInput, match=r"scenario_state\.json.*line 1"):
        read(run)


def test_helm_counts_the_answer_at_the_end_of_a_text(tmp_path: Path) -> None:
    run = small.helm(tmp_path)
    path = run / "per_instance_stats.json"
    rows = json.loads(path.read_text())
    for row in rows:
        row["stats"].append({"name": {"name": "chain_of_thought_correctness"}, "count": 1, "mean": 1.0})
        row["stats"].append({"name": {"name": "training_co2_cost"}, "count": 0})  # without a mean
    logs.write_json(path, rows)
    assert one(read(run)).cells["correct"].all()
    assert not one(read(run, metric="exact_match")).cells["correct"].all()


def test_only_positions_in_lm_eval_are_kept(tmp_path: Path) -> None:
    for write in (small.helm, small.inspect):
        assert "doc_id" not in one(read(write(tmp_path))).items


def test_helm_leaves_out_perturbations_and_later_trials(tmp_path: Path) -> None:
    run = small.helm(tmp_path)
    path = run / "per_instance_stats.json"
    rows = json.loads(path.read_text())
    wrong = {"stats": [{"name": {"name": "exact_match"}, "mean": 1.0}]}
    rows.append({"instance_id": "id0", "train_trial_index": 1, **wrong})
    rows.append({"instance_id": "id0", "train_trial_index": 0, "perturbation": {"name": "typos"}, **wrong})
    logs.write_json(path, rows)
    (run / "instances.json").unlink()
    got = one(read(tmp_path / "runs"))
    assert answers(got, "instance_id") == {
        ("org/m", "id0", False),
        ("org/m", "id1", True),
        ("org/m", "id2", False),
    }
    (run / "run_spec.json").unlink()
    with pytest.raises(BadInput, match="run_spec"):
        read(tmp_path / "runs")


def test_items_as_rows(tmp_path: Path) -> None:
    got = one(read(small.wide_items(tmp_path), benchmark="any"))
    assert answers(got) == {("org/m1", "q1", True), ("org/m2", "q1", False), ("org/m2", "q2", True)}
    path = tmp_path / "named.csv"
    path.write_text(",org/a,org/b\nmmlu_1,0.75,0.25\n")
    assert detect(path) == "wide-items-csv"
    with pytest.raises(BadInput, match="--threshold"):
        read(path, benchmark="any")
    assert answers(one(read(path, benchmark="any", threshold=0.5))) == {
        ("org/a", "mmlu_1", True),
        ("org/b", "mmlu_1", False),
    }
    path.write_text("item,a\nq,1\nq,0\n")
    with pytest.raises(BadInput, match=r"'q'.*two rows"):
        read(path, benchmark="any")


def test_a_matrix_without_header(tmp_path: Path) -> None:
    path = small.headerless(tmp_path)
    got = one(read(path, benchmark="any"))
    assert answers(got) == {
        ("model 1", "q1", True),
        ("model 1", "q2", False),
        ("model 2", "q1", False),
        ("model 2", "q2", True),
        ("model 2", "q3", True),
    }
    path.with_suffix(".models.txt").write_text("org/a\norg/b\n")
    assert {name for name, _, _ in answers(one(read(path, benchmark="any")))} == {"org/a", "org/b"}
    path.with_suffix(".models.txt").write_text("org/a\n")
    with pytest.raises(BadInput, match="names 1 models"):
        read(path, benchmark="any")
    path.with_suffix(".items.txt").unlink()
    with pytest.raises(BadInput, match=r"bare\.items\.txt"):
        read(path, benchmark="any")


def test_other_names_beside_a_matrix_are_other_content(tmp_path: Path) -> None:
    store, path = Store(tmp_path / "store"), small.headerless(tmp_path)
    for names, new in (("q1\nq2\nq3\n", True), ("q1\nq2\nq3\n", False), ("a\nb\nc\n", True)):
        path.with_suffix(".items.txt").write_text(names)
        (done,) = import_paths(store, [path], wanted=Wanted("bare"))
        assert done.new is new
