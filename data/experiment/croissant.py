"""Croissant metadata of a study folder, so that data set catalogues and loaders know what is in it.

Croissant 1.0 is JSON-LD: Akhtar et al. (2024), "Croissant: a metadata format for ML-ready datasets",
https://docs.mlcommons.org/croissant/docs/croissant-spec.html
"""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
KEYS = {
    "benchmarks": ["name"],
    "items": ["benchmark", "item"],
    "models": ["model"],
    "responses": ["benchmark", "item", "model"],
    "fits": ["fit"],
    "item_parameters": ["fit", "item"],
    "item_draws": ["fit", "item"],
    "abilities": ["fit", "model"],
    "runs": ["run"],
    "run_items": ["run", "item"],
    "run_responses": ["run", "benchmark", "item"],
    "run_curves": ["run", "step"],
}


def croissant(folder: Path) -> dict[str, Any]:
    """Return the metadata of a study folder, computed from its manifest and files.

    Parameters
    ----------
    folder
        The study folder, Parquet files and manifest.
    """
    manifest = json.loads((folder / "manifest.json").read_text())
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": manifest["name"],
        "description": manifest["description"],
        "license": LICENCE,
        "url": "https://arxiv.org/abs/2511.21692",
        "version": "2.0.0",
        "datePublished": manifest["created"][:10],
        "creator": {"@type": "Organization", "name": "Difficulty Atlas"},
        "citeAs": f"{manifest['title']}, made by {manifest['code']['folder']}, {manifest['created'][:4]}.",
        "isLiveDataset": False,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                "contentUrl": name,
                "contentSize": f"{(folder / name).stat().st_size} B",
                "encodingFormat": "application/x-parquet",
                "sha256": content_hash,
            }
            for name, content_hash in manifest["files"].items()
        ],
        "recordSet": [_record_set(folder / name) for name in manifest["files"]],
    }


def _record_set(path: Path) -> dict[str, Any]:
    table = path.stem
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "key": [{"@id": f"{table}/{column}"} for column in KEYS[table]],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{table}/{column.name}",
                "name": column.name,
                "dataType": _data_type(column.type),
                "repeated": pa.types.is_list(column.type),
                "source": {"fileObject": {"@id": path.name}, "extract": {"column": column.name}},
            }
            for column in pq.read_schema(path)
        ],
    }


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return _data_type(kind.value_type)
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_floating(kind):
        return "sc:Float"
    return "sc:Text"


def write_croissant(folder: Path) -> None:
    """Write ``croissant.json`` of a study folder."""
    (folder / "croissant.json").write_text(json.dumps(croissant(folder), indent=2) + "\n")
