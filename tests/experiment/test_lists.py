"""The list task: right answers, honest factors."""

from itertools import pairwise
from random import Random

import pytest

from data.experiment.bank import draw_unique
from data.experiment.tasks.lists import LONGEST, SHORTEST, Lists

TASK = Lists()


def follow(prompt: str) -> list[str]:
    """Work a prompt out from its text alone, by other means than the generator."""
    spoken, _, written = prompt.removesuffix(" =").partition(": ")
    values = written.split(" ")
    for word in spoken.split(" then "):
        if word == "sort":
            values = [digit for digit in "0123456789" for _ in range(values.count(digit))]
        elif word == "desc":
            values = [digit for digit in "9876543210" for _ in range(values.count(digit))]
        elif word == "reverse":
            values = [values[-1 - place] for place in range(len(values))]
        elif word == "dedupe":
            values = [value for place, value in enumerate(values) if value not in values[:place]]
        elif word == "rotate":
            values = [values[(place + 1) % len(values)] for place in range(len(values))]
        else:
            raise AssertionError(f"unknown operation {word!r}")
    return values


@pytest.fixture(scope="module")
def items():
    return draw_unique(TASK, 3_000, seed=5)


def test_targets_are_what_the_prompts_ask_for(items):
    assert [item.target for item in items] == [" ".join(follow(item.prompt)) for item in items]


def test_known_items():
    assert follow("sort then reverse: 4 1 3 3 =") == ["4", "3", "3", "1"]
    assert follow("rotate then dedupe: 4 1 4 3 =") == ["1", "4", "3"]


def test_factors_describe_the_prompt(items):
    for item in items:
        words, digits = item.prompt.removesuffix(" =").split(": ")
        names, values = words.split(" then "), digits.split(" ")
        assert item.subtask == words
        assert item.factors["length"] == len(values)
        assert item.factors["operations"] == len(names)
        assert item.factors["distinct"] == len(set(values))
        assert item.factors["answer_length"] == len(item.target.split(" "))
        assert item.factors["orderings"] == names.count("sort") + names.count("desc")
        steps = [values]
        for name in names:
            steps.append(follow(f"{name}: {' '.join(steps[-1])} ="))
        changed = sum(before != after for before, after in pairwise(steps))
        assert item.factors["effective_operations"] == changed


def test_the_whole_range_is_drawn(items):
    assert {item.factors["length"] for item in items} == set(range(SHORTEST, LONGEST + 1))
    assert {item.factors["operations"] for item in items} == {1, 2, 3}
    names = [item.subtask.split(" then ") for item in items]
    assert all(first != second for each in names for first, second in pairwise(each))


def test_a_task_that_runs_dry_says_so():
    class OneItem(Lists):
        def draw(self, rng):
            return super().draw(Random(0))

    with pytest.raises(ValueError, match="only 1 different prompts of 2"):
        draw_unique(OneItem(), 2, seed=0)
