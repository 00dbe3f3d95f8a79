"""The gate: whether a posterior can be trusted enough to bin items by it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.gate import MAX_LOG_LIKELIHOOD_ERROR, MAX_RHAT, MIN_ESS


@dataclass(frozen=True)
class Diagnostics:
    """Whether a posterior can be trusted.

    Attributes
    ----------
    rhat
        Worst R-hat of any parameter.
    ess_bulk, ess_tail
        Smallest effective sample sizes of any parameter.
    divergences
        Divergent transitions after tuning.
    log_likelihood_error
        Largest absolute difference, in nats, between the sampled log-likelihood and brute force.
    """

    rhat: float
    ess_bulk: float
    ess_tail: float
    divergences: int
    log_likelihood_error: float

    def problems(self) -> list[str]:
        """Return why this fit is not converged, one phrase a reason; empty if it is."""
        reasons = []
        if not self.rhat <= MAX_RHAT:
            reasons.append(f"R-hat {self.rhat:.3f} is above {MAX_RHAT}")
        if not min(self.ess_bulk, self.ess_tail) >= MIN_ESS:
            smallest = min(self.ess_bulk, self.ess_tail)
            reasons.append(f"effective sample size {smallest:.0f} is below {MIN_ESS:.0f}")
        if self.divergences:
            reasons.append(f"{self.divergences} divergent transitions")
        if not self.log_likelihood_error <= MAX_LOG_LIKELIHOOD_ERROR:
            reasons.append(f"log-likelihood is off by {self.log_likelihood_error:.2g} from brute force")
        return reasons
