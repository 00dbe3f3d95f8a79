"""Numbers in words that say no more than the numbers."""

from __future__ import annotations

from typing import Any

import pandas as pd


def points(cell: Any) -> str:
    """Write a gain with its 95% interval, in percentage points: **−2.0 points** [−4.8, +0.9].

    Parameters
    ----------
    cell
        Anything with ``gain``, ``low`` and ``high`` by name, proportions.
    """
    gain, low, high = _signed(cell)
    return f"**{gain} points** [{low}, {high}]"


def finding(cell: Any) -> str:
    """Say whether a gain is one: a gain, a loss, or what the data cannot tell; parameters as of `points`."""
    if pd.isna(cell["gain"]):
        return "not known: no run tells"
    if cell["low"] > 0 or cell["high"] < 0:
        kind = "gain" if cell["low"] > 0 else "loss"
        _, low, high = _signed(cell)
        return f"a **{kind} of {abs(100 * cell['gain']):.1f} points** [{low}, {high}]"
    return f"**the data cannot tell** gain from loss, {points(cell)}"


def over_benchmarks(cells: pd.DataFrame) -> str:
    """Say on how many benchmarks a gain is one, a loss, or neither is clear.

    Parameters
    ----------
    cells
        One row a benchmark: ``gain``, ``low``, ``high``.
    """
    known = cells.dropna(subset="gain")
    gains, losses = int((known["low"] > 0).sum()), int((known["high"] < 0).sum())
    counts = {"a loss on": losses, "a gain on": gains, "unclear on": len(known) - gains - losses}
    said = [f"{what} {count}" for what, count in counts.items() if count] or ["known on 0"]
    return f"{', '.join(said)} of {len(cells)}"


def training_finding(accuracy: pd.DataFrame) -> str:
    """Say which bins lost and gained most by the last step of training.

    Parameters
    ----------
    accuracy
        Of one training set, as `learning_curves` returns it.
    """
    steps = accuracy["step"].max()
    end = accuracy[accuracy["step"] == steps].groupby("bin")["change"].agg(["mean", "min", "max"])
    worst, best = end["mean"].idxmin(), end["mean"].idxmax()
    lost = f"bin {worst} lost most, {_range(end.loc[worst])}" if end["mean"].min() < 0 else "no bin lost"
    gained = f"bin {best} gained most, {_range(end.loc[best])}" if end["mean"].max() > 0 else "no bin gained"
    return f"After {steps} steps {lost}; {gained}."


def _range(change: pd.Series) -> str:
    mean, low, high = (f"{100 * change[name]:+.0f}".replace("-", "−") for name in ("mean", "min", "max"))
    return f"{mean} points (seeds {low} to {high})"


def signed(gain: float) -> str:
    """Write a gain in percentage points with its sign: −2.0."""
    return f"{100 * gain:+.1f}".replace("-", "−")


def _signed(cell: Any) -> tuple[str, ...]:
    return tuple(signed(cell[name]) for name in ("gain", "low", "high"))
