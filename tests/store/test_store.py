from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError, BadInput
from analysis.imports import import_file, import_study
from analysis.store import Store
from analysis.tables import Benchmark, Responses
from tests import studies


def responses(correct: list[list[int | None]], models: list[str] | None = None) -> Responses:
    """A matrix, a row a model, as a reader would yield it."""
    matrix = np.array(correct, dtype=float)
    model, item = np.nonzero(~np.isnan(matrix))
    return Responses(
        pd.DataFrame({"item_key": [f"q{n}" for n in range(matrix.shape[1])]}),
        pd.DataFrame({"name": models or [f"m{n}" for n in range(len(matrix))]}),
        pd.DataFrame({"item": item, "model": model, "correct": matrix[model, item] == 1}),
    )


def add(store: Store, what: Responses, label: str, benchmark: str = "b") -> None:
    with store.change() as draft:
        draft.add_responses(Benchmark(benchmark, benchmark), what)
        draft.record_import(label, benchmark=benchmark, source=label, reader="test", report=[])


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    store = Store(tmp_path / "none")
    assert store.version() is None
    with pytest.raises(AtlasError, match=r"empty\. Import something first"):
        store.open()


def test_missing_responses_have_no_row(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, responses([[1, None], [0, 1]]), "first")
    with store.open() as snapshot:
        kept = snapshot.responses("b")
    assert len(kept) == 3
    assert not ((kept["item"] == 1) & (kept["model"] == 0)).any()


def test_responses_are_kept_by_item_every_other_one_backwards(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, responses([[1, 0], [0, 1]], ["z", "y"]), "first")
    add(store, responses([[1, 1]], ["a"]), "second")
    with store.open() as snapshot:
        kept = snapshot.responses("b")
    assert kept["item"].tolist() == [0, 0, 0, 1, 1, 1]
    assert kept["model"].tolist() == [0, 1, 2, 2, 1, 0]


def test_a_failed_change_leaves_no_trace(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, responses([[1, 0]]), "first")
    before, files = store.version(), sorted(path.name for path in tmp_path.iterdir())

    def change_and_fail() -> None:
        with store.change() as draft:
            draft.add_responses(Benchmark("b", "b"), responses([[0, 1]], ["other"]))
            raise RuntimeError("the power went out")

    with pytest.raises(RuntimeError, match="power"):
        change_and_fail()
    assert store.version() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == files
    with store.open() as snapshot:
        assert len(snapshot.responses("b")) == 2


def test_contradicting_responses_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, responses([[1, 0]]), "first")
    with pytest.raises(AtlasError, match="1 responses differ"):
        add(store, responses([[1, 1]]), "second")


def test_more_models_join_a_benchmark(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, responses([[1, 0]]), "first")
    add(store, responses([[1, 0], [1, 1]]), "second")
    with store.open() as snapshot:
        row = snapshot.benchmarks().iloc[0]
    assert (row["items"], row["models"], row["responses"]) == (2, 2, 4)


def test_version_depends_on_contents_not_on_their_order(tmp_path: Path) -> None:
    one, other = Store(tmp_path / "one"), Store(tmp_path / "other")
    add(one, responses([[1]]), "first", "a")
    add(one, responses([[0]]), "second", "b")
    add(other, responses([[0]]), "second", "b")
    add(other, responses([[1]]), "first", "a")
    assert one.version() == other.version()


def test_readers_keep_the_old_snapshot_while_a_writer_moves_on(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, responses([[1, 0]]), "first")
    with store.open() as old:
        add(store, responses([[1, 1]], ["later"]), "second")
        assert len(old.responses("b")) == 2
        with store.open() as new:
            assert len(new.responses("b")) == 4
        assert old.version != new.version == store.version()


def test_only_the_current_and_the_previous_snapshot_are_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(5):
        add(store, responses([[number % 2]], [f"model {number}"]), str(number))
    (tmp_path / "draft-1.duckdb").write_text("left by a crash")
    add(store, responses([[1]], ["one more"]), "last")
    assert len(list(tmp_path.glob("*.duckdb"))) <= 3
    assert not (tmp_path / "draft-1.duckdb").exists()


