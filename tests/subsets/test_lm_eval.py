"""lm-evaluation-harness evaluates an exported subset: exactly the selected documents.

It runs in an environment of its own, which ``make .bench/lm-eval/.made`` makes.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from analysis.imports import import_paths
from analysis.readers import Wanted
from analysis.store import Store
from analysis.subsets import Asked, files_of, ordered, put_down
from analysis.tables import ITEM_COLUMNS
from tests.conftest import ROOT
from tests.subsets.pool import pool

PYTHON = ROOT / ".bench" / "lm-eval" / "bin" / "python"
BASE = """
task: sums
custom_dataset: !function sums.load
test_split: test
fewshot_split: train
num_fewshot: 1
process_docs: !function sums.shuffled
output_type: generate_until
doc_to_text: "{{question}}"
doc_to_target: "{{answer}}"
metric_list:
  - metric: exact_match
"""
SUMS = """
import json
from pathlib import Path
from datasets import Dataset, DatasetDict, Split

def load(**_):
    rows = json.loads((Path(__file__).parent / "sums.json").read_text())
    test, train = Dataset.from_list(rows, split=Split.TEST), Dataset.from_list(rows[:3], split=Split.TRAIN)
    return DatasetDict({"test": test, "train": train})

def shuffled(documents):
    return documents.select(range(len(documents) - 1, -1, -1))
"""

pytestmark = [
    pytest.mark.lm_eval,
    pytest.mark.skipif(not PYTHON.exists(), reason="lm-eval is not installed: make .bench/lm-eval/.made"),
]


def base_task(folder: Path) -> pd.DataFrame:
    """Write a task of a stranger's making: other columns, documents in another order; return its items."""
    items = pool(40)
    rows = [
        {"id": key, "question": prompt, "answer": target}
        for key, prompt, target in zip(items["item_key"], items["prompt"], items["target"], strict=True)
    ]
    (folder / "sums.json").write_text(json.dumps(rows))
    (folder / "sums.yaml").write_text(BASE)
    (folder / "sums.py").write_text(SUMS)
    # As a reader of its logs would have it: positions after process_docs, hashes of the question.
    hashes = [hashlib.sha256(row["question"].encode()).hexdigest() for row in rows]
    return items.assign(doc_id=items["doc_id"].to_numpy()[::-1], content_hash=hashes)


def own_items(folder: Path) -> pd.DataFrame:
    subset = ordered(pool(40).query("bin in [2, 9]"), "shuffled", seed=1)
    put_down(files_of(subset, "lm-eval-task", "sums-2-9"), "lm-eval-task", folder)
    return subset


def filtered(folder: Path) -> pd.DataFrame:
    subset = ordered(base_task(folder).query("bin > 7"), "easy-first")
    made = files_of(subset, "lm-eval-task", "hard sums", Asked(base=str(folder / "sums.yaml")))
    put_down(made, "lm-eval-task", folder)
    return subset


def by_position(folder: Path) -> pd.DataFrame:
    subset = ordered(base_task(folder).query("bin == 4"), "shuffled")
    put_down(files_of(subset, "lm-eval-samples", "sums"), "lm-eval-samples", folder / "ids.json")
    return subset


def gone(folder: Path) -> pd.DataFrame:
    subset = base_task(folder).query("bin > 7").assign(content_hash="0" * 64)
    made = files_of(subset, "lm-eval-task", "gone", Asked(base=str(folder / "sums.yaml")))
    put_down(made, "lm-eval-task", folder)
    return subset


