"""What is worth knowing about a fit besides its difficulties: lineage, item fit, predictive checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.irt.cutoffs import cutoffs, fit_by_unit
from analysis.irt.dimensions import beside_one_dimension, largest_eigenvalues
from analysis.irt.estimate import Estimate
from analysis.irt.families import AUTO, NONE, Families, families
from analysis.irt.fitted import Fit
from analysis.irt.item_fit import fit_statistics
from analysis.irt.lineage import Lineage, enough, lineage
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.predictive import item_checks, score_check
from analysis.irt.refits import Refits
from analysis.irt.residuals import cut_off, largest_adjusted, local_dependence
from analysis.irt.simulation import by_chance
from analysis.irt.slopes import slopes
from analysis.irt.suspects import suspects

WORK = 300_000_000  # responses simulated in all for one kind of check; a few minutes on two cores at most
MOST_REPLICATES, FEWEST_REPLICATES = 50, 10
MOST_DRAWS, FEWEST_DRAWS = 100, 10
EIGENVALUES = 10
PREDICTED = ["predicted", "predicted_low", "predicted_high", "misfit"]

Step = Callable[[str], None]
"""Told what is being done."""


@dataclass(frozen=True)
class Assessment:
    """What is known about a fit.

    Attributes
    ----------
    families
        What the respondent models descend from.
    lineage
        What families do to difficulties; None where models are each a family of their own, or there are too
        few families to tell.
    items
        One row an item: ``item`` and the columns of the store's ``item_statistics``.
    models
        One row a model: ``model``, ``infit``, ``outfit``, ``family`` (name).
    checks
        Small numbers about the whole fit, nested by check.
    scores, curves
        The score distribution and every item's curve beside what the IRT model makes of them; see
        `analysis.irt.predictive_scores.ScoreCheck.histogram` and
        `analysis.irt.predictive_items.ItemChecks.curves`.
    pairs
        The pairs of items that depend on each other most; see `analysis.irt.residuals.LocalDependence`.
    """

    families: Families
    lineage: Lineage | None
    items: pd.DataFrame
    models: pd.DataFrame
    checks: dict[str, dict[str, object]]
    scores: pd.DataFrame
    curves: pd.DataFrame
    pairs: pd.DataFrame


def assess(
    matrix: ResponseMatrix,
    fit: Fit,
    respondents: pd.DataFrame,
    *,
    family_source: str = AUTO,
    choices: int | None = None,
    refits: Refits | None = None,
    step: Step = lambda what: None,
) -> Assessment:
    """Find out what families, misfit and predictive checks say of a fit.

    Parameters
    ----------
    matrix
        The responses that were fitted.
    fit
        The fit.
    respondents
        Row m describes the model in row m of the matrix: ``name``, ``organisation``, ``family``.
    family_source
        Where families come from; see `analysis.irt.families.families`.
    choices
        Number of answer choices of the benchmark, where it is fixed: what guessing gets right.
    refits
        Where refits run; by default on all cores.
    step
        Told what is being done.
    """
    refits = refits or Refits()
    fitted = estimate_of(fit)
    chance = fit.kind.asymptote or (1 / choices if choices else 0.0)
    replicates = int(np.clip(WORK // matrix.values.size, FEWEST_REPLICATES, MOST_REPLICATES))

    step("families of models")
    found = families(respondents, source=family_source, matrix=matrix, fitted=fitted, seed=fit.seed)
    descent = None
    if found.source != NONE and found.count < matrix.n_models and enough(found):
        step(f"difficulties with {found.count:,} families resampled and left out")
        descent = lineage(matrix, found, fitted, seed=fit.seed, kind=fit.kind.name, refits=refits)

    def run(function: Callable[..., Any], tasks: Iterable[Any]) -> list[Any]:
        return refits.run(function, list(tasks))

    step(f"{replicates} simulated data sets: what misfit chance alone would show")
    unit_fit, largest_q3, eigenvalues = by_chance(
        matrix,
        fitted,
        fit_by_unit,
        largest_adjusted,
        partial(largest_eigenvalues, leading=EIGENVALUES, seed=fit.seed),
        kind=fit.kind.name,
        replicates=replicates,
        seed=fit.seed,
        run=run,
    )
    step("fit of items and models")
    statistics = fit_statistics(matrix, fitted, chance=chance)
    free = slopes(matrix, fitted, families=found.number if descent else None)
    pairs = local_dependence(matrix, fitted, kind=fit.kind.name, replicates=0)
    beyond = pairs.mean + cut_off(largest_q3)
    queue = suspects(
        statistics.items,
        cutoffs(matrix, unit_fit).items,
        free,
        chance=chance,
        q3=pairs.items.assign(q3_low=-np.inf, q3_high=beyond),
    )
    dimensions = beside_one_dimension(matrix, fitted, eigenvalues, seed=fit.seed)
    step("predictive checks")
    draws = fit.points[
        :: max(1, len(fit.points) // int(np.clip(WORK // matrix.values.size, FEWEST_DRAWS, MOST_DRAWS)))
    ]
    scores, curves = score_check(matrix, draws, seed=fit.seed), item_checks(matrix, draws, seed=fit.seed)

    items = statistics.items[["item", "infit", "outfit", "item_rest", "below_chance"]]
    items = items.merge(free, on="item").merge(pairs.items, on="item", how="left")
    changes = descent.items["decile_changes"] if descent else np.nan
    items = items.assign(decile_changes=changes).merge(queue, on="item", how="left")
    items = items.merge(curves.items[["item", *PREDICTED]], on="item", how="left")
    checks: dict[str, dict[str, object]] = {
        "families": {"explanation": found.explanation, "threshold": found.threshold},
        "scores": {f"{row.statistic} p": round(float(row.p), 3) for row in scores.statistics.itertuples()},
        "items": {
            "proportions inside 94% predictive interval": round(curves.share_inside, 3),
            "median misfit of curves, points": round(float(curves.items["misfit"].median()), 2),
            "95% quantile of misfit, points": round(float(curves.items["misfit"].quantile(0.95)), 2),
        },
        "local dependence": {
            "mean Q3": round(pairs.mean, 4),
            "cut-off": round(beyond, 3),
            "items beyond it": int((pairs.items["max_q3"] > beyond).sum()),
        },
        "dimensions": {
            "eigenvalues beyond one dimension": dimensions.exceeding,
            "largest": round(float(dimensions.eigenvalues["observed"].iloc[0]), 2),
            "largest simulated, 95%": round(float(dimensions.eigenvalues["simulated_high"].iloc[0]), 2),
            "share of residual variance": round(float(dimensions.eigenvalues["share"].iloc[0]), 3),
        },
        "replicates": {"simulated data sets": replicates, "posterior draws checked": len(draws)},
    }
    if descent:
        checks["lineage"] = {
            "ratio of standard errors": round(descent.ratio, 3),
            "shift standard error": round(descent.shift_cluster_se, 4),
        }
        if len(descent.left_out):
            worst = descent.left_out.loc[descent.left_out["share"].idxmax()]
            checks["lineage"] |= {
                "families left out in turn": len(descent.left_out),
                "most items that change decile": round(float(worst["share"]), 3),
                "without": str(worst["name"]),
                "lowest rank correlation": round(float(descent.left_out["spearman"].min()), 4),
            }
    return Assessment(
        found,
        descent,
        items,
        statistics.models[["model", "infit", "outfit"]].assign(family=found.names[found.number]),
        checks,
        scores.histogram,
        curves.curves,
        pairs.pairs,
    )


def estimate_of(fit: Fit) -> Estimate:
    """Return the middle of a posterior as an estimate, with the mean ability at 0."""
    return Estimate(fit.centre, fit.abilities["mean"].to_numpy(), fit.abilities["sd"].to_numpy())
