"""All draws of kept fits, beside the snapshots: what a fit can be resumed from.

They are many (4 × 1,000 draws of 12,000 items take 190 MB) and only resuming needs them, so they are files of
their own, that may be deleted without loss of anything that is shown.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analysis.errors import AtlasError
from analysis.store.store import Store


def keep_chains(
    store: Store, fit: str, draws: np.ndarray, divergences: int, centre: np.ndarray | None
) -> None:
    """Keep a fit's draws, and delete those of fits that the store no longer has.

    Parameters
    ----------
    store
        Where the fit is kept.
    fit
        Its id.
    draws
        In the sampler's coordinates, shape ``(chains, draws, dimensions)``.
    divergences
        How many of the transitions diverged.
    centre
        Difficulties and discriminations that those coordinates are made around, shape ``(2, items)``.
    """
    path = _path(store, fit)
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_suffix(".new")
    with unfinished.open("wb") as file:
        if centre is None:
            np.savez(file, draws=draws, divergences=divergences)
        else:
            np.savez(file, draws=draws, divergences=divergences, centre=centre)
    unfinished.replace(path)
    with store.open() as snapshot:
        kept = {_path(store, known) for known in snapshot.fit_ids()}
    for other in path.parent.iterdir():
        if other not in kept:
            other.unlink()


def kept_chains(store: Store, fit: str) -> tuple[np.ndarray, int, np.ndarray | None]:
    """Return what `keep_chains` was given.

    Raises
    ------
    AtlasError
        If they were not kept, as those of a study that somebody else fitted.
    """
    path = _path(store, fit)
    if not path.exists():
        raise AtlasError(f"The draws of fit {fit} are not in {path.parent}, so it has to be started over.")
    with np.load(path) as kept:
        return kept["draws"], int(kept["divergences"]), kept.get("centre")


def _path(store: Store, fit: str) -> Path:
    return store.directory / "chains" / f"{fit}.npz"
