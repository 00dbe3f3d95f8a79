"""Text of others, shown as it is."""

from __future__ import annotations

import re

# Markdown lets every one of these be written with a backslash before it.
MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: object) -> str:
    """Write something so that Markdown shows it as it is: no image loads, no link, colour or formula."""
    return MARKS.sub(r"\\\1", " ".join(str(text).split()))
