"""The nested-functions task: right answers, honest factors."""

import re

import pytest

from data.experiment.bank import draw_unique
from data.experiment.tasks.nested import FUNCTIONS, Nested

TASK = Nested()
INNERMOST = re.compile(r"([a-z]+)\((\d(?:, \d)*)\)")


def work_out(match: re.Match[str]) -> str:
    digits = match[2].split(", ")
    assert len(digits) in (2, 3)
    if match[1] == "sum":
        return str(sum(map(int, digits)))[-1]
    ordered = sorted(digits)
    return {"max": ordered[-1], "min": ordered[0], "first": digits[0], "last": digits[-1]}[match[1]]


def rewrite(prompt: str) -> list[str]:
    """Replace all innermost calls by their values, round by round, down to one digit."""
    rounds = [prompt.removesuffix(" =")]
    while "(" in rounds[-1]:
        rounds.append(INNERMOST.sub(work_out, rounds[-1]))
    return rounds


@pytest.fixture(scope="module")
def items():
    return draw_unique(TASK, 4_000, seed=5)


def test_targets_are_what_the_prompts_ask_for(items):
    assert [item.target for item in items] == [rewrite(item.prompt)[-1] for item in items]


def test_known_items():
    assert rewrite("max(3, sum(4, 9), last(2, 7)) =")[1:] == ["max(3, 3, 7)", "7"]
    assert rewrite("min(first(8, 2), sum(9, 9, 9)) =")[-1] == "7"


def test_factors_describe_the_prompt(items):
    for item in items:
        assert item.factors == {
            "depth": len(rewrite(item.prompt)) - 1,
            "nodes": item.prompt.count("("),
            "sums": item.prompt.count("sum"),
            "leaves": sum(character.isdigit() for character in item.prompt),
            "length": len(re.findall(r"\w+|[^\w\s]", item.prompt)),
        }
        assert item.subtask == f"depth {item.factors['depth']}"


def test_the_whole_range_is_drawn(items):
    assert {item.factors["depth"] for item in items} == {1, 2, 3}
    assert {item.factors["nodes"] for item in items} == {1, 2, 3, 4}
    assert {item.prompt.split("(")[0] for item in items} == set(FUNCTIONS)
    assert {item.target for item in items} == set("0123456789")
