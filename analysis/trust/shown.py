"""The chains of a fit as they are drawn: the worst of them, from what the store keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.trust.ranks import chains_of, mixing, rank_counts

ITEMS = 4  # drawn, the worst
FEWEST = 8  # draws of a chain that can be ranked
NAMES = {
    "difficulty": "difficulty of",
    "log_discrimination": "log discrimination of",
    "log_odds": "log odds of",
    "ability_mean": "mean ability μ",
    "ability_sd": "sd of ability σ",
    "difficulty_sd": "sd of difficulty",
}


@dataclass(frozen=True)
class Shown:
    """Chains to be drawn.

    Attributes
    ----------
    draws
        ``name`` (of the parameter, the worst first), ``chain`` (from 0), ``draw`` (from 0), ``value``.
    counts
        ``name`` and the columns of `analysis.trust.ranks.rank_counts`.
    chains, each
        Number of chains, and of the draws of each that are kept.
    worst
        Largest R-hat of any item's difficulty.
    by_chance
        Between what values it would be if chains agreed but for chance; None where the R-hats are those of
        all draws, that the gate judged.
    """

    draws: pd.DataFrame
    counts: pd.DataFrame
    chains: int
    each: int
    worst: float
    by_chance: tuple[float, float] | None = None


def from_traces(traces: pd.DataFrame, keys: pd.Series) -> Shown:
    """Return the chains that a fit kept of its worst parameters.

    Parameters
    ----------
    traces
        As the store has them.
    keys
        Each item's key, by its number.
    """
    of_items = traces["item"].notna()
    rows = pd.concat([traces[of_items].head(ITEMS), traces[~of_items]])
    values = {}
    for one in rows.to_dict("records"):
        name = NAMES.get(one["parameter"], one["parameter"])
        item = f" {keys[int(one['item'])]}" if pd.notna(one["item"]) else ""
        ess = min(one["ess_bulk"], one["ess_tail"])
        values[f"{name}{item}: R-hat {one['rhat']:.4f}, ESS {ess:,.0f}"] = np.asarray(one["draws"]).reshape(
            int(one["chains"]), -1
        )
    return _shown(values, float(traces.loc[of_items, "rhat"].max()), None)


def from_draws(draws: np.ndarray, chains: int, keys: pd.Series) -> Shown | None:
    """Return the chains of the worst items among the draws that every fit keeps of every item.

    Parameters
    ----------
    draws
        Shape ``(draws, items)``.
    chains
        Of how many chains, one after the other, they were thinned.
    keys
        Each item's key, by its number.

    Returns
    -------
    Shown or None
        None where there are fewer than two chains, or too few draws of each, to compare.
    """
    if chains < 2 or len(draws) < chains * FEWEST:
        return None
    told_apart = chains_of(draws, chains)
    found = mixing(told_apart)
    worst = np.argsort(-np.nan_to_num(found.rhat, nan=-1.0), kind="stable")[:ITEMS]
    values = {
        f"difficulty of {keys[item]}: R-hat {found.rhat[item]:.2f} of kept draws": told_apart[:, :, item]
        for item in worst
    }
    return _shown(values, float(found.rhat[worst[0]]), found.by_chance)


def _shown(values: dict[str, np.ndarray], worst: float, by_chance: tuple[float, float] | None) -> Shown:
    chains, each = next(iter(values.values())).shape
    draws = [
        pd.DataFrame(
            {
                "name": name,
                "chain": np.repeat(np.arange(chains), each),
                "draw": np.tile(np.arange(each), chains),
                "value": own.ravel(),
            }
        )
        for name, own in values.items()
    ]
    counts = [rank_counts(own).assign(name=name) for name, own in values.items()]
    return Shown(pd.concat(draws), pd.concat(counts), chains, each, worst, by_chance)
