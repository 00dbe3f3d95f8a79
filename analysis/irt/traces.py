"""Which parameters' chains agree least, and what their draws look like."""

from __future__ import annotations

import numpy as np
import pandas as pd

WORST = 6  # parameters of items whose draws are kept
KEPT = 250  # thinned draws kept of each chain


def worst_traces(draws: dict[str, np.ndarray], convergence: pd.DataFrame) -> pd.DataFrame:
    """Return the draws of the parameters whose chains agree least.

    Parameters
    ----------
    draws
        Each variable's draws as they were sampled, shape ``(chains, draws)`` or ``(chains, draws, items)``.
    convergence
        As from `analysis.irt.backends.convergence`.

    Returns
    -------
    DataFrame
        ``parameter``, ``item`` (missing for what is not of an item), ``rhat``, ``ess_bulk``, ``ess_tail`` (of
        all draws), ``chains``, ``draws`` (thinned, chain after chain). First the items' with the largest
        R-hat, the worst first; then all others, as μ and σ. What is the same in all draws has no R-hat and is
        left out.
    """
    of_items = {name for name, values in draws.items() if values.ndim == 3}
    known = convergence.dropna()
    is_item = known["parameter"].isin(of_items)
    worst = pd.concat([known[is_item].nlargest(WORST, "rhat"), known[~is_item]])
    rows = []
    for one in worst.to_dict("records"):
        number = one.pop("number")
        values = draws[one["parameter"]]
        own = values[:, :, number] if one["parameter"] in of_items else values
        kept = np.linspace(0, own.shape[1] - 1, min(KEPT, own.shape[1])).astype(int)
        item = number if one["parameter"] in of_items else None
        rows.append({**one, "item": item, "chains": len(own), "draws": own[:, kept].astype("f4").ravel()})
    return pd.DataFrame(rows).astype({"item": "Int64"}) if rows else pd.DataFrame()
