"""Colours and layout shared by every figure.

Categories are Okabe and Ito's (2008, "Color Universal Design"), which stay apart for colour-blind readers.
The diverging scale runs from their vermillion (loss) to their blue (gain) through the page's background, so
that nothing happening looks like nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY = "#56B4E9"


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
    on_strong
        Text colour on the ends of the scales.
    """

    text: str
    faint: str
    grid: str
    main: str
    mark: str
    diverging: list[tuple[float, str]]
    sequential: list[tuple[float, str]]
    on_strong: str


LIGHT = Style(
    text="#1f2937",
    faint="#5b6470",
    grid="#e5e7eb",
    main=BLUE,
    mark=VERMILLION,
    diverging=[(0, "#8f3a00"), (0.2, VERMILLION), (0.5, "#ffffff"), (0.8, BLUE), (1, "#003f66")],
    sequential=[(0, "#ffffff"), (1, BLUE)],
    on_strong="#ffffff",
)
DARK = Style(
    text="#e6e9ef",
    faint="#a3adba",
    grid="#323a46",
    main=SKY,
    mark=ORANGE,
    diverging=[(0, "#ff9a4d"), (0.2, "#c85a08"), (0.5, "#151a21"), (0.8, "#0b76b4"), (1, "#7cc8f5")],
    sequential=[(0, "#151a21"), (1, SKY)],
    on_strong="#ffffff",
)


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
