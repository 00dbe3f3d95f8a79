"""Numbers of a table as prose writes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
from pandas.io.formats.style import Styler

pd.set_option("styler.render.max_elements", 2**31)  # above which Streamlit refuses a table, not only is slow

Form = str | Callable[[float], str]
"""A format specification, as ``+.1f``, or a function."""


def real_minus(table: pd.DataFrame, **columns: Form) -> Styler:
    """Return a table whose numbers are shown with a real minus; sorting and CSV take the numbers themselves.

    The formats of Streamlit's columns write a hyphen, and come before these: those columns must have none.
    It takes time by the cell: tables of thousands of items, and those drawn at every change, do without.

    Parameters
    ----------
    table
        What is shown.
    **columns
        How each column is written; those that the table lacks do not matter.
    """
    written: dict[str, Callable[[float], str]] = {
        name: partial(_written, form) if isinstance(form, str) else form
        for name, form in columns.items()
        if name in table
    }
    return table.style.format(written)


def p_value(p: float) -> str:
    """Write a p-value or q, which is never nothing."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _written(form: str, value: float) -> str:
    """Write a number; zero has no sign."""
    text = format(value, form)
    return text.lstrip("+-") if float(text) == 0 else text.replace("-", "−")
