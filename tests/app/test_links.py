"""Every control is in the link, and a link that asks for what is not there is told so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analysis.store import Store
from tests.app.conftest import PAGES, Open, notes

# Kinds of controls that change what is seen, by what AppTest calls them.
CONTROLS = (
    *("selectbox", "multiselect", "slider", "toggle", "checkbox", "radio"),
    *("text_input", "number_input", "button_group"),
)
IN_THE_SESSION = {"unconverged_pool"}  # a link must not accept what did not converge on a visitor's behalf
NONSENSE = "no-such-value"


def controls(app: AppTest) -> list:
    found = [one for kind in CONTROLS for one in app.get(kind)]
    return [one for one in found if one.key not in IN_THE_SESSION]


@pytest.mark.parametrize("page", PAGES)
def test_every_control_is_in_the_link_and_says_what_it_does_not_take(open_page: Open, page: str) -> None:
    shown = controls(open_page(page))
    assert shown
    assert [one.key for one in shown if one.proto.query_param_key != one.key] == []
    takes_some = [one.key for one in shown if one.type != "text_input"]  # which takes anything
    app = open_page(page, **dict.fromkeys(takes_some, NONSENSE))
    said = "\n".join(notes(app))
    assert [key for key in takes_some if f"The link asks for {key} '{NONSENSE}'" not in said] == []
    assert not app.error


@pytest.fixture
def moved_on(tmp_path: Path, toy_store: Store) -> Store:
    """A store that has moved on to another version and keeps the toy store's."""
    store = Store(shutil.copytree(toy_store.directory, tmp_path / "store"))
    with store.change() as draft:
        draft._rows("UPDATE benchmarks SET title = 'Renamed sums' WHERE name = 'toy'")
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    return store


def test_a_link_shows_its_own_data_version_while_it_is_kept(
    open_page: Open, moved_on: Store, toy_store: Store
) -> None:
    app = open_page("bins", moved_on, data=str(toy_store.version()))
    assert any("Toy sums" in line.value for line in app.caption)
    (note,) = notes(app)
    assert note.startswith(f"This link was made on data version {toy_store.version()}, which you see;")
    app.button(key="current_version").click().run()
    assert any("Renamed sums" in line.value for line in app.caption)
    assert notes(app) == []


def test_a_version_that_is_gone_is_said_until_the_visitor_goes_on(open_page: Open) -> None:
    app = open_page("bins", data="00000000")
    (note,) = notes(app)
    assert "made on data version 00000000, which is not kept; you see version" in note
    app.button(key="current_version").click().run()
    assert notes(app) == []
