"""py-irt in a virtual environment of its own, since PyTorch and Pyro are no requirements of this project."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from analysis.irt.matrix import MISSING, ResponseMatrix
from benchmarks import measuring

VENV = measuring.ROOT / ".bench" / "py-irt"
COMMAND = VENV / "bin" / "py-irt"
# Its release of typer breaks with click 8.2; PyTorch as in the experiment's requirements.
REQUIREMENTS = ("py-irt==0.7.1", "click<8.2", "torch==2.13.0")


class Unavailable(Exception):
    """py-irt cannot be had on this machine; the message says why."""


def install() -> None:
    """Make the environment, once.

    Raises
    ------
    Unavailable
        If there is no Python that py-irt runs on, or installing fails.
    """
    if COMMAND.exists():
        return
    python = sys.executable if sys.version_info < (3, 12) else shutil.which("python3.11")
    if python is None:
        raise Unavailable("py-irt needs a Python before 3.12")
    shutil.rmtree(VENV, ignore_errors=True)
    steps: tuple[list[str | Path], ...] = (
        [python, "-m", "venv", VENV],
        [VENV / "bin/python", "-m", "pip", "install", *REQUIREMENTS],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            raise Unavailable(f"py-irt cannot be installed: {done.stderr.strip()[-200:]}")


def write_responses(matrix: ResponseMatrix, path: Path) -> None:
    """Write a matrix as py-irt reads it: a JSON line a model, missing responses left out."""
    with path.open("w", encoding="utf-8") as file:
        for model, row in enumerate(matrix.values):
            answered = {str(item): int(row[item]) for item in np.flatnonzero(row != MISSING)}
            file.write(json.dumps({"subject_id": str(model), "responses": answered}) + "\n")


def train(responses: Path, folder: Path) -> measuring.Run:
    """Run ``py-irt train 1pl`` with its defaults, which are 2,000 epochs on the processor."""
    return measuring.run([COMMAND, "train", "1pl", responses, folder])


def difficulties(folder: Path) -> np.ndarray:
    """Return the difficulties that a run saved, shape ``(items,)``, with the mean ability taken off."""
    saved = json.loads((folder / "best_parameters.json").read_text(encoding="utf-8"))
    found = np.empty(len(saved["diff"]))
    for place, item in saved["item_ids"].items():
        found[int(item)] = saved["diff"][int(place)]
    return found - np.mean(saved["ability"])
