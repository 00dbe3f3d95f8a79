"""How often pooled intervals hold the truth, and how much nearer to it pooled gains are than raw ones."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.special import expit, logit

from analysis import transfer
from analysis.transfer import RunMatrix
from analysis.transfer.pooling import MORE, Settings, pool
from benchmarks.report import Outcome, Row
from benchmarks.subject import Options

TITLE = "Pooled gains against simulated truth"
SETS, QUICK_SETS = 40, 2
N_BINS, ITEMS, RUNS = 6, 100, 3
ROW_SD, BIN_SD, CELL_SD, RUN_SD = 0.3, 0.2, 0.2, 0.15  # logits
SLOPE = -0.4  # logits a logit of distance
SPREAD = 0.7  # of items within a bin, logits
EASE = np.linspace(logit(0.9), logit(0.1), N_BINS)
TRUTH_ITEMS = 100_000


def simulated(rng: np.random.Generator) -> tuple[RunMatrix, np.ndarray, np.ndarray]:
    """Runs from the hierarchy, with answers that go together in half of the items, and their true gains.

    Returns
    -------
    matrix, member
        As `analysis.transfer.pooling.pool` takes them.
    gain
        Expected gain of a new run on new items, shape ``(bins, bins)``.
    """
    distance = np.abs(np.subtract.outer(EASE, EASE))
    shift = 1.0 + SLOPE * distance + CELL_SD * rng.standard_normal((N_BINS, N_BINS))
    shift += ROW_SD * rng.standard_normal((N_BINS, 1)) + BIN_SD * rng.standard_normal(N_BINS)
    member = np.repeat(np.arange(N_BINS), ITEMS)
    ease = EASE[member] + SPREAD * rng.standard_normal(len(member))
    row = np.repeat(np.arange(N_BINS), RUNS)
    luck = rng.random((len(row) + 1, len(member)))
    together = rng.random(len(member)) < 0.5
    luck[:, together] = luck[0, together]
    baseline = (luck[0] < expit(ease)).astype(float)
    moved = ease + shift[row][:, member] + RUN_SD * rng.standard_normal((len(row), 1))
    number = np.arange(1, N_BINS + 1)
    rows = pd.DataFrame(
        {"first_bin": number, "last_bin": number, "bins_of": N_BINS, "label": number.astype(str)}
    )
    after = (luck[1:] < expit(moved)).astype(float)
    matrix = RunMatrix(rows, row, after - baseline, baseline, np.zeros(after.shape, dtype=bool))
    own, run = SPREAD * rng.standard_normal(TRUTH_ITEMS), RUN_SD * rng.standard_normal(TRUTH_ITEMS)
    gain = [
        [(expit(EASE[e] + own + shift[t, e] + run) - expit(EASE[e] + own)).mean() for e in range(N_BINS)]
        for t in range(N_BINS)
    ]
    return matrix, member, np.array(gain)


def measure(options: Options) -> Outcome:
    """Pool simulated studies and compare with what they were made from."""
    sets = QUICK_SETS if options.quick else SETS
    calls = (delayed(one_study)(number) for number in range(sets))
    found: list[dict[str, Any]] = Parallel(n_jobs=-1)(calls)
    usable = [one for one in found if not one["problems"]]
    if not usable:
        return Outcome([Row("coverage", None, note="nothing converged")], found)
    rows = [
        _mean("coverage of pooled 95% intervals", usable, "held", at_least=0.93, at_most=0.97),
        _mean("coverage of raw 95% intervals", usable, "raw_held"),
        Row(
            "error of pooled gains ÷ error of raw gains",
            _ratio(usable),
            at_most=1.0,
            note="root mean squares",
        ),
        _mean("share of gains where P(gain > 0) was .5 to .95", usable, "likely_true"),
        _mean("mean of that P(gain > 0)", usable, "likely_said"),
        Row("did not converge", float(len(found) - len(usable)), at_most=0),
        Row("a study", float(np.median([one["seconds"] for one in found])), "s"),
    ]
    return Outcome(rows, found)


def one_study(seed: int) -> dict[str, Any]:
    """Simulate one study, pool it, and compare both kinds of gains with the truth."""
    matrix, member, truth = simulated(np.random.default_rng(seed))
    began = time.perf_counter()
    pooled = pool(matrix, member, np.arange(N_BINS), -EASE)
    if pooled.diagnostics.problems():  # as `python -m analysis pool` does
        longer = replace(Settings(), draws=MORE * Settings().draws)
        pooled = pool(matrix, member, np.arange(N_BINS), -EASE, settings=longer)
    seconds = time.perf_counter() - began
    raw = transfer.cell_table(transfer.resample(matrix, member, N_BINS), transfer.GAIN)
    cells = raw.merge(pooled.cells, on=["row", "test_bin"], suffixes=("_raw", ""))
    true = truth[cells["row"], cells["test_bin"]]
    likely = cells["p_positive"].between(0.5, 0.95).to_numpy()
    return {
        "seed": seed,
        "held": float(((cells["low"] <= true) & (true <= cells["high"])).mean()),
        "raw_held": float(((cells["low_raw"] <= true) & (true <= cells["high_raw"])).mean()),
        "squared_error": float(((cells["gain"] - true) ** 2).mean()),
        "raw_squared_error": float(((cells["gain_raw"] - true) ** 2).mean()),
        "likely_said": float(cells["p_positive"][likely].mean()),
        "likely_true": float((true > 0)[likely].mean()) if likely.any() else float("nan"),
        "problems": "; ".join(pooled.diagnostics.problems()),
        "seconds": seconds,
    }


def _mean(
    what: str,
    found: list[dict[str, Any]],
    name: str,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Row:
    values = np.array([one[name] for one in found])
    values = values[np.isfinite(values)]
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    note = f"± {error:.3f} (1 se) over {len(values)} studies"
    return Row(what, float(values.mean()), at_least=at_least, at_most=at_most, note=note)


def _ratio(found: list[dict[str, Any]]) -> float:
    pooled, raw = (np.mean([one[name] for one in found]) for name in ("squared_error", "raw_squared_error"))
    return float(np.sqrt(pooled / raw))
