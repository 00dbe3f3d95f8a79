"""Whatever a file holds, it is read, or one line says what is wrong with it; the store is as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import AtlasError
from analysis.imports import import_paths
from analysis.readers import READERS, Wanted, detect
from analysis.store import Store
from tests.readers.small import INPUTS

FUZZ = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TOKENS = [
    *(
        b"null",
        b"NaN",
        b"-1",
        b"0.5",
        b"1e999",
        b"[",
        b"]",
        b"{",
        b"}",
        b'"',
        b"[[[[",
        b",",
        b",,",
        b"\n",
        b"\r",
    ),
    *(b"\0", b"\xff\xfe", b"\xed\xa0\x80", b'"\\ud800"', b"true", b"{}", b"[]", b'""', b"\xe2\x80\xa8"),
    *(b"9" * 5000, b"[" * 3000, b"x" * 500),
]

Edit = tuple[str, float, float, bytes]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["cut", "insert", "replace", "repeat", "swap"]),
        st.floats(0, 1),
        st.floats(0, 0.2),
        st.one_of(st.sampled_from(TOKENS), st.binary(max_size=8)),
    ),
    min_size=1,
    max_size=4,
)


def test_every_format_has_a_small_input(tmp_path: Path) -> None:
    assert list(INPUTS) == list(READERS)
    for name, write in INPUTS.items():
        folder = tmp_path / name
        folder.mkdir()
        assert detect(write(folder)) == name


def mutated(content: bytes, edits: list[Edit]) -> bytes:
    for kind, place, share, token in edits:
        at = int(place * len(content))
        end = min(len(content), at + max(1, int(share * len(content))))
        content = {
            "cut": content[:at],
            "insert": content[:at] + token + content[at:],
            "replace": content[:at] + token + content[end:],
            "repeat": content[:end] + content[at:],
            "swap": content[end:] + content[:at],
        }[kind]
    return content


def imported_or_refused(path: Path, reader: str, store: Store) -> bool:
    """Import into a store and say whether that went well; fail if it went wrong otherwise than it should."""
    before = store.version()
    files = {file: file.stat().st_size for file in store.directory.glob("*.duckdb")}
    try:
        import_paths(store, [path], wanted=Wanted("fuzzed"), reader=reader, dry_run=True)
        return True
    except AtlasError as error:
        message = str(error)
        assert "\n" not in message
        assert any(part in message for part in (path.name, path.parent.name, "'fuzzed'"))
        return False
    finally:
        assert store.version() == before
        assert {file: file.stat().st_size for file in store.directory.glob("*.duckdb")} == files


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "first.csv").write_text("model,a,b\nm1,1,0\nm2,0,1\n")
    store = Store(folder / "store")
    import_paths(store, [folder / "first.csv"], wanted=Wanted("before"))
    return store


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


@pytest.mark.parametrize(("name", "write"), INPUTS.items(), ids=INPUTS)
def test_what_is_almost_right(name: str, write: Callable[[Path], Path], store: Store, scratch: Path) -> None:
    def once(edits: list[Edit], which: int) -> bool:
        folder = scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        place = write(folder)
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        file = files[which % len(files)]
        file.write_bytes(mutated(file.read_bytes(), edits))
        return imported_or_refused(place, name, store)

    @FUZZ
    @given(EDITS, st.integers(0, 5))
    def fuzzed(edits: list[Edit], which: int) -> None:
        once(edits, which)

    assert once([], 0), "the input that is mutated is no valid one"
    fuzzed()


@pytest.mark.parametrize("name", [name for name, write in INPUTS.items()])
def test_what_is_anything(name: str, store: Store, scratch: Path) -> None:
    kept = {"lm-eval": "samples_x_2025-01-28T10-22-20.jsonl", "helm": "per_instance_stats.json"}
    file = scratch / kept.get(name, "anything.eval" if name == "inspect" else "anything")

    @settings(FUZZ, max_examples=6)
    @given(st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(TOKENS), max_size=12).map(b"".join)))
    def fuzzed(content: bytes) -> None:
        file.write_bytes(content)
        imported_or_refused(file, name, store)
        imported_or_refused(file, "auto", store)

    fuzzed()
