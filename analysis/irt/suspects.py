"""One queue of the items that someone should look at, and why."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import ndtri

SMALL = 0.1  # the correlation that Cohen (1988) calls a small effect
INTERVAL = 0.94  # of a slope, as every interval of a fit
MAX_FALSE_DISCOVERIES = 0.05
LOGISTIC_SD = np.pi / np.sqrt(3)

Reason = tuple[int, float, str]


def suspects(
    items: pd.DataFrame,
    cutoffs: pd.DataFrame,
    slopes: pd.DataFrame,
    *,
    chance: float = 0.0,
    q3: pd.DataFrame | None = None,
    least: float = SMALL,
) -> pd.DataFrame:
    """Queue the items that do not behave as the IRT model expects, the farthest from it first.

    With thousands of models every departure is significant, so tests only keep out what chance explains; the
    order is by effect size. Each reason has one on the scale of a correlation, so that all can stand in one
    queue, and an item has the largest of its reasons':

    - *Better models do worse*, P(slope < 0) of at least 0.97: the correlation of ability with the continuous
      response that a logistic regression cuts in two, −β / √(β² + π²/3) with β per sd of ability (McKelvey &
      Zavoina 1975, Journal of Mathematical Sociology 4), at the end of the slope's 94% interval next to 0.
      It is no smaller for items that nearly all or nearly none get right, as the mislabelled often are.
    - *Noisier than the model allows*, infit or outfit above what is simulated: ``rmsd`` over the responses'
      own sd, √(p (1 − p)), a correlation ratio: its square is the variance that the departure from the
      fitted curve makes up, as a share of the responses' variance, at most 1.
    - *Below chance*, q-value of at most 0.05: Cohen's h = 2 asin √chance − 2 asin √p as a correlation,
      h / √(h² + 4) (Cohen 1988, *Statistical Power Analysis for the Behavioral Sciences*, 2.2 and 6.2).
    - *Depends on another item*, residual correlation Q3 outside what is simulated: by how much.

    An item that discriminates more sharply than the model has it is not suspect.

    Parameters
    ----------
    items
        Fit statistics, as `analysis.irt.item_fit.FitStatistics.items`.
    cutoffs
        What they are by chance, as ``items`` of `analysis.irt.cutoffs.simulated_cutoffs`.
    slopes
        As from `analysis.irt.slopes.slopes`.
    chance
        What guessing gets right, as ``items`` was made with.
    q3
        The residual correlation farthest from 0 that each item has: ``item``, ``max_q3``, ``q3_item`` (with
        which), ``q3_low`` and ``q3_high`` (between what values it lies by chance).
    least
        Reasons of a smaller effect are left out.

    Returns
    -------
    DataFrame
        ``item``, ``effect`` (0 to 1), ``reasons`` (in words, the largest effect first, with semicolons
        between); suspect items only, the most suspect first.
    """
    reasons = [*_falling(slopes), *_noisy(items.merge(cutoffs, on="item")), *_below_chance(items, chance)]
    if q3 is not None:
        reasons += _dependent(q3)
    found = pd.DataFrame(reasons, columns=["item", "effect", "reasons"])
    found = found[found["effect"] >= least].sort_values(["effect", "item"], ascending=[False, True])
    return found.groupby("item", sort=False, as_index=False).agg({"effect": "first", "reasons": "; ".join})


def _falling(slopes: pd.DataFrame) -> Iterator[Reason]:
    reach = float(ndtri((1 + INTERVAL) / 2))
    falling = slopes[slopes["p_negative"] >= (1 + INTERVAL) / 2]
    for item, slope, sd in zip(falling["item"], falling["slope"], falling["slope_sd"], strict=True):
        low, high = slope - reach * sd, slope + reach * sd
        yield (
            item,
            -high / np.hypot(high, LOGISTIC_SD),
            "models that do better elsewhere do worse here: "
            f"slope {_signed(slope)} [{_signed(low)}, {_signed(high)}]",
        )


def _noisy(table: pd.DataFrame) -> Iterator[Reason]:
    for row in table.to_dict("records"):
        name = max("outfit", "infit", key=lambda name: row[name] / row[f"{name}_high"])
        if row[name] > row[f"{name}_high"]:
            p = row["proportion"]
            yield (
                row["item"],
                min(row["rmsd"] / np.sqrt(p * (1 - p)), 1.0) if 0 < p < 1 else 0.0,
                f"noisier than the model allows: {name} {row[name]:.2f}, "
                f"simulated {row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f}",
            )


def _below_chance(items: pd.DataFrame, chance: float) -> Iterator[Reason]:
    below = items[items["below_chance"] <= MAX_FALSE_DISCOVERIES]
    for item, proportion in zip(below["item"], below["proportion"], strict=True):
        h = 2 * np.arcsin(np.sqrt(chance)) - 2 * np.arcsin(np.sqrt(proportion))
        yield (
            item,
            h / np.hypot(h, 2),
            f"below chance: {100 * proportion:.2g}% right where guessing gives {100 * chance:.2g}%",
        )


def _dependent(q3: pd.DataFrame) -> Iterator[Reason]:
    for row in q3.to_dict("records"):
        beyond = max(row["max_q3"] - row["q3_high"], row["q3_low"] - row["max_q3"])
        if beyond > 0:
            yield (
                row["item"],
                beyond,
                f"depends on item {row['q3_item']:.0f} beyond ability: Q3 {_signed(row['max_q3'])}, "
                "simulated "
                + (f"{_signed(row['q3_low'])} to " if np.isfinite(row["q3_low"]) else "up to ")
                + _signed(row["q3_high"]),
            )


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
