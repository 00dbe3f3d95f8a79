"""The 2PL on the real MMLU-Pro math matrix, 540 models × 1,351 items."""

from __future__ import annotations

from benchmarks import convergence
from benchmarks.report import Outcome, Row
from benchmarks.subject import MMLU_PRO_MATH, Options

TITLE = "2PL posterior of the MMLU-Pro math matrix"
QUICK_SIZE = "100x30"
MAX_SECONDS = 300.0


def measure(options: Options) -> Outcome:
    """Fit once in a fresh process."""
    real = options.matrix(MMLU_PRO_MATH)
    if real is None and not options.quick:
        return Outcome([Row("fit", None, note=f"there is no {MMLU_PRO_MATH} in {options.data}")])
    run, fitted = convergence.fit_once("2pl", QUICK_SIZE if options.quick else str(real))
    size = f"{fitted['models']:,} models × {fitted['items']:,} items"
    return Outcome(
        [
            Row(f"fit of {size}", fitted["fit_seconds"], "s", at_most=MAX_SECONDS),
            Row("whole process, reading included", run.seconds, "s", at_most=MAX_SECONDS),
            Row("processor time of the process", run.cpu_seconds, "s"),
            Row("peak memory of the process", run.peak_mib, "MiB"),
            *convergence.rows(fitted),
        ],
        [fitted],
    )
