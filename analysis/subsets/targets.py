"""The forms that a subset can leave in, by name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.errors import AtlasError
from analysis.subsets.cross_difficulty import DATA_SET, cross_difficulty
from analysis.subsets.hf_folder import hf_folder
from analysis.subsets.lm_eval_samples import lm_eval_samples, positions
from analysis.subsets.lm_eval_task import lm_eval_task
from analysis.subsets.tabular import FORMATS, to_bytes
from analysis.subsets.trl import trl

ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same files make the same archive


@dataclass(frozen=True)
class Asked:
    """What some targets ask besides the items.

    Attributes
    ----------
    task
        Name of the task that positions count in, for lm-eval samples.
    base
        YAML file of the task to filter, for lm-eval tasks.
    """

    task: str | None = None
    base: str | None = None


@dataclass(frozen=True)
class Target:
    """One form.

    Attributes
    ----------
    about
        What it is, for people.
    write
        Makes the files, by path, of a subset, its name and what was asked besides.
    use
        The code that reads it; ``{name}`` stands for the subset's name.
    language
        Of that code.
    needs_text
        Whether it is worthless without the items' text.
    ending
        Of the file; ``zip`` where there are several, which a folder holds.
    """

    about: str
    write: Callable[[pd.DataFrame, str, Asked], dict[str, bytes]]
    use: str
    language: str = "python"
    needs_text: bool = False
    ending: str = "zip"

    @property
    def is_folder(self) -> bool:
        """Whether it is several files."""
        return self.ending == "zip"


def _table(ending: str) -> Callable[[pd.DataFrame, str, Asked], dict[str, bytes]]:
    return lambda subset, name, _: {f"{name}.{ending}": to_bytes(subset, ending)}


TARGETS = {
    "parquet": Target(
        "A table, types kept; for pandas, R, DuckDB.",
        _table("parquet"),
        'import pandas as pd\n\nitems = pd.read_parquet("{name}.parquet")',
        ending="parquet",
    ),
    "csv": Target(
        "A table as text, for anything.",
        _table("csv"),
        'import pandas as pd\n\nitems = pd.read_csv("{name}.csv")',
        ending="csv",
    ),
    "jsonl": Target(
        "A JSON object a line.",
        _table("jsonl"),
        "from datasets import load_dataset\n\n"
        'items = load_dataset("json", data_files="{name}.jsonl", split="train")',
        ending="jsonl",
    ),
    "hf-dataset": Target(
        "A Hugging Face dataset folder: a config a bin, and all; a data card and Croissant metadata.",
        lambda subset, name, _: hf_folder(subset, name),
        'from datasets import load_dataset\n\nitems = load_dataset("{name}", "all", split="train")'
        "  # unzipped; or one bin",
    ),
    "lm-eval-samples": Target(
        "Positions for lm_eval --samples (0.4.9 or later), sorted, each once. Never with --cache_requests.",
        lambda subset, name, asked: lm_eval_samples(subset, name, asked.task),
        "lm_eval --model hf --model_args pretrained=MODEL --tasks {tasks} --samples {name}.json "
        "--log_samples --output_path out",
        language="bash",
        ending="json",
    ),
    "lm-eval-task": Target(
        "An lm-eval task that keeps documents by the hash of their content.",
        lambda subset, name, asked: lm_eval_task(subset, name, asked.base),
        "lm_eval --model hf --model_args pretrained=MODEL --include_path . --tasks {name} "
        "--log_samples --output_path out",
        language="bash",
    ),
    "trl": Target(
        "JSON lines of prompt and completion, for TRL's SFTTrainer.",
        lambda subset, name, _: trl(subset, name),
        "from datasets import load_dataset\nfrom trl import SFTTrainer\n\n"
        'items = load_dataset("json", data_files="{name}.jsonl", split="train")\n'
        'SFTTrainer(model="MODEL", train_dataset=items).train()',
        needs_text=True,
        ending="jsonl",
    ),
    "cross-difficulty": Target(
        "Columns 1pl_diff and 1pl_quantile, where the script of Kordi et al. (2025) looks for them.",
        lambda subset, name, _: cross_difficulty(subset, name),
        f'from datasets import load_dataset\n\nitems = load_dataset("{DATA_SET}", "bbh", split="train")'
        "  # from the folder that holds it",
        needs_text=True,
    ),
}


def files_of(subset: pd.DataFrame, target: str, name: str, asked: Asked | None = None) -> dict[str, bytes]:
    """Return a subset's files, by path.

    Parameters
    ----------
    subset
        As `analysis.subsets.ordered` returns it.
    target
        A key of `TARGETS`.
    name
        Of the subset, for the names of files and tasks.
    asked
        What some targets ask besides.

    Raises
    ------
    AtlasError
        If there is no such target, no item, or not what the target needs of every item.
    """
    if target not in TARGETS:
        raise AtlasError(f"No target {target!r}; there are: {', '.join(TARGETS)}.")
    if subset.empty:
        raise AtlasError("No item is chosen: nothing passes all that is asked for.")
    asked = asked or Asked()
    if reason := _lacks_text(subset, target, asked):
        raise AtlasError(reason)
    return TARGETS[target].write(subset, name, asked)


def usage(subset: pd.DataFrame, target: str, name: str, asked: Asked | None = None) -> str:
    """Return the code that reads a subset's files; parameters and errors as of `files_of`."""
    asked = asked or Asked()
    if reason := _lacks_text(subset, target, asked):
        raise AtlasError(reason)
    tasks = positions(subset, asked.task) if target == "lm-eval-samples" else {}
    return TARGETS[target].use.format(name=name, tasks=",".join(tasks))


def packed(files: dict[str, bytes]) -> bytes:
    """Return several files as one ZIP archive; the same files make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, contents in files.items():
            archive.writestr(zipfile.ZipInfo(path, ZIP_DATE), contents, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def put_down(files: dict[str, bytes], target: str, out: Path) -> None:
    """Write files where they are wanted: one as it is, several below a folder, or in an archive (.zip).

    Raises
    ------
    AtlasError
        If they cannot be written.
    """
    try:
        if out.suffix == ".zip":
            out.write_bytes(packed(files))
        elif not TARGETS[target].is_folder:
            out.write_bytes(next(iter(files.values())))
        else:
            for path, contents in files.items():
                (out / path).parent.mkdir(parents=True, exist_ok=True)
                (out / path).write_bytes(contents)
    except OSError as error:
        raise AtlasError(f"{out}: cannot be written ({error.strerror}).") from None


def target_of(out: Path) -> str:
    """Return the target that a file's ending names.

    Raises
    ------
    AtlasError
        If it names none.
    """
    ending = out.suffix.removeprefix(".")
    if ending not in FORMATS:
        raise AtlasError(
            f"{out}: say in which form with --format ({', '.join(TARGETS)}), or let it end in "
            f"{', '.join('.' + name for name in FORMATS)}."
        )
    return ending


def _lacks_text(subset: pd.DataFrame, target: str, asked: Asked) -> str:
    """Why a target that needs texts cannot be had, else nothing."""
    needed = TARGETS[target].needs_text or (target == "lm-eval-task" and asked.base is None)
    lacking = int(subset[["prompt", "target"]].isna().any(axis=1).sum())
    if not needed or not lacking:
        return ""
    instead = " Name the task to filter (--base)." if target == "lm-eval-task" else ""
    return (
        f"The target {target} needs the text of items with their answers, and of {lacking:,} of "
        f"{len(subset):,} the store gives none away: {subset['benchmark'].iloc[0]} hides it, or was imported "
        f"without.{instead}"
    )
