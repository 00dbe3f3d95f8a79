from __future__ import annotations

import numpy as np
import pytest
from plotly.colors import sample_colorscale

from analysis.charts import DARK, LIGHT
from analysis.charts.style import _luminance, text_on


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", ["diverging", "sequential"])
def test_text_is_readable_on_every_colour(style, scale: str) -> None:
    colours = getattr(style, scale)
    for position in np.linspace(0, 1, 101):
        background = _luminance(sample_colorscale(colours, [position])[0])
        text = _luminance(text_on(colours, position))
        lighter, darker = max(background, text), min(background, text)
        assert (lighter + 0.05) / (darker + 0.05) > 4.3


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
def test_diverging_scale_is_even(style) -> None:
    """A gain and a loss of the same size stand out about equally from the background."""
    middle = _luminance(sample_colorscale(style.diverging, [0.5])[0])
    for reach in (0.2, 0.5):
        loss, gain = (_luminance(sample_colorscale(style.diverging, [0.5 + k * reach])[0]) for k in (-1, 1))
        assert abs(loss - gain) < 0.5 * abs((loss + gain) / 2 - middle)


@pytest.mark.parametrize(
    ("style", "page"), [(LIGHT, "rgb(255, 255, 255)"), (DARK, "rgb(21, 26, 33)")], ids=["light", "dark"]
)
def test_lines_from_easy_to_hard_stand_out_and_darken(style, page: str) -> None:
    """WCAG asks for 3:1 of graphical objects; lightness alone must tell the order to those who see no hue."""
    background = _luminance(page)
    lines = [_luminance(colour) for colour in sample_colorscale(style.ordered, np.linspace(0, 1, 10))]
    for line in lines:
        lighter, darker = max(background, line), min(background, line)
        assert (lighter + 0.05) / (darker + 0.05) > 3
    assert np.all(np.diff(lines) < 0)
