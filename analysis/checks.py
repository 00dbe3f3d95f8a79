"""What responses look like once read, whatever their format: models below chance, items that tell nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.remarks import Remark
from analysis.tables import Benchmark, Responses

Z_BELOW = 1.96  # standard errors below chance
BLOCK = 1 << 22  # responses looked at together; numpy would make eight bytes of every one at once


def check_responses(benchmark: Benchmark, responses: Responses) -> Iterator[Remark]:
    """Yield what somebody should know before fitting; none of it is an error of the file.

    Chance is one in so many choices, as the items or else the benchmark have them; free answers have none.
    """
    models, items = responses.models["name"].to_numpy(), responses.items["item_key"].to_numpy()
    model, item = (responses.cells[name].to_numpy() for name in ("model", "item"))
    correct = responses.cells["correct"].to_numpy(dtype=bool)
    if not len(correct):
        return
    asked = _counted(model, len(models))
    right = _counted(model[correct], len(models))
    if (none := (right == 0) & (asked > 0)).any():
        yield _about("models without success", none, models, "models got nothing right")

    chance = _chance(benchmark, responses)
    if not np.isnan(chance).all():
        below = _below_chance(chance, item, model, correct, len(models))
        if below.any():
            yield _about("models below chance", below, models, "models do worse than guessing")

    answered = _counted(item, len(items))
    solved = _counted(item[correct], len(items))
    several = answered > 1
    if (nobody := several & (solved == 0)).any():
        yield _about("items nobody gets right", nobody, items, "items nobody gets right")
    if (everybody := several & (solved == answered)).any():
        yield _about("items everybody gets right", everybody, items, "items everybody gets right")


def _below_chance(
    chance: np.ndarray, item: np.ndarray, model: np.ndarray, correct: np.ndarray, models: int
) -> np.ndarray:
    """Whether models do worse than guessing, on items that can be guessed; bool, shape ``(models,)``."""
    expected, variance, scored = np.zeros((3, models))
    for rows in _blocks(len(item)):
        p = chance[item[rows]]
        guessable = ~np.isnan(p)
        p, own = p[guessable], model[rows][guessable]
        expected += np.bincount(own, p, minlength=models)
        variance += np.bincount(own, p * (1 - p), minlength=models)
        scored += np.bincount(own, correct[rows][guessable], minlength=models)
    return (expected > 0) & (scored < expected - Z_BELOW * np.sqrt(variance))


def _counted(numbers: np.ndarray, length: int) -> np.ndarray:
    """How often each number occurs, in little memory; shape ``(length,)``."""
    counts = np.zeros(length, dtype="i8")
    for rows in _blocks(len(numbers)):
        counts += np.bincount(numbers[rows], minlength=length)
    return counts


def _blocks(length: int) -> Iterator[slice]:
    yield from (slice(first, first + BLOCK) for first in range(0, length, BLOCK))


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
