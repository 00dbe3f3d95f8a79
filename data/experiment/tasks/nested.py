"""Nested functions of digits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from data.experiment.tasks.task import Item

FUNCTIONS: dict[str, Callable[[Sequence[int]], int]] = {
    "max": max,
    "min": min,
    "sum": lambda values: sum(values) % 10,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
}
# Sums are the hardest to learn, by far: they are a little rarer, and of two digits only.
FUNCTION_WEIGHTS = {"max": 3, "min": 3, "sum": 2, "first": 3, "last": 3}
ARITIES = {"max": (2, 3), "min": (2, 3), "sum": (2,), "first": (2, 3), "last": (2, 3)}
# Few: there are only 5,500 prompts of depth 1.
DEPTHS, DEPTH_WEIGHTS = (1, 2, 3), (1, 6, 3)
# Few side branches: most that are deep would be too long.
BRANCHING = 0.3
LONGEST_PROMPT = 24


class Term(NamedTuple):
    """A digit or a call, with what is known of it.

    Attributes
    ----------
    text
        As written.
    value
        What it comes to, a digit.
    nodes, sums, leaves
        Calls, calls of ``sum`` and digits in it.
    """

    text: str
    value: int
    nodes: int = 0
    sums: int = 0
    leaves: int = 1

    @property
    def length(self) -> int:
        """Tokens in it: a name and two brackets a call, the digits, and a comma before all but the first."""
        return 3 * self.nodes + self.leaves + (self.leaves - 1)


@dataclass(frozen=True)
class Nested:
    """Items such as ``max(3, sum(4, 9), last(2, 7)) =`` with the answer ``7``.

    Functions: ``max``, ``min``, ``first`` and ``last`` of two or three digits or further calls, and ``sum``
    (its last digit) of two.
    """

    name: str = "nested"
    title: str = "Nested functions"
    description: str = (
        "Work out functions (max, min, sum modulo 10, first, last) of two or three digits, "
        f"nested up to {DEPTHS[-1]} deep, and write the digit that results."
    )
    vocabulary: tuple[str, ...] = (*"0123456789", *FUNCTIONS, "(", ")", ",", "=")
    longest_prompt: int = LONGEST_PROMPT
    longest_target: int = 1

    def draw(self, rng: Random) -> Item:
        """Draw one item: depth as weighted, again while it is too long."""
        (depth,) = rng.choices(DEPTHS, DEPTH_WEIGHTS)
        term = _term(rng, depth)
        while term.length + 1 > LONGEST_PROMPT:
            term = _term(rng, depth)
        return Item(
            prompt=f"{term.text} =",
            target=str(term.value),
            subtask=f"depth {depth}",
            factors={
                "depth": depth,
                "nodes": term.nodes,
                "sums": term.sums,
                "leaves": term.leaves,
                "length": term.length + 1,
            },
        )


def _term(rng: Random, depth: int) -> Term:
    """Draw a term of exactly some depth."""
    if not depth:
        digit = rng.randrange(10)
        return Term(text=str(digit), value=digit)
    (function,) = rng.choices(list(FUNCTION_WEIGHTS), list(FUNCTION_WEIGHTS.values()))
    arity = rng.choice(ARITIES[function])
    depths = [rng.randrange(depth) if rng.random() < BRANCHING else 0 for _ in range(arity)]
    depths[rng.randrange(arity)] = depth - 1
    return _call(function, [_term(rng, each) for each in depths])


def _call(function: str, arguments: Sequence[Term]) -> Term:
    return Term(
        text=f"{function}({', '.join(term.text for term in arguments)})",
        value=FUNCTIONS[function]([term.value for term in arguments]),
        nodes=1 + sum(term.nodes for term in arguments),
        sums=(function == "sum") + sum(term.sums for term in arguments),
        leaves=sum(term.leaves for term in arguments),
    )
