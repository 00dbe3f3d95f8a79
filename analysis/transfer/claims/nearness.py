"""Claims about distance: whether what is near the training bin gains more than what is far."""

from __future__ import annotations

import numpy as np

from analysis.transfer import measures
from analysis.transfer.claims.evidence import Evidence
from analysis.transfer.claims.verdicts import (
    DOES_NOT_HOLD,
    HOLDS,
    LOG_ODDS_PER_LOGIT,
    POINTS,
    POINTS_PER_LOGIT,
    Claim,
    Part,
    Verdict,
    above,
    all_of,
    below,
    no_data,
)
from analysis.transfer.decay import decay

FAR = 3  # bins
LEVEL = 0.05

DECAYS = Claim(
    2,
    "Gain decays with distance",
    "The farther a test bin's difficulty is from the training bin's, the smaller the gain.",
    "secondary summaries",
    "The slope of gain on distance in logits, own bins left out, beside effects of every training bin and "
    "test bin. Holds if its 95% interval is below zero in points and in log odds, where ceiling and floor "
    f"bound nothing, and the permutation test (which row was trained on which bin) has p ≤ {LEVEL}. Does not "
    "hold if either interval is above zero.",
)
NEAREST = Claim(
    3,
    "Nearest bins are best",
    f"For a test bin, training on a neighbouring bin gives more than on one {FAR} or more bins away.",
    "secondary summaries; as “matching” the seed article",
    "Both are compared within each test bin, where ceiling and floor are the same, and averaged over test "
    "bins; its own bin is never counted. Holds if the 95% interval of the difference is above zero, does not "
    "hold if it is below.",
)


def decays(evidence: Evidence) -> Verdict:
    """Judge whether gain falls with the distance in difficulty, on either scale."""
    raw = decay(evidence.resampled, evidence.trained, evidence.centres)
    scaled = decay(
        evidence.resampled.on_scale(measures.LOG_ODDS), evidence.trained, evidence.centres, permutations=1
    )
    if np.isnan(raw.slope.gain):
        return no_data(DECAYS, "A slope takes runs on three single bins or more.")
    parts = [Part("slope", raw.slope, POINTS_PER_LOGIT)]
    freely = "and too few test bins are off ceiling and floor for log odds"
    if np.isfinite(scaled.slope.gain):
        parts.append(Part("slope in log odds", scaled.slope, LOG_ODDS_PER_LOGIT))
        freely = f"and by {parts[1]}"
    falls, falls_freely = below(raw.slope), below(scaled.slope)
    verdict = all_of(falls, falls_freely, True if raw.p_permutation <= LEVEL else None)
    if verdict == HOLDS:
        says = "it decays"
    elif verdict == DOES_NOT_HOLD:
        where = [name for name, answer in (("points", falls), ("log odds", falls_freely)) if answer is False]
        says = f"in {' and in '.join(where)} it grows"
    elif falls and falls_freely:
        says = (
            "with training bins shuffled as low a slope is no rarity, so the data cannot tell whether it is "
        )
        says += "distance that makes it"
    elif falls:
        says = "it decays in points, which ceiling and floor can make; in log odds the data cannot tell"
    else:
        says = "the data cannot tell whether it decays"
        says += " in points, though in log odds it does" if falls_freely else ""
    sentence = (
        f"With the distance between training bin and test bin the gain changes by {parts[0]}, "
        f"{freely} (permutation p = {raw.p_permutation:.2g}): {says}."
    )
    return Verdict(DECAYS, verdict, sentence, tuple(parts), raw.p_permutation)


def nearest_best(evidence: Evidence) -> Verdict:
    """Judge whether neighbouring bins are better training than far ones, test bin by test bin."""
    known = evidence.single[:, None] & np.isfinite(evidence.resampled.gain)
    apart = np.abs(evidence.trained[:, None] - np.arange(evidence.resampled.n_bins))
    near, far = known & (apart == 1), known & (apart >= FAR)
    columns = near.any(axis=0) & far.any(axis=0)
    if not columns.any():
        return no_data(
            NEAREST, f"No test bin has runs both on a neighbouring bin and {FAR} or more bins away."
        )
    weights = np.zeros(known.shape)
    for column in np.flatnonzero(columns):
        weights[:, column] = near[:, column] / near[:, column].sum() - far[:, column] / far[:, column].sum()
    part = Part(
        f"1 bin away minus {FAR} or more",
        evidence.resampled.combination(weights / columns.sum()),
        POINTS,
    )
    answer = above(part.estimate)
    says = {True: "near is better", False: "far is better", None: "the data cannot tell which is better"}
    sentence = (
        f"Within a test bin, runs on a neighbouring bin are ahead of runs {FAR} or more bins away by {part}, "
        f"on average over {columns.sum()} test bins: {says[answer]}."
    )
    return Verdict(NEAREST, all_of(answer), sentence, (part,), part.estimate.p)
