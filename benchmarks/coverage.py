"""How often 94% intervals of difficulty cover simulated truth.

One data set's coverage varies by several points, since an error in the abilities' mean shifts all its items
together; only the average over data sets tells, and its standard error is over data sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from analysis.irt.fitted import Settings
from benchmarks import fitting, simulate
from benchmarks.report import Outcome, Row
from benchmarks.subject import Options

TITLE = "Coverage of 94% intervals of difficulty over simulated data sets"
DATA_SETS, MODELS, ITEMS = 100, 300, 40
QUICK = (2, 60, 8)
CASES = (("rasch", 0.0), ("rasch", 0.3), ("2pl", 0.0), ("2pl", 0.3))
LEAST, MOST = 0.90, 0.97
# A fit that the gate refuses is sampled again for longer, as the refusal tells a user to do.
TRIES = (Settings(), Settings(draws=4000, tune=1000, target_accept=0.95))


def measure(options: Options) -> Outcome:
    """Fit every data set of every case, as many at a time as there are cores."""
    data_sets, models, items = QUICK if options.quick else (DATA_SETS, MODELS, ITEMS)
    rows: list[Row] = []
    detail: list[dict[str, Any]] = []
    for kind, missing in CASES:
        found = study(kind, missing, data_sets=data_sets, models=models, items=items)
        rows += summary(found)
        detail += found
    return Outcome(rows, detail)


def study(
    kind: str,
    missing: float,
    *,
    data_sets: int,
    models: int,
    items: int,
    tries: Sequence[Settings] = TRIES,
    seed: int = 1000,
    jobs: int = -1,
) -> list[dict[str, Any]]:
    """Fit simulated data sets; return a record each.

    Parameters
    ----------
    kind, missing
        Which IRT model, and what share of responses is missing.
    data_sets, models, items
        How many, and how large.
    tries
        How to sample, in turn until the gate is passed.
    seed
        Data set k is simulated and fitted with seed + k.
    jobs
        Processes at a time; -1 for as many as there are cores.
    """
    call = delayed(one_data_set)
    calls = (call(kind, missing, models, items, tries, seed + k) for k in range(data_sets))
    return Parallel(n_jobs=jobs)(calls)


def one_data_set(
    kind: str, missing: float, models: int, items: int, tries: Sequence[Settings], seed: int
) -> dict[str, Any]:
    """Simulate, fit, and count the items whose interval holds the truth."""
    truth = simulate.from_the_prior(kind, items, seed=seed)
    matrix = simulate.responses(truth, models, seed=seed, missing=missing)
    fitted = fitting.fit(matrix, kind=kind, seed=seed, settings=tries[0])
    for settings in tries[1:]:
        if fitted.diagnostics.problems():
            fitted = fitting.fit(matrix, kind=kind, seed=seed, settings=settings)
    table, true = fitted.items, truth.difficulty - truth.mean
    covered = ((table["hdi_low"] <= true) & (true <= table["hdi_high"])).to_numpy()
    extreme = table["flag"].notna().to_numpy()
    z = ((table["mean"] - true) / table["sd"]).to_numpy()
    return {
        "kind": kind,
        "missing": missing,
        "seed": seed,
        "items": items,
        "covered": int(covered.sum()),
        "extreme": int(extreme.sum()),
        "extreme_covered": int(covered[extreme].sum()),
        "mean_squared_z": float(np.mean(z**2)),
        "draws": fitted.settings.draws,
        "problems": "; ".join(fitted.diagnostics.problems()),
    }


def summary(found: list[dict[str, Any]]) -> list[Row]:
    """Average over the data sets of one case that converged."""
    usable = [one for one in found if not one["problems"]]
    case = f"{found[0]['kind']}, {found[0]['missing']:.0%} missing"
    extreme = sum(one["extreme"] for one in usable)
    if not usable:
        return [Row(f"{case}: coverage", None, note="no fit converged")]
    share = np.array([one["covered"] / one["items"] for one in usable])
    error = share.std(ddof=1) / np.sqrt(len(share)) if len(share) > 1 else float("nan")
    rows = [
        Row(
            f"{case}: coverage",
            float(share.mean()),
            at_least=LEAST,
            at_most=MOST,
            note=f"± {error:.3f} (1 se) over {len(usable)} data sets",
        ),
        Row(
            f"{case}: error ÷ posterior sd, root mean square",
            float(np.sqrt(np.mean([one["mean_squared_z"] for one in usable]))),
        ),
        Row(f"{case}: fits that did not converge", float(len(found) - len(usable)), at_most=0),
        Row(f"{case}: fits sampled longer", float(sum(one["draws"] > TRIES[0].draws for one in found))),
    ]
    if extreme:
        covered = sum(one["extreme_covered"] for one in usable) / extreme
        note = f"of {extreme} items that all or none got right"
        rows.insert(1, Row(f"{case}: coverage of extreme items", covered, note=note))
    return rows
