"""Addition and subtraction of numbers of one to four digits."""

from dataclasses import dataclass
from random import Random

from data.experiment.tasks.task import Item

LONGEST = 4
# Digits of the larger and of the smaller number, and how often they are drawn. Short numbers make easy items,
# but there are few of them (155 prompts of one digit each), and the bank must leave some to train on.
LENGTH_WEIGHTS = {
    (1, 1): 1,
    (2, 1): 8,
    (2, 2): 24,
    (3, 1): 40,
    (3, 2): 50,
    (3, 3): 40,
    (4, 1): 14,
    (4, 2): 10,
    (4, 3): 4,
    (4, 4): 3,
}


@dataclass(frozen=True)
class Addition:
    """Items such as ``738 + 46 =`` with the answer ``784``, or ``805 - 67 =`` with ``738``.

    Sums have their numbers in either order; differences have the larger number first.
    """

    name: str = "addition"
    title: str = "Addition and subtraction"
    description: str = (
        f"Add or subtract two whole numbers of one to {LONGEST} digits, written digit by digit; "
        "no result is negative."
    )
    vocabulary: tuple[str, ...] = (*"0123456789", "+", "-", "=")
    longest_prompt: int = 2 * LONGEST + 2
    longest_target: int = LONGEST + 1

    def draw(self, rng: Random) -> Item:
        """Draw one item: operation uniform, lengths as weighted, numbers uniform for their length."""
        operation = rng.choice("+-")
        (lengths,) = rng.choices(list(LENGTH_WEIGHTS), list(LENGTH_WEIGHTS.values()))
        first, second = (_number(rng, digits) for digits in lengths)
        if operation == "-":
            first, second = max(first, second), min(first, second)
        elif rng.random() < 0.5:
            first, second = second, first

        answer = first + second if operation == "+" else first - second
        carried = _carries(first, second, operation)
        return Item(
            prompt=f"{first} {operation} {second} =",
            target=str(answer),
            subtask="addition" if operation == "+" else "subtraction",
            factors={
                "digits": lengths[0],
                "smaller_digits": lengths[1],
                "carries": carried.count("1"),
                "longest_chain": max(map(len, carried.split("0"))),
                "operation": operation,
                "answer_length": len(str(answer)),
            },
        )


def _number(rng: Random, digits: int) -> int:
    return rng.randrange(10 ** (digits - 1) if digits > 1 else 0, 10**digits)


def _carries(first: int, second: int, operation: str) -> str:
    """Write 1 for each column, units first, that carries (or borrows), and 0 for each that does not."""
    powers = [10**column for column in range(1, LONGEST + 1)]
    if operation == "+":
        return "".join("01"[first % power + second % power >= power] for power in powers)
    return "".join("01"[first % power < second % power] for power in powers)
