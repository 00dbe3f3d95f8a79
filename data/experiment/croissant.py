"""Croissant metadata of the bundled study."""

import json
from pathlib import Path
from typing import Any

from analysis.subsets.croissant import About, as_file, croissant
from analysis.subsets.study_folder import tables_of

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"


def metadata(folder: Path) -> dict[str, Any]:
    """Return the metadata of a study folder, computed from its manifest and files.

    Parameters
    ----------
    folder
        The study folder, Parquet files and manifest.
    """
    manifest = json.loads((folder / "manifest.json").read_text())
    about = About(
        name=manifest["name"],
        description=manifest["description"],
        licence=LICENCE,
        url="https://arxiv.org/abs/2511.21692",
        version="2.0.0",
        published=manifest["created"][:10],
        cite_as=f"{manifest['title']}, made by {manifest['code']['folder']}, {manifest['created'][:4]}.",
    )
    return croissant(about, tables_of(folder, manifest["files"]))


def write_croissant(folder: Path) -> None:
    """Write ``croissant.json`` of a study folder."""
    (folder / "croissant.json").write_text(as_file(metadata(folder)))
