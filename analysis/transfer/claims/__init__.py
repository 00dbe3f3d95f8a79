"""Claims of the literature about difficulty, each turned into a test with its verdict."""

from analysis.transfer.claims.across import EVERYWHERE, Judged, across
from analysis.transfer.claims.boundary import plateau_then_drop
from analysis.transfer.claims.everywhere import full_range, middle_balances, no_single_bin
from analysis.transfer.claims.evidence import Evidence, gather
from analysis.transfer.claims.items import human_measures_weak
from analysis.transfer.claims.nearness import decays, nearest_best
from analysis.transfer.claims.thirds import differs_by_direction, easy_hurts, easy_only, hard_only
from analysis.transfer.claims.verdicts import (
    CANNOT_TELL,
    DOES_NOT_HOLD,
    HOLDS,
    NO_DATA,
    POINTS,
    VERDICTS,
    Claim,
    Part,
    Unit,
    Verdict,
)

__all__ = [
    "CANNOT_TELL",
    "DOES_NOT_HOLD",
    "EVERYWHERE",
    "HOLDS",
    "NO_DATA",
    "POINTS",
    "VERDICTS",
    "Claim",
    "Evidence",
    "Judged",
    "Part",
    "Unit",
    "Verdict",
    "across",
    "gather",
    "judge",
]

JUDGES = (
    no_single_bin,
    decays,
    nearest_best,
    easy_hurts,
    easy_only,
    hard_only,
    differs_by_direction,
    full_range,
    plateau_then_drop,
    middle_balances,
    human_measures_weak,
)


def judge(evidence: Evidence) -> list[Verdict]:
    """Judge every claim about one benchmark, base model and recipe, in the order of their numbers.

    Parameters
    ----------
    evidence
        What they are judged by.
    """
    return [of(evidence) for of in JUDGES]
