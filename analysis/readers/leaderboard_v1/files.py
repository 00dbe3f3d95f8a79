"""Which files of a folder are details of the first leaderboard, and what their names say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import BadInput
from analysis.readers.progress import tell
from analysis.readers.text import storable
from analysis.remarks import Tally

STAMP = r"\d{4}-\d{2}-\d{2}T\d{2}[:\-]\d{2}[:\-]\d{2}(?:\.\d{1,6})?"
# "|" and ":" cannot be in names on Windows, so a copy may have other marks in their place.
FILE_NAME = re.compile(rf"details_harness[|_](?P<task>.+)[|_](?P<shots>\d+)_(?P<stamp>{STAMP})\.parquet")
MODEL_FOLDER = re.compile(
    r"(?:.*--)?details_(?P<organisation>.+?)__(?P<model>.+)|(?:.*--)?details_(?P<plain>.+)"
)
SHOTS = {"arc:challenge": 25, "hellaswag": 10, "truthfulqa:mc": 0, "winogrande": 5, "gsm8k": 5, "drop": 3}
MMLU, MMLU_SHOTS = "hendrycksTest", 5
BENCHMARKS = {"arc:challenge": "arc_challenge", "truthfulqa:mc": "truthfulqa_mc1", MMLU: "mmlu"}


@dataclass(frozen=True)
class DetailsFile:
    """One file of details, as its name and folders say."""

    path: Path
    model: str
    task: str
    shots: int
    stamp: str

    @property
    def place(self) -> tuple[str, str]:
        """Benchmark and subtask; the 57 subjects of MMLU are one benchmark."""
        if self.task.startswith(f"{MMLU}-"):
            return BENCHMARKS[MMLU], self.task.partition("-")[2]
        return BENCHMARKS.get(self.task, self.task), ""

    @property
    def is_official(self) -> bool:
        """Whether it was asked with as many examples as the leaderboard counts."""
        usual = MMLU_SHOTS if self.task.startswith(MMLU) else SHOTS.get(self.task, self.shots)
        return self.shots == usual


def holds_details(place: Path) -> bool:
    """Whether there is any such file in a folder or below, or the file is one."""
    return next(details_paths(place), None) is not None


def details_paths(place: Path) -> Iterator[Path]:
    """Yield such files in a folder and below, or the file itself if it is one."""
    candidates = [place] if place.is_file() else sorted(place.rglob("details_harness*.parquet"))
    yield from (path for path in candidates if FILE_NAME.fullmatch(path.name) and path.is_file())


def details_file(path: Path, root: Path, model: str | None) -> DetailsFile:
    """Read a file's name, and its model's from the folders that it is in below ``root`` unless it is given.

    Raises
    ------
    BadInput
        If nothing says which model it is of.
    """
    named = FILE_NAME.fullmatch(path.name)
    assert named is not None  # as `details_paths` yields them
    task = named["task"].replace("_challenge", ":challenge").replace("_mc", ":mc")
    for folder in path.parents:
        if model is not None or folder == root.parent:
            break
        if found := MODEL_FOLDER.fullmatch(folder.name):
            model = found["plain"] or f"{found['organisation']}/{found['model']}"
    if model is None:
        raise BadInput(
            "is in no folder details_ORGANISATION__MODEL that would name its model. Say it: --model-name.",
            path=path,
        )
    return DetailsFile(path, storable(model), task, int(named["shots"]), named["stamp"].replace(":", "-"))


def chosen_files(files: list[DetailsFile], tally: Tally) -> list[DetailsFile]:
    """Choose one file for each model and task: of the usual shots, of most documents, the latest."""
    runs: defaultdict[tuple[str, str], list[DetailsFile]] = defaultdict(list)
    for file in files:
        if file.is_official:
            runs[file.model, file.task].append(file)
        else:
            sentence = (
                "files were left out: asked with another number of examples than the leaderboard counts"
            )
            tally.add("left out", sentence, f"first: {file.path.name}")
    for several in runs.values():
        if len(several) > 1:
            sentence = (
                "files are other runs of the same model on the same task; the longest counts, then the latest"
            )
            tally.add("duplicate runs", sentence, f"first: {several[0].path.name}", count=len(several) - 1)
    return [max(several, key=lambda file: (_length(file.path), file.stamp)) for several in runs.values()]


def read_details(path: Path) -> pd.DataFrame:
    """Read the columns that matter; prompts with their examples are most of a file.

    Raises
    ------
    BadInput
        If it is damaged or empty.
    """
    with _readable(path):
        schema = pq.read_schema(path)
        left_out = {"full_prompt", "input_tokens", "cont_tokens", "instruction", "pred_logits", "hashes"}
        frame = pq.read_table(
            path, columns=[name for name in schema.names if name not in left_out]
        ).to_pandas()
    if frame.empty:
        raise BadInput("has no rows.", path=path)
    tell(path.stat().st_size)
    return frame


def _length(path: Path) -> int:
    with _readable(path):
        return pq.read_metadata(path).num_rows


class _readable:
    """Turns the errors of a damaged Parquet file into one line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, pa.ArrowException | OSError):
            problem = str(error).splitlines()[0][:120]
            raise BadInput(f"is not a readable Parquet file ({problem}).", path=self._path) from None
