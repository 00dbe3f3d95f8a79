"""What models answered, run by run, as the tidy tables of one benchmark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.readers.contents import Part
from analysis.readers.tasks import benchmark_of
from analysis.remarks import Remark
from analysis.tables import Responses, without_empty

Answers = tuple[str, np.ndarray, np.ndarray]
"""A model's name, numbers of items, and whether it was correct on each."""


def assembled(
    benchmark: str,
    items: pd.DataFrame,
    answers: Sequence[Answers],
    *,
    title: str | None,
    remarks: list[Remark],
    about: dict[str, dict[str, object]] | None = None,
) -> Part:
    """Put the answers of models to one benchmark together.

    Parameters
    ----------
    benchmark, title
        Its name, and title if it has one.
    items
        A row a number; ``choices`` is how many answers could be guessed.
    answers
        In any order; a model may come several times, about different items.
    remarks
        What is to be said about them.
    about
        By model, further columns. The organisation is what precedes a ``/`` in the name.
    """
    number = {name: row for row, name in enumerate(dict.fromkeys(name for name, _, _ in answers))}
    cells = pd.DataFrame(
        {
            "item": np.concatenate([item for _, item, _ in answers]),
            "model": np.concatenate(
                [np.full(len(item), number[name], dtype="i4") for name, item, _ in answers]
            ),
            "correct": np.concatenate([correct for _, _, correct in answers]),
        }
    )
    organisations = [name.split("/")[0] if "/" in name else None for name in number]
    models = pd.DataFrame({"name": list(number), "organisation": organisations})
    if about:
        models = models.join(pd.DataFrame([about[name] for name in number])).dropna(axis=1, how="all")
    choices = items["choices"].unique() if "choices" in items else []
    return Part(
        benchmark_of(
            benchmark,
            title=title,
            choices=int(choices[0]) if len(choices) == 1 and pd.notna(choices[0]) else None,
        ),
        without_empty(Responses(items, models, cells, remarks)),
    )
