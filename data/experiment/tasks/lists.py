"""List operations: apply one to three operations to a list of digits."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from data.experiment.tasks.task import Item

OPERATIONS: dict[str, Callable[[list[int]], list[int]]] = {
    "sort": sorted,
    "desc": lambda values: sorted(values, reverse=True),
    "reverse": lambda values: values[::-1],
    "dedupe": lambda values: list(dict.fromkeys(values)),
    "rotate": lambda values: values[1:] + values[:1],
}
SHORTEST, LONGEST = 3, 8
OPERATION_COUNTS, OPERATION_WEIGHTS = (1, 2, 3), (4, 4, 2)


@dataclass(frozen=True)
class Lists:
    """Items such as ``sort then reverse: 4 1 3 3 =`` with the answer ``4 3 3 1``.

    Operations: ``sort`` (ascending), ``desc`` (descending), ``reverse``, ``dedupe`` (keep first occurrences)
    and ``rotate`` (the first value goes to the end), applied from left to right.
    """

    name: str = "lists"
    title: str = "List operations"
    description: str = (
        "Apply one to three operations (sort, desc, reverse, dedupe, rotate), from left to right, "
        f"to a list of {SHORTEST} to {LONGEST} digits, and write the resulting list."
    )
    vocabulary: tuple[str, ...] = (*"0123456789", *OPERATIONS, "then", ":", "=")
    # Three operations joined by two "then", a colon, the list and an equals sign.
    longest_prompt: int = 7 + LONGEST
    longest_target: int = LONGEST

    def draw(self, rng: Random) -> Item:
        """Draw one item: length, number of operations, operations and values, each uniform but the number.

        No operation directly follows itself.
        """
        length = rng.randint(SHORTEST, LONGEST)
        (count,) = rng.choices(OPERATION_COUNTS, OPERATION_WEIGHTS)
        names: list[str] = []
        while len(names) < count:
            names.append(rng.choice([name for name in OPERATIONS if name not in names[-1:]]))
        values = [rng.randrange(10) for _ in range(length)]

        answer, moved = values, 0
        for name in names:
            after = OPERATIONS[name](answer)
            moved += after != answer
            answer = after
        return Item(
            prompt=f"{' then '.join(names)}: {' '.join(map(str, values))} =",
            target=" ".join(map(str, answer)),
            subtask=" then ".join(names),
            factors={
                "length": length,
                "operations": count,
                "effective_operations": moved,
                "distinct": len(set(values)),
                "answer_length": len(answer),
                "orderings": sum(name in ("sort", "desc") for name in names),
            },
        )
