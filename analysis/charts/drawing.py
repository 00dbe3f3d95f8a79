"""A figure in the making.

Plotly checks and copies a figure at every change: titles and colours of its axes take 15 ms, a text 1 ms.
Here all of it is gathered as plain dictionaries, under the names of plotly's own methods, and becomes a
figure at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import plotly.graph_objects as go

Part = Mapping[str, Any]


class Drawing:
    """Traces and layout that become one plotly figure.

    Attributes
    ----------
    traces, annotations, shapes
        In the order in which they are drawn.
    layout
        All else, as plotly names it.
    checked
        Whether plotly checks figures, which takes four times as long as to make them: tests do.
    """

    checked: ClassVar[bool] = False

    def __init__(self) -> None:
        self.traces: list[dict[str, Any]] = []
        self.annotations: list[Part] = []
        self.shapes: list[Part] = []
        self.layout: dict[str, Any] = {}

    def add_scatter(self, **trace: Any) -> None:
        """Draw points, lines or text."""
        self.traces.append({"type": "scatter", **trace})

    def add_bar(self, **trace: Any) -> None:
        """Draw bars."""
        self.traces.append({"type": "bar", **trace})

    def add_histogram(self, lengths: np.ndarray, borders: np.ndarray, colour: str, hover: str) -> None:
        """Draw a bar between every two borders; ``hover`` may name them as ``customdata``."""
        self.add_bar(
            x=(borders[:-1] + borders[1:]) / 2,
            y=lengths,
            width=np.diff(borders) * 0.94,
            marker={"color": colour, "opacity": 0.75, "line": {"width": 0}},
            customdata=np.column_stack([borders[:-1], borders[1:]]),
            hovertemplate=f"{hover}<extra></extra>",
        )

    def add_heatmap(self, **trace: Any) -> None:
        """Draw a table of colours."""
        self.traces.append({"type": "heatmap", **trace})

    def annotate(self, notes: Iterable[Part]) -> None:
        """Write texts without arrows."""
        self.annotations += [{"showarrow": False, **note} for note in notes]

    def add_annotation(self, **note: Any) -> None:
        """Write one text."""
        self.annotate([note])

    def add_shapes(self, shapes: Iterable[Part]) -> None:
        """Draw rectangles and lines."""
        self.shapes += shapes

    def upright_lines(self, places: Iterable[float], line: Part, **other: Any) -> None:
        """Draw lines from the bottom to the top."""
        ends = {"type": "line", "y0": 0, "y1": 1, "yref": "y domain", "line": line, **other}
        self.add_shapes({"x0": x, "x1": x, **ends} for x in places)

    def level_lines(self, places: Iterable[float], line: Part, **other: Any) -> None:
        """Draw lines from the left to the right."""
        ends = {"type": "line", "x0": 0, "x1": 1, "xref": "x domain", "line": line, **other}
        self.add_shapes({"y0": y, "y1": y, **ends} for y in places)

    def stripe(self, low: float, high: float, **look: Any) -> None:
        """Shade everything between two places on the x axis."""
        borders = {"x0": low, "x1": high, "y0": 0, "y1": 1, "yref": "y domain", "line": {"width": 0}}
        self.add_shapes([{"type": "rect", **borders, **look}])

    def update_layout(self, **layout: Any) -> None:
        """Set what belongs to the whole figure."""
        self.layout |= layout

    def update_xaxes(self, **axis: Any) -> None:
        """Set what belongs to the x axis."""
        self.layout["xaxis"] = {**self.layout.get("xaxis", {}), **axis}

    def update_yaxes(self, **axis: Any) -> None:
        """Set what belongs to the y axis."""
        self.layout["yaxis"] = {**self.layout.get("yaxis", {}), **axis}

    def figure(self, **layout: Any) -> Chart:
        """Return the figure; ``layout`` adds to its own."""
        marks = {"annotations": self.annotations, "shapes": self.shapes}
        made_of = _as_sent({"data": self.traces, "layout": {**self.layout, **layout, **marks}})
        chart = Chart(made_of, _validate=self.checked)
        chart.made_of = made_of
        return chart


class Chart(go.Figure):
    """A figure as it was drawn.

    Attributes
    ----------
    made_of
        All of it as plain dictionaries, which plotly copies and packs anew whenever it is asked for them:
        5 ms. Callers must not change them, and find no change of the figure in them.
    """

    made_of: Part = {}  # noqa: RUF012  # plotly lets figures have no attribute that their class does not have


def _as_sent(part: Any) -> Any:
    """Return a part of a figure so that it needs no further look when it is written for the browser."""
    if isinstance(part, Mapping):
        return {name: _as_sent(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_as_sent(value) for value in part]
    if isinstance(part, np.ndarray | pd.Series | pd.Index | pd.DataFrame):
        column = part if isinstance(part, np.ndarray) else part.to_numpy()
        return np.ascontiguousarray(column) if column.dtype.kind in "biuf" else column.tolist()
    return part
