"""Croissant metadata, so that data set catalogues and loaders know what is in a folder of Parquet files.

Croissant 1.0 is JSON-LD: Akhtar et al. (2024), "Croissant: a metadata format for ML-ready datasets",
https://docs.mlcommons.org/croissant/docs/croissant-spec.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pyarrow as pa

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


@dataclass(frozen=True)
class About:
    """What catalogues say of a data set.

    Attributes
    ----------
    name, description, version, cite_as
        As they say.
    licence, url
        Addresses.
    published
        Date, as 2026-01-31.
    """

    name: str
    description: str
    licence: str
    url: str
    version: str
    published: str
    cite_as: str


@dataclass(frozen=True)
class Table:
    """One Parquet file of the folder: its path there, its record set, what its rows are known by."""

    path: str
    name: str
    key: list[str]
    schema: pa.Schema
    size: int
    sha256: str


def described(path: str, name: str, key: list[str], schema: pa.Schema, contents: bytes) -> Table:
    """Return what the metadata say of a Parquet file of these contents."""
    return Table(path, name, key, schema, len(contents), sha256(contents).hexdigest())


def croissant(about: About, tables: list[Table]) -> dict[str, Any]:
    """Return the metadata of a folder of Parquet files, one record set a file."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": about.name,
        "description": about.description,
        "license": about.licence,
        "url": about.url,
        "version": about.version,
        "datePublished": about.published,
        "creator": {"@type": "Organization", "name": "Difficulty Atlas"},
        "citeAs": about.cite_as,
        "isLiveDataset": False,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": table.path,
                "name": table.path,
                "contentUrl": table.path,
                "contentSize": f"{table.size} B",
                "encodingFormat": "application/x-parquet",
                "sha256": table.sha256,
            }
            for table in tables
        ],
        "recordSet": [_record_set(table) for table in tables],
    }


def as_file(metadata: Mapping[str, Any]) -> str:
    """Return metadata as the text of ``croissant.json``."""
    return json.dumps(metadata, indent=2) + "\n"


def _record_set(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "key": [{"@id": f"{table.name}/{column}"} for column in table.key],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{table.name}/{column.name}",
                "name": column.name,
                "dataType": _data_type(column.type),
                "repeated": pa.types.is_list(column.type),
                "source": {"fileObject": {"@id": table.path}, "extract": {"column": column.name}},
            }
            for column in table.schema
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