JOBS = {
    own_items: {"task": "sums-2-9"},
    filtered: {"task": "hard-sums"},
    by_position: {"task": "sums", "samples": "ids.json"},
    gone: {"task": "gone"},
}


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, pd.DataFrame]]:
    """Folders that the harness evaluated, all in one process, and the subset in each."""
    folder, subsets = tmp_path_factory.mktemp("evaluated"), {}
    for make in JOBS:
        (folder / make.__name__).mkdir()
        subsets[make.__name__] = make(folder / make.__name__)
    jobs = [{"folder": make.__name__, **job} for make, job in JOBS.items()]
    run = subprocess.run(
        [PYTHON, ROOT / "tests/subsets/tiny_lm.py", folder, json.dumps(jobs)],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hf"), "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return folder, subsets


def samples_of(folder: Path) -> list[dict]:
    """Read the harness's samples, in the order of its log."""
    assert not (folder / "error").exists(), (folder / "error").read_text()
    (log,) = (folder / "out").rglob("samples_*.jsonl")
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def items_of(store: Store) -> pd.DataFrame:
    with store.open() as snapshot:
        return snapshot.study_tables(["sums"])["items"].to_pandas()


@pytest.mark.parametrize("made", ["own_items", "filtered", "by_position"])
def test_its_logs_read_back_give_the_same_items(evaluated, made: str, tmp_path: Path) -> None:
    folder, subsets = evaluated
    items = (pool(40) if made == "own_items" else base_task(tmp_path))[list(ITEM_COLUMNS)]
    items.assign(model="org/first", correct=1).to_csv(tmp_path / "first.csv", index=False)
    store = Store(tmp_path / "store")
    import_paths(store, [tmp_path / "first.csv"], wanted=Wanted("sums"))
    before = items_of(store)
    (done,) = import_paths(store, [folder / made / "out"], wanted=Wanted("sums", model="org/adder"))
    assert done.reader == "lm-eval"
    after = items_of(store)
    pd.testing.assert_frame_equal(after[list(ITEM_COLUMNS)], before[list(ITEM_COLUMNS)])
    with store.open() as snapshot:
        answers = snapshot.responses("sums")
        models = snapshot.respondents("sums").set_index("name")["model"]
    answers = answers[answers["model"] == models["org/adder"]]
    keys = after.set_index("item")["item_key"].loc[answers["item"]]
    assert set(keys) == set(subsets[made]["item_key"])
    assert [int(key[-4:]) % 2 == 0 for key in keys] == answers["correct"].tolist()


def test_a_task_of_the_items_themselves_is_evaluated_in_order(evaluated) -> None:
    folder, subsets = evaluated
    subset, samples = subsets["own_items"], samples_of(folder / "own_items")
    assert [sample["doc"]["item_key"] for sample in samples] == subset["item_key"].tolist()
    assert [sample["doc"]["content_hash"] for sample in samples] == subset["content_hash"].tolist()
    assert [sample["doc_id"] for sample in samples] == subset["index"].tolist()
    right = [int(key[-4:]) % 2 == 0 for key in subset["item_key"]]
    assert [sample["exact_match"] == 1 for sample in samples] == right


def test_a_filtered_task_keeps_exactly_the_selected_documents(evaluated) -> None:
    folder, subsets = evaluated
    subset, samples = subsets["filtered"], samples_of(folder / "filtered")
    assert {sample["doc"]["id"] for sample in samples} == set(subset["item_key"])
    assert [sample["doc_id"] for sample in samples] == list(range(len(subset)))
    # One example of the training split before each: that split is left as it is.
    assert all(sample["arguments"]["gen_args_0"]["arg_0"].count("=") == 2 for sample in samples)


def test_samples_select_exactly_their_documents(evaluated) -> None:
    folder, subsets = evaluated
    subset, samples = subsets["by_position"], samples_of(folder / "by_position")
    logged = {sample["doc_id"]: sample["doc"]["id"] for sample in samples}
    assert logged == dict(zip(subset["doc_id"], subset["item_key"], strict=True))


def test_a_document_that_is_gone_stops_the_task(evaluated) -> None:
    folder, _ = evaluated
    error = (folder / "gone" / "error").read_text()
    assert "1 of 1 listed items are not among the documents" in error
