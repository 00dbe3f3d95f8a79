"""Shared items whose difficulty differs between two fits by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, norm

from analysis.irt.link_methods import Solution, by_medians, check_anchors, default_method, method_named, only
from analysis.irt.linking import REPLICATES, Link, link_items
from analysis.irt.point import Point

FALSE_DISCOVERIES = 0.05
ROUNDS = 20  # of naming drifting anchors and linking by the others; two or three are usual


@dataclass(frozen=True)
class Drift:
    """Which anchors kept their difficulty.

    Attributes
    ----------
    link
        From the anchors that did not drift.
    items
        One row an anchor, drifting ones first, then by effect. ``source_item``, ``target_item``;
        ``difference`` b* − (A b + B), logits of the target, above 0 where the item is harder there than the
        link says; its ``sd``, ``z``, ``p`` and false discovery rate ``q``; ``drifts``. The index is the row
        number in the anchors given.
    """

    link: Link
    items: pd.DataFrame


def drifting_anchors(
    source: Point,
    target: Point,
    anchors: np.ndarray,
    source_sd: np.ndarray,
    target_sd: np.ndarray,
    *,
    method: str | None = None,
    source_draws: Sequence[Point] | None = None,
    target_draws: Sequence[Point] | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Drift:
    """Name anchors whose linked difficulties differ by more than their errors allow, and link by the others.

    Each anchor's difference is tested against its standard error, sqrt(sd*² + A² sd²), with the false
    discovery rate of Benjamini & Hochberg (1995) kept at 5%. The first link is by medians, so that drifting
    anchors do not hide in it; then the method is solved with the anchors left until none changes. If most
    drift, the steadier half still makes the link. With thousands of models small drift is found too: go by
    ``difference``.

    Parameters
    ----------
    source, target, anchors, method, source_draws, target_draws, replicates, seed
        As for `link_items`.
    source_sd, target_sd
        Standard error of every item's difficulty in each fit, shape ``(items,)``. Those that treat related
        models as independent are too small and name too many.

    Raises
    ------
    AtlasError
        As `link_items`.
    """
    check_anchors(anchors, "items")
    method = method or default_method(source, target)
    solve = method_named(method)
    ours, theirs = only(source, anchors[:, 0]), only(target, anchors[:, 1])
    sds = source_sd[anchors[:, 0]], target_sd[anchors[:, 1]]
    found = _differences(by_medians(ours, theirs), ours, theirs, *sds)
    for _ in range(ROUNDS):
        rank = found["z"].abs().rank(method="first")
        steady = (~found["drifts"] | (rank <= (len(anchors) + 1) // 2)).to_numpy()
        solution = solve(only(ours, steady), only(theirs, steady))
        before, found = found, _differences(solution, ours, theirs, *sds)
        if found["drifts"].equals(before["drifts"]):
            break
    link = link_items(
        source,
        target,
        anchors[steady],
        method=method,
        source_draws=source_draws,
        target_draws=target_draws,
        replicates=replicates,
        seed=seed,
    )
    found.insert(0, "source_item", anchors[:, 0])
    found.insert(1, "target_item", anchors[:, 1])
    order = np.lexsort((-found["difference"].abs(), ~found["drifts"]))
    return Drift(link, found.iloc[order])


def _differences(
    solution: Solution, source: Point, target: Point, source_sd: np.ndarray, target_sd: np.ndarray
) -> pd.DataFrame:
    """How far each anchor is from where a link puts it, and whether chance explains it."""
    slope, intercept = solution
    difference = target.difficulty - (slope * source.difficulty + intercept)
    sd = np.hypot(target_sd, slope * source_sd)
    p = 2 * norm.sf(np.abs(difference / sd))
    q = false_discovery_control(p)
    return pd.DataFrame(
        {
            "difference": difference,
            "sd": sd,
            "z": difference / sd,
            "p": p,
            "q": q,
            "drifts": q <= FALSE_DISCOVERIES,
        }
    )
