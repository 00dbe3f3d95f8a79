"""The real BBH matrix, from a file to a converged Rasch posterior, against py-irt's point estimates."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np

from analysis.irt.matrix import ResponseMatrix
from analysis.readers.wide import read_wide
from analysis.store import Store
from benchmarks import convergence, measuring, py_irt, simulate
from benchmarks.report import Outcome, Row
from benchmarks.subject import BBH, Options

TITLE = "Rasch posterior of the BBH matrix, whole command from a cold start"
LATER_RUNS = 3
TIMES_FASTER = 3.0
ATLAS = (sys.executable, "-m", "analysis")


def measure(options: Options) -> Outcome:
    """Import and fit as a user would, then train py-irt on the same responses."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = _small_file(folder) if options.quick else options.matrix(BBH)
        if file is None:
            return Outcome([Row("fit", None, note=f"there is no {BBH} in {options.data}")])
        rows, first, usual = _ours(file, folder, later_runs=1 if options.quick else LATER_RUNS)
        if not options.quick:
            rows += _peer(file, folder, first, usual)
    return Outcome(rows)


def _ours(file: Path, folder: Path, later_runs: int) -> tuple[list[Row], measuring.Run, measuring.Run]:
    """Measure the commands; return also the use of the first fit, and of the middle one of those after it."""
    store = ("--store", folder / "store")
    # What compilers keep goes to a new place, so that the first run is the first on this machine.
    caches = {
        "PYTENSOR_FLAGS": f"base_compiledir={folder / 'pytensor'}",
        "NUMBA_CACHE_DIR": str(folder / "numba"),
    }
    imported = measuring.run([*ATLAS, "import", file, "--benchmark", "bbh", *store])
    fit = (*ATLAS, "fit", "--benchmark", "bbh", "--seed", "1", *store)
    first = measuring.run([*fit, "--no-checks"], variables=caches, may_fail=True)
    later = [measuring.run([*fit, "--no-checks"], variables=caches, may_fail=True) for _ in range(later_runs)]
    checked = measuring.run(fit, variables=caches, may_fail=True)
    seconds = [run.seconds for run in later]
    with Store(folder / "store").open() as snapshot:
        fitted = snapshot.fits("bbh").iloc[0].to_dict()
    rows = [
        Row("import", imported.seconds, "s"),
        Row("fit --no-checks, first run on a machine", first.seconds, "s", note="it compiles"),
        Row("its processor time", first.cpu_seconds, "s"),
        Row("its peak memory", first.peak_mib, "MiB"),
        Row("fit --no-checks, later runs, median", statistics.median(seconds), "s", note=f"of {later_runs}"),
        Row("fit --no-checks, later runs, least", min(seconds), "s"),
        Row("least processor time of those", min(run.cpu_seconds for run in later), "s"),
        Row("fit, with lineage and checks", checked.seconds, "s", note="py-irt has no such thing"),
        Row("its processor time", checked.cpu_seconds, "s", note="refits run in processes beside it"),
        *convergence.rows(fitted),
        Row("converged", float(fitted["converged"]), at_least=1, note=fitted["problems"]),
    ]
    return rows, first, sorted(later, key=lambda run: run.seconds)[len(later) // 2]


def _peer(file: Path, folder: Path, first: measuring.Run, usual: measuring.Run) -> list[Row]:
    """Measure py-irt, and how far its difficulties are from ours."""
    try:
        py_irt.install()
    except py_irt.Unavailable as reason:
        return [Row("py-irt train 1pl", None, note=str(reason))]
    matrix = ResponseMatrix.of(read_wide(file).cells)
    py_irt.write_responses(matrix, folder / "responses.jsonlines")
    run = py_irt.train(folder / "responses.jsonlines", folder / "py-irt")
    with Store(folder / "store").open() as snapshot:
        fit = snapshot.fits("bbh")["fit"].iloc[0]
        mean = snapshot.items("bbh", fit).sort_values("item")["mean"].to_numpy()
    theirs = py_irt.difficulties(folder / "py-irt")
    apart = np.sqrt(np.mean(((theirs - theirs.mean()) - (mean - mean.mean())) ** 2))
    return [
        Row("py-irt train 1pl, its 2,000 epochs", run.seconds, "s", note="point estimates"),
        Row("py-irt, processor time", run.cpu_seconds, "s"),
        Row("py-irt, peak memory", run.peak_mib, "MiB"),
        Row(
            "py-irt's time ÷ ours, a new process",
            run.seconds / usual.seconds,
            "×",
            at_least=TIMES_FASTER,
            note="what was compiled once is on disk",
        ),
        Row("py-irt's time ÷ that of our first run on a machine", run.seconds / first.seconds, "×"),
        Row("py-irt's processor time ÷ ours", run.cpu_seconds / usual.cpu_seconds, "×"),
        Row(
            "py-irt's difficulties from ours, root mean square",
            float(apart),
            "logits",
            note=f"correlation {np.corrcoef(theirs, mean)[0, 1]:.3f}",
        ),
    ]


def _small_file(folder: Path) -> Path:
    """Write a small simulated matrix as a leaderboard's CSV."""
    matrix = simulate.responses(simulate.benchmark_like(20, seed=1), 200, seed=2)
    path = folder / "responses.csv"
    lines = [",".join(["model", *(f"item{k}" for k in range(matrix.n_items))])]
    lines += [f"model{m}," + ",".join(map(str, row)) for m, row in enumerate(matrix.values)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
