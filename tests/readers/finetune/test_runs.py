from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.bins import quantile_bins
from analysis.errors import AtlasError, BadInput
from analysis.fits import keep, make, request
from analysis.imports import import_paths
from analysis.irt.fitted import Settings
from analysis.readers.contents import Contents, Wanted
from analysis.readers.finetune import holds_runs, read_runs
from analysis.store import Store
from analysis.transfer import cell_table, resample
from analysis.transfer.runs import run_matrix
from tests.readers import logs

BASE = "Qwen/Qwen2.5-1.5B-Instruct"
QUANTILES = np.array([0.0, 0.05, 0.1, 0.3, 0.55, 0.8, 0.95, 1.0])
DOCS = [
    {**doc, "1pl_quantile": q, "1pl_diff": 4 * q - 2}
    for doc, q in zip(logs.questions(len(QUANTILES)), QUANTILES.tolist(), strict=True)
]
BEFORE = [1, 1, 0, 1, 0, 0, 0, 0]
AFTER = [1, 1, 1, 1, 1, 0, 0, 1]


def write_tuned(
    root: Path, low: int, high: int, correct=AFTER, *, dataset: str = "gsm8k", seed: int = 42, docs=DOCS
) -> None:
    """An evaluation as the scripts of cross-difficulty leave it."""
    trained = f"sft-qwen-1.5b-{dataset}-{low}-{high}-epoch-5-full-1pl_quantile"
    checkpoint = f"/data/{trained}/Qwen--Qwen2.5-1.5B-Instruct_{dataset}_{seed}--trainer-saved"
    folder = root / f"qwen-1.5b-{dataset}-{low}-{high}-full-1pl_quantile-epoch-5"
    task = f"cross_difficulty_{dataset}"
    logs.write_run(folder, docs, correct, task=task, model=checkpoint, metric="exact_match")


def write_baseline(root: Path, correct=BEFORE, *, dataset: str = "gsm8k", docs=DOCS) -> None:
    folder = root / f"qwen-1.5b-{dataset}-zero-shot"
    logs.write_run(folder, docs, correct, task=f"cross_difficulty_{dataset}", model=BASE)


def read(place: Path, **wanted) -> Contents:
    assert holds_runs(place)
    return read_runs(place, Wanted(**wanted))


def warnings(contents: Contents) -> set[str]:
    return {remark.kind for remark in contents.remarks if remark.warning}


def trained_on(contents: Contents, run: int) -> set[float]:
    """Published quantiles of a run's training items."""
    assert contents.runs is not None
    items = contents.parts[0].responses.items["published_quantile"]
    return {float(items[row.item]) for row in contents.runs.run_items.itertuples() if row.run == run}


def test_names_tell_base_model_seed_bins_and_baseline(tmp_path: Path) -> None:
    write_tuned(tmp_path, 0, 1)
    write_tuned(tmp_path, 0, 1, seed=43)
    write_tuned(tmp_path, 3, 10)
    write_baseline(tmp_path)
    contents = read(tmp_path)
    assert contents.runs is not None
    runs = contents.runs.runs
    assert set(runs["base_model"]) == {BASE}
    tuned = runs[runs["kind"] != "baseline"].sort_values(["first_bin", "seed"])
    assert tuned[["kind", "first_bin", "last_bin", "bins_of", "seed"]].values.tolist() == [
        ["bin", 1, 1, 10, 42],
        ["bin", 1, 1, 10, 43],
        ["range", 4, 10, 10, 42],
    ]
    assert trained_on(contents, int(tuned["run"].iloc[0])) == {0.0, 0.05}
    assert trained_on(contents, int(tuned["run"].iloc[2])) == {0.3, 0.55, 0.8, 0.95, 1.0}, (
        "1 is in the last bin"
    )
    assert json.loads(tuned["hyperparameters"].iloc[0])["epochs"] == 5
    assert warnings(contents) == set()
    assert "trained on test items" in {remark.kind for remark in contents.remarks}
    assert contents.parts[0].benchmark.name == "gsm8k"
    np.testing.assert_allclose(contents.parts[0].responses.items["published_difficulty"], 4 * QUANTILES - 2)


def test_the_store_pairs_runs_with_their_baseline_and_masks_what_they_learnt(tmp_path: Path) -> None:
    write_tuned(tmp_path / "runs", 0, 1, AFTER[::-1], docs=DOCS[::-1])  # in another order than the baseline
    write_baseline(tmp_path / "runs")
    store = Store(tmp_path / "store")
    (imported,) = import_paths(store, [tmp_path / "runs"])
    assert imported.reader == "fine-tune"
    with store.open() as snapshot:
        runs, items, responses = (
            snapshot.runs("gsm8k"),
            snapshot.run_items("gsm8k"),
            snapshot.run_responses("gsm8k"),
        )
    matrix = run_matrix(runs, items, responses, base_model=BASE, n_items=len(DOCS))
    # Items are numbered as the first log, the run's, has them: backwards.
    np.testing.assert_array_equal(matrix.baseline[::-1], BEFORE)
    np.testing.assert_array_equal(matrix.change[0][::-1], np.subtract(AFTER, BEFORE))
    np.testing.assert_array_equal(matrix.trained[0][::-1], QUANTILES < 0.1)


