from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from analysis.checks import check_responses
from analysis.errors import AtlasError
from analysis.imports import import_paths
from analysis.readers import Wanted
from analysis.readers.content import content_hash
from analysis.remarks import ADDED, Remark
from analysis.store import Store
from analysis.store import draft as module
from analysis.store.rows import ploughed
from analysis.tables import Benchmark, Responses
from tests.readers import logs
from tests.readers.small import INPUTS


def contents(store: Store) -> dict[str, bytes]:
    return (
        {path.name: path.read_bytes() for path in store.directory.iterdir()}
        if store.directory.exists()
        else {}
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store, first = Store(tmp_path / "store"), tmp_path / "first.csv"
    first.write_text("model,a,b\nm1,1,0\nm2,0,1\n")
    import_paths(store, [first], wanted=Wanted("mine"))
    return store


@pytest.fixture
def limited(tmp_path: Path) -> Path:
    """A folder of one log that deserves a warning."""
    logs.write_run(tmp_path / "limited", logs.questions(2), [1, 0], n=4)
    return tmp_path / "limited"


def test_one_bad_file_keeps_all_others_out(store: Store, limited: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("model,a\nm3,7\n")
    before = contents(store)
    with pytest.raises(AtlasError, match="line 2"):
        import_paths(store, [limited, bad], wanted=Wanted("mine"))
    assert contents(store) == before


def test_responses_of_many_files_are_written_once(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file would otherwise write all before it again, and leave as much dead space in the store."""
    paths = [tmp_path / f"part{number}.csv" for number in (5, 6, 1)]
    for path, number in zip(paths, (5, 6, 1), strict=True):  # m1 is in the store, with one wrong
        path.write_text(f"model,a,b\nm{number},1,1\nn{number},0,\n")
    written: list[int] = []
    monkeypatch.setattr(
        module, "ploughed", lambda responses: [written.append(len(responses)), *ploughed(responses)][1:]
    )
    done = import_paths(store, paths[:2], wanted=Wanted("mine"))
    assert written == [10]
    assert [one.summary.split(" ")[0] for one in done] == ["3", "3"]
    with store.open() as snapshot:
        assert snapshot.benchmarks()["responses"].tolist() == [10]
    before = contents(store)
    with pytest.raises(AtlasError, match="1 responses differ"):
        import_paths(store, paths, wanted=Wanted("mine"))
    assert contents(store) == before


def test_a_dry_run_reports_and_changes_nothing(store: Store, limited: Path) -> None:
    before = contents(store)
    (tried,) = import_paths(store, [limited], dry_run=True)
    assert contents(store) == before
    (done,) = import_paths(store, [limited])
    assert tried == done
    assert done.new


@pytest.mark.parametrize(
    ("hashes", "subtask", "new"),
    [
        (["What is 0 + 0?", "What is 1 + 1?"], None, 0),
        (["What is 0 + 0?", "What is 9 + 9?"], None, 1),  # another item
        (["What is 0 + 0?", "What is 0 + 0?"], None, 2),  # two that it could be
        (["What is 0 + 0?", "What is 1 + 1?"], "other", 2),
    ],
)
def test_an_item_is_known_by_its_content(
    tmp_path: Path, hashes: list[str], subtask: str | None, new: int
) -> None:
    store, tidy = Store(tmp_path / "store"), tmp_path / "tidy.csv"
    items = {"item": ["q1", "q2"], "content_hash": [content_hash(text) for text in hashes]}
    pd.DataFrame({"model": "m", "correct": 1, **items, "subtask": subtask}).to_csv(tidy, index=False)
    logs.write_run(tmp_path / "logs", logs.questions(2), [1, 0], task="math_sums")
    logs.write_run(tmp_path / "logs", logs.questions(1, first=7), [1], task="math_more")
    import_paths(store, [tidy], wanted=Wanted("math"))
    (done,) = import_paths(store, [tmp_path / "logs"], wanted=Wanted("math"))
    assert f"to 3 items ({new + 1} new)" in done.summary


def test_strict_refuses_warnings(store: Store, limited: Path) -> None:
    before = contents(store)
    with pytest.raises(AtlasError, match=r"1 warnings.*--strict.*cut short"):
        import_paths(store, [limited], strict=True)
    assert contents(store) == before


def test_the_report_is_stored(store: Store, limited: Path) -> None:
    (done,) = import_paths(store, [limited])
    with store.open() as snapshot:
        first, second = snapshot.imports().to_dict("records")
    assert (first["benchmark"], first["source"], first["reader"]) == ("mine", "first.csv", "wide-csv")
    assert (second["benchmark"], second["source"], second["reader"]) == ("sums", "limited", "lm-eval")
    assert second["report"] == [Remark(ADDED, done.summary), *done.remarks]
    assert {"read", "metric", "limited runs"} <= {remark.kind for remark in second["report"]}


def test_the_same_is_imported_once_and_read_otherwise_twice(store: Store, tmp_path: Path) -> None:
    logs.write_run(tmp_path / "logs", logs.questions(3), [0.2, 0.6, 1.0], metric="acc")
    import_paths(store, [tmp_path / "logs"], wanted=Wanted("soft", threshold=0.5))
    version, before = store.version(), contents(store)
    assert not import_paths(store, [tmp_path / "logs"], wanted=Wanted("soft", threshold=0.5))[0].new
    assert (store.version(), contents(store)) == (version, before)
    with pytest.raises(AtlasError, match="1 responses differ"):
        import_paths(store, [tmp_path / "logs"], wanted=Wanted("soft", threshold=0.7))


def test_a_folder_that_grew_adds_what_is_new(store: Store, tmp_path: Path) -> None:
    logs.write_run(tmp_path / "logs", logs.questions(3), [0, 1, 1], model="org/a")
    import_paths(store, [tmp_path / "logs"])
    logs.write_run(tmp_path / "logs", logs.questions(4), [0, 1, 1, 0], model="org/b")
    (grown,) = import_paths(store, [tmp_path / "logs"])
    assert grown.summary == "4 new responses of 2 models (1 new) to 4 items (1 new)"


def test_a_folder_of_tables_is_each_of_them(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "a.csv").write_text("model,a\nm3,1\n")
    (folder / "b.jsonl").write_text('{"model": "m4", "item": "b", "correct": 0}\n')
    (folder / "README.md").write_text("Not data.")
    done = import_paths(store, [folder], wanted=Wanted("mine"))
    assert [(Path(one.source).name, one.reader) for one in done] == [
        ("a.csv", "wide-csv"),
        ("b.jsonl", "long-jsonl"),
    ]


def test_what_was_missing_of_an_item_is_filled_in_and_nothing_lost(store: Store, tmp_path: Path) -> None:
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    logs.write_jsonl(first, [{"model": "m", "item": "a", "correct": 1, "prompt": "P", "family": None}])
    logs.write_jsonl(
        second,
        [{"model": "m", "item": "a", "correct": 1, "prompt": "other", "target": "T", "family": "f"}],
    )
    import_paths(store, [first, second], wanted=Wanted("filled"))
    with duckdb.connect(store.directory / f"{store.version()}.duckdb", read_only=True) as connection:
        item = connection.sql("SELECT prompt, target FROM items WHERE prompt = 'P'").fetchall()
        family = connection.sql("SELECT family FROM models WHERE name = 'm'").fetchall()
    assert (item, family) == ([("P", "T")], [("f",)])


def test_extras_of_two_imports_are_kept_together(store: Store) -> None:
    def items(**extras) -> pd.DataFrame:
        return pd.DataFrame({"item_key": ["a", "b", "new"], **extras})

    with store.change() as draft:
        number = draft.add_benchmark(Benchmark("mine", "mine"))
        draft.add_items(number, items(x=[1.0, None, 3.0]))
        draft.add_items(number, items(x=[9.0, 2.0, 9.0], y=["p", None, "q"]))
        draft.record_import("x", benchmark="mine", source="x", reader="test", report=[])
    with duckdb.connect(store.directory / f"{store.version()}.duckdb", read_only=True) as connection:
        rows = connection.sql("SELECT extras->>'x', extras->>'y' FROM items ORDER BY item").fetchall()
    assert [(float(x), y) for x, y in rows] == [(1, "p"), (2, None), (3, "q")]


def test_checks_name_models_below_chance_and_items_that_tell_nothing() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.random((5, 200)) < 0.6
    matrix[1] = rng.random(200) < 0.05  # of four choices
    matrix[2] = False
    matrix[:, 0], matrix[:, 1] = False, True
    model, item = np.nonzero(np.ones_like(matrix))
    responses = Responses(
        pd.DataFrame({"item_key": [f"q{k}" for k in range(200)]}),
        pd.DataFrame({"name": [f"m{k}" for k in range(5)]}),
        pd.DataFrame({"item": item, "model": model, "correct": matrix[model, item]}),
    )
    nobody, everybody = (matrix.sum(axis=0) == 0).sum(), (matrix.sum(axis=0) == 5).sum()
    found = {remark.kind: remark for remark in check_responses(Benchmark("b", "b", choices=4), responses)}
    assert found["models below chance"].count == 2
    assert "'m1'" in found["models below chance"].text
    assert found["items nobody gets right"].count == nobody
    assert found["items everybody gets right"].count == everybody
    assert not any(remark.warning for remark in found.values())
    free = {remark.kind for remark in check_responses(Benchmark("b", "b"), responses)}
    assert "models below chance" not in free
    own = Responses(responses.items.assign(choices=2), responses.models, responses.cells)
    (below,) = (r for r in check_responses(Benchmark("b", "b"), own) if r.kind == "models below chance")
    assert below.count == 2


@pytest.mark.parametrize("name", INPUTS)
def test_it_is_told_how_much_is_read(name: str, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    place = INPUTS[name](tmp_path)
    import_paths(
        Store(tmp_path / "store"), [place], wanted=Wanted("b"), progress=lambda *now: told.append(now)
    )
    reading = [(done, of) for what, done, of in told if what == f"reading {place.name}"]
    assert [done for done, _ in reading] == sorted(done for done, _ in reading)
    assert all(0 <= done <= of for done, of in reading)
    assert reading[-1][0] > 0.5 * reading[-1][1]
    assert told[0] == (f"looking at {place.name}", 0, 0)
    assert told[-2:] == [(f"storing {place.name}", 0, 0), ("finishing the store", 0, 0)]