def test_many_threads_read_one_snapshot(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        expected = snapshot.items(studies.BENCHMARK, "f17f17f1")
        wrong: list[str] = []

        def read() -> None:
            for _ in range(10):
                if not snapshot.items(studies.BENCHMARK, "f17f17f1").equals(expected):
                    wrong.append("differs")

        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_a_snapshot_cannot_be_used_to_reach_files_or_be_written(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        for statement in ("SELECT * FROM read_csv('/etc/hostname')", "DELETE FROM items"):
            with pytest.raises(Exception, match=r"(?i)disabled|read-only|permission"):
                snapshot._connection.cursor().execute(statement).fetchall()


def test_importing_twice_changes_nothing(tmp_path: Path, toy_folder: Path) -> None:
    store = Store(tmp_path / "store")
    csv = tmp_path / "x.csv"
    csv.write_text("model,a,b\nm1,1,0\nm2,0,1\n")
    assert import_study(store, toy_folder).new
    assert import_file(store, csv, benchmark="mine").new
    version = store.version()
    assert not import_study(store, toy_folder).new
    assert not import_file(store, csv, benchmark="mine").new
    assert store.version() == version


def test_a_study_lands_whole(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        row = snapshot.benchmarks().iloc[0]
        fits = snapshot.fits(studies.BENCHMARK)
        items = snapshot.items(studies.BENCHMARK, "f17f17f1")
        runs = snapshot.runs(studies.BENCHMARK)
        draws = snapshot.draws("f17f17f1")
    assert row["origin"] == "bundled"
    assert row["responses"] == studies.N_ITEMS * studies.N_MODELS
    assert fits["converged"].all()
    assert not fits["stale"].any(), "the study's own fit belongs to its own responses"
    assert items["digits"].tolist() == [len(str(n)) for n in range(studies.N_ITEMS)]
    assert draws.shape == (200, studies.N_ITEMS)
    assert (runs["kind"] == "baseline").sum() == 1
    assert set(runs.loc[runs["kind"] != "baseline", "recipe"]) == {"usual"}
    assert runs.loc[runs["kind"] == "baseline", "recipe"].isna().all()


def test_the_list_of_benchmarks_counts_right(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        table = snapshot.benchmarks().set_index("name")
        for name in table.index:
            kept = snapshot.responses(name)
            assert table.loc[name, "responses"] == len(kept)
            assert table.loc[name, "models"] == kept["model"].nunique()
    assert table["models"].tolist() == [studies.N_MODELS, studies.N_OTHER_MODELS]
    assert table["items"].tolist() == [studies.N_ITEMS, studies.N_OTHER_ITEMS]


def test_answers_about_other_benchmarks_are_kept_apart(toy_store: Store, toy_folder: Path) -> None:
    runs = pd.read_parquet(toy_folder / "runs.parquet").set_index("run")
    answers = pd.read_parquet(toy_folder / "run_responses.parquet")
    on_toy = answers["run"].map(runs["benchmark"]) == studies.BENCHMARK
    about_toy = answers["benchmark"] == studies.BENCHMARK
    with toy_store.open() as snapshot:
        own = snapshot.run_responses(studies.BENCHMARK)
        numbers = snapshot.runs(studies.BENCHMARK).set_index("name")["run"]
        every, some = snapshot.responses_of(numbers), snapshot.responses_of(numbers.iloc[[2, 1]])
        none = snapshot.responses_of([])
    # In a store that holds nothing else, runs keep the folder's numbers.
    assert numbers.to_dict() == {row["name"]: run for run, row in runs.iterrows() if row["name"] in numbers}
    order = ["run", "benchmark", "item"]
    expected = answers[on_toy & about_toy].drop(columns="benchmark").sort_values(["run", "item"])
    pd.testing.assert_frame_equal(own, expected.reset_index(drop=True), check_dtype=False)
    expected = answers[on_toy].sort_values(order)[every.columns]
    pd.testing.assert_frame_equal(every, expected.reset_index(drop=True), check_dtype=False)
    assert set(every["benchmark"]) == {studies.BENCHMARK, studies.OTHER}
    expected = every[every["run"].isin(numbers.iloc[[1, 2]])].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, expected)
    assert none.empty
    assert list(none) == list(every)


def test_curves_are_those_of_the_benchmarks_runs(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        curves, runs = snapshot.run_curves(studies.OTHER), snapshot.runs(studies.OTHER)
        last = snapshot.run_responses(studies.OTHER).groupby("run")["correct"].mean()
    tuned = runs.loc[runs["kind"] != "baseline", "run"]
    assert curves["run"].tolist() == np.repeat(tuned, len(studies.STEPS)).tolist()
    assert curves["step"].tolist() == [*studies.STEPS] * len(tuned)
    assert (curves["loss"].isna() == (curves["step"] == 0)).all()
    at_last = curves[curves["step"] == studies.STEPS[-1]].set_index("run")["accuracy"]
    assert all(len(accuracy) == studies.N_BINS for accuracy in at_last)
    np.testing.assert_allclose(at_last.map(np.mean), last[tuned])


def test_a_new_edition_of_a_study_replaces_the_old_one(tmp_path: Path, toy_folder: Path) -> None:
    store = Store(tmp_path / "store")
    csv = tmp_path / "x.csv"
    csv.write_text("model,a,b\nm1,1,0\nm2,0,1\n")
    import_file(store, csv, benchmark="mine")
    import_study(store, toy_folder)
    import_study(store, studies.write_study(tmp_path / "second", seed=1))
    with store.open() as snapshot:
        table = snapshot.benchmarks().set_index("name")
        assert len(snapshot.responses("mine")) == 4
    assert table.loc[studies.BENCHMARK, "responses"] == studies.N_ITEMS * studies.N_MODELS
    assert table.loc[studies.BENCHMARK, "fits"] == 1
    assert table.loc[studies.BENCHMARK, "models"] == studies.N_MODELS


@pytest.mark.parametrize(
    "read",
    [
        "items",
        "draws",
        "item_statistics",
        "runs",
        "run_items",
        "run_responses",
        "responses_of",
        "run_curves",
    ],
)
def test_nothing_of_an_old_edition_is_left(
    tmp_path: Path, toy_folder: Path, toy_store: Store, read: str
) -> None:
    store = Store(tmp_path / "store")
    import_study(store, studies.write_study(tmp_path / "first", seed=1))
    import_study(store, toy_folder)

    def numbered_from_0(store: Store) -> pd.DataFrame:
        with store.open() as snapshot:
            if read == "draws":
                return pd.DataFrame(snapshot.draws(studies.FIT))
            arguments = {
                "items": [studies.BENCHMARK, studies.FIT],
                "item_statistics": [studies.OTHER_FIT],
                "responses_of": [snapshot.runs(studies.BENCHMARK)["run"]],
            }.get(read, [studies.BENCHMARK])
            table = getattr(snapshot, read)(*arguments)
        if read == "runs":
            table = table.drop(columns="benchmark")
        return table.assign(run=table["run"] - table["run"].min()) if "run" in table else table

    pd.testing.assert_frame_equal(numbered_from_0(store), numbered_from_0(toy_store))


def test_a_study_that_is_wrong_inside_changes_nothing(tmp_path: Path, toy_folder: Path) -> None:
    store, folder = Store(tmp_path / "store"), Path(shutil.copytree(toy_folder, tmp_path / "wrong"))
    import_study(store, studies.write_study(tmp_path / "first", seed=1))
    version = store.version()
    curves = pd.read_parquet(folder / "run_curves.parquet")
    curves.drop(columns="loss").to_parquet(folder / "run_curves.parquet", index=False)
    studies.write_manifest(folder)
    with pytest.raises(BadInput, match=r"run_curves\.parquet, column 'loss': is missing"):
        import_study(store, folder)
    assert store.version() == version
    with store.open() as snapshot:
        assert len(snapshot.responses(studies.BENCHMARK)) == studies.N_ITEMS * studies.N_MODELS


def test_a_study_joins_models_that_the_store_has(tmp_path: Path, toy_folder: Path, toy_store: Store) -> None:
    store, csv = Store(tmp_path / "store"), tmp_path / "x.csv"
    csv.write_text("model,a,b\nstranger,1,1\ntoy-model-119,1,0\ntoy-model-050,0,1\n")
    import_file(store, csv, benchmark="mine")
    import_study(store, toy_folder)
    with store.open() as snapshot:
        mine, other = snapshot.responses("mine"), snapshot.responses(studies.OTHER)
    with toy_store.open() as snapshot:
        plain = snapshot.responses(studies.OTHER)
    assert set(mine["model"]) & set(other["model"]), "one model of a name"
    # toy-model-119 is number 1 here and the last in a store of its own.
    pd.testing.assert_frame_equal(
        other.loc[other["model"] == 1, ["item", "correct"]].reset_index(drop=True),
        plain.loc[plain["model"] == plain["model"].max(), ["item", "correct"]].reset_index(drop=True),
    )


def test_a_fit_turns_stale_when_responses_are_added(tmp_path: Path, toy_folder: Path) -> None:
    store = Store(tmp_path)
    import_study(store, toy_folder)
    with store.change() as draft:
        more = Responses(
            pd.DataFrame({"item_key": ["toy-000"]}),
            pd.DataFrame({"name": ["newcomer"]}),
            pd.DataFrame({"item": [0], "model": [0], "correct": [True]}),
        )
        draft.add_responses(Benchmark(studies.BENCHMARK, "Toy"), more)
        draft.record_import("x", benchmark=studies.BENCHMARK, source="x", reader="test", report=[])
    with store.open() as snapshot:
        assert snapshot.fits(studies.BENCHMARK)["stale"].all()


def test_hidden_text_never_leaves(tmp_path: Path, toy_folder: Path) -> None:
    store = Store(tmp_path)
    import_study(store, toy_folder)
    with store.change() as draft:
        draft._rows("UPDATE benchmarks SET hide_text = true")
        draft.record_import("x", benchmark=studies.BENCHMARK, source="x", reader="test", report=[])
    with store.open() as snapshot:
        items = snapshot.items(studies.BENCHMARK, "f17f17f1")
    assert items["prompt"].isna().all()
    assert items["target"].isna().all()


def test_a_store_of_another_version_is_refused_with_a_word(tmp_path: Path, toy_folder: Path) -> None:
    store = Store(tmp_path)
    import_study(store, toy_folder)
    with store.change() as draft:
        draft._rows("UPDATE written_with SET schema_version = 'older'")
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    before = store.version()
    with pytest.raises(AtlasError, match="written by another version"):
        store.open()
    with pytest.raises(AtlasError, match="written by another version"):
        import_study(store, studies.write_study(tmp_path / "second", seed=1))
    assert store.version() == before


def test_an_import_is_reported(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        imports = snapshot.imports()
    reports = dict(zip(imports["benchmark"], imports["report"], strict=True))
    cells = studies.N_ITEMS * studies.N_MODELS
    (said,) = reports[studies.BENCHMARK]
    assert said.text == f"{cells:,} responses of {studies.N_MODELS} models to {studies.N_ITEMS} items, 1 fit"
    assert f" {studies.N_OTHER_MODELS} models" in reports[studies.OTHER][0].text


def test_kept_snapshots_are_listed_with_the_one_in_use_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.versions() == []
    used = []
    for number in range(5):
        with store.change() as draft:
            draft.record_import(str(number), benchmark="x", source="x", reader="test", report=[])
        used.append(store.version())
    kept = store.versions()
    assert [one.current for one in kept] == [True] + [False] * (len(kept) - 1)
    assert [one.version for one in kept] == used[::-1][: len(kept)], "the latest first"
    assert 2 <= len(kept) < 5
    assert min(one.size for one in kept) > 0
