"""A directory of immutable snapshots and a pointer to the one in use.

One writer excludes every reader of the same DuckDB file, and a file replaced under a live process keeps
serving the old data. So a change copies the current snapshot, works on the copy and then moves the pointer
``CURRENT``; readers open snapshots read-only and never see half a change.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from analysis.errors import AtlasError
from analysis.store.compact import compact
from analysis.store.draft import Draft
from analysis.store.snapshot import Snapshot

LOCK_TIMEOUT = 60.0  # seconds; a change holds the lock only while it writes


@dataclass(frozen=True)
class Kept:
    """A snapshot that is there.

    Attributes
    ----------
    version
        Its id.
    current
        Whether it is the one in use.
    made
        When it was written, UTC.
    size
        In bytes.
    """

    version: str
    current: bool
    made: datetime
    size: int


class Store:
    """A directory of snapshots.

    Parameters
    ----------
    directory
        Where snapshots live; made by the first change.
    """

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)
        self._pointer = self.directory / "CURRENT"

    def version(self) -> str | None:
        """Return the id of the snapshot in use, or None if nothing was ever stored.

        It is derived from what the snapshot holds: the same imports and fits give the same id anywhere.
        """
        try:
            return self._pointer.read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def open(self, version: str | None = None) -> Snapshot:
        """Open a snapshot for reading.

        Parameters
        ----------
        version
            A snapshot's id; by default the one in use.

        Raises
        ------
        AtlasError
            If the store is empty or has no such snapshot.
        """
        wanted = version or self.version()
        if wanted is None:
            raise AtlasError(
                f"The store {self.directory} is empty. Import something first: "
                "python -m analysis import data/study"
            )
        path = self._path(wanted)
        if not path.exists():
            raise AtlasError(f"The store {self.directory} has no snapshot {wanted}.")
        return Snapshot(path)

    def versions(self) -> list[Kept]:
        """Return the snapshots that are kept, the one in use first.

        Those before it stay for a change or two, so that apps can finish what they are drawing.
        """
        current = self.version()
        kept = []
        for path in self.directory.glob("*.duckdb"):
            if path.name.startswith("draft-"):
                continue
            about = path.stat()
            made = datetime.fromtimestamp(about.st_mtime, UTC)
            kept.append(Kept(path.stem, path.stem == current, made, about.st_size))
        return sorted(kept, key=lambda one: (not one.current, -one.made.timestamp()))

    @contextmanager
    def change(self, *, keep: bool = True) -> Iterator[Draft]:
        """Work on a copy of the current snapshot; put it in force when the block ends well.

        An exception inside the block leaves the current snapshot in force and discards the copy.

        Parameters
        ----------
        keep
            False to try a change and discard the copy in any case.

        Raises
        ------
        AtlasError
            If another change holds the store for longer than a minute.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.directory / ".lock", timeout=LOCK_TIMEOUT):
                yield from self._change_alone(keep)
        except Timeout:
            raise AtlasError(
                f"Another change of the store {self.directory} is under way. Try again."
            ) from None

    def _change_alone(self, keep: bool) -> Iterator[Draft]:
        self._sweep()
        copy = self.directory / f"draft-{os.getpid()}.duckdb"
        before = self.version()
        try:
            if before is not None:
                shutil.copyfile(self._path(before), copy)
            with Draft(copy) as draft:
                yield draft
                after = draft.content_id()
            if keep and after != before:
                compact(copy)
                copy.replace(self._path(after))
                self._point_to(after)
        finally:
            for debris in self.directory.glob(f"{copy.name}*"):
                debris.unlink()

    def _point_to(self, version: str) -> None:
        new_pointer = self._pointer.with_suffix(".new")
        with new_pointer.open("w", encoding="utf-8") as file:
            file.write(version + "\n")
            file.flush()
            os.fsync(file.fileno())
        (self.directory / "PREVIOUS").write_text(self.version() or "", encoding="utf-8")
        new_pointer.replace(self._pointer)

    def _sweep(self) -> None:
        """Delete what crashed changes left, and snapshots older than the previous one.

        The previous snapshot stays so that apps that have it open can finish what they are drawing.
        """
        previous = self.directory / "PREVIOUS"
        keep = {self.version(), previous.read_text(encoding="utf-8") if previous.exists() else None}
        for file in self.directory.glob("*.duckdb*"):
            if file.name.split(".")[0] not in keep:
                file.unlink()

    def _path(self, version: str) -> Path:
        return self.directory / f"{version}.duckdb"
