"""The claim about items: that what people can measure of them says little about how hard they are."""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.transfer.claims.evidence import Evidence
from analysis.transfer.claims.verdicts import CORRELATION, SIZE, Claim, Part, Verdict, all_of, below, no_data
from analysis.transfer.resampled import PROB, Estimate

WEAK = 0.5
FEWEST = 20  # items that have the measure

HUMAN_MEASURES = Claim(
    11,
    "Human measures track difficulty weakly",
    f"No measure that people have of an item has a Spearman correlation with its difficulty beyond ±{WEAK}.",
    "secondary summaries",
    f"Of all measures' |ρ| the largest is judged. Holds if its 95% interval is below {WEAK}, does not hold "
    "if it is above; the lower end allows for having looked at all of them (Bonferroni).",
)


def human_measures_weak(evidence: Evidence) -> Verdict:
    """Judge whether every measure of the items tracks their difficulty only weakly."""
    found = {}
    for name, column in evidence.factors.items():
        measure = column.to_numpy(dtype=float, na_value=np.nan)
        known = np.isfinite(measure) & np.isfinite(evidence.difficulty)
        if known.sum() >= FEWEST and np.ptp(measure[known]) > 0:
            rho = stats.spearmanr(measure[known], evidence.difficulty[known]).statistic
            found[str(name)] = (float(rho), int(known.sum()))
    if not found:
        return no_data(HUMAN_MEASURES, "The items come without measures in numbers.")
    each = {name: rank_correlation(*rho) for name, rho in found.items()}
    strict = [rank_correlation(*rho, prob=1 - (1 - PROB) / len(found)) for rho in found.values()]
    ordered = sorted(each, key=lambda name: -abs(each[name].gain))
    strongest = ordered[0]
    largest = Estimate(
        abs(each[strongest].gain),
        max(_size(rho)[0] for rho in strict),
        max(_size(rho)[1] for rho in each.values()),
        np.nan,
        np.nan,
    )
    part = Part(f"largest |ρ|, {strongest}", largest, SIZE)
    answer = below(largest, WEAK)
    says = {
        True: f"none is beyond {WEAK}",
        False: f"that is more than {WEAK}",
        None: f"the data cannot tell whether one is beyond {WEAK}",
    }
    which = f"Of {len(found)} measures “{strongest}”" if len(found) > 1 else f"“{strongest}”"
    most = " most closely" if len(found) > 1 else ""
    sentence = f"{which} tracks difficulty{most}, |ρ| = {part}: {says[answer]}."
    others = (Part(f"ρ, {name}", each[name], CORRELATION) for name in ordered)
    return Verdict(HUMAN_MEASURES, all_of(answer), sentence, (part, *others))


def rank_correlation(rho: float, items: int, prob: float = PROB) -> Estimate:
    """Give a Spearman correlation its interval.

    It is Bonett and Wright's (2000, "Sample size requirements for estimating Pearson, Kendall and Spearman
    correlations", Psychometrika 65): Fisher's z with the variance (1 + ρ²/2) / (n − 3).

    Parameters
    ----------
    rho, items
        The correlation and the number of items.
    prob
        Of the interval.
    """
    se = np.sqrt((1 + rho**2 / 2) / (items - 3))
    z, reach = np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12)), stats.norm.isf((1 - prob) / 2) * se
    return Estimate(rho, float(np.tanh(z - reach)), float(np.tanh(z + reach)), np.nan, np.nan)


def _size(rho: Estimate) -> tuple[float, float]:
    """Interval of the absolute value of a correlation."""
    ends = sorted((abs(rho.low), abs(rho.high)))
    return (0.0, ends[1]) if rho.low < 0 < rho.high else (ends[0], ends[1])
