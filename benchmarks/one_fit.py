"""One fit in a process of its own: ``python -m benchmarks.one_fit KIND FILE.csv`` or ``… KIND 4500x12032``.

Prints one line of JSON: sizes, seconds of each step, and whether the fit converged.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from analysis.irt.matrix import ResponseMatrix
from analysis.readers.wide import read_wide
from benchmarks import fitting, simulate


def matrix_of(source: str) -> ResponseMatrix:
    """Read a file of responses, or simulate ``MODELSxITEMS``."""
    path = Path(source)
    if path.exists():
        return ResponseMatrix.of(read_wide(path).cells)
    models, items = map(int, source.split("x"))
    return simulate.responses(simulate.benchmark_like(items, seed=1), models, seed=2)


def main(kind: str, source: str) -> None:
    """Fit, and print what came of it."""
    start = time.perf_counter()
    matrix = matrix_of(source)
    ready = time.perf_counter()
    fitted = fitting.fit(matrix, kind=kind, seed=1)
    done = time.perf_counter()
    report = {
        "kind": kind,
        "models": matrix.n_models,
        "items": matrix.n_items,
        "prepare_seconds": ready - start,
        "fit_seconds": done - ready,
        "problems": fitted.diagnostics.problems(),
        **asdict(fitted.diagnostics),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
