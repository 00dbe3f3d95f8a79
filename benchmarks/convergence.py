"""What to say of one measured fit: speed, memory, and whether it may be used."""

from __future__ import annotations

import json
import sys
from typing import Any

from benchmarks import measuring
from benchmarks.report import Row

MAX_RHAT, MIN_ESS = 1.01, 400.0


def fit_once(kind: str, source: str) -> tuple[measuring.Run, dict[str, Any]]:
    """Fit in a fresh process; return what that used and what `benchmarks.one_fit` printed."""
    run = measuring.run([sys.executable, "-m", "benchmarks.one_fit", kind, source])
    return run, json.loads(run.output.splitlines()[-1])


def rows(fitted: dict[str, Any]) -> list[Row]:
    """Return the gate's numbers, as `analysis.irt.diagnostics` has them."""
    return [
        Row("R-hat, worst", fitted["rhat"], at_most=MAX_RHAT),
        Row("effective sample size, smallest", min(fitted["ess_bulk"], fitted["ess_tail"]), at_least=MIN_ESS),
        Row("divergences", fitted["divergences"], at_most=0),
        Row("log-likelihood against brute force", fitted["log_likelihood_error"], "nats", at_most=0.01),
    ]
