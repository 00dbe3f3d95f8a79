"""The claim that gain holds level up to a boundary, then drops, and that the boundary moves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.transfer import measures
from analysis.transfer.boundary import DROPS, FEWEST, FOUND, STRAIGHT, boundaries
from analysis.transfer.claims.evidence import Evidence
from analysis.transfer.claims.verdicts import (
    CANNOT_TELL,
    DOES_NOT_HOLD,
    HOLDS,
    LOG_ODDS_PER_LOGIT,
    LOGITS_PER_LOGIT,
    Claim,
    Part,
    Verdict,
    above,
    all_of,
    no_data,
)
from analysis.transfer.resampled import Estimate, Resampled

STAYS = 0.25  # logits per logit; a boundary that moves less is as good as fixed
FLAT = 0.5  # share of the slope beyond; a steeper rise or fall before the boundary is no plateau

BOUNDARY = Claim(
    9,
    "A plateau, then a sharp drop",
    "The gain of a training bin holds level up to a boundary and drops beyond it, and the boundary moves "
    "with the training bin.",
    "the seed article alone, of mathematics",
    "Two lines that meet are compared with one, in log odds, for every training bin. Holds if, over the "
    f"training bins whose gain bends down at a boundary, the slope before it is less than {FLAT:g} times as "
    "steep as beyond, and if the boundary moves with the training bin (95% intervals; three boundaries or "
    f"more). Does not hold if it is steeper, if the boundary moves by less than {STAYS:g} logits per logit, "
    "or if all training bins are as good as straight.",
)


def plateau_then_drop(evidence: Evidence) -> Verdict:
    """Judge whether there is a plateau with a boundary that moves with the training bin."""
    scaled = evidence.resampled.on_scale(measures.LOG_ODDS)
    found = boundaries(scaled, evidence.trained, evidence.centres)
    table, moving = found.table, found.moves
    if table.empty:
        return no_data(BOUNDARY, f"No training bin has {FEWEST} test bins that are off ceiling and floor.")
    dropping = table[(table["verdict"] == FOUND) & (table["shape"] == DROPS)]
    if dropping.empty:
        straight = (table["verdict"] == STRAIGHT).sum()
        verdict, says = (
            (DOES_NOT_HOLD, "there is no boundary")
            if straight == len(table)
            else (CANNOT_TELL, "the data cannot tell whether there is a boundary")
        )
        sentence = (
            f"Of {len(table)} training bins none is seen to bend down at a boundary; {straight} are as good "
            f"as straight: {says}."
        )
        return Verdict(BOUNDARY, verdict, sentence)
    before, beyond = _slopes(scaled, dropping, evidence.centres)
    level = _both(
        above(scaled.combination(-FLAT * beyond - before)), above(scaled.combination(before - FLAT * beyond))
    )
    along = False if moving.high < STAYS and not moving.low > 0 else above(moving)
    verdict = all_of(level, along)
    parts = [
        Part("slope before the boundary", scaled.combination(before), LOG_ODDS_PER_LOGIT),
        Part("slope beyond it", scaled.combination(beyond), LOG_ODDS_PER_LOGIT),
    ]
    moved = ""
    if np.isfinite(moving.gain):
        parts.append(Part("boundary, per logit of the training bin", moving, LOGITS_PER_LOGIT))
        moved = f" The boundary moves by {parts[-1]} of the training bin."
    sentence = (
        f"For {len(dropping)} of {len(table)} training bins gain bends down at a boundary: before it gain "
        f"changes by {parts[0]}, beyond it by {parts[1]}.{moved} {_says(verdict, level, along, moving)}"
    )
    return Verdict(BOUNDARY, verdict, sentence, tuple(parts))


def _slopes(scaled: Resampled, dropping: pd.DataFrame, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights of cells in the mean slope on either side of the boundaries, shape ``(rows, bins)`` each."""
    before, beyond = (np.zeros(scaled.gain.shape) for _ in range(2))
    for found in dropping.itertuples():
        bins = np.isfinite(scaled.gain[found.row]) & np.isfinite(centres)
        x = centres[bins]
        design = np.stack([np.ones(len(x)), x, np.maximum(0.0, x - found.boundary)], axis=1)
        _, slope, kink = np.linalg.pinv(design) / len(dropping)
        before[found.row, bins] = slope
        beyond[found.row, bins] = slope + kink
    return before, beyond


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return True if one and other else None


def _says(verdict: str, level: bool | None, along: bool | None, moving: Estimate) -> str:
    """Say in a sentence of its own what was found."""
    if verdict == HOLDS:
        return "Gain holds level, then drops, and the boundary moves along."
    if verdict == DOES_NOT_HOLD:
        refuted = ["there is no plateau before it"] if level is False else []
        if along is False:
            refuted.append("it does not move with the training bin")
        return f"{' and '.join(refuted)}.".capitalize()
    unknown = ["whether gain holds level before it"] if level is None else []
    if along is None:
        few = "" if np.isfinite(moving.gain) else ", of which there are too few"
        unknown.append(f"whether it moves with the training bin{few}")
    return f"The data cannot tell {' and '.join(unknown)}."
