"""Finding items by their key or text."""

from __future__ import annotations

import pandas as pd

SEARCHED = ("item_key", "prompt", "target", "subtask")


def find_items(items: pd.DataFrame, needle: str) -> pd.Series:
    """Whether each item's key, text, answer or subtask contains some text, upper or lower case alike.

    Parameters
    ----------
    items
        As `analysis.store.Snapshot.items` returns them: without the texts of a benchmark that hides them.
    needle
        Taken literally, not as a pattern.
    """
    found = pd.Series(False, index=items.index)
    for column in SEARCHED:
        found |= items[column].str.contains(needle, case=False, regex=False, na=False).astype(bool)
    return found
