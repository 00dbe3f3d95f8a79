"""A table of gains as coloured cells that can be read without pointing at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, text_on

GAINS = ["gain", "low", "high"]
LARGE, SMALL = 13, 10  # pixels of a value and of the ends of its interval


@dataclass(frozen=True)
class Numbers:
    """How a measure is written and coloured.

    Attributes
    ----------
    factor
        What values are multiplied by.
    digits
        Decimal places.
    signed
        Whether it says more or less than something: written with a sign, coloured from loss to gain.
    """

    factor: float = 100.0
    digits: int = 0
    signed: bool = True

    def written(self, value: float) -> str:
        """Write a value that is multiplied already; zero has no sign, and a minus is a real one."""
        rounded = round(value, self.digits) + 0.0
        sign = "+" if self.signed and rounded > 0 else "−" if rounded < 0 else ""
        return f"{sign}{abs(rounded):.{self.digits}f}"


POINTS = Numbers()


def gain_cells(
    cells: pd.DataFrame,
    hover: list[str],
    rows: list[str],
    columns: list[str],
    style: Style,
    *,
    intervals: bool,
    numbers: Numbers = POINTS,
    limit: float | None = None,
) -> Drawing:
    """Draw one coloured cell a gain, with its value and interval written in.

    The colour scale of what is signed is centred on zero. A cell whose interval excludes zero is bold, unless
    a column says which are; one without a gain carries a dash.

    Parameters
    ----------
    cells
        ``gain``, ``low``, ``high`` as ``numbers`` writes them, row by row, one for each of ``rows`` ×
        ``columns``. Optional: ``bold``; ``hidden``, cells that only get a dot; ``none``, those that get
        nothing; ``lowest`` and ``highest``, a range written below; ``text``, what is written instead of all.
    hover
        What each cell says when it is pointed at.
    rows, columns
        Names of the rows, from the top, and of the columns.
    style
        Light or dark.
    intervals
        Write the ends of each cell's interval above and below its value, which is narrow enough for a phone.
    numbers
        How values are written.
    limit
        Value of the strongest colour, so that figures can be compared; by default that of the largest value.
    """
    shape = (len(rows), len(columns))
    if "hidden" in cells:
        cells = cells.assign(gain=cells["gain"].mask(cells["hidden"]))
    gain = cells["gain"].to_numpy(dtype=float).reshape(shape)
    # A scale no finer than what is written, so that nothing happening is not painted as much.
    largest = float(np.nanmax(np.abs(gain), initial=0.0)) if limit is None else limit
    limit = max(largest, 10.0**-numbers.digits)
    scale, least = (style.diverging, -limit) if numbers.signed else (style.sequential, 0.0)
    figure = Drawing()
    figure.add_heatmap(
        z=gain,
        zmin=least,
        zmax=limit,
        colorscale=scale,
        xgap=2,
        ygap=2,
        hoverongaps=True,
        text=np.array(hover, dtype=object).reshape(shape),
        hovertemplate="%{text}<extra></extra>",
        showscale=False,  # every cell says its value
    )
    texts = (
        list(cells["text"])
        if "text" in cells
        else [_text(one, intervals, numbers) for one in cells.itertuples()]
    )
    inks = np.where(np.isfinite(gain), text_on(scale, (gain - least) / (limit - least)), style.text).ravel()
    write_cells(figure, texts, inks.tolist(), shape, SMALL if intervals else LARGE)
    axis = {"showgrid": False, "zeroline": False, "tickmode": "array"}
    figure.update_xaxes(
        tickvals=np.arange(shape[1]), ticktext=columns, tickangle=0, range=(-0.5, shape[1] - 0.5), **axis
    )
    figure.update_yaxes(tickvals=np.arange(shape[0]), ticktext=rows, range=(shape[0] - 0.5, -0.5), **axis)
    return figure


def write_cells(
    figure: Drawing, texts: Sequence[str], inks: Sequence[str], shape: tuple[int, int], size: int = LARGE
) -> None:
    """Write into the cells of a table, row by row.

    As points without markers, a trace a colour: a hundred annotations take browser and server far longer.
    """
    row, column = np.indices(shape).reshape(2, -1)
    for ink in dict.fromkeys(inks):
        own = [
            number for number, (text, of) in enumerate(zip(texts, inks, strict=True)) if text and of == ink
        ]
        as_ever = {"textfont": {"color": ink}}  # plotly fades what is not clicked
        figure.add_scatter(
            x=column[own].tolist(),
            y=row[own].tolist(),
            mode="text",
            text=[texts[number] for number in own],
            textfont={"size": size, "color": ink},
            selected=as_ever,
            unselected=as_ever,
            hoverinfo="skip",
        )


def _text(cell: Any, intervals: bool, numbers: Numbers) -> str:
    if getattr(cell, "none", False):
        return ""
    if getattr(cell, "hidden", False):
        return "·"
    if pd.isna(cell.gain):
        return "–"
    text = numbers.written(cell.gain)
    if getattr(cell, "bold", cell.low > 0 or cell.high < 0):
        text = f"<b>{text}</b>"
    if intervals:  # lines are as far apart as the text's own, small font asks for
        value = f"<span style='font-size:{LARGE}px'>{text}</span>"
        text = f"{numbers.written(cell.high)}<br>{value}<br>{numbers.written(cell.low)}"
    if hasattr(cell, "lowest"):
        between = f"({numbers.written(cell.lowest)}, {numbers.written(cell.highest)})"
        text += f"<br><span style='font-size:{SMALL}px'>{between}</span>"
    return text
