"""Every chart can be taken away, run in process by Streamlit's AppTest."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from analysis.citing import plain
from analysis.glossary import TERMS
from tests.app.conftest import Open, text
from tests.conftest import ROOT


def taken(app: AppTest) -> list:
    return [popover for popover in app.get("popover") if "Take away" in str(popover.proto)]


def test_every_chart_has_its_way_out(open_page: Open) -> None:
    app = open_page("curves")
    assert len(app.get("plotly_chart")) == len(taken(app)) == 4


def test_pages_draw_charts_in_one_way() -> None:
    pages = [path for path in (ROOT / "pages").rglob("*.py") if path.name != "figure.py"]
    assert not [path.name for path in pages if "st.plotly_chart" in path.read_text(encoding="utf-8")]


def test_methods_are_read_from_docstrings(open_page: Open) -> None:
    app = open_page("methods")
    assert len(app.get("latex")) >= 3
    app = open_page("methods", part="Gains", about="Phipson")
    assert "Phipson and Smyth 2010" in text(app)
    assert "nothing changes" not in text(app)
    assert "Nothing here mentions" in text(open_page("methods", about="no such word"))


def test_words_are_explained_in_one_place(open_page: Open) -> None:
    assert TERMS["headroom"] in text(open_page("methods", part="Words"))
    assert "'Nonsense', which is not here" in text(open_page("methods", part="Nonsense"))


@pytest.mark.parametrize(
    ("page", "keys"),
    [
        ("overview", ["patterns", "overview_distribution"]),
        ("bins", ["histogram", "overlap"]),
        ("mixes", ["mixes"]),
    ],
)
def test_what_opens_holds_numbers_and_a_sentence(open_page: Open, page: str, keys: list[str]) -> None:
    app = open_page(page)
    assert "Data, CSV" not in [button.label for button in app.get("download_button")]
    for key in keys:
        app.session_state[f"take_{key}"] = True
    app.run()
    assert not app.exception
    sentences = [code.value for code in app.code if "Made with Difficulty Atlas" in code.value]
    captions = [plain(caption.value) for caption in app.caption]
    assert len(sentences) == len(keys) == len(app.get("plotly_chart"))
    assert all(any(said.startswith(caption) for caption in captions) for said in sentences)
    assert [button.label for button in app.get("download_button")].count("Data, CSV") == len(keys)
