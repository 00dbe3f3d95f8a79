from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.explore import read_keys

ITEMS = pd.DataFrame({"item": [0, 1, 2, 3], "item_key": ["a", "b,1", "3", "d"]})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.txt", "a\n\n 3 \na\ngone\n"),
        ("LIST.CSV", "\ufeffitem_key,n\na,1\n3,2\na,3\ngone,4\n"),
        ("list.csv", "n,id\n1,a\n2,3\n2,a\n1,gone\n"),
        ("list.csv", "a\n3\na\ngone\n"),
        ("list.jsonl", '"a"\n{"item_key": "3"}\n\n{"id": "a"}\n{"key": "gone", "x": 1}\n'),
        ("list.jsonl", '"a"\n3\n"a"\n"gone"\n'),
    ],
)
def test_every_form_of_list_names_the_same_items(name: str, content: str) -> None:
    found = read_keys(content.encode(), name, ITEMS)
    assert found.items.tolist() == [0, 2]
    assert found.unknown == ["gone"]
    assert found.repeated == 1


def test_a_quoted_key_keeps_its_comma() -> None:
    assert read_keys(b'id\n"b,1"\n', "x.csv", ITEMS).items.tolist() == [1]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.txt", b"", "x.txt: names no item"),
        ("x.csv", b"item_key\n", "x.csv: names no item"),
        ("x.txt", b"a\n\xff\xfe", "x.txt, line 2: is not UTF-8"),
        ("x.jsonl", b'"a"\n{"a', "x.jsonl, line 2: is not JSON"),
        ("x.jsonl", b'{"name": "a"}', "x.jsonl, line 1: holds no key"),
        ("x.jsonl", b"true", "x.jsonl, line 1: holds no key"),
        ("x.jsonl", b"[" * 100_000, "x.jsonl, line 1: is not JSON"),
        ("x.txt", b"a\n" * 600_000, "larger than 1 MB"),
    ],
)
def test_a_list_that_cannot_be_read_is_one_clear_line(name: str, content: bytes, says: str) -> None:
    with pytest.raises(AtlasError) as caught:
        read_keys(content, name, ITEMS)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_keys_alone_name_no_item_but_are_reported() -> None:
    found = read_keys(b"x\ny\n", "x.txt", ITEMS)
    assert found.items.dtype == np.dtype(int)
    assert len(found.items) == 0
    assert found.unknown == ["x", "y"]
