"""String edits: apply one to three edits to a word of a few letters."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from data.experiment.tasks.task import Item

# What is done to a word, by how it is said; X and Y stand for two different letters.
OPERATIONS: dict[str, Callable[[str, str, str], str]] = {
    "remove X": lambda word, x, y: word.replace(x, ""),
    "keep X": lambda word, x, y: x * word.count(x),
    "double X": lambda word, x, y: word.replace(x, x + x),
    "replace X with Y": lambda word, x, y: word.replace(x, y),
    "swap X with Y": lambda word, x, y: word.translate(str.maketrans(x + y, y + x)),
    "reverse": lambda word, x, y: word[::-1],
}
LETTERS = "ABCDE"
SMALLEST_ALPHABET = 3
SHORTEST, LONGEST = 3, 8
OPERATION_COUNTS, OPERATION_WEIGHTS = (1, 2, 3), (5, 4, 1)
LONGEST_PROMPT, LONGEST_TARGET = 24, 9


@dataclass(frozen=True)
class Edits:
    """Items such as ``remove A, then reverse: ABCAB =`` with the answer ``BCB``.

    Edits: ``remove`` a letter, ``keep`` it (and remove all others), ``double`` it (wherever it stands),
    ``replace`` or ``swap`` it with another, and ``reverse``, applied from left to right.
    """

    name: str = "edits"
    title: str = "String edits"
    description: str = (
        "Apply one to three edits (remove, keep, double, replace or swap a letter, reverse), from left to "
        f"right, to a word of {SHORTEST} to {LONGEST} letters, and write the resulting word."
    )
    vocabulary: tuple[str, ...] = (
        *LETTERS,
        *(operation.split(" ")[0] for operation in OPERATIONS),
        *("with", ",", "then", ":", "="),
    )
    longest_prompt: int = LONGEST_PROMPT
    longest_target: int = LONGEST_TARGET

    def draw(self, rng: Random) -> Item:
        """Draw one item, again while it is too long or nothing remains of the word."""
        item = _draw(rng)
        while item is None:
            item = _draw(rng)
        return item


def _draw(rng: Random) -> Item | None:
    """Draw length, alphabet, edits and letters, all uniform but the number of edits; none if it does not fit.

    No edit directly follows itself.
    """
    alphabet = rng.sample(LETTERS, rng.randint(SMALLEST_ALPHABET, len(LETTERS)))
    word = "".join(rng.choices(alphabet, k=rng.randint(SHORTEST, LONGEST)))
    (count,) = rng.choices(OPERATION_COUNTS, OPERATION_WEIGHTS)
    kinds: list[str] = []
    said: list[str] = []
    answer, changed = word, 0
    while len(said) < count:
        operation, (x, y) = rng.choice(list(OPERATIONS)), rng.sample(alphabet, 2)
        edit = operation.replace("X", x).replace("Y", y)
        if edit in said[-1:]:
            continue
        after = OPERATIONS[operation](answer, x, y)
        kinds.append(operation.split(" ")[0])
        said.append(edit)
        changed += after != answer
        answer = after

    # The words of the edits, a comma and "then" between them, a colon, the word and an equals sign.
    length = sum(len(edit.split(" ")) for edit in said) + 2 * (count - 1) + 1 + len(word) + 1
    if not answer or len(answer) > LONGEST_TARGET or length > LONGEST_PROMPT:
        return None
    return Item(
        prompt=f"{', then '.join(said)}: {word} =",
        target=answer,
        subtask=" then ".join(kinds),
        factors={
            "length": len(word),
            "operations": count,
            "effective_operations": changed,
            "distinct": len(set(word)),
            "alphabet": len(alphabet),
            "answer_length": len(answer),
        },
    )
