"""Colours and layout shared by every figure.

Categories are Okabe and Ito's (2008, "Color Universal Design"), which stay apart for colour-blind readers.
The diverging scale runs from a shade of their vermillion (loss) to one of their blue (gain) through the
page's background, so that nothing happening looks like nothing. Easy to hard takes the part of plasma that
stands out from the page, so that lightness alone tells the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import hex_to_rgb, label_rgb, sample_colorscale, unlabel_rgb

BLUE, VERMILLION, ORANGE, SKY = "#0072B2", "#D55E00", "#E69F00", "#56B4E9"
GREEN, PURPLE, YELLOW = "#009E73", "#CC79A7", "#F0E442"
SHAPES = ("circle", "square", "triangle-up", "diamond", "x", "star")
Scale = list[list[float | str]]
"""A plotly colour scale: places from 0 to 1, each with its colour."""

OCHRE = "#B87F00"  # orange, dark enough for marks on white
BLACK, WHITE = "rgb(0, 0, 0)", "rgb(255, 255, 255)"


@dataclass(frozen=True)
class Style:
    """A light or dark look.

    Attributes
    ----------
    text, faint, grid
        Colours of text, secondary text and grid lines.
    main, mark
        Colours of the data and of what is pointed out in it.
    diverging
        Plotly colour scale from loss to gain, centred on the background.
    sequential
        Plotly colour scale from nothing to much.
    ordered
        Plotly colour scale from easy to hard, of which every place stands out from the background.
    """

    text: str
    faint: str
    grid: str
    main: str
    mark: str
    diverging: Scale
    sequential: Scale
    ordered: Scale


def _scale(*stops: tuple[float, str]) -> Scale:
    """Write hex colours as ``rgb(…)``, the one notation that plotly interpolates."""
    return [[position, label_rgb(hex_to_rgb(colour))] for position, colour in stops]


LIGHT = Style(
    text="#1f2937",
    faint="#5b6470",
    grid="#e5e7eb",
    main=BLUE,
    mark=VERMILLION,
    diverging=_scale((0, "#c25400"), (0.5, "#ffffff"), (1, "#0069a5")),
    sequential=_scale((0, "#ffffff"), (1, BLUE)),
    ordered=_scale((0, "#c8454f"), (0.3, "#b7318a"), (0.65, "#6c00a8"), (1, "#0d0887")),
)
DARK = Style(
    text="#e6e9ef",
    faint="#a3adba",
    grid="#323a46",
    main=SKY,
    mark=ORANGE,
    diverging=_scale((0, "#c75b00"), (0.5, "#151a21"), (1, "#1482c8")),
    sequential=_scale((0, "#151a21"), (1, "#1482c8")),
    ordered=_scale((0, "#f0f921"), (0.35, "#fdb42f"), (0.7, "#ed7953"), (1, "#d4588f")),
)


def text_on(scale: Scale, position: float) -> str:
    """Return the text colour, black or white, that stands out best on a place of a colour scale.

    The better of the two has a contrast of at least 4.58 : 1 with any colour.

    Parameters
    ----------
    scale
        Plotly colour scale.
    position
        Place on it, 0 to 1.
    """
    background = sample_colorscale(scale, [position])[0]
    return max((BLACK, WHITE), key=lambda colour: contrast(colour, background))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, ``rgb(r, g, b)`` or hex, from 1 to 21.

    That is the ratio of their relative luminances (WCAG 2.2, "contrast ratio"): AA asks for 4.5 of text and
    for 3 of marks.
    """
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 to 1."""
    channels = hex_to_rgb(colour) if colour.startswith("#") else unlabel_rgb(colour)
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in channels)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def faded(colour: str, opacity: float) -> str:
    """Return a hex or ``rgb(…)`` colour with an opacity."""
    parts = hex_to_rgb(colour) if colour.startswith("#") else unlabel_rgb(colour)
    return label_rgb(parts).replace("rgb", "rgba").replace(")", f", {opacity})")


def categories(style: Style) -> list[tuple[str, str]]:
    """Return a colour and a marker's shape for each of six categories; the shapes alone tell them apart."""
    yellow = YELLOW if style.main == SKY else OCHRE
    return list(zip((style.main, style.mark, GREEN, PURPLE, style.text, yellow), SHAPES, strict=True))


def filled(x: pd.Series, low: pd.Series, high: pd.Series, colour: str) -> dict[str, object]:
    """Return a band between two lines over x, as what ``go.Figure.add_scatter`` takes."""
    return {
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "mode": "lines",
        "fill": "toself",
        "fillcolor": colour,
        "opacity": 0.25,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def upright_lines(
    figure: go.Figure, places: np.ndarray, line: dict[str, object], layer: str = "above"
) -> None:
    """Draw lines from the bottom to the top of a figure, all at once: ``add_vline`` takes 4 ms for each."""
    ends = {"type": "line", "y0": 0, "y1": 1, "yref": "y domain", "line": line, "layer": layer}
    figure.layout.shapes = [*figure.layout.shapes, *({"x0": x, "x1": x, **ends} for x in places)]


def level_lines(figure: go.Figure, places: np.ndarray, line: dict[str, object]) -> None:
    """Draw lines from the left to the right of a figure, all at once."""
    ends = {"type": "line", "x0": 0, "x1": 1, "xref": "x domain", "line": line}
    figure.layout.shapes = [*figure.layout.shapes, *({"y0": y, "y1": y, **ends} for y in places)]


def annotate(figure: go.Figure, notes: Iterable[Mapping[str, object]]) -> None:
    """Write texts into a figure, all at once: ``add_annotation`` copies those before, 0.9 s for a hundred."""
    texts = ({"showarrow": False, **note} for note in notes)
    figure.layout.annotations = [*figure.layout.annotations, *texts]


def add_shapes(figure: go.Figure, shapes: Iterable[Mapping[str, object]]) -> None:
    """Draw shapes into a figure, all at once, for the same reason."""
    figure.layout.shapes = [*figure.layout.shapes, *shapes]


def styled(figure: go.Figure, style: Style, *, height: int) -> go.Figure:
    """Apply the shared look to a figure and return it."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": '"Source Sans", sans-serif', "size": 14, "color": style.text},
        hoverlabel={"font": {"size": 13}},
        showlegend=False,
    )
    figure.update_xaxes(gridcolor=style.grid, zerolinecolor=style.grid, automargin=True, title_standoff=8)
    figure.update_yaxes(gridcolor=style.grid, zerolinecolor=style.grid, automargin=True, title_standoff=8)
    return figure
