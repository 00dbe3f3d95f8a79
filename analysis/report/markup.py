"""Pieces of HTML. All that comes from data is escaped: texts of items and names are not to be trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

import pandas as pd
import plotly.graph_objects as go

WIDTH = 680  # px, 180 mm: what A4 has between its margins


def words(markdown: str) -> str:
    """Return Markdown's bold and code as HTML, the rest escaped."""
    bold = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(markdown, quote=False))
    return re.sub(r"`(.+?)`", r"<code>\1</code>", bold)


def figure(chart: go.Figure, number: int, alt: str, caption: str) -> str:
    """Return a figure of fixed width, so that paper shows what the screen shows."""
    chart.update_layout(width=WIDTH)
    drawn = chart.to_html(
        full_html=False,
        include_plotlyjs=False,
        div_id=f"figure-{number}",
        config={"displayModeBar": False, "responsive": False},
    )
    return (
        f'<figure><div role="img" aria-label="{escape(alt)}">{drawn}</div>'
        f"<figcaption><b>Figure {number}.</b> {words(caption)}</figcaption></figure>"
    )


def table(frame: pd.DataFrame, formats: Mapping[str, str], caption: str) -> str:
    """Return a table whose numbers are written as ``formats`` say, by column; missing ones are a dash.

    Parameters
    ----------
    frame
        Its columns' names are the heads.
    formats
        Format of numbers by column, as ``+.1f``; other columns are text, with Markdown's bold.
    caption
        Markdown.
    """
    heads = "".join(f"<th>{escape(str(name))}</th>" for name in frame)
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td class="number">{_number(value, formats[name])}</td>'
            if name in formats
            else f"<td>{words('–' if pd.isna(value) else str(value))}</td>"
            for name, value in zip(frame.columns, row, strict=True)
        )
        + "</tr>"
        for row in frame.itertuples(index=False)
    )
    return (
        f"<table><caption>{words(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _number(value: float, how: str) -> str:
    if pd.isna(value):
        return "–"
    written = f"{value:{how}}".replace("-", "−")
    return "&lt;0.001" if written == "0.000" and value > 0 else written
