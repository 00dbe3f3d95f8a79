"""Pages opened in process by Streamlit's AppTest."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analysis.store import Store
from tests.conftest import ROOT

PAGES = {
    "overview": "explore/overview.py",
    "difficulty": "explore/difficulty.py",
    "item": "explore/item.py",
    "models": "explore/models.py",
    "coverage": "explore/coverage.py",
    "bins": "generalization/bins.py",
    "heatmap": "generalization/heatmap.py",
    "curves": "generalization/curves.py",
    "pooling": "generalization/pooling.py",
    "mixes": "generalization/mixes.py",
    "training": "generalization/training.py",
    "tasks": "generalization/tasks.py",
    "findings": "generalization/findings.py",
    "diagnostics": "trust/diagnostics.py",
    "robustness": "trust/robustness.py",
    "methods": "trust/methods.py",
    "export": "use/export.py",
    "data": "use/data.py",
}
Open = Callable[..., AppTest]
shown_last: list[Store] = []  # whose data are in the app's caches


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, toy_store: Store) -> Open:
    """Open a page of the app on a store (the toy study's unless told otherwise)."""

    def open_(page: str, store: Store = toy_store, **query: str | list[str]) -> AppTest:
        from pages import data

        if shown_last != [store]:  # the caches go by data version, as in the app, and hold an open file
            st.cache_resource.clear()
            shown_last[:] = [store]
        monkeypatch.setattr(data, "STORE", store)
        app = AppTest.from_file(str(ROOT / "pages/main.py"), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        if page != "overview":
            app.switch_page(PAGES[page])
        app.run()
        assert not app.exception, app.exception
        return app

    return open_


def text(app: AppTest) -> str:
    """All that a page says, as it is read."""
    return as_read(markdown(app))


def markdown(app: AppTest) -> str:
    """All that a page says, as Markdown."""
    parts = [*app.title, *app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.subheader]
    return "\n".join(str(part.value) for part in parts)


def notes(app: AppTest) -> list[str]:
    """Warnings as they are read."""
    return [as_read(note.value) for note in app.warning]


def as_read(written: str) -> str:
    """Take away the backslashes that keep others' text from being Markdown."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written)
