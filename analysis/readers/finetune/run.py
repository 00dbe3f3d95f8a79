"""One fine-tune run, as names or a sidecar describe it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

TENTHS = 10
"""Bins are tenths of the quantile, as the published data sets have them."""


@dataclass(frozen=True)
class Run:
    """A fine-tune run, or a zero-shot baseline, which has no ``bins`` and no ``item_ids``.

    Attributes
    ----------
    name
        Unique among the runs on a benchmark.
    base_model
        What was trained.
    dataset
        What it was trained on; of a baseline, what it was asked.
    bins
        Quantiles between which its training items lie, the upper not included unless it is 1.
    quantile_key
        Column of those quantiles.
    item_ids
        Keys or content hashes of the training items, where they are listed.
    recipe
        How it was trained, by name; runs of different recipes are not pooled.
    """

    name: str
    base_model: str
    dataset: str
    bins: tuple[float, float] | None = None
    quantile_key: str = "1pl_quantile"
    item_ids: frozenset[str] | None = None
    recipe: str | None = None
    seed: int | None = None
    hyperparameters: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def is_baseline(self) -> bool:
        """Whether this is the model before any training."""
        return self.bins is None and self.item_ids is None

    def row(self, benchmark: str) -> dict[str, Any]:
        """Return the columns of the table ``runs``, but for the number."""
        first = last = None
        if self.bins is not None:
            first, last = round(self.bins[0] * TENTHS) + 1, round(self.bins[1] * TENTHS)
        kind = "baseline" if self.is_baseline else "bin" if first == last else "range"
        return {
            "benchmark": benchmark,
            "name": self.name,
            "base_model": self.base_model,
            "recipe": None if self.is_baseline else self.recipe,
            "kind": kind,
            "first_bin": first,
            "last_bin": last,
            "bins_of": None if self.bins is None else TENTHS,
            "seed": self.seed,
            "hyperparameters": json.dumps(self.hyperparameters) if self.hyperparameters else None,
        }
