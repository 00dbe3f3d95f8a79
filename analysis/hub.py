"""Details of the Open LLM Leaderboards from the Hugging Face hub, into folders that `import` reads.

What is there already is not fetched again, so that a download that broke off goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar

from analysis.errors import AtlasError
from analysis.remarks import Remark

ATTEMPTS = 5
FIRST_PAUSE = 2.0  # seconds; each further one is twice as long

Result = TypeVar("Result")


class NotThere(Exception):
    """The hub has no such data set, or does not show it."""


class Unreachable(Exception):
    """Something that may be over in a while: the network, or too many requests."""


class Hub(Protocol):
    """What is asked of the hub."""

    def datasets(self, owner: str, prefix: str) -> list[str]:
        """Return the ids of an owner's data sets whose names begin so."""

    def files(self, dataset: str) -> list[str]:
        """Return the paths of a data set's files."""

    def fetch(self, dataset: str, file: str, folder: Path) -> None:
        """Put a file into a folder, at its path there; whole or not at all."""


@dataclass(frozen=True)
class Leaderboard:
    """Where a leaderboard keeps the details of its models.

    Attributes
    ----------
    owner
        Of the data sets.
    before, after
        What their names have before and after ``ORGANISATION__MODEL``.
    needed
        Patterns of the files that an import reads.
    """

    owner: str
    before: str
    after: str
    needed: tuple[str, ...]

    def dataset(self, model: str) -> str:
        """Return the id of the data set of a model ``ORGANISATION/MODEL``."""
        return f"{self.owner}/{self.before}{model.replace('/', '__')}{self.after}"


LEADERBOARDS = {
    "v2": Leaderboard(
        "open-llm-leaderboard", "", "-details", ("*samples_*.json", "*samples_*.jsonl", "*results_*.json")
    ),
    "v1": Leaderboard("open-llm-leaderboard-old", "details_", "", ("*details_harness*.parquet",)),
}


@dataclass(frozen=True)
class Downloaded:
    """What a download did.

    Attributes
    ----------
    folders
        One a model, as `import` takes them.
    fetched, kept
        How many files came, and how many were there already.
    remarks
        Which models the leaderboard does not have.
    """

    folders: list[Path]
    fetched: int
    kept: int
    remarks: list[Remark]


def download(
    models: Sequence[str],
    folder: Path,
    *,
    hub: Hub,
    leaderboard: str = "v2",
    tasks: Sequence[str] = (),
    progress: Callable[[str, int, int], None] = lambda file, done, of: None,
    pause: Callable[[float], None] = time.sleep,
) -> Downloaded:
    """Fetch the details of models.

    Parameters
    ----------
    models
        ``ORGANISATION/MODEL``, or an organisation for all of its models.
    folder
        Where to put them, a folder a model.
    hub
        Where they are.
    leaderboard
        A key of `LEADERBOARDS`.
    tasks
        Beginnings of the names of the tasks that are wanted; by default all.
    progress
        Called with a file's path, how many files are done and of how many, for each model.
    pause
        Waits so many seconds before another attempt.

    Raises
    ------
    AtlasError
        If the hub cannot be reached after several attempts, or asks for a login. What has come stays.
    """
    board = LEADERBOARDS[leaderboard]
    folders, missing, fetched, kept = [], [], 0, 0
    for dataset in _datasets(models, board, hub, pause):
        try:
            listed = _retried(partial(hub.files, dataset), dataset, pause)
        except NotThere:
            missing.append(dataset)
            continue
        files = [file for file in listed if _is_wanted(file, board, tasks)]
        place = folder / dataset.partition("/")[2]
        for number, file in enumerate(files, start=1):
            if (place / file).exists():
                kept += 1
            else:
                _retried(partial(hub.fetch, dataset, file, place), f"{dataset}/{file}", pause)
                fetched += 1
            progress(f"{dataset}/{file}", number, len(files))
        folders.append(place)
    remarks = []
    if missing:
        text = f"{len(missing):,} models have no details on the hub (first: {missing[0]})."
        remarks.append(Remark("not on the hub", text, len(missing), warning=True))
    return Downloaded(folders, fetched, kept, remarks)


def _datasets(
    models: Sequence[str], board: Leaderboard, hub: Hub, pause: Callable[[float], None]
) -> Iterator[str]:
    seen = set()
    for name in models:
        if "/" in name:
            found = [board.dataset(name)]
        else:
            ask = partial(hub.datasets, board.owner, f"{board.before}{name}__")
            found = _retried(ask, board.owner, pause)
        yield from (dataset for dataset in found if dataset not in seen)
        seen.update(found)


def _is_wanted(file: str, board: Leaderboard, tasks: Sequence[str]) -> bool:
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts:
        return False
    if not any(fnmatch(file, pattern) for pattern in board.needed):
        return False
    name = path.name.removeprefix("samples_").removeprefix("details_harness|")
    return not tasks or path.name.startswith("results_") or name.startswith(tuple(tasks))


def _retried(ask: Callable[[], Result], what: str, pause: Callable[[float], None]) -> Result:
    for attempt in range(ATTEMPTS):
        try:
            return ask()
        except Unreachable as error:
            if attempt == ATTEMPTS - 1:
                raise AtlasError(
                    f"{what}: could not be fetched in {ATTEMPTS} attempts ({error}). The same command goes "
                    "on where this one stopped."
                ) from None
            pause(FIRST_PAUSE * 2**attempt)
    raise AssertionError("the last attempt returns or raises")


class HuggingFaceHub:
    """The hub itself, by way of `huggingface_hub`, which only this needs and is loaded late.

    Raises
    ------
    AtlasError
        If `huggingface_hub` is not installed.
    """

    def __init__(self) -> None:
        try:
            import huggingface_hub
        except ImportError:
            raise AtlasError(
                "Downloading needs huggingface_hub: python -m pip install huggingface_hub"
            ) from None
        self._library = huggingface_hub
        self._api = huggingface_hub.HfApi()

    def datasets(self, owner: str, prefix: str) -> list[str]:
        """See `Hub`."""

        def ask() -> list[str]:
            return [each.id for each in self._api.list_datasets(author=owner, search=prefix)]

        found = self._translated(ask)
        return sorted(dataset for dataset in found if dataset.partition("/")[2].startswith(prefix))

    def files(self, dataset: str) -> list[str]:
        """See `Hub`."""
        return sorted(self._translated(lambda: self._api.list_repo_files(dataset, repo_type="dataset")))

    def fetch(self, dataset: str, file: str, folder: Path) -> None:
        """See `Hub`."""
        self._translated(
            lambda: self._library.hf_hub_download(dataset, file, repo_type="dataset", local_dir=folder)
        )

    def _translated(self, ask: Callable[[], Result]) -> Result:
        errors = self._library.errors
        try:
            return ask()
        except errors.GatedRepoError:
            raise AtlasError(
                "The hub shows these details only to those who accepted its terms: open the data set's page, "
                "accept, and log in with: hf auth login"
            ) from None
        except (errors.RepositoryNotFoundError, errors.EntryNotFoundError) as error:
            raise NotThere(str(error)) from None
        except OSError as error:  # what requests and the network raise
            raise Unreachable(" ".join(str(error).split())[:200]) from None