def test_runs_join_the_items_of_respondents_by_content(tmp_path: Path) -> None:
    plain = logs.questions(len(DOCS))  # without the published columns, and in another order
    logs.write_run(tmp_path / "responses", plain[::-1], BEFORE, task="gsm8k", model="org/a")
    write_tuned(tmp_path / "runs", 0, 1)
    write_baseline(tmp_path / "runs")
    store = Store(tmp_path / "store")
    import_paths(store, [tmp_path / "responses", tmp_path / "runs"])
    with store.open() as snapshot:
        (benchmark,) = snapshot.benchmarks().to_dict("records")
        learned = snapshot.run_items("gsm8k")["item"].tolist()
    assert (benchmark["items"], benchmark["responses"], benchmark["runs"]) == (8, 8, 2)
    assert sorted(learned) == [6, 7], "the two easiest, by the numbers that the respondents' log gave them"
    again = import_paths(store, [tmp_path / "runs"])
    assert not again[0].new


def test_items_that_only_runs_answered_are_left_out_of_the_fit(tmp_path: Path) -> None:
    """From runs and responses to bins and gains, on items that only some models answered."""
    write_tuned(tmp_path / "runs", 0, 1, AFTER)
    write_baseline(tmp_path / "runs")
    store = Store(tmp_path / "store")
    import_paths(store, [tmp_path / "runs"])
    with store.open() as snapshot, pytest.raises(AtlasError, match="No model answered any item of 'gsm8k'"):
        request(snapshot, "gsm8k", seed=1)

    asked = logs.questions(len(DOCS))
    del asked[5], asked[1]  # nobody is asked the second and the sixth
    rng = np.random.default_rng(1)
    for number in range(12):
        right = (rng.random(len(asked)) < 0.9 - 0.1 * np.arange(len(asked))).astype(int).tolist()
        logs.write_run(tmp_path / "responses", asked, right, task="gsm8k", model=f"org/m{number}")
    import_paths(store, [tmp_path / "responses"])
    with store.open() as snapshot:
        wanted = request(snapshot, "gsm8k", seed=1)
        data_hash = snapshot.benchmarks()["data_hash"].iloc[0]
    assert (wanted.matrix.n_items, wanted.unanswered) == (6, 2)
    assert wanted.matrix.data_hash == data_hash, "so that the fit is not stale from the start"
    short = replace(wanted, settings=Settings(draws=100, tune=100, chains=2), checked=False, extensions=0)
    fit = keep(store, make(short))
    with store.open() as snapshot:
        assert not snapshot.fits("gsm8k")["stale"].any()
        items = snapshot.items("gsm8k", fit)
        tables = snapshot.runs("gsm8k"), snapshot.run_items("gsm8k"), snapshot.run_responses("gsm8k")
    kept = [0, 2, 3, 4, 6, 7]
    assert items["prompt"].tolist() == [DOCS[number]["question"] for number in kept]
    matrix = run_matrix(*tables, base_model=BASE, n_items=len(items))
    np.testing.assert_array_equal(matrix.baseline, np.array(BEFORE)[kept])
    np.testing.assert_array_equal(matrix.change[0], np.subtract(AFTER, BEFORE)[kept])
    np.testing.assert_array_equal(matrix.trained[0], (QUANTILES < 0.1)[kept])
    member = quantile_bins(items["mean"].to_numpy(), 2)
    cells = cell_table(resample(matrix, member, 2))
    assert cells["items"].tolist() == [int((~matrix.trained[0][member == half]).sum()) for half in (0, 1)]


def test_a_folder_that_grew_adds_its_new_runs(tmp_path: Path) -> None:
    write_tuned(tmp_path / "runs", 0, 1)
    write_baseline(tmp_path / "runs")
    store = Store(tmp_path / "store")
    import_paths(store, [tmp_path / "runs"])
    write_tuned(tmp_path / "runs", 9, 10)
    (grown,) = import_paths(store, [tmp_path / "runs"])
    assert any(remark.kind == "known runs" and remark.count == 2 for remark in grown.remarks)
    with store.open() as snapshot:
        assert len(snapshot.runs("gsm8k")) == 3
        assert snapshot.run_items("gsm8k")["run"].nunique() == 2


def test_epochs_of_large_data_sets_are_not_believed(tmp_path: Path) -> None:
    write_tuned(tmp_path, 0, 1, dataset="musr")
    write_baseline(tmp_path, dataset="musr")
    contents = read(tmp_path)
    assert warnings(contents) == {"epochs unverified"}
    assert contents.runs is not None
    (told,) = contents.runs.runs["hyperparameters"].dropna()
    assert "epochs" not in json.loads(told)
    assert json.loads(told)["epochs_in_name"] == 5


