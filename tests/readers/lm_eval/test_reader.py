from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import AtlasError, BadInput
from analysis.readers.contents import Contents, Wanted
from analysis.readers.lm_eval import holds_samples, read_lm_eval
from tests.readers import logs
from tests.readers.logs import LATER, MODEL, STAMP


def read(place: Path, **wanted) -> Contents:
    return read_lm_eval(place, Wanted(**wanted))


def kinds(contents: Contents) -> dict[str, bool]:
    """What was remarked, and whether as a warning."""
    parts = [remark for part in contents.parts for remark in part.responses.remarks]
    return {remark.kind: remark.warning for remark in [*contents.remarks, *parts]}


def answers(contents: Contents, part: int = 0) -> dict[tuple[str, str], bool]:
    """Correct or not by model and question."""
    responses = contents.parts[part].responses
    names, prompts = responses.models["name"], responses.items["prompt"]
    return {
        (names[cell.model], prompts[cell.item]): bool(cell.correct) for cell in responses.cells.itertuples()
    }


def expected(docs, correct, model: str = MODEL) -> dict[tuple[str, str], bool]:
    return {(model, doc["question"]): bool(value) for doc, value in zip(docs, correct, strict=True)}


DOCS, CORRECT = logs.questions(4), [1.0, 0.0, 1.0, 1.0]
ROWS = logs.samples(DOCS, CORRECT)
RESULTS = logs.results("sums", 0.75, 4)


def layout_0_4_9(folder: Path) -> None:
    logs.write_run(folder, DOCS, CORRECT)


def layout_0_4_9_named_file(folder: Path) -> None:
    logs.write_json(folder / f"out_{STAMP}.json", RESULTS)
    logs.write_jsonl(folder / f"samples_sums_{STAMP}.jsonl", ROWS)


def layout_0_4_3(folder: Path) -> None:
    old = logs.samples(DOCS, CORRECT, named=False)
    logs.write_json(folder / "org__model" / f"results_{STAMP}.json", RESULTS)
    logs.write_jsonl(folder / "org__model" / f"samples_sums_{STAMP}.jsonl", old)


def layout_0_4_0(folder: Path) -> None:
    oldest = logs.samples(DOCS, CORRECT, named=False, hashed=False)
    for row in oldest:
        row["arguments"] = [["…", {"until": ["\n"]}]]
    about = {key: value for key, value in RESULTS.items() if key not in ("model_name", "n-samples")}
    logs.write_json(folder / "results.json", about)
    logs.write_json(folder / "pretrained__org__model,dtype__float16_sums.jsonl", oldest)


def layout_of_june_2024(folder: Path) -> None:
    logs.write_jsonl(folder / "org__model-details" / "org__model" / f"samples_sums_{STAMP}.json", ROWS)


LAYOUTS = [layout_0_4_9, layout_0_4_9_named_file, layout_0_4_3, layout_0_4_0, layout_of_june_2024]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_every_layout_says_the_same(tmp_path: Path, layout) -> None:
    layout(tmp_path / "logs")
    assert holds_samples(tmp_path / "logs")
    contents = read(tmp_path / "logs")
    assert contents.parts[0].benchmark.name == "sums"
    assert answers(contents) == expected(DOCS, CORRECT)
    assert kinds(contents)["metric"] is False
    assert not kinds(contents).keys() & {"mean mismatch", "limited runs", "duplicate runs"}


