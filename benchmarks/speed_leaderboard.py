"""MMLU-Pro at leaderboard size: a Rasch posterior of 4,500 simulated models × 12,032 items."""

from __future__ import annotations

from benchmarks import convergence
from benchmarks.report import Outcome, Row
from benchmarks.subject import Options

TITLE = "Rasch posterior of a whole leaderboard, simulated"
SIZE, QUICK_SIZE = "4500x12032", "450x1200"
MAX_SECONDS, MAX_MIB = 600.0, 2048.0


def measure(options: Options) -> Outcome:
    """Fit once in a fresh process."""
    run, fitted = convergence.fit_once("rasch", QUICK_SIZE if options.quick else SIZE)
    size = f"{fitted['models']:,} models × {fitted['items']:,} items"
    return Outcome(
        [
            Row(f"fit of {size}", fitted["fit_seconds"], "s", at_most=MAX_SECONDS),
            Row("processor time of the process", run.cpu_seconds, "s", note="simulating included"),
            Row("peak memory of the process", run.peak_mib, "MiB", at_most=MAX_MIB),
            *convergence.rows(fitted),
        ],
        [fitted],
    )
