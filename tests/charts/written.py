"""What charts say in writing."""

from __future__ import annotations

import re

import plotly.graph_objects as go


def written(figure: go.Figure) -> dict[tuple[int, int], str]:
    """Return the text of every cell of a coloured table by row and column, in the order of reading."""
    traces = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "text"]
    texts = {
        (int(y), int(x)): text
        for trace in traces
        for x, y, text in zip(trace.x, trace.y, trace.text, strict=True)
    }
    return dict(sorted(texts.items()))


def below(figure: go.Figure) -> list[list[str]]:
    """Return what stands below each bin of a mix, line by line."""
    return [re.sub("<(?!br)[^>]*>", "", text).split("<br>") for text in figure.layout.xaxis2.ticktext]
