"""What responses look like once read, whatever their format: models below chance, items that tell nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.remarks import Remark
from analysis.tables import Benchmark, Responses

Z_BELOW = 1.96  # standard errors below chance


def check_responses(benchmark: Benchmark, responses: Responses) -> Iterator[Remark]:
    """Yield what somebody should know before fitting; none of it is an error of the file.

    Chance is one in so many choices, as the items or else the benchmark have them; free answers have none.
    """
    models, items = responses.models["name"].to_numpy(), responses.items["item_key"].to_numpy()
    model, item = (responses.cells[name].to_numpy() for name in ("model", "item"))
    correct = responses.cells["correct"].to_numpy(dtype=float)
    if not len(correct):
        return
    asked = np.bincount(model, minlength=len(models))
    right = np.bincount(model, correct, minlength=len(models))
    if (none := (right == 0) & (asked > 0)).any():
        yield _about("models without success", none, models, "models got nothing right")

    chance = _chance(benchmark, responses)[item]
    guessable = ~np.isnan(chance)
    n = np.bincount(model[guessable], minlength=len(models))
    expected = np.bincount(model[guessable], chance[guessable], minlength=len(models))
    variance = np.bincount(model[guessable], (chance * (1 - chance))[guessable], minlength=len(models))
    scored = np.bincount(model[guessable], correct[guessable], minlength=len(models))
    if (below := (n > 0) & (scored < expected - Z_BELOW * np.sqrt(variance))).any():
        yield _about("models below chance", below, models, "models do worse than guessing")

    answered = np.bincount(item, minlength=len(items))
    solved = np.bincount(item, correct, minlength=len(items))
    several = answered > 1
    if (nobody := several & (solved == 0)).any():
        yield _about("items nobody gets right", nobody, items, "items nobody gets right")
    if (everybody := several & (solved == answered)).any():
        yield _about("items everybody gets right", everybody, items, "items everybody gets right")


def _chance(benchmark: Benchmark, responses: Responses) -> np.ndarray:
    """Each item's chance of being guessed right, NaN where its answer is free."""
    if "choices" in responses.items:
        return 1 / responses.items["choices"].to_numpy(dtype=float, na_value=np.nan)
    return np.full(len(responses.items), 1 / benchmark.choices if benchmark.choices else np.nan)


def _about(kind: str, which: np.ndarray, names: np.ndarray, sentence: str) -> Remark:
    count = int(which.sum())
    return Remark(
        kind, f"{count:,} {sentence} ({names[which.argmax()]!r}{' …' if count > 1 else ''}).", count
    )
