"""Brackets: close those that are still open."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from data.experiment.tasks.task import Item

CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
MOST_OPEN, LONGEST = 9, 21
FEWEST_KINDS = 2
# How many brackets are ever opened, and how often that is drawn. Few make easy items, but there are only 48
# prompts with two and 576 with three, and the bank must leave some to train on.
OPENED_WEIGHTS = {2: 1, 3: 6, 4: 24, 5: 36, 6: 48, 7: 48, 8: 48, 9: 48, 10: 36, 11: 36, 12: 36}


@dataclass(frozen=True)
class Brackets:
    """Items such as ``close: ( [ ] { =`` with the answer ``} )``."""

    name: str = "brackets"
    title: str = "Closing brackets"
    description: str = (
        f"Write the brackets that close those still open, the last opened first: four kinds, "
        f"up to {MOST_OPEN} open, others closed already."
    )
    vocabulary: tuple[str, ...] = (*CLOSING, *CLOSING.values(), "close", ":", "=")
    # "close", a colon, the brackets and an equals sign.
    longest_prompt: int = 3 + LONGEST
    longest_target: int = MOST_OPEN

    def draw(self, rng: Random) -> Item:
        """Draw one item: number opened as weighted; number of kinds, pairs closed and order uniform."""
        (opened,) = rng.choices(list(OPENED_WEIGHTS), list(OPENED_WEIGHTS.values()))
        closed = rng.randint(max(0, opened - MOST_OPEN), min(opened - 1, LONGEST - opened))
        steps = _steps(rng, opened, closed)
        kinds = rng.sample(list(CLOSING), rng.randint(FEWEST_KINDS, len(CLOSING)))

        written: list[str] = []
        still_open: list[str] = []
        for step in steps:
            if step > 0:
                still_open.append(rng.choice(kinds))
                written.append(still_open[-1])
            else:
                written.append(CLOSING[still_open.pop()])
        return Item(
            prompt=f"close: {' '.join(written)} =",
            target=" ".join(CLOSING[bracket] for bracket in reversed(still_open)),
            subtask=f"{len(still_open)} open",
            factors={
                "open": len(still_open),
                "types": len(set(still_open)),
                "length": len(written),
                "closed": closed,
                "deepest": max(accumulate(steps)),
            },
        )


def _steps(rng: Random, opened: int, closed: int) -> list[int]:
    """Draw an order of openings (+1) and closings (-1) in which nothing is closed before it is opened."""
    steps = [1] * opened + [-1] * closed
    rng.shuffle(steps)
    while min(accumulate(steps)) < 0:
        rng.shuffle(steps)
    return steps
