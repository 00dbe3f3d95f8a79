from __future__ import annotations

import tomllib

import numpy as np
import pytest
from plotly.colors import sample_colorscale

from analysis.charts import DARK, LIGHT
from analysis.charts.chains import colour_of
from analysis.charts.style import TEXT, _luminance, categories, contrast, readable, text_on
from tests.conftest import ROOT

THEME = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
MARKS = 3.0  # WCAG 2.2 AA asks for so much contrast, and of text for `TEXT`


def test_contrast_is_as_wcag_has_it() -> None:
    assert contrast("#ffffff", "rgb(0, 0, 0)") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # of WebAIM's checker


@pytest.mark.parametrize(("style", "look"), [(LIGHT, "light"), (DARK, "dark")], ids=["light", "dark"])
def test_text_and_marks_stand_out_from_the_page(style, look: str) -> None:
    page = THEME[look]["backgroundColor"]
    names = sample_colorscale(
        style.ordered, np.linspace(0, 1, 41)
    )  # lines from easy to hard, and their names
    low = {colour: contrast(colour, page) for colour in (style.text, style.faint, *names)}
    assert min(low.values()) >= TEXT, low
    marks = [style.main, style.mark, *(colour for colour, _ in categories(style))]
    marks += [colour_of(chain, style) for chain in range(6)]
    low = {colour: contrast(colour, page) for colour in marks}
    assert min(low.values()) >= MARKS, low
    names = [readable(colour, style) for colour in marks]
    assert min(contrast(name, page) for name in names) >= TEXT
    assert len(set(names)) == len(set(marks)), "names of different lines stay different"
    # Full gain and full loss are fills that say something by themselves.
    assert min(contrast(style.diverging[end][1], page) for end in (0, -1)) >= MARKS


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", ["diverging", "sequential"])
def test_text_is_readable_on_every_colour(style, scale: str) -> None:
    colours = getattr(style, scale)
    places = np.linspace(0, 1, 101)
    for ink, background in zip(text_on(colours, places), sample_colorscale(colours, places), strict=True):
        assert contrast(str(ink), background) >= TEXT


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_diverging_scale_is_even(style) -> None:
    """A gain and a loss of the same size stand out about equally from the background."""
    middle = _luminance(sample_colorscale(style.diverging, [0.5])[0])
    for reach in (0.2, 0.5):
        loss, gain = (_luminance(sample_colorscale(style.diverging, [0.5 + k * reach])[0]) for k in (-1, 1))
        assert abs(loss - gain) < 0.5 * abs((loss + gain) / 2 - middle)


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_from_easy_to_hard_darken(style) -> None:
    """Lightness alone must tell the order to those who see no hue."""
    lines = [_luminance(colour) for colour in sample_colorscale(style.ordered, np.linspace(0, 1, 10))]
    assert np.all(np.diff(lines) < 0)
