"""Which reader a file or folder needs, found by what is in it."""

from __future__ import annotations

import codecs
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import AtlasError, BadInput
from analysis.readers import finetune, helm, inspect_eval, leaderboard_v1, lm_eval
from analysis.readers.archives import COMPRESSED, unpacked
from analysis.readers.contents import Contents, Part, Wanted
from analysis.readers.eval_arena import is_eval_arena, read_eval_arena
from analysis.readers.headerless import is_headerless, read_headerless
from analysis.readers.long import is_long, read_long_csv, read_long_jsonl, read_long_parquet
from analysis.readers.py_irt import is_py_irt, read_py_irt
from analysis.readers.tasks import benchmark_of
from analysis.readers.wide import read_wide
from analysis.readers.wide_items import first_cells, has_items_as_rows, read_wide_items
from analysis.tables import Responses

START = 4096  # bytes that tell what a file is
JSON = {".json", ".jsonl", ".jsonlines"}
SUFFIXES = {".csv", ".parquet", *JSON}
"""Files of a folder that are data; what else lies there, such as a README, is not looked at."""


NOT_READ = (
    ((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "is UTF-16 text. Save the file as UTF-8."),
    (COMPRESSED, "is compressed, and no archive. Unpack it and import what comes out."),
)
"""How files begin that hold data in a form that is not read, and what to say of them."""


@dataclass(frozen=True)
class Reader:
    """A format of responses.

    Attributes
    ----------
    recognises
        Whether a file or folder that exists is of this format, by its content. Never raises on bad input.
    read
        Read it whole.
    packed
        Whether it is kept in archives, which are then not unpacked.
    """

    recognises: Callable[[Path], bool]
    read: Callable[[Path, Wanted], Contents]
    packed: bool = False


def _of_one_benchmark(read: Callable[[Path, Wanted], Responses]) -> Callable[[Path, Wanted], Contents]:
    """Turn a reader of files that do not name their benchmark into one of contents."""

    def read_contents(path: Path, wanted: Wanted) -> Contents:
        if wanted.benchmark is None:
            raise AtlasError(f"{path}: say which benchmark these responses are of, with --benchmark NAME.")
        responses = read(path, wanted)
        return Contents([Part(benchmark_of(wanted.benchmark, title=wanted.title), responses)])

    return read_contents


def _is_parquet(path: Path) -> bool:
    return _start(path).startswith(b"PAR1")


def _is_json(path: Path) -> bool:
    start = _start(path).lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith((b"{", b"[")) or (path.suffix in JSON and bool(start))


def _matrix(read: Callable[[Path, float | None], Responses]) -> Callable[[Path, Wanted], Contents]:
    """Turn a reader of matrices, which name their models, into one of contents."""
    return _of_one_benchmark(lambda path, wanted: read(path, wanted.threshold))


def _is_text(path: Path) -> bool:
    start = _start(path)
    return bool(start.strip()) and b"\0" not in start


def _is_long_csv(path: Path) -> bool:
    return _is_text(path) and is_long(first_cells(path))


def _is_headerless(path: Path) -> bool:
    return _is_text(path) and is_headerless(first_cells(path))


def _has_items_as_rows(path: Path) -> bool:
    return _is_text(path) and has_items_as_rows(first_cells(path))


READERS: dict[str, Reader] = {
    "fine-tune": Reader(finetune.holds_runs, finetune.read_runs),
    "lm-eval": Reader(lm_eval.holds_samples, lm_eval.read_lm_eval),
    "leaderboard-v1": Reader(leaderboard_v1.holds_details, leaderboard_v1.read_leaderboard_v1),
    "helm": Reader(helm.holds_helm, helm.read_helm),
    "inspect": Reader(inspect_eval.holds_logs, inspect_eval.read_inspect, packed=True),
    "long-parquet": Reader(_is_parquet, _of_one_benchmark(read_long_parquet)),
    "py-irt": Reader(is_py_irt, _of_one_benchmark(read_py_irt)),
    "eval-arena": Reader(is_eval_arena, read_eval_arena),
    "long-jsonl": Reader(_is_json, _of_one_benchmark(read_long_jsonl)),
    "long-csv": Reader(_is_long_csv, _of_one_benchmark(read_long_csv)),
    "headerless-csv": Reader(_is_headerless, _matrix(read_headerless)),
    "wide-items-csv": Reader(_has_items_as_rows, _matrix(read_wide_items)),
    "wide-csv": Reader(_is_text, _matrix(read_wide)),
}
"""Every format of responses by its name on the command line; the first that recognises a path reads it."""


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """Yield what readers are asked about: a path, or what an archive unpacks to if none takes it as it is.

    Raises
    ------
    AtlasError
        If there is no such file or folder; or as of `analysis.readers.archives.unpacked`.
    """
    _check_readable(path)
    if any(reader.packed and reader.recognises(path) for reader in READERS.values()):
        yield path
        return
    with unpacked(path) as place:
        yield place


def detect(path: Path) -> str:
    """Return the name of the reader for a file or folder.

    Raises
    ------
    AtlasError
        If it looks like nothing that can be read.
    """
    for name, reader in READERS.items():
        if reader.recognises(path):
            return name
    start = _start(path)
    if not start.strip():
        raise BadInput("is empty.", path=path)
    for marks, problem in NOT_READ:
        if start.startswith(marks):
            raise BadInput(problem, path=path)
    raise BadInput("is a binary file of a kind that is not known. CSV, JSONL or Parquet is.", path=path)


def _check_readable(path: Path) -> None:
    """Raise `AtlasError` unless a path is a folder, or a file that can be opened."""
    try:
        kind = path.stat().st_mode
        if stat.S_ISREG(kind):
            _start(path)
        elif not stat.S_ISDIR(kind):
            raise AtlasError(f"{path}: is neither a file nor a folder.")
    except FileNotFoundError:
        raise AtlasError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise AtlasError(f"{path}: cannot be read ({error.strerror}).") from None


def readable(path: Path) -> Iterator[tuple[Path, str]]:
    """Yield what a path holds with the reader for it: itself, or else each file of a folder.

    Raises
    ------
    AtlasError
        If there is nothing to read.
    """
    if not path.is_dir() or any(reader.recognises(path) for reader in READERS.values()):
        yield path, detect(path)
        return
    files = [file for file in sorted(path.rglob("*")) if file.suffix in SUFFIXES and file.is_file()]
    data = [file for file in files if not lm_eval.is_results_name(file)]
    if not files:
        raise AtlasError(f"{path}: is a folder, but not a study, and holds nothing that can be read.")
    if not data:
        raise AtlasError(
            f"{path}: holds results of lm-eval, but no samples. Run it with --log_samples: a mean says "
            "nothing about items."
        )
    for file in data:
        _check_readable(file)
        yield file, detect(file)


def _start(path: Path) -> bytes:
    """The first bytes of a file; none of a folder."""
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(START)
