"""The shape of gains, in words that say no more than the numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.transfer import DROPS, FOUND, Asymmetry, Decay, Estimate
from pages.shape import LOG_ODDS, POINTS

LEVEL = 0.05


def written(estimate: Estimate, scale: str) -> str:
    """An estimate with its interval: ``−4.4 points [−4.9, −3.9]``."""
    factor, digits = (100, 1) if scale == POINTS else (1, 2)
    gain, low, high = (_signed(factor * value, digits) for value in estimate[:3])
    return f"**{gain} {scale}** [{low}, {high}]"


def chance(p: float) -> str:
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".", 1)


def decay_title(found: Decay, scale: str) -> str:
    """Whether gain decays, the slope, and how the training bins' labels say so."""
    slope = found.slope
    if np.isnan(slope.gain):
        return "There are too few training bins to tell whether gain decays with distance."
    permuted = f"Permuting the training bins: {chance(found.p_permutation)}."
    if slope.high < 0:
        return f"Gain decays with distance: {written(slope, scale)} a logit. {permuted}"
    if slope.low > 0:
        return f"Gain rises with distance: {written(slope, scale)} a logit. {permuted}"
    return f"The data cannot tell whether gain decays: {written(slope, scale)} a logit. {permuted}"


def sides(found: Decay, scale: str) -> str:
    """The slopes to either side."""
    parts = [
        f"towards {name} test bins {written(slope, scale)} a logit"
        for name, slope in (("easier", found.towards_easier), ("harder", found.towards_harder))
        if np.isfinite(slope.gain)
    ]
    return f"Compared within test bins, {' and '.join(parts)}." if parts else ""


def asymmetry_title(found: Asymmetry) -> str:
    """Which direction helps more, over all pairs of bins."""
    overall = found.overall
    if np.isnan(overall.gain):
        return "There is no pair of training bins whose log odds are known both ways."
    if overall.low <= 0 <= overall.high:
        says = "The data cannot tell which way training carries farther"
    elif overall.gain > 0:
        says = "Easy training does more for hard bins than hard training for easy ones"
    else:
        says = "Hard training does more for easy bins than easy training for hard ones"
    return f"{says}: {written(overall, LOG_ODDS)}."


def boundary_title(bends: pd.DataFrame) -> str:
    """How many training bins have a boundary, and of which shape."""
    found = bends[bends["verdict"] == FOUND]
    if found.empty:
        return f"In log odds no boundary is seen for any of {len(bends)} training bins."
    dropping = (found["shape"] == DROPS).sum()
    counts = (("drops faster", dropping), ("levels off", len(found) - dropping))
    says = " and ".join(f"{what} for {count or 'none'}" for what, count in counts)
    return f"In log odds, of {len(bends)} training bins, gain {says} beyond a boundary."


def moves_words(moving: Estimate) -> str:
    """Whether the boundary moves with the training bin."""
    if np.isnan(moving.gain):
        return "Whether it moves is open: fewer than three training bins have one beyond which gain drops."
    gain, low, high = (_signed(value, 2) for value in moving[:3])
    by = f"**{gain} logits** [{low}, {high}] for every logit that the training bin is harder."
    if moving.low <= 0 <= moving.high:
        return f"The data cannot tell whether the boundary beyond which gain drops moves: {by}"
    return f"The boundary beyond which gain drops moves by {by}"


def best_title(best: pd.DataFrame, own: np.ndarray) -> str:
    """For how many test bins the best training set is clearly ahead, and for how many it is the own bin."""
    ahead = (best["p_ahead"] < LEVEL).sum()
    bins = f"{len(best)} test bins"
    words = (
        f"One training set is clearly the best for {ahead} of {bins}"
        if ahead
        else f"No training set is clearly the best for any of {bins}"
    )
    if (own >= 0).any():
        same = own[best["row"].to_numpy(dtype=int)] == best["test_bin"].to_numpy()
        words += f"; the largest gain is that of training on the bin itself for {same.sum()}"
    return f"{words}."


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")
