"""Encoding: nothing is lost, answers line up."""

import numpy as np
import pytest

from data.experiment.bank import draw_unique
from data.experiment.tasks import Item
from data.experiment.tasks.lists import Lists
from data.experiment.tokens import END, encode, sequence_length, vocabulary_size

TASK = Lists()


def test_rows_read_back_as_their_items():
    items = draw_unique(TASK, 500, seed=2)
    encoded = encode(TASK, items)
    words = np.array(["", "<end>", *TASK.vocabulary])
    assert encoded.tokens.shape == (500, sequence_length(TASK))
    assert encoded.tokens.max() < vocabulary_size(TASK)
    for item, row, answer in zip(items, encoded.tokens, encoded.answers, strict=True):
        assert "".join(words[row[answer]]) == item.target.replace(" ", "") + "<end>"
        assert "".join(words[row[~answer]]) == item.prompt.replace(" ", "")
        assert row[answer][-1] == END


def test_all_answers_start_at_the_same_position():
    encoded = encode(TASK, draw_unique(TASK, 500, seed=2))
    assert set(encoded.answers.argmax(axis=1)) == {TASK.longest_prompt}


@pytest.mark.parametrize(
    ("prompt", "target"), [("sort: " + "1 " * 20 + "=", "1"), ("sort: 1 2 =", "1 " * 20)]
)
def test_too_long_an_item_is_refused(prompt, target):
    with pytest.raises(ValueError, match="longer than task"):
        encode(TASK, [Item(prompt, target, "sort", {})])


def test_an_unknown_token_is_refused():
    with pytest.raises(KeyError):
        encode(TASK, [Item("shuffle: 1 2 3 =", "1 2 3", "shuffle", {})])
