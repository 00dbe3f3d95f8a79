"""The bracket task: right answers, honest factors."""

import re

import pytest

from data.experiment.bank import draw_unique
from data.experiment.tasks.brackets import LONGEST, MOST_OPEN, Brackets

TASK = Brackets()
PAIR = re.compile(r"\(\)|\[\]|\{\}|<>")
OPENING = "([{<"


def read(prompt: str) -> str:
    return prompt.removeprefix("close: ").removesuffix(" =").replace(" ", "")


def still_open(brackets: str) -> str:
    """Delete pairs until none is left."""
    while PAIR.search(brackets):
        brackets = PAIR.sub("", brackets)
    assert set(brackets) <= set(OPENING), f"{brackets!r} closes what was never opened"
    return brackets


def solve(prompt: str) -> str:
    return " ".join(still_open(read(prompt))[::-1].translate(str.maketrans(OPENING, ")]}>")))


@pytest.fixture(scope="module")
def items():
    return draw_unique(TASK, 4_000, seed=5)


def test_targets_are_what_the_prompts_ask_for(items):
    assert [item.target for item in items] == [solve(item.prompt) for item in items]


def test_known_items():
    assert solve("close: ( [ { =") == "} ] )"
    assert solve("close: ( [ ] { =") == "} )"
    assert solve("close: < ( { } ) =") == ">"


def test_factors_describe_the_prompt(items):
    for item in items:
        brackets = read(item.prompt)
        left = still_open(brackets)
        assert item.subtask == f"{len(left)} open"
        assert item.factors == {
            "open": len(left),
            "types": len(set(left)),
            "length": len(brackets),
            "closed": (len(brackets) - len(left)) // 2,
            "deepest": max(len(still_open(brackets[:end])) for end in range(1, len(brackets) + 1)),
        }


def test_the_whole_range_is_drawn(items):
    assert {item.factors["open"] for item in items} == set(range(1, MOST_OPEN + 1))
    assert {item.factors["types"] for item in items} == {1, 2, 3, 4}
    assert {item.factors["length"] for item in items} == set(range(2, LONGEST + 1))
    assert 0 in {item.factors["closed"] for item in items}