def test_the_real_samples(lm_eval_samples: Path) -> None:
    contents = read(lm_eval_samples, model="EleutherAI/pythia-14m")
    arc, gsm8k = contents.parts
    assert arc.benchmark.name == "metabench_arc_secondary"
    assert (len(arc.responses.items), len(gsm8k.responses.items)) == (100, 249)
    for part, file in ((arc, "arc"), (gsm8k, "gsm8k")):
        (path,) = lm_eval_samples.glob(f"*{file}*")
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        metric = "acc_norm" if file == "arc" else "exact_match"
        first = {row["doc_id"]: row for row in reversed(rows)}  # of gsm8k's filters the first is strict
        by_id = dict(zip(part.responses.items["doc_id"], range(len(first)), strict=True))
        correct = dict(zip(part.responses.cells["item"], part.responses.cells["correct"], strict=True))
        assert all(correct[by_id[k]] == (row[metric] == 1) for k, row in first.items())
    assert (arc.responses.items["choices"].dropna() >= 3).all()
    assert arc.responses.items["target"][0] == "buildings will be made safer"
    assert arc.responses.models["name"].tolist() == ["EleutherAI/pythia-14m"]
    assert "hash mismatch" not in kinds(contents)


def test_filters_without_a_name_are_told_by_their_order(tmp_path: Path) -> None:
    filters = ("strict-match", "flexible-extract")
    strict, flexible = [1, 0, 0, 0], [1, 1, 1, 0]
    rows = logs.samples(DOCS, strict, named=False) + logs.samples(DOCS, flexible, named=False)
    folder = tmp_path / "org__model"
    about = logs.results("sums", 0.25, 4, filters=filters)
    about["results"]["sums"]["exact_match,flexible-extract"] = 0.75
    logs.write_json(folder / f"results_{STAMP}.json", about)
    logs.write_jsonl(folder / f"samples_sums_{STAMP}.jsonl", rows[::2] + rows[1::2])  # ranks interleaved
    assert "mean mismatch" not in kinds(read(tmp_path)), "the filters are the right way round"
    assert answers(read(tmp_path)) == expected(DOCS, strict)
    assert answers(read(tmp_path, filter="flexible-extract")) == expected(DOCS, flexible)
    with pytest.raises(AtlasError, match="no filter 'loose'; there are strict-match, flexible-extract"):
        read(tmp_path, filter="loose")


def test_a_mean_that_is_not_the_reported_one_is_a_warning(tmp_path: Path) -> None:
    path = logs.write_run(tmp_path, DOCS, CORRECT)
    path.write_text(path.read_text().replace('"exact_match": 0.0', '"exact_match": 1.0'))
    assert kinds(read(tmp_path))["mean mismatch"] is True


def test_a_sample_that_is_not_of_its_document_is_left_out(tmp_path: Path) -> None:
    path = logs.write_run(tmp_path, DOCS, CORRECT)
    path.write_text(path.read_text().replace("What is 1 + 1?", "What is 7 + 7?"))
    contents = read(tmp_path)
    assert kinds(contents)["hash mismatch"] is True
    assert any("line 2" in remark.text for remark in contents.remarks)
    assert answers(contents) == expected([DOCS[0], *DOCS[2:]], [1, 1, 1])


def test_the_latest_whole_run_counts(tmp_path: Path) -> None:
    logs.write_run(tmp_path, DOCS, [0, 0, 0, 0], stamp="2024-01-01T00-00-00")
    logs.write_run(tmp_path, DOCS, CORRECT, stamp=STAMP)
    logs.write_run(tmp_path, DOCS[:2], [0, 1], stamp=LATER, n=4)
    contents = read(tmp_path)
    assert answers(contents) == expected(DOCS, CORRECT)
    assert kinds(contents)["duplicate runs"] is False
    assert "limited runs" not in kinds(contents)


def test_a_limited_run_counts_and_is_said(tmp_path: Path) -> None:
    logs.write_run(tmp_path, DOCS[:2], [0, 1], n=4)
    contents = read(tmp_path)
    assert len(answers(contents)) == 2
    assert kinds(contents)["limited runs"] is True


def test_without_results_a_run_shorter_than_others_is_limited(tmp_path: Path) -> None:
    logs.write_jsonl(tmp_path / "org__a" / f"samples_sums_{STAMP}.jsonl", ROWS)
    logs.write_jsonl(tmp_path / "org__b" / f"samples_sums_{STAMP}.jsonl", ROWS[:3])
    (limited,) = (remark for remark in read(tmp_path).remarks if remark.kind == "limited runs")
    assert "org/b, 3 items of sums" in limited.text


