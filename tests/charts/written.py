"""What a table of coloured cells says."""

from __future__ import annotations

import plotly.graph_objects as go


def written(figure: go.Figure) -> dict[tuple[int, int], str]:
    """Return the text of every cell by row and column, in the order of reading."""
    traces = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "text"]
    texts = {
        (int(y), int(x)): text
        for trace in traces
        for x, y, text in zip(trace.x, trace.y, trace.text, strict=True)
    }
    return dict(sorted(texts.items()))
