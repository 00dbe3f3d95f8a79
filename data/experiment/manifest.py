"""The manifest: what the study is, and what it was made with."""

import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from data.experiment.cache import Spent, source_hash
from data.experiment.sizes import Size

FORMAT = "difficulty-atlas-study/2"
NAME = "atlas-study"
TITLE = "Difficulty Atlas study"
DESCRIPTION = (
    "Generated, not collected: small transformers trained from scratch on generated reasoning tasks, "
    "not large language models on human benchmarks."
)
PACKAGES = ("numpy", "pandas", "pyarrow", "pymc", "nutpie", "scipy", "torch")


def manifest(size: Size, seed: int, spent: dict[str, Spent], files: dict[str, str]) -> dict[str, Any]:
    """Return the manifest of a study.

    Parameters
    ----------
    size, seed
        What was run.
    spent
        What each stage took, by its name.
    files
        SHA-256 of every Parquet file, by file name.
    """
    return {
        "format": FORMAT,
        "name": NAME,
        "title": TITLE,
        "description": DESCRIPTION,
        "created": datetime.now(UTC).replace(microsecond=0).isoformat(),
        "size": size.name,
        "seed": seed,
        "configuration": asdict(size),
        "code": {"folder": "data/experiment", "sha256": source_hash()},
        "packages": {package: version(package) for package in PACKAGES},
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "stages": {
            stage: {"seconds": round(took.seconds, 1), "machine": took.machine}
            for stage, took in sorted(spent.items())
        },
        "files": files,
    }
