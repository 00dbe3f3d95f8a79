"""What every task keeps to."""

import re
from collections.abc import Set
from random import Random

import pytest

from data.experiment.bank import draw_unique, prepare
from data.experiment.tasks import TASKS, Item, Task
from data.experiment.tokens import Encoded

LONGEST_PROMPT, LONGEST_TARGET = 24, 9


def tokens(text: str) -> list[str]:
    """Split a text into words and single characters."""
    found: list[str] = []
    for character in text:
        if found and found[-1].isalpha() and character.islower() and found[-1].islower():
            found[-1] += character
        else:
            found.append(character)
    return [token for token in found if token != " "]


@pytest.fixture(scope="module", params=list(TASKS))
def task(request) -> Task:
    return TASKS[request.param]


@pytest.fixture(scope="module")
def items(task) -> list[Item]:
    return draw_unique(task, 4_000, seed=5)


def test_tasks_come_in_their_order():
    assert list(TASKS) == ["lists", "addition", "clock", "nested", "edits", "brackets"]


def test_prompts_are_unique(items):
    assert len({item.prompt for item in items}) == len(items) == 4_000


def test_same_seed_same_items(task):
    assert [task.draw(Random(3)) for _ in range(20)] == [task.draw(Random(3)) for _ in range(20)]


def test_all_items_of_a_task_have_the_same_factors(items):
    kinds = {name: type(value) for name, value in items[0].factors.items()}
    assert set(kinds.values()) <= {int, str}
    for item in items:
        assert {name: type(value) for name, value in item.factors.items()} == kinds
        assert item.subtask
    for name in kinds:
        assert len({item.factors[name] for item in items}) > 1, name


def test_the_vocabulary_is_what_is_written(task, items):
    written = {token for item in items for token in tokens(f"{item.prompt} {item.target}")}
    assert written == set(task.vocabulary)
    assert len(set(task.vocabulary)) == len(task.vocabulary)


def test_lengths_are_as_stated(task, items):
    assert max(len(tokens(item.prompt)) for item in items) == task.longest_prompt <= LONGEST_PROMPT
    assert max(len(tokens(item.target)) for item in items) == task.longest_target <= LONGEST_TARGET
    assert min(len(tokens(item.target)) for item in items) >= 1


def test_a_prompt_ends_with_its_only_equals_sign(items):
    for item in items:
        assert re.fullmatch(r"\S.* =", item.prompt), item.prompt
        assert item.prompt.count("=") == 1
        assert "=" not in item.target


def test_few_draws_repeat_a_prompt(task):
    rng = Random(6)
    assert len({task.draw(rng).prompt for _ in range(20_000)}) > 18_000


def test_the_pool_holds_no_prompt_of_the_bank():
    material = prepare(list(TASKS), bank=500, pool=2_000, seed=1)
    bank, pool = prompts(material.bank), prompts(material.pool)
    assert (len(bank), len(pool)) == (500 * len(TASKS), 2_000 * len(TASKS))
    assert not bank & pool


def prompts(encoded: Encoded) -> Set[bytes]:
    return {(row * ~answer).tobytes() for row, answer in zip(encoded.tokens, encoded.answers, strict=True)}
