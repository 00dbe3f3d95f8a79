"""The manifest: what the study is, and what it was made with."""

import os
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data.experiment.cache import source_hash
from data.experiment.sizes import Size

FORMAT = "difficulty-atlas-study/1"
NAME = "atlas-study"
TITLE = "Difficulty Atlas study"
DESCRIPTION = (
    "Generated, not collected: small transformers trained from scratch on a generated reasoning task, "
    "not large language models on a human benchmark."
)
PACKAGES = ("numpy", "pandas", "pyarrow", "pymc", "nutpie", "scipy", "torch")


def processor() -> str:
    """Return the kind of processor, for example "AMD EPYC", as the operating system names it."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def manifest(
    size: Size, seed: int, device: str, threads: int, seconds: dict[str, float], files: dict[str, str]
) -> dict[str, Any]:
    """Return the manifest of a study.

    Parameters
    ----------
    size, seed, device, threads
        How it was run.
    seconds
        Seconds a stage.
    files
        SHA-256 of every Parquet file, by file name.
    """
    return {
        "format": FORMAT,
        "name": NAME,
        "title": TITLE,
        "description": DESCRIPTION,
        "size": size.name,
        "seed": seed,
        "configuration": asdict(size),
        "code": {"folder": "data/experiment", "sha256": source_hash()},
        "packages": {package: version(package) for package in PACKAGES},
        "python": platform.python_version(),
        "machine": {
            "system": platform.system(),
            "architecture": platform.machine(),
            "processor": processor(),
            "cores": os.cpu_count(),
            "threads": threads,
            "device": device,
        },
        "seconds": {stage: round(spent, 1) for stage, spent in seconds.items()},
        "files": files,
    }
