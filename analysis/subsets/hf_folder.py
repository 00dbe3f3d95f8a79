"""A subset as a Hugging Face dataset folder: one config a bin, and all of it as the default.

https://huggingface.co/docs/hub/datasets-manual-configuration
"""

from __future__ import annotations

import io
import json

import pandas as pd
import pyarrow.parquet as pq

from analysis.subsets.croissant import About, as_file, croissant, described
from analysis.subsets.tabular import to_bytes

ALL = "all"
FILE = "train-00000-of-00001.parquet"
SPDX = {"cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "mit", "apache-2.0", "bsd-3-clause"}  # as the hub spells them


def hf_folder(subset: pd.DataFrame, name: str) -> dict[str, bytes]:
    """Return the folder's files by path: a data card, Croissant metadata, and Parquet files in order.

    Parameters
    ----------
    subset
        As `analysis.subsets.ordered` returns it.
    name
        Of the subset.
    """
    bins = sorted(subset["bin"].unique())
    width = len(str(subset["bins"].iloc[0]))
    parts = {ALL: subset} | {f"bin-{number:0{width}d}": subset[subset["bin"] == number] for number in bins}
    tables = {config: to_bytes(part, "parquet") for config, part in parts.items()}
    files = {f"{config}/{FILE}": contents for config, contents in tables.items()}
    metadata = croissant(
        About(
            name=name,
            description=_description(subset),
            licence=_licence(subset) or "unknown",
            url="https://arxiv.org/abs/2511.21692",
            version="1.0.0",
            published=str(pd.Timestamp.now("UTC").date()),
            cite_as=subset["citation"].iloc[0],
        ),
        [
            described(
                f"{config}/{FILE}", config, ["item_key"], pq.read_schema(io.BytesIO(contents)), contents
            )
            for config, contents in tables.items()
        ],
    )
    card = _card(subset, name, list(parts))
    return {"README.md": card.encode(), "croissant.json": as_file(metadata).encode(), **files}


def configs(paths: dict[str, str], default: str) -> list[str]:
    """Return the lines of a card's front matter that name configs, given each one's files."""
    lines = ["configs:"]
    for config, path in paths.items():
        lines += [f"- config_name: {json.dumps(config)}"]
        lines += ["  default: true"] if config == default else []
        lines += ["  data_files:", "  - split: train", f"    path: {json.dumps(path)}"]
    return lines


def _card(subset: pd.DataFrame, name: str, parts: list[str]) -> str:
    licence = _licence(subset)
    spelled = str(licence).lower()
    named = (
        [f"license: {spelled}"]
        if spelled in SPDX
        else ["license: other", f"license_name: {json.dumps(licence or 'unknown')}"]
    )
    front = [f"pretty_name: {json.dumps(name)}", *named]
    front += configs({part: f"{part}/train-*.parquet" for part in parts}, ALL)
    one = subset.iloc[0]
    quality = "converged" if one["converged"] else f"NOT converged ({one['problems']})"
    text = [
        f"# {name}",
        _description(subset),
        f"Difficulty: fit {one['fit']} ({one['irt_model']}, {quality}; largest R-hat {one['rhat']:.3f}, "
        f"smallest effective sample size {one['ess']:.0f}), data version {one['data_version']}. Bins: "
        f"{one['bins']} by {one['bin_strategy']}, 1 is the easiest; `p_in_bin` says how sure an "
        "item's bin is.",
        "```python\nfrom datasets import load_dataset\n\n"
        f'items = load_dataset("path/to/{name}", "{parts[-1]}", split="train")  # or "{ALL}"\n```',
        f"Cite: {one['citation']}",
    ]
    return "\n".join(["---", *front, "---", ""]) + "\n\n".join(text) + "\n"


def _description(subset: pd.DataFrame) -> str:
    one = subset.iloc[0]
    bins = ", ".join(map(str, sorted(subset["bin"].unique())))
    return (
        f"{len(subset):,} items of {one['benchmark']} with their difficulty for language models, of bins "
        f"{bins} of {one['bins']}."
    )


def _licence(subset: pd.DataFrame) -> str | None:
    known = subset["licence"].iloc[0]
    return None if pd.isna(known) else str(known)
