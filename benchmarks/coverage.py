"""How often 94% intervals of difficulty cover simulated truth: ``python -m benchmarks.coverage [DATA SETS]``.

One data set's coverage varies by several points, since an error in the abilities' mean shifts all its items
together; only the average over data sets tells.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table

from analysis.irt import fit_rasch
from tests.irt.simulated import rasch

CASES = [("complete", 1000, 200, 0.0), ("30% missing at random", 400, 100, 0.3)]


def main(data_sets: int = 10) -> None:
    """Fit simulated data sets and print how often intervals cover, and how large errors are."""
    table = Table(title=f"Rasch fits of {data_sets} simulated data sets each")
    headings = [
        "case",
        "models × items",
        "coverage of 94% HDI",
        "lowest, highest",
        "RMSE / mean sd",
        "s a fit",
    ]
    for heading in headings:
        table.add_column(heading)
    for name, models, items, missing in CASES:
        coverage, ratio, start = [], [], time.perf_counter()
        for seed in range(data_sets):
            truth, responses = rasch(models, items, seed=100 + seed, missing=missing)
            fitted = fit_rasch(responses, benchmark=name, seed=seed).items
            coverage.append(np.mean((fitted["hdi_low"] <= truth) & (truth <= fitted["hdi_high"])))
            ratio.append(np.sqrt(np.mean((fitted["mean"] - truth) ** 2)) / fitted["sd"].mean())
        table.add_row(
            name,
            f"{models:,} × {items:,}",
            f"{np.mean(coverage):.3f}",
            f"{min(coverage):.3f}, {max(coverage):.3f}",
            f"{np.mean(ratio):.2f}",
            f"{(time.perf_counter() - start) / data_sets:.1f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
