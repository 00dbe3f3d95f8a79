"""Whether what holds for one benchmark and base model holds for the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from analysis.transfer.claims.everywhere import NO_SINGLE_BIN
from analysis.transfer.claims.nearness import DECAYS
from analysis.transfer.claims.verdicts import (
    CANNOT_TELL,
    DOES_NOT_HOLD,
    HOLDS,
    NO_DATA,
    PERCENT,
    Claim,
    Part,
    Verdict,
    above,
    all_of,
    no_data,
)
from analysis.transfer.resampled import PROB, Estimate

MOST = 0.5
PATTERN = (NO_SINGLE_BIN, DECAYS)

EVERYWHERE = Claim(
    12,
    "The pattern holds everywhere",
    "No single bin helps all and gain decays with distance, in most pairs of benchmark and base model.",
    "the paper's abstract, by its design",
    f"Claims {PATTERN[0].number} and {PATTERN[1].number} are judged in every pair. Holds if the 95% interval "
    f"of the share of pairs in which both hold is above {MOST:.0%}, does not hold if it is below; a pair of "
    "which the data cannot tell may be either. Pairs of a benchmark share its items, so they count as one "
    "observation; base models are shared too, so even this interval may be too short.",
)


class Judged(NamedTuple):
    """Verdicts on one benchmark, base model and recipe."""

    benchmark: str
    base: str
    verdicts: Sequence[Verdict]


def across(judged: Sequence[Judged]) -> Verdict:
    """Judge whether the pattern holds across benchmarks and base models.

    Parameters
    ----------
    judged
        Verdicts of every pair of a benchmark with a base model and recipe.

    Returns
    -------
    Verdict
        Of claim 12. Its parts are the share of pairs in which the pattern holds, and of every claim the share
        in which that one does.
    """
    found: dict[Claim, list[tuple[str, str]]] = {EVERYWHERE: []}
    for pair in judged:
        verdict_of = {verdict.claim: verdict.verdict for verdict in pair.verdicts}
        found[EVERYWHERE].append(
            (pair.benchmark, _both([verdict_of.get(claim, NO_DATA) for claim in PATTERN]))
        )
        for claim, verdict in verdict_of.items():
            found.setdefault(claim, []).append((pair.benchmark, verdict))
    counted = {claim: [each for each in verdicts if each[1] != NO_DATA] for claim, verdicts in found.items()}
    if not counted[EVERYWHERE]:
        return no_data(EVERYWHERE, "No pair of a benchmark and a base model has the runs that it takes.")
    parts = tuple(
        Part("both" if claim is EVERYWHERE else claim.title, share(verdicts), PERCENT)
        for claim, verdicts in counted.items()
        if verdicts
    )
    answer = above(parts[0].estimate, MOST)
    pairs = Counter(verdict for _, verdict in counted[EVERYWHERE])
    benchmarks = len({benchmark for benchmark, _ in counted[EVERYWHERE]})
    says = {
        True: "the pattern holds in most",
        False: "the pattern does not hold in most",
        None: "the data cannot tell whether it holds in most",
    }
    sentence = (
        f"No single bin helps all and gain decays with distance in {pairs[HOLDS]} of {pairs.total()} pairs "
        f"of a benchmark with a base model ({benchmarks} benchmark{'s' * (benchmarks > 1)}), not in "
        f"{pairs[DOES_NOT_HOLD]}, and in {pairs[CANNOT_TELL]} the data cannot tell. As a share: {parts[0]}: "
        f"{says[answer]}."
    )
    return Verdict(EVERYWHERE, all_of(answer), sentence, parts)


def share(verdicts: Sequence[tuple[str, str]], prob: float = PROB) -> Estimate:
    """Estimate the share of pairs in which a claim holds.

    Clopper and Pearson's interval (1934, Biometrika 26) with as many observations as there are benchmarks
    (Korn and Graubard 1998, "Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data", Survey Methodology 24): as if the pairs of a benchmark said all the
    same. The lower end takes undecided pairs as if the claim did not hold there, the upper one as if it did.

    Parameters
    ----------
    verdicts
        Benchmark and verdict of every pair; none without data.
    prob
        Of the interval.
    """
    n = len({benchmark for benchmark, _ in verdicts})
    holds, fails = (
        np.mean([verdict == which for _, verdict in verdicts]) for which in (HOLDS, DOES_NOT_HOLD)
    )
    tail = (1 - prob) / 2
    low = stats.beta.ppf(tail, n * holds, n * (1 - holds) + 1) if holds > 0 else 0.0
    high = stats.beta.isf(tail, n * (1 - fails) + 1, n * fails) if fails > 0 else 1.0
    return Estimate(float(holds), float(low), float(high), np.nan, np.nan)


def _both(verdicts: list[str]) -> str:
    """Verdict on several claims at once."""
    for verdict in (NO_DATA, DOES_NOT_HOLD, CANNOT_TELL):
        if verdict in verdicts:
            return verdict
    return HOLDS