def test_leaderboard_tasks_have_known_lengths(tmp_path: Path) -> None:
    task = "leaderboard_bbh_navigate"
    docs = [{"input": f"Turn {k} times.", "target": "Yes"} for k in range(100)]
    rows = logs.samples(docs, [1] * 100, metric="acc_norm")
    logs.write_jsonl(tmp_path / "org__model-details" / f"samples_{task}_{STAMP}.jsonl", rows)
    contents = read(tmp_path)
    assert kinds(contents)["limited runs"] is True
    assert contents.parts[0].benchmark.name == "leaderboard_bbh"
    assert contents.parts[0].responses.items["subtask"].unique().tolist() == ["navigate"]


def test_items_are_joined_by_content_not_by_position(tmp_path: Path) -> None:
    logs.write_run(tmp_path, DOCS, CORRECT, model="org/a")
    logs.write_run(tmp_path, DOCS[::-1], CORRECT[::-1], model="org/b")
    contents = read(tmp_path)
    assert len(contents.parts[0].responses.items) == 4
    assert answers(contents) == expected(DOCS, CORRECT, "org/a") | expected(DOCS, CORRECT, "org/b")
    assert kinds(contents)["item order"] is False


def test_shuffled_choices_and_further_columns_are_the_same_item(tmp_path: Path) -> None:
    docs = logs.choices(2)
    other = [{**doc, "choices": {"text": doc["choices"]["text"][::-1], "label": []}, "x": 1} for doc in docs]
    logs.write_run(tmp_path, docs, [1, 0], model="org/a", metric="acc")
    logs.write_run(tmp_path, other, [1, 0], model="org/b", metric="acc")
    (part,) = read(tmp_path).parts
    assert (len(part.responses.items), len(part.responses.cells)) == (2, 4)
    assert part.benchmark.choices == 4
    assert part.responses.items["target"].tolist() == ["0", "1"]


def test_the_same_question_twice_is_two_items(tmp_path: Path) -> None:
    logs.write_run(tmp_path, [DOCS[0], DOCS[1], DOCS[0]], [1, 0, 0])
    (part,) = read(tmp_path).parts
    keys = part.responses.items["item_key"].tolist()
    assert keys[2] == f"{keys[0]}-2"
    assert part.responses.items["content_hash"].nunique() == 2


def test_a_file_that_was_appended_to_counts_once(tmp_path: Path) -> None:
    for named in (True, False):
        first = logs.samples(DOCS, [0, 0, 0, 0], named=named)
        again = logs.samples(DOCS[:3], [1, 1, 1], named=named)
        logs.write_jsonl(tmp_path / str(named) / "org__model" / f"samples_sums_{STAMP}.jsonl", first + again)
        contents = read(tmp_path / str(named))
        assert kinds(contents)["repeated rows"] is True
        assert answers(contents) == expected(DOCS, [1, 1, 1, 0])


def test_a_metric_between_0_and_1_needs_a_threshold(tmp_path: Path) -> None:
    values = [0.2, 0.9, 0.5, 0.4]
    logs.write_run(tmp_path, DOCS, values, task="truthfulqa_mc2", metric="acc")
    with pytest.raises(AtlasError, match=r"acc is not 0 or 1.*--threshold"):
        read(tmp_path)
    contents = read(tmp_path, threshold=0.5)
    assert answers(contents) == expected(DOCS, [0, 1, 1, 0])
    assert "binarised" in kinds(contents)


def test_lists_are_no_metric_and_nan_is_missing(tmp_path: Path) -> None:
    rows = logs.samples(DOCS, [True, False, None, float("nan")], metric="prompt_level_strict_acc")
    for row in rows:
        row["metrics"] = ["inst_level_strict_acc", "prompt_level_strict_acc"]
        row["inst_level_strict_acc"] = [True, False]
    logs.write_jsonl(tmp_path / "org__model" / f"samples_ifeval_{STAMP}.jsonl", rows)
    contents = read(tmp_path)
    assert answers(contents) == expected(DOCS[:2], [1, 0])
    assert "missing responses" in kinds(contents)


