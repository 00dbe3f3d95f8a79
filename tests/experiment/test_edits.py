"""The string-edits task: right answers, honest factors."""

from itertools import pairwise

import pytest

from data.experiment.bank import draw_unique
from data.experiment.tasks.edits import LETTERS, LONGEST, SHORTEST, Edits

TASK = Edits()


def read(prompt: str) -> tuple[list[str], str]:
    said, _, word = prompt.removesuffix(" =").partition(": ")
    return said.split(", then "), word


def edit(said: str, word: str) -> str:
    """Follow one edit letter by letter."""
    match said.split(" "):
        case ["remove", x]:
            return "".join(letter for letter in word if letter != x)
        case ["keep", x]:
            return "".join(letter for letter in word if letter == x)
        case ["double", x]:
            return "".join(letter * (1 + (letter == x)) for letter in word)
        case ["replace", x, "with", y]:
            return "".join(y if letter == x else letter for letter in word)
        case ["swap", x, "with", y]:
            return "".join({x: y, y: x}.get(letter, letter) for letter in word)
        case ["reverse"]:
            return "".join(word[-1 - place] for place in range(len(word)))
    raise AssertionError(f"unknown edit {said!r}")


def follow(prompt: str) -> list[str]:
    """Return the word at first and after every edit."""
    edits, word = read(prompt)
    steps = [word]
    for said in edits:
        steps.append(edit(said, steps[-1]))
    return steps


@pytest.fixture(scope="module")
def items():
    return draw_unique(TASK, 4_000, seed=5)


def test_targets_are_what_the_prompts_ask_for(items):
    assert [item.target for item in items] == [follow(item.prompt)[-1] for item in items]


def test_known_items():
    assert follow("remove A, then reverse: ABCAB =") == ["ABCAB", "BCB", "BCB"]
    assert follow("double B, then swap A with B: ABC =") == ["ABC", "ABBC", "BAAC"]
    assert follow("replace D with E, then keep E, then reverse: DEA =")[-1] == "EE"


def test_factors_describe_the_prompt(items):
    for item in items:
        edits, word = read(item.prompt)
        assert item.subtask == " then ".join(said.split(" ")[0] for said in edits)
        named = {letter for letter in item.prompt if letter in LETTERS}
        assert len(named) <= item.factors["alphabet"] <= len(LETTERS)
        assert {name: value for name, value in item.factors.items() if name != "alphabet"} == {
            "length": len(word),
            "operations": len(edits),
            "effective_operations": sum(a != b for a, b in pairwise(follow(item.prompt))),
            "distinct": len(set(word)),
            "answer_length": len(item.target),
        }


def test_the_whole_range_is_drawn(items):
    assert {item.factors["length"] for item in items} == set(range(SHORTEST, LONGEST + 1))
    assert {item.factors["operations"] for item in items} == {1, 2, 3}
    assert {item.factors["alphabet"] for item in items} == {3, 4, 5}
    edits = [read(item.prompt)[0] for item in items]
    assert all(first != second for each in edits for first, second in pairwise(each))
