"""A view as one HTML file."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from analysis.report import Evidence, gather, headline, report
from analysis.report.markup import table, words
from analysis.store import Store
from analysis.transfer import ACCURACY
from analysis.view_state import HeatmapChoices, ViewState
from tests import studies

LINK = "http://atlas.example/heatmap?benchmark=toy"


@pytest.fixture(scope="module")
def view(toy_store: Store) -> ViewState:
    return ViewState(str(toy_store.version()), studies.BENCHMARK, studies.FIT, base_model=studies.BASE)


@pytest.fixture(scope="module")
def found(toy_store: Store, view: ViewState) -> Evidence:
    with toy_store.open() as snapshot:
        return gather(snapshot, view, HeatmapChoices())


class Seen(HTMLParser):
    """What a browser would load, and the text outside scripts."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.text = ""
        self._hidden = False
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("script", "style")
        names = {name: value or "" for name, value in attrs}
        self.loads += [names["src"]] if "src" in names else []
        self.loads += [tag] if tag in ("link", "iframe", "object", "embed", "base") else []

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data


def test_it_says_finding_numbers_verdicts_and_sources(found: Evidence, view: ViewState) -> None:
    document = report(found, view, HeatmapChoices(), LINK)
    seen = Seen(document)
    assert found.gains is not None
    says = str(headline(found.gains.contrasts)).replace("**", "")
    assert says[1:] in seen.text
    assert "Bundled study" in seen.text
    for verdict in found.gains.verdicts:
        assert verdict.sentence.replace("**", "") in seen.text
    cell = found.gains.cells.iloc[0]
    row = re.search(r"<tr><td>1</td><td class=\"number\">1</td>.*?</tr>", document)
    assert row is not None
    assert f"{100 * cell['gain']:+.1f}".replace("-", "−") in row[0]
    assert f"{cell['low']:+.3f}".replace("-", "−") in row[0]
    for part in (f"fit {studies.FIT}", f"data version {view.version}", LINK, "arXiv 2511.21692"):
        assert part in seen.text
    assert document.count("Plotly.newPlot(") == 2


def test_it_loads_nothing(found: Evidence, view: ViewState) -> None:
    document = report(found, view, HeatmapChoices(), LINK)
    assert Seen(document).loads == []
    assert "default-src 'none'" in document
    assert "url(" not in document.split("<style>")[1].split("</style>")[0]


def test_names_from_data_are_no_markup(found: Evidence, view: ViewState) -> None:
    evil = found.about.copy()
    evil["title"] = evil["citation"] = "<script>alert(1)</script>"
    document = report(replace(found, about=evil), view, HeatmapChoices(), 'x"><script>alert(1)</script>')
    assert "<script>alert" not in document
    assert "&lt;script&gt;alert(1)" in document


def test_a_benchmark_without_runs_has_a_report_of_its_items(toy_store: Store, view: ViewState) -> None:
    bare = replace(view, base_model=None)
    with toy_store.open() as snapshot:
        document = report(gather(snapshot, bare, HeatmapChoices()), bare, HeatmapChoices(), LINK)
    text = Seen(document).text
    assert "difficulties run from" in text
    assert "What the literature claims" not in text
    assert document.count("Plotly.newPlot(") == 1


def test_it_shows_the_measure_and_bins_of_the_view(toy_store: Store, view: ViewState) -> None:
    four, choices = replace(view, count=4), HeatmapChoices(measure=ACCURACY, vary=True)
    with toy_store.open() as snapshot:
        found = gather(snapshot, four, choices)
    assert found.gains is not None
    assert found.gains.cells["test_bin"].nunique() == 4
    assert "Accuracy after training" in Seen(report(found, four, choices, LINK)).text


def test_words_and_numbers_are_written_out() -> None:
    assert words("**a < b** & `c`") == "<b>a &lt; b</b> &amp; <code>c</code>"
    frame = pd.DataFrame({"q": [0.0001, 0.5, None, -0.25], "name": ["x", None, "<i>", "z"]})
    written = table(frame, {"q": ".3f"}, "c")
    assert re.findall(r'number">(.*?)<', written) == ["&lt;0.001", "0.500", "–", "−0.250"]
    assert "<td>&lt;i&gt;</td>" in written
