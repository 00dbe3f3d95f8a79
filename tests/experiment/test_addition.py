"""The addition task: right answers, honest factors."""

from itertools import groupby

import pytest

from data.experiment.bank import draw_unique
from data.experiment.tasks.addition import LENGTH_WEIGHTS, Addition

TASK = Addition()


def read(prompt: str) -> tuple[str, str, str]:
    first, operation, second, equals = prompt.split(" ")
    assert equals == "="
    return first, operation, second


def solve(prompt: str) -> str:
    first, operation, second = read(prompt)
    return str(int(first) + int(second) * {"+": 1, "-": -1}[operation])


def carries(prompt: str) -> list[bool]:
    """Carry or borrow column by column, as on paper, from the units on."""
    first, operation, second = read(prompt)
    width = max(len(first), len(second))
    carry, marks = 0, []
    for a, b in zip(reversed(first.zfill(width)), reversed(second.zfill(width)), strict=True):
        column = int(a) + int(b) + carry if operation == "+" else int(a) - int(b) - carry
        carry = int(column not in range(10))
        marks.append(bool(carry))
    return marks


@pytest.fixture(scope="module")
def items():
    return draw_unique(TASK, 4_000, seed=5)


def test_targets_are_what_the_prompts_ask_for(items):
    assert [item.target for item in items] == [solve(item.prompt) for item in items]
    assert not any("-" in item.target for item in items)


def test_known_items():
    assert solve("738 + 46 =") == "784"
    assert solve("805 - 67 =") == "738"
    assert carries("738 + 46 =") == [True, False, False]
    assert carries("805 - 67 =") == [True, True, False]


def test_factors_describe_the_prompt(items):
    for item in items:
        first, operation, second = read(item.prompt)
        lengths = sorted([len(first), len(second)])
        marks = carries(item.prompt)
        chains = [len(list(run)) for carried, run in groupby(marks) if carried]
        assert item.subtask == {"+": "addition", "-": "subtraction"}[operation]
        assert item.factors == {
            "digits": lengths[1],
            "smaller_digits": lengths[0],
            "carries": sum(marks),
            "longest_chain": max(chains, default=0),
            "operation": operation,
            "answer_length": len(item.target),
        }


def test_the_whole_range_is_drawn(items):
    drawn = {(item.factors["digits"], item.factors["smaller_digits"]) for item in items}
    assert drawn == set(LENGTH_WEIGHTS)
    assert {item.factors["carries"] for item in items} == set(range(5))
    sums = [read(item.prompt) for item in items if item.factors["operation"] == "+"]
    assert {len(first) > len(second) for first, _, second in sums} == {True, False}
