"""Claims about easy and hard: what training on one end of the scale does to the other."""

from __future__ import annotations

import numpy as np

from analysis.transfer import measures
from analysis.transfer.asymmetry import asymmetry
from analysis.transfer.claims.evidence import Evidence
from analysis.transfer.claims.verdicts import (
    CANNOT_TELL,
    DOES_NOT_HOLD,
    HOLDS,
    LOG_ODDS,
    POINTS,
    Claim,
    Part,
    Verdict,
    above,
    all_of,
    below,
    no_data,
)
from analysis.transfer.contrasts import EASY, HARD

EASIEST, HARDEST = 0, 2  # of the thirds
EQUAL = 0.08  # log odds that are as good as none: two points where half are right

EASY_HURTS = Claim(
    4,
    "Easy training hurts hard items",
    "Trained on bins of the easiest third, the hardest third of items loses.",
    "secondary summaries, of one case",
    "Holds if the 95% interval of the gain is below zero, does not hold if it is above.",
)
EASY_ONLY = Claim(
    5,
    "Easy-only: good on easy, limited on hard",
    "Trained on bins of the easiest third, the easiest third of items gains, and more than the hardest.",
    "the seed article alone",
    "Holds if the 95% intervals of the gain on easy items and of its lead over the gain on hard ones are "
    "both above zero, does not hold if either is below.",
)
HARD_ONLY = Claim(
    6,
    "Hard-only: gains on hard, loses on easy",
    "Trained on bins of the hardest third, the hardest third of items gains and the easiest loses.",
    "the seed article alone",
    "Holds if the 95% interval of the gain on hard items is above zero and that on easy ones below. Does not "
    "hold if either is on the other side.",
)
ASYMMETRY = Claim(
    7,
    "Easy → hard differs from hard → easy",
    "Of two bins, training on the easier one does not do to the harder what the reverse does.",
    "the seed article alone",
    "Both directions of all pairs of bins are compared, in log odds, since bins differ in their room to gain "
    f"and to lose. Holds if the 95% interval excludes zero; if not, and it lies within ±{EQUAL}, does not "
    "hold.",
)


def easy_hurts(evidence: Evidence) -> Verdict:
    """Judge whether easy training lowers accuracy on hard items."""
    rows = _rows(evidence, EASY, [HARDEST])
    if isinstance(rows, str):
        return no_data(EASY_HURTS, rows)
    part = _part(evidence, rows, {HARDEST: 1}, "easy → hard")
    answer = below(part.estimate)
    says = {True: "it is hurt", False: "it is helped", None: "the data cannot tell whether it is hurt"}
    sentence = f"Trained on the easiest third, the hardest third changes by {part}: {says[answer]}."
    return Verdict(EASY_HURTS, all_of(answer), sentence, (part,), part.estimate.p)


def easy_only(evidence: Evidence) -> Verdict:
    """Judge whether easy training helps easy items, and more than hard ones."""
    rows = _rows(evidence, EASY, [EASIEST, HARDEST])
    if isinstance(rows, str):
        return no_data(EASY_ONLY, rows)
    easy = _part(evidence, rows, {EASIEST: 1}, "easy → easy")
    hard = _part(evidence, rows, {HARDEST: 1}, "easy → hard")
    lead = _part(evidence, rows, {EASIEST: 1, HARDEST: -1}, "easy → easy minus hard")
    gains, leads = above(easy.estimate), above(lead.estimate)
    verdict = all_of(gains, leads)
    says = _says(
        verdict,
        "easy items gain, and more than hard ones",
        {"easy items lose": gains, "hard items fare better than easy ones": leads},
        {"whether easy items gain": gains, "whether they fare better than hard ones": leads},
    )
    sentence = (
        f"Trained on the easiest third, the easiest third changes by {easy} and the hardest by {hard}, a "
        f"difference of {lead}: {says}."
    )
    return Verdict(EASY_ONLY, verdict, sentence, (lead, easy, hard), _largest_p(lead, easy))


def hard_only(evidence: Evidence) -> Verdict:
    """Judge whether hard training helps hard items and lowers accuracy on easy ones."""
    rows = _rows(evidence, HARD, [EASIEST, HARDEST])
    if isinstance(rows, str):
        return no_data(HARD_ONLY, rows)
    easy = _part(evidence, rows, {EASIEST: 1}, "hard → easy")
    hard = _part(evidence, rows, {HARDEST: 1}, "hard → hard")
    gains, loses = above(hard.estimate), below(easy.estimate)
    verdict = all_of(gains, loses)
    says = _says(
        verdict,
        "hard items gain and easy ones lose",
        {"hard items lose": gains, "easy items gain": loses},
        {"whether hard items gain": gains, "whether easy items lose": loses},
    )
    sentence = (
        f"Trained on the hardest third, the hardest third changes by {hard} and the easiest by {easy}: "
        f"{says}."
    )
    return Verdict(HARD_ONLY, verdict, sentence, (easy, hard), _largest_p(easy, hard))


def differs_by_direction(evidence: Evidence) -> Verdict:
    """Judge whether easy → hard and hard → easy differ where ceiling and floor are taken out."""
    found = asymmetry(evidence.resampled.on_scale(measures.LOG_ODDS), evidence.trained)
    pairs, overall = len(found.pairs), found.overall
    if not pairs:
        return no_data(ASYMMETRY, "No two bins were both trained on and tested on, off ceiling and floor.")
    part = Part("easy → hard minus hard → easy", overall, LOG_ODDS)
    if above(overall) is not None:
        verdict = HOLDS
        says = "hard training does more for easy" if overall.high < 0 else "easy training does more for hard"
        says += " bins than the other way round"
    elif max(-overall.low, overall.high) < EQUAL:
        verdict, says = DOES_NOT_HOLD, "both directions are as good as the same"
    else:
        verdict, says = CANNOT_TELL, "the data cannot tell the two directions apart"
    sentence = (
        f"Over {pairs} pair{'s' * (pairs > 1)} of bins, easy → hard minus hard → easy is {part}: {says}."
    )
    return Verdict(ASYMMETRY, verdict, sentence, (part,), overall.p)


def _rows(evidence: Evidence, trained: str, thirds: list[int]) -> np.ndarray | str:
    """Rows of a group that were tested on some thirds, shape ``(rows,)``; or why there are none."""
    rows = evidence.groups[trained]
    if not rows.any():
        return f"No run was trained on a single bin of {trained}."
    for third in thirds:
        rows = rows & np.isfinite(evidence.thirds.gain[:, third])
        if not rows.any():
            return f"{'The easiest' if third == EASIEST else 'The hardest'} third has too few held-out items."
    return rows


def _part(evidence: Evidence, rows: np.ndarray, signs: dict[int, int], name: str) -> Part:
    """Mean gain of some rows on some thirds, added or subtracted."""
    weights = np.zeros(evidence.thirds.gain.shape)
    for third, sign in signs.items():
        weights[rows, third] = sign / rows.sum()
    return Part(name, evidence.thirds.combination(weights), POINTS)


def _says(verdict: str, holds: str, refuted: dict[str, bool | None], open_: dict[str, bool | None]) -> str:
    """Say what of a claim of two parts holds, what does not, and what is not known."""
    if verdict == HOLDS:
        return holds
    if verdict == DOES_NOT_HOLD:
        return " and ".join(what for what, answer in refuted.items() if answer is False)
    return "the data cannot tell " + " and ".join(what for what, answer in open_.items() if answer is None)


def _largest_p(*parts: Part) -> float:
    return max(part.estimate.p for part in parts)