def test_a_run_without_baseline_is_said(tmp_path: Path) -> None:
    write_tuned(tmp_path, 0, 1)
    assert warnings(read(tmp_path)) == {"no baseline"}


def test_without_results_folders_tell(tmp_path: Path) -> None:
    write_tuned(tmp_path, 2, 5)
    write_baseline(tmp_path)
    for path in tmp_path.rglob("*-2-5-*/**/results_*.json"):
        path.unlink()
    contents = read(tmp_path)
    assert contents.runs is not None
    tuned = contents.runs.runs[contents.runs.runs["kind"] == "range"]
    assert tuned[["base_model", "first_bin", "last_bin", "seed"]].values.tolist() == [[BASE, 3, 5, 42]]


def write_sidecar(folder: Path, **changes) -> None:
    content = {
        "schema": "sft-run/1",
        "run_name": "mine",
        "base_model": "org/base",
        "train": {
            "dataset": "sums",
            "bins": [[0.1, 0.2], [0.0, 0.1]],
            "method": "lora",
            "epochs": 2,
            "seed": 7,
        },
    }
    logs.write_json(folder / "run.json", {**content, **changes})


def test_a_sidecar_describes_any_layout(tmp_path: Path) -> None:
    logs.write_run(tmp_path / "x", DOCS, AFTER, model="checkpoint")
    logs.write_run(tmp_path / "y", DOCS, BEFORE, model="org/base")
    write_sidecar(tmp_path / "x")
    write_sidecar(tmp_path / "y", baseline=True, train={"dataset": "sums"})
    contents = read(tmp_path)
    assert contents.runs is not None
    tuned, baseline = contents.runs.runs.to_dict("records")
    assert (tuned["name"], tuned["recipe"], tuned["kind"], tuned["first_bin"], tuned["last_bin"]) == (
        *("mine-seed7", "lora"),
        *("range", 1, 2),
    )
    assert (baseline["kind"], baseline["base_model"]) == ("baseline", "org/base")
    assert trained_on(contents, 0) == {0.0, 0.05, 0.1}
    assert warnings(contents) == set()


def test_a_sidecar_may_list_training_items(tmp_path: Path) -> None:
    plain = logs.questions(8)
    logs.write_run(tmp_path, plain, AFTER, model="checkpoint")
    write_sidecar(tmp_path, train={"dataset": "sums", "item_ids_file": "ids.json", "bins": [[0.0, 0.5]]})
    logs.write_json(tmp_path / "ids.json", [])
    hashes = read(tmp_path).parts[0].responses.items["content_hash"].tolist()
    logs.write_json(tmp_path / "ids.json", [hashes[1], hashes[5], "elsewhere"])
    contents = read(tmp_path)
    assert contents.runs is not None
    assert contents.runs.run_items["item"].tolist() == [1, 5]
    (unknown,) = (remark for remark in contents.remarks if remark.kind == "unknown training items")
    assert unknown.count == 1


def test_bins_of_items_without_quantile_are_said(tmp_path: Path) -> None:
    logs.write_run(tmp_path, logs.questions(8), AFTER, model="checkpoint")
    write_sidecar(tmp_path)
    assert "unknown training items" in warnings(read(tmp_path))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"schema": "sft-run/9"}, "sft-run/1"),
        ({"base_model": 3}, "'base_model'"),
        ({"train": {"dataset": "sums"}}, "neither 'bins' nor 'item_ids_file'"),
        ({"train": {"dataset": "sums", "bins": [[0, 0.1], [0.3, 0.4]]}}, "adjacent"),
        ({"train": {"dataset": "sums", "bins": 3}}, "list of pairs"),
        ({"train": {"dataset": "sums", "bins": [[0, 0.15]]}}, "tenths"),
        ({"train": {"dataset": "sums", "item_ids_file": "../ids"}}, "beside it"),
        ({"train": []}, "'train'"),
    ],
)
def test_wrong_sidecars_are_explained(tmp_path: Path, changes: dict, says: str) -> None:
    logs.write_run(tmp_path, DOCS, AFTER, model="checkpoint")
    write_sidecar(tmp_path, **changes)
    with pytest.raises(BadInput, match=says) as caught:
        read(tmp_path)
    assert caught.value.path == tmp_path / "run.json"


def test_runs_on_several_data_sets_are_several_benchmarks(tmp_path: Path) -> None:
    for dataset in ("gsm8k", "arc"):
        write_tuned(tmp_path, 0, 1, dataset=dataset)
        write_baseline(tmp_path, dataset=dataset)
    contents = read(tmp_path)
    assert contents.runs is not None
    assert set(contents.runs.runs["benchmark"]) == {"gsm8k", "arc"}
    with pytest.raises(AtlasError, match="leave out --benchmark"):
        read(tmp_path, benchmark="one")


def test_logs_of_respondents_are_no_runs(tmp_path: Path) -> None:
    logs.write_run(tmp_path, DOCS, AFTER)
    assert not holds_runs(tmp_path)
