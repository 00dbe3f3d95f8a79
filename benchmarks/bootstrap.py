"""The joint bootstrap of the heatmap: its time against the numbers of items and of cells."""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np
import pandas as pd

from analysis.transfer import RunMatrix, cell_table, resample
from benchmarks.report import Outcome, Row
from benchmarks.subject import Options

TITLE = "Joint bootstrap of train bin × test bin, 2,000 replicates, 5 seeds"
STATED_BINS, STATED_ITEMS, SEEDS = 10, 6000, 5
SIZES = [(10, items) for items in (750, 1500, 3000, 6000, 12_000, 24_000)] + [
    (bins, 6000) for bins in (2, 5, 20)
]
QUICK_SIZES = [(3, 300), (3, 600)]
MAX_SECONDS = 1.0
REPEATS = 3


def measure(options: Options) -> Outcome:
    """Time the whole table of cells, tests included, and the same with bins cut anew in 100 draws."""
    points = [timed(bins, items) for bins, items in (QUICK_SIZES if options.quick else SIZES)]
    rows = []
    for point in points:
        stated = (point["bins"], point["items"]) == (STATED_BINS, STATED_ITEMS)
        size = f"{point['bins']} × {point['bins']} cells, {point['items']:,} items"
        rows.append(
            Row(
                size,
                point["seconds"],
                "s",
                at_most=MAX_SECONDS if stated else None,
                note=f"{point['drawn_seconds']:.2f} s with uncertain bins",
            )
        )
    by_items = [point for point in points if point["bins"] == points[0]["bins"]]
    sizes, seconds = (np.log([point[name] for point in by_items]) for name in ("items", "seconds"))
    slope = np.polyfit(sizes, seconds, 1)[0]
    rows.append(Row("slope against items, log-log", float(slope), note="1 is in proportion"))
    return Outcome(rows, points)


def timed(bins: int, items: int) -> dict[str, Any]:
    """Time one size; medians of a few runs."""
    matrix, member = simulated(bins, items)
    rng = np.random.default_rng(1)
    members = np.stack([rng.permutation(member) for _ in range(100)])
    seconds, drawn = [], []
    for _ in range(REPEATS):
        began = time.perf_counter()
        cell_table(resample(matrix, member, bins))
        seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
        cell_table(resample(matrix, member, bins, members=members))
        drawn.append(time.perf_counter() - began)
    return {
        "bins": bins,
        "items": items,
        "seconds": statistics.median(seconds),
        "drawn_seconds": statistics.median(drawn),
    }


def simulated(bins: int, items: int) -> tuple[RunMatrix, np.ndarray]:
    """Five runs on each bin, all of which answer all items."""
    rng = np.random.default_rng(0)
    number = np.arange(1, bins + 1)
    rows = pd.DataFrame(
        {"first_bin": number, "last_bin": number, "bins_of": bins, "label": number.astype(str)}
    )
    row = np.repeat(np.arange(bins), SEEDS)
    baseline = (rng.random(items) < 0.4).astype(float)
    after = rng.random((len(row), items)) < 0.5
    trained = np.zeros(after.shape, dtype=bool)
    return RunMatrix(rows, row, after - baseline, baseline, trained), np.arange(items) % bins
