"""A study as a folder: one Parquet file a table, a manifest, Croissant metadata.

`analysis.readers.study` reads it. ``data/experiment`` writes the bundled study with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.errors import AtlasError
from analysis.subsets.croissant import About, Table, as_file, croissant

FORMAT = "difficulty-atlas-study/2"
DRAW_UNIT = np.float32(0.01)  # logits
KEYS = {
    "benchmarks": ["name"],
    "items": ["benchmark", "item"],
    "models": ["model"],
    "responses": ["benchmark", "item", "model"],
    "fits": ["fit"],
    "item_parameters": ["fit", "item"],
    "item_draws": ["fit", "item"],
    "item_statistics": ["fit", "item"],
    "abilities": ["fit", "model"],
    "traces": ["fit", "parameter", "item"],
    "score_checks": ["fit", "low"],
    "item_curves": ["fit", "item", "group"],
    "dependent_pairs": ["fit", "item", "other"],
    "left_out": ["fit", "name"],
    "pools": ["pool"],
    "pool_cells": ["pool", "train", "test_bin"],
    "pool_effects": ["pool", "effect"],
    "comparisons": ["comparison"],
    "runs": ["run"],
    "run_items": ["run", "item"],
    "run_responses": ["run", "benchmark", "item"],
    "run_curves": ["run", "step"],
}


# Columns of rising numbers, and of numbers near their neighbours, take next to no room as differences.
DIFFERENCES = {"item", "model", "run", "step"}


def write_study(
    tables: Mapping[str, pd.DataFrame | pa.Table],
    out: Path,
    *,
    name: str,
    licences: Iterable[str],
    cite_as: str,
) -> None:
    """Write a study folder that another installation imports back, identical.

    Parameters
    ----------
    tables
        As `analysis.store.Snapshot.study_tables` returns them.
    out
        Folder to write to; made if it is not there.
    name
        Of the study.
    licences, cite_as
        Of its benchmarks; for the metadata.

    Raises
    ------
    AtlasError
        If the folder holds something already, or cannot be written.
    """
    try:
        if out.exists() and any(out.iterdir()):
            raise AtlasError(f"{out}: is not empty. Name a folder that is new.")
        files = write_tables(dict(tables) | {"item_draws": _compact(tables["item_draws"])}, out)
        now = datetime.now(UTC).replace(microsecond=0).isoformat()
        manifest = {"format": FORMAT, "name": name, "created": now, "files": files}
        (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        about = About(
            name=name,
            description="Per-item responses of language models, difficulties of the items, fine-tune runs.",
            licence=", ".join(sorted(set(licences))) or "unknown",
            url="https://arxiv.org/abs/2511.21692",
            version="1.0.0",
            published=now[:10],
            cite_as=cite_as,
        )
        metadata = as_file(croissant(about, tables_of(out, files)))
        (out / "croissant.json").write_text(metadata, encoding="utf-8")
    except OSError as error:
        raise AtlasError(f"{out}: cannot be written ({error.strerror}).") from None


def write_tables(tables: Mapping[str, pd.DataFrame | pa.Table], out: Path) -> dict[str, str]:
    """Write every table as a Parquet file and return the files' SHA-256, by file name.

    Parameters
    ----------
    tables
        The tables, by name.
    out
        Folder to write to; made if it is not there.
    """
    out.mkdir(parents=True, exist_ok=True)
    hashes = {}
    for name, rows in tables.items():
        path = out / f"{name}.parquet"
        table = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
        encodings = dict.fromkeys(DIFFERENCES & set(table.column_names), "DELTA_BINARY_PACKED")
        if name == "item_draws" and pa.types.is_integer(table.schema.field("draws").type.value_type):
            encodings["draws.list.element"] = "DELTA_BINARY_PACKED"
        words = [
            field.name for field in table.schema if field.name not in encodings and field.type != pa.bool_()
        ]
        pq.write_table(
            table,
            path,
            compression="zstd",
            compression_level=19,
            use_dictionary=words,
            column_encoding=encodings,
        )
        hashes[path.name] = sha256(path.read_bytes()).hexdigest()
    return hashes


def tables_of(folder: Path, files: Mapping[str, str]) -> list[Table]:
    """Return what Croissant metadata say of a study's files, given their SHA-256 by file name."""
    return [
        Table(
            path=name,
            name=Path(name).stem,
            key=KEYS[Path(name).stem],
            schema=pq.read_schema(folder / name),
            size=(folder / name).stat().st_size,
            sha256=content_hash,
        )
        for name, content_hash in files.items()
    ]


def _compact(draws: pa.Table) -> pa.Table:
    """Write draws in hundredths of a logit where that loses nothing, as of a study that was read."""
    if draws["discriminations"].null_count == len(draws):
        draws = draws.drop_columns("discriminations")
    stored = draws["draws"].combine_chunks()
    logits = stored.flatten().to_numpy()
    hundredths = np.round(logits / DRAW_UNIT)
    if not (np.abs(hundredths) < 2**15).all() or not np.array_equal(
        hundredths.astype("i2") * DRAW_UNIT, logits
    ):
        return draws
    lengths = np.append(0, np.cumsum(pc.list_value_length(stored).to_numpy())).astype("i4")
    small = pa.ListArray.from_arrays(pa.array(lengths), pa.array(hundredths.astype("i2")))
    return draws.set_column(draws.schema.get_field_index("draws"), "draws", small)
