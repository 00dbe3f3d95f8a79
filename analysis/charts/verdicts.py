"""Verdicts on claims, all on one screen, and the numbers that they rest on.

Names stand above what they name, not beside it, so that both figures fit a phone.
"""

from __future__ import annotations

from textwrap import wrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.charts.drawing import Drawing
from analysis.charts.style import Style, styled, text_on

HOLDS, NO_DATA = "holds", "no data"
VERDICT_MARKS = {HOLDS: "✓", "does not hold": "✗", "the data cannot tell": "?", NO_DATA: "–"}
"""What is drawn for each verdict, besides its colour."""

SYMBOLS = {HOLDS: "circle", "does not hold": "x", "the data cannot tell": "circle-open", NO_DATA: "line-ew"}
ROW, TOP, LETTER = 41, 40, 8  # pixels: a claim, names of base models, a letter of a benchmark's name
TITLE, CELL = -0.29, (-0.06, 0.45)  # where they stand in the row of a claim
GAP = 0.4  # columns between base models
LONGEST = 12  # letters of a benchmark's name
PART = 40  # pixels a part
BELOW = 0.27  # from the line of a part to the border between it and the next


def verdict_matrix(
    verdicts: pd.DataFrame, style: Style, *, chosen: tuple[str, str] | None = None
) -> go.Figure:
    """One row a claim, one column a benchmark within each base model; a mark and a colour a verdict.

    Parameters
    ----------
    verdicts
        One row a claim and pair: ``claim`` (its title), ``benchmark``, ``base``, ``verdict`` (a key of
        `VERDICT_MARKS`), ``sentence``; every pair has every claim, in one order.
    style
        Light or dark.
    chosen
        Base model and benchmark to outline.
    """
    claims = list(verdicts["claim"].unique())
    pairs = verdicts[["base", "benchmark"]].drop_duplicates().sort_values("base", kind="stable")
    new_base = pairs["base"] != pairs["base"].shift()
    pairs["place"] = np.arange(len(pairs)) + GAP * (new_base.cumsum() - 1)
    cells = verdicts.merge(pairs, on=["base", "benchmark"]).assign(
        row=lambda table: table["claim"].map(claims.index)
    )
    fills, inks = _colours(style)
    figure = Drawing()
    figure.add_scatter(
        x=cells["place"],
        y=cells["row"] + np.mean(CELL),
        mode="text",
        text=cells["verdict"].map(VERDICT_MARKS),
        textfont={"size": 15, "color": cells["verdict"].map(inks)},
        customdata=[
            f"<b>{cell.claim}</b>: {cell.verdict}<br>{cell.benchmark}, {cell.base}<br>"
            + "<br>".join(wrap(cell.sentence, 70))
            for cell in cells.itertuples()
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_shapes(
        (
            {
                "type": "rect",
                "x0": cell.place - 0.44,
                "x1": cell.place + 0.44,
                "y0": cell.row + CELL[0],
                "y1": cell.row + CELL[1],
                "fillcolor": fills[cell.verdict],
                "line": {"width": 2.5 * ((cell.base, cell.benchmark) == chosen), "color": style.text},
                "layer": "below",
            }
            for cell in cells.itertuples()
        ),
    )
    notes = []
    for row, claim in enumerate(claims):
        judged = cells.loc[(cells["row"] == row) & (cells["verdict"] != NO_DATA), "verdict"]
        count = f"{(judged == HOLDS).sum()}/{len(judged)}"
        notes.append(_note(-0.5, row + TITLE, claim, style.text, xanchor="left"))
        notes.append(_note(1, row + sum(CELL) / 2, count, style.text, xref="paper", xanchor="right"))
    names = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in pairs["benchmark"]]
    above = {"textangle": -90, "yanchor": "bottom", "yshift": 6}  # clear of the first claim
    for place, name in zip(pairs["place"], names, strict=True):
        notes.append(_note(place, -0.5, name, style.text, **above))
    notes.append(_note(1, -0.5, "holds in", style.faint, xref="paper", xanchor="right", **above))
    for base, places in pairs.groupby("base", sort=False)["place"]:
        name = base.replace(", ", "<br>")
        notes.append(_note(places.mean(), 1, name, style.faint, yref="paper", yanchor="bottom"))
    figure.annotate(notes)
    head = LETTER * max(map(len, [*names, "holds in"])) + 6
    figure.update_xaxes(visible=False, range=[-0.6, pairs["place"].max() + 2.6], fixedrange=True)
    figure.update_yaxes(visible=False, range=[len(claims) - 0.5, -0.5 - head / ROW], fixedrange=True)
    figure.update_layout(margin={"l": 0, "r": 0, "t": TOP, "b": 0})
    return styled(figure, style, height=ROW * len(claims) + head + TOP)


def forest(parts: pd.DataFrame, style: Style) -> go.Figure:
    """Numbers that verdicts rest on with their 95% intervals, in percentage points, one below the other.

    Parameters
    ----------
    parts
        One row a number: ``name``, ``gain``, ``low``, ``high`` (points), ``verdict`` (a key of
        `VERDICT_MARKS`), ``text`` (the number in words).
    style
        Light or dark.
    """
    fills, _ = _colours(style)
    figure, row = Drawing(), np.arange(len(parts)) + 0.2
    own = parts["verdict"].map({**fills, "the data cannot tell": style.faint})
    edge = {"color": own, "width": 2}
    figure.add_scatter(
        x=parts["gain"],
        y=row,
        mode="markers",
        marker={"size": 10, "symbol": parts["verdict"].map(SYMBOLS), "color": own, "line": edge},
        customdata=parts[["name", "text", "verdict"]],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
    )
    notes = []
    for place, part, colour in zip(row, parts.itertuples(), own, strict=True):
        figure.add_scatter(
            x=[part.low, part.high],
            y=[place, place],
            mode="lines",
            line={"color": colour, "width": 3},
            hoverinfo="skip",
        )
        notes.append(_note(0, place - 0.42, part.name, style.text, xref="paper", xanchor="left"))
        notes.append(_note(1, place - 0.42, part.text, style.text, xref="paper", xanchor="right"))
    figure.annotate(notes)
    figure.level_lines(row[:-1] + BELOW, {"color": style.grid, "width": 1}, layer="below")
    figure.upright_lines([0], {"color": style.faint, "width": 1}, layer="below")
    figure.update_xaxes(title="Percentage points", zeroline=False)
    figure.update_yaxes(visible=False, range=[len(parts) - 0.3, -0.6], fixedrange=True)
    return styled(figure, style, height=PART * len(parts) + 60)


def _colours(style: Style) -> tuple[dict[str, str], dict[str, str]]:
    """Fill of each verdict's cell and the colour of the mark on it."""
    does_not, holds = (str(style.diverging[end][1]) for end in (0, -1))
    fill = (holds, does_not, style.grid, "rgba(0,0,0,0)")
    ink = (*text_on(style.diverging, np.array([1.0, 0.0])).tolist(), style.text, style.faint)
    fills, inks = (dict(zip(VERDICT_MARKS, colours, strict=True)) for colours in (fill, ink))
    return fills, inks


def _note(x: float, y: float, text: str, colour: str, **where: object) -> dict[str, object]:
    return {"x": x, "y": y, "text": text, "font": {"size": 13, "color": colour}, "borderpad": 0, **where}
