"""Colours and layout shared by every figure.

Categories are Okabe and Ito's (2008, "Color Universal Design"), which stay apart for colour-blind readers.
The diverging scale runs from a shade of their vermillion (loss) to one of their blue (gain) through the
page's background, so that nothing happening looks like nothing. Easy to hard takes the part of plasma that
stands out from the page, so that lightness alone tells the order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import hex_to_rgb, label_rgb, unlabel_rgb

from analysis.charts.drawing import Drawing

BLUE, VERMILLION, ORANGE, SKY = "#0072B2", "#D55E00", "#E69F00", "#56B4E9"
GREEN, PURPLE, YELLOW = "#009E73", "#CC79A7", "#F0E442"
SHAPES = ("circle", "square", "triangle-up", "diamond", "x", "star")
LETTERS = dict(zip(SHAPES, "●■▲◆✖★", strict=True))
"""Each shape as a letter, for text."""
TEXT = 4.5  # contrast that text needs (WCAG 2.2 AA)
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
        Plotly colour scale from loss to gain, centred on the page's background.
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

    @property
    def page(self) -> str:
        """Colour of the page."""
        return str(self.diverging[1][1])


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


def text_on(scale: Scale, positions: np.ndarray) -> np.ndarray:
    """Return the text colour, black or white, that stands out best on each of some places of a colour scale.

    The better of the two has a contrast of at least 4.58 : 1 with any colour.

    Parameters
    ----------
    scale
        Plotly colour scale.
    positions
        Places on it, 0 to 1.
    """
    places, colours = zip(*scale, strict=True)
    channels = zip(*(_channels(str(colour)) for colour in colours), strict=True)
    background = _relative(np.array([np.interp(positions, places, channel) for channel in channels]))
    black, white = (_ratio(_luminance(colour), background) for colour in (BLACK, WHITE))
    return np.where(white > black, WHITE, BLACK)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, ``rgb(r, g, b)`` or hex, from 1 to 21.

    That is the ratio of their relative luminances (WCAG 2.2, "contrast ratio"): AA asks for 4.5 of text and
    for 3 of marks.
    """
    return float(_ratio(_luminance(one), _luminance(other)))


def readable(colour: str, style: Style) -> str:
    """Return a colour for text on the page: with as much of the text's own as its contrast asks for.

    Parameters
    ----------
    colour
        Of what the text names, ``rgb(r, g, b)`` or hex.
    style
        Light or dark.
    """
    own, text = np.array([_channels(colour), _channels(style.text)])
    shades = (own + part * (text - own) for part in np.linspace(0, 1, 21))
    written = (label_rgb(tuple(int(channel) for channel in shade)) for shade in shades)
    return next(shade for shade in written if contrast(shade, style.page) >= TEXT)


def _ratio(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)


def _luminance(colour: str) -> np.ndarray:
    """Relative luminance of a colour, 0 to 1."""
    return _relative(np.array(_channels(colour)))


@lru_cache(maxsize=64)  # plotly reads a colour letter by letter
def _channels(colour: str) -> tuple[float, ...]:
    return tuple(hex_to_rgb(colour) if colour.startswith("#") else unlabel_rgb(colour))


def _relative(channels: np.ndarray) -> np.ndarray:
    parts = channels / 255
    red, green, blue = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.asarray(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def faded(colour: str, opacity: float) -> str:
    """Return a hex or ``rgb(…)`` colour with an opacity."""
    parts = hex_to_rgb(colour) if colour.startswith("#") else unlabel_rgb(colour)
    return label_rgb(parts).replace("rgb", "rgba").replace(")", f", {opacity})")


def categories(style: Style) -> list[tuple[str, str]]:
    """Return a colour and a marker's shape for each of six categories; the shapes alone tell them apart."""
    yellow = YELLOW if style.main == SKY else OCHRE
    return list(zip((style.main, style.mark, GREEN, PURPLE, style.text, yellow), SHAPES, strict=True))


def filled(x: pd.Series, low: pd.Series, high: pd.Series, colour: str) -> dict[str, object]:
    """Return a band between two lines over x, as what `Drawing.add_scatter` takes."""
    return {
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "mode": "lines",
        "fill": "toself",
        "fillcolor": colour,
        "opacity": 0.25,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def styled(drawing: Drawing, style: Style, *, height: int) -> go.Figure:
    """Return the figure that was drawn, in the shared look: what a chart says of its own look goes before."""
    axis = {"gridcolor": style.grid, "zerolinecolor": style.grid, "automargin": True}
    own = drawing.layout
    names = {name for name in own if name.startswith(("xaxis", "yaxis"))}
    if any("xaxis" not in trace for trace in drawing.traces):
        names |= {"xaxis", "yaxis"}
    return drawing.figure(
        height=height,
        margin={"l": 8, "r": 8, "t": 12, "b": 8, **own.pop("margin", {})},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": '"Source Sans", sans-serif', "size": 14, "color": style.text},
        hoverlabel={"font": {"size": 13}, "align": "left"},
        autotypenumbers="strict",  # bins named by numbers are names
        template={},  # plotly's own would be copied into every figure and sent with it
        showlegend=False,  # lines have their names beside them
        **{name: _titled({**axis, **own.pop(name, {})}) for name in sorted(names)},
    )


def _titled(axis: dict[str, Any]) -> dict[str, Any]:
    return {**axis, "title": {"text": axis.get("title", ""), "standoff": 8}}
