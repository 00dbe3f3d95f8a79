"""What may be said of a claim, and the three-valued logic that leads there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.transfer.resampled import Estimate

HOLDS, DOES_NOT_HOLD, CANNOT_TELL, NO_DATA = "holds", "does not hold", "the data cannot tell", "no data"
VERDICTS = (HOLDS, DOES_NOT_HOLD, CANNOT_TELL, NO_DATA)


class Unit(NamedTuple):
    """What an estimate is counted in: its name, how many of it make one, decimals, and the sign of gains."""

    name: str
    per_one: float
    decimals: int
    sign: str = "+"


POINTS = Unit("points", 100, 1)
POINTS_PER_LOGIT = Unit("points per logit", 100, 1)
LOG_ODDS = Unit("log odds", 1, 2)
LOG_ODDS_PER_LOGIT = Unit("log odds per logit", 1, 2)
LOGITS_PER_LOGIT = Unit("logits per logit", 1, 2)
CORRELATION, SIZE = Unit("", 1, 2), Unit("", 1, 2, sign="")
PERCENT = Unit("%", 100, 0, sign="")


@dataclass(frozen=True)
class Claim:
    """A claim of the literature, made testable.

    Attributes
    ----------
    number
        In the list of testable claims.
    title
        A few words.
    hypothesis
        What is tested, one sentence.
    source
        Who claims it.
    rule
        When it holds and when it does not; otherwise the data cannot tell.
    """

    number: int
    title: str
    hypothesis: str
    source: str
    rule: str


class Part(NamedTuple):
    """A number that a verdict rests on: its name, its estimate with a 95% interval, its unit."""

    name: str
    estimate: Estimate
    unit: Unit

    def __str__(self) -> str:
        unit = self.unit
        gain, low, high = (
            f"{unit.per_one * value:{unit.sign}.{unit.decimals}f}".replace("-", "−")
            for value in self.estimate[:3]
        )
        space = "" if unit.name in ("", "%") else " "
        return f"{gain}{space}{unit.name} [{low}, {high}]"


@dataclass(frozen=True)
class Verdict:
    """What the data say of a claim.

    Attributes
    ----------
    claim
        The claim.
    verdict
        One of `VERDICTS`.
    sentence
        The same in plain words, from the numbers.
    parts
        The numbers that it rests on, first the one that says most; none without data.
    p
        Two-sided p-value of the statistic, the largest where every part has to hold; NaN where intervals
        alone decide.
    """

    claim: Claim
    verdict: str
    sentence: str
    parts: tuple[Part, ...] = ()
    p: float = np.nan


def above(estimate: Estimate, bound: float = 0.0) -> bool | None:
    """Whether the true value is above a bound; None where the interval reaches both sides."""
    if estimate.low > bound:
        return True
    return False if estimate.high < bound else None


def below(estimate: Estimate, bound: float = 0.0) -> bool | None:
    """Whether the true value is below a bound; None where the interval reaches both sides."""
    is_above = above(estimate, bound)
    return None if is_above is None else not is_above


def all_of(*answers: bool | None) -> str:
    """Judge a claim of several parts, all of which have to hold.

    Each part is tested at its own level: that all pass by chance is rarer than that one does (Berger 1982,
    "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24).
    """
    if any(answer is False for answer in answers):
        return DOES_NOT_HOLD
    return HOLDS if all(answers) else CANNOT_TELL


def no_data(claim: Claim, reason: str) -> Verdict:
    """Return the verdict where there is nothing to judge by, with the reason."""
    return Verdict(claim, NO_DATA, reason)
