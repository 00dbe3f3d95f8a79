"""Encoding: nothing is lost, answers line up, whatever the task."""

import numpy as np
import pytest

from data.experiment.bank import draw_unique
from data.experiment.tasks import TASKS, Item
from data.experiment.tokens import END, Language, concatenate, encode, language_of

LANGUAGE = language_of(TASKS.values())


@pytest.fixture(scope="module")
def items():
    return [item for task in TASKS.values() for item in draw_unique(task, 200, seed=2)]


def test_rows_read_back_as_their_items(items):
    encoded = encode(LANGUAGE, items)
    words = np.array(["", "<end>", *LANGUAGE.vocabulary])
    assert encoded.tokens.shape == (len(items), LANGUAGE.length)
    assert encoded.tokens.max() < LANGUAGE.size
    for item, row, answer in zip(items, encoded.tokens, encoded.answers, strict=True):
        assert "".join(words[row[answer]]) == item.target.replace(" ", "") + "<end>"
        assert "".join(words[row[~answer]]) == item.prompt.replace(" ", "")
        assert row[answer][-1] == END


def test_all_answers_start_at_the_same_position(items):
    assert set(encode(LANGUAGE, items).answers.argmax(axis=1)) == {LANGUAGE.longest_prompt}


def test_a_language_holds_all_of_its_tasks():
    assert len(set(LANGUAGE.vocabulary)) == len(LANGUAGE.vocabulary)
    for task in TASKS.values():
        assert set(task.vocabulary) <= set(LANGUAGE.vocabulary)
        assert task.longest_prompt <= LANGUAGE.longest_prompt
        assert task.longest_target <= LANGUAGE.longest_target
    one = language_of([TASKS["clock"]])
    assert one == Language(TASKS["clock"].vocabulary, TASKS["clock"].longest_prompt, 5)


def test_parts_put_together_are_encoded_as_one(items):
    parts = concatenate([encode(LANGUAGE, items[:300]), encode(LANGUAGE, items[300:])])
    whole = encode(LANGUAGE, items)
    assert (parts.tokens == whole.tokens).all()
    assert (parts.answers == whole.answers).all()


@pytest.mark.parametrize(
    ("prompt", "target"), [("sort: " + "1 " * 30 + "=", "1"), ("sort: 1 2 =", "1 " * 20)]
)
def test_too_long_an_item_is_refused(prompt, target):
    with pytest.raises(ValueError, match="longer than the tasks allow"):
        encode(LANGUAGE, [Item(prompt, target, "sort", {})])


def test_an_unknown_token_is_refused():
    with pytest.raises(KeyError):
        encode(LANGUAGE, [Item("shuffle: 1 2 3 =", "1 2 3", "shuffle", {})])
