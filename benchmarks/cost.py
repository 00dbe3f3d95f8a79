"""What a gradient and a whole fit cost against the numbers of items and of models, on log-log axes.

A slope of 1 is cost in proportion. A model whose cost grew with models × items would have a slope of 1 along
either axis and of 2 where both grow together.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go

from benchmarks import fitting, simulate
from benchmarks.report import Outcome, Row
from benchmarks.subject import Options

TITLE = "Cost against items and models"
ITEMS, MODELS, BOTH = "items", "models", "both together"
BASE_MODELS, BASE_ITEMS = 1000, 250
SIZES = {
    ITEMS: [(BASE_MODELS, items) for items in (125, 250, 500, 1000, 2000, 4000, 8000)],
    MODELS: [(models, BASE_ITEMS) for models in (500, 1000, 2000, 4000, 8000, 16000, 32000)],
    BOTH: [(size, size) for size in (250, 500, 1000, 2000, 4000)],
}
FITTED = {(1000, 250), (1000, 1000), (1000, 4000), (4000, 250), (16000, 250), (4000, 4000)}
QUICK_SIZES = {
    ITEMS: [(200, 20), (200, 80)],
    MODELS: [(200, 20), (800, 20)],
    BOTH: [(100, 20), (400, 80)],
}
QUICK_FITTED = {(200, 20)}
MAX_SLOPE = {ITEMS: 1.2, MODELS: 0.5, BOTH: 1.5}  # of the Rasch gradient
REPEATS, LEAST_SECONDS = 5, 0.05


def measure(options: Options) -> Outcome:
    """Time gradients of both kinds of model, and whole Rasch fits."""
    sizes = QUICK_SIZES if options.quick else SIZES
    fitted = QUICK_FITTED if options.quick else FITTED
    points = [point for kind in ("rasch", "2pl") for point in gradients(kind, sizes)]
    points += fits(sizes, fitted)
    _figure(points).write_html(options.figures / "cost.html", include_plotlyjs="cdn")
    rows = []
    for kind in ("rasch", "2pl"):
        for axis in sizes:
            bound = MAX_SLOPE[axis] if kind == "rasch" and not options.quick else None
            rows.append(
                Row(f"{kind} gradient, slope against {axis}", slope(points, kind, axis), at_most=bound)
            )
    rows += [
        Row(f"rasch fit, {point['models']:,} models × {point['items']:,} items", point["seconds"], "s")
        for point in points
        if point["what"] == "fit"
    ]
    return Outcome(rows, points)


def gradients(kind: str, sizes: dict[str, list[tuple[int, int]]]) -> list[dict[str, Any]]:
    """Time one evaluation with its gradient at every size."""
    points = []
    for axis, pairs in sizes.items():
        for models, items in pairs:
            matrix = simulate.responses(simulate.benchmark_like(items, seed=1), models, seed=2)
            prepared, evaluate = fitting.likelihood(matrix, kind=kind)
            points.append(
                {
                    "what": "gradient",
                    "kind": kind,
                    "axis": axis,
                    "models": models,
                    "items": items,
                    "seconds": seconds_a_call(evaluate),
                    "evaluations": fitting.integrand_evaluations(prepared),
                }
            )
    return points


def fits(sizes: dict[str, list[tuple[int, int]]], wanted: set[tuple[int, int]]) -> list[dict[str, Any]]:
    """Time whole Rasch fits at some of the sizes, compiling included."""
    points: list[dict[str, Any]] = []
    done: set[tuple[int, int]] = set()
    for axis, pairs in sizes.items():
        for models, items in pairs:
            if (models, items) in wanted - done:
                done.add((models, items))
                matrix = simulate.responses(simulate.benchmark_like(items, seed=1), models, seed=2)
                start = time.perf_counter()
                found = fitting.fit(matrix, kind="rasch", seed=1)
                points.append(
                    {
                        "what": "fit",
                        "kind": "rasch",
                        "axis": axis,
                        "models": models,
                        "items": items,
                        "seconds": time.perf_counter() - start,
                        "problems": found.diagnostics.problems(),
                    }
                )
    return points


def seconds_a_call(call: Callable[[], object]) -> float:
    """Return the least mean time of a call over a few repeats, each long enough for the clock."""
    call()  # compiles
    calls = 1
    while True:
        start = time.perf_counter()
        for _ in range(calls):
            call()
        if (took := time.perf_counter() - start) > LEAST_SECONDS:
            break
        calls *= 2
    repeats = [took / calls]
    for _ in range(REPEATS - 1):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        repeats.append((time.perf_counter() - start) / calls)
    return min(repeats)


def slope(points: list[dict[str, Any]], kind: str, axis: str, of: str = "seconds") -> float:
    """Least-squares slope of log cost on log size along an axis, of gradients."""
    chosen = [p for p in points if p["what"] == "gradient" and p["kind"] == kind and p["axis"] == axis]
    size = np.log([p["models"] if axis == MODELS else p["items"] for p in chosen])
    return float(np.polyfit(size, np.log([p[of] for p in chosen]), 1)[0])


def _figure(points: list[dict[str, Any]]) -> go.Figure:
    figure = go.Figure()
    series = sorted({(p["what"], p["kind"], p["axis"]) for p in points})
    for what, kind, axis in series:
        chosen = [p for p in points if (p["what"], p["kind"], p["axis"]) == (what, kind, axis)]
        figure.add_scatter(
            x=[p["models"] if axis == MODELS else p["items"] for p in chosen],
            y=[p["seconds"] for p in chosen],
            name=f"{kind} {what} against {axis}",
            mode="lines+markers",
        )
    figure.update_xaxes(
        type="log", title=f"items or models (else {BASE_MODELS:,} models, {BASE_ITEMS} items)"
    )
    figure.update_yaxes(type="log", title="seconds")
    return figure