def test_ways_to_run_one_model_are_several_respondents(tmp_path: Path) -> None:
    logs.write_run(tmp_path / "a", DOCS, CORRECT, model_dtype="bfloat16", model_sha="abcdef123456")
    logs.write_run(tmp_path / "b", DOCS, [0, 0, 0, 1], model_dtype="float16", model_sha="abcdef123456")
    names = read(tmp_path).parts[0].responses.models["name"].tolist()
    assert names == ["org/model (bfloat16)", "org/model (float16)"]


def test_each_task_is_a_benchmark_unless_one_is_wanted(tmp_path: Path) -> None:
    for task in ("sums", "mmlu_anatomy", "mmlu_professional_law", "mmlu_pro", "leaderboard_gpqa_main"):
        logs.write_run(tmp_path, DOCS, CORRECT, task=task, metric="acc", model=f"org/{task}")
    apart = {part.benchmark.name: part for part in read(tmp_path).parts}
    assert set(apart) == {"sums", "mmlu", "mmlu_pro", "leaderboard_gpqa"}
    assert apart["leaderboard_gpqa"].benchmark.hide_text
    assert set(apart["mmlu"].responses.items["subtask"]) == {"anatomy", "professional_law"}
    (together,) = read(tmp_path, benchmark="all").parts
    assert together.benchmark.name == "all"
    assert together.responses.items["subtask"].nunique() == 5
    assert len(together.responses.items) == 20


def test_keys_do_not_depend_on_what_else_is_imported(tmp_path: Path) -> None:
    logs.write_run(tmp_path / "one", DOCS, CORRECT)
    shutil.copytree(tmp_path / "one", tmp_path / "both")
    logs.write_run(tmp_path / "both", DOCS, CORRECT, task="other")
    one, both = read(tmp_path / "one").parts[0], read(tmp_path / "both").parts
    pd.testing.assert_frame_equal(one.responses.items, both[-1].responses.items)


def test_other_data_beside_the_logs_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    logs.write_run(tmp_path, DOCS, CORRECT)
    (tmp_path / "README.md").write_text("Not data.")
    assert "left out" not in kinds(read(tmp_path))
    (tmp_path / "matrix.csv").write_text("model,a\nm,1\n")
    assert kinds(read(tmp_path))["left out"] is True


BAD = {
    "cut off": (lambda text: text[:-30], 4, "not valid JSON"),
    "a scalar for a document": (
        lambda text: text.replace('"doc": {', '"doc": 3, "x": {', 1),
        1,
        "doc is not",
    ),
    "no position": (lambda text: text.replace('"doc_id": 1', '"doc_id": "one"', 1), 2, "doc_id"),
    "a list": (lambda text: text.replace("\n", "\n[1]\n", 1), 2, "where an object"),
    "an endless number": (lambda text: text.replace('"doc_id": 2', f'"doc_id": {"9" * 5000}'), 3, "digits"),
    "nesting without end": (
        lambda text: text.replace('"doc_id": 2', f'"x": {"[" * 10**5}'),
        3,
        "not valid|deep",
    ),
}


@pytest.mark.parametrize(("change", "line", "says"), BAD.values(), ids=BAD)
def test_damaged_files_name_the_line(tmp_path: Path, change, line: int, says: str) -> None:
    path = logs.write_run(tmp_path, DOCS, CORRECT)
    path.write_text(change(path.read_text()))
    with pytest.raises(BadInput, match=says) as caught:
        read(tmp_path)
    assert caught.value.line == line
    assert caught.value.path == path


def test_a_damaged_results_file_is_an_error(tmp_path: Path) -> None:
    path = logs.write_run(tmp_path, DOCS, CORRECT)
    about = path.with_name(f"results_{STAMP}.json")
    about.write_text(about.read_text()[:-10])
    with pytest.raises(BadInput, match="not valid JSON"):
        read(tmp_path)
