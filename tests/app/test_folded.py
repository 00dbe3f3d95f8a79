"""What is folded is not made until it is unfolded, by hand or by a link."""

from __future__ import annotations

import pytest

from tests.app.conftest import Open


@pytest.mark.parametrize(
    ("page", "name", "column"),
    [
        ("curves", "boundaries", "boundary"),
        ("curves", "in_numbers", "easier"),
        ("mixes", "by_bin", "measured"),
    ],
)
def test_a_link_unfolds(open_page: Open, page: str, name: str, column: str) -> None:
    def tables(**query: str) -> list:
        app = open_page(page, **query)
        assert not app.exception
        return [table.value for table in app.dataframe if column in table.value]

    assert tables() == []
    (table,) = tables(**{name: "true"})
    assert len(table)
    assert not open_page(page, **{name: "true"}).warning  # the link is whole
