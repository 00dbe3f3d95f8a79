"""The gate that a fit has to pass before items are binned by it: what is measured, and how much is enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# R-hat and ESS as Vehtari et al. (2021, Bayesian Analysis 16(2)) recommend.
MAX_RHAT, MIN_ESS, MAX_LOG_LIKELIHOOD_ERROR = 1.01, 400.0, 0.01


@dataclass(frozen=True)
class Check:
    """One of the things that the gate measures.

    Attributes
    ----------
    column
        In the store's table of fits.
    name, needed
        What is measured and what is needed, in words.
    form
        Format of a value.
    low, high
        Between which values it passes.
    means
        What it says of the draws.
    remedy
        What to do where it fails; ``{more}`` stands for the command that draws more.
    """

    column: str
    name: str
    needed: str
    form: str
    low: float
    high: float
    means: str
    remedy: str

    def passes(self, value: float) -> bool:
        """Whether a value is good enough; one that is missing is not."""
        return self.low <= value <= self.high


MORE = "Draw more: {more}"
GATE = (
    Check(
        "rhat",
        "R-hat, largest",
        "at most 1.01",
        "{:.4f}",
        0.0,
        MAX_RHAT,
        "Chains that began apart found the same place.",
        MORE,
    ),
    Check(
        "ess_bulk",
        "Effective draws in the bulk, fewest",
        "at least 400",
        "{:,.0f}",
        MIN_ESS,
        float("inf"),
        "Draws enough, as if independent, to place the mean.",
        MORE,
    ),
    Check(
        "ess_tail",
        "Effective draws in the tails, fewest",
        "at least 400",
        "{:,.0f}",
        MIN_ESS,
        float("inf"),
        "Draws enough to place the ends of intervals.",
        MORE,
    ),
    Check(
        "divergences",
        "Divergent transitions",
        "none",
        "{:,.0f}",
        0.0,
        0.0,
        "The sampler got everywhere it should.",
        "Start over with a narrower prior, as --prior-sd 1.5; if they stay, items that all or none got right "
        "are the likely cause.",
    ),
    Check(
        "log_likelihood_error",
        "Log-likelihood, distance from brute force",
        "at most 0.01 nats",
        "{:.5f}",
        0.0,
        MAX_LOG_LIKELIHOOD_ERROR,
        "The fast likelihood is the right one.",
        "More draws do not help. Fit again with another --seed; if it stays, report it.",
    ),
)


def checked(fit: Mapping[str, float]) -> list[tuple[Check, float, bool]]:
    """Return each check of the gate with the value that a fit has and whether it passes."""
    return [(check, float(fit[check.column]), check.passes(fit[check.column])) for check in GATE]
