"""Which metric of a task, extracted by which filter, says whether a response was correct."""

from __future__ import annotations

import re
from collections.abc import Sequence

OFFICIAL = (
    (r"(leaderboard_)?(arc|hellaswag|bbh|gpqa|musr)\w*", "acc_norm"),
    (r"(leaderboard_mmlu_pro|mmlu|winogrande|hendrycksTest)\w*", "acc"),
    (r"(cross_difficulty_)?(gsm8k|mmlu_pro)\w*", "exact_match"),
    (r"leaderboard_math_\w+", "exact_match"),
    (r"(leaderboard_|cross_difficulty_)?ifeval", "prompt_level_strict_acc"),
    (r"cross_difficulty_(arc|gpqa|musr)\w*", "acc_norm"),
    (r"cross_difficulty_(bbh|math)\w*", "exact_match"),
)
"""Metrics by which leaderboards and papers count, by the task's whole name; the first present counts."""

PREFERENCE = ("acc_norm", "acc", "exact_match", "prompt_level_strict_acc", "pass@1")
FILTERS = ("strict-match", "custom-extract", "none")


def choose_metric(
    task: str, present: Sequence[str], *, wanted: str | None, configured: str | None
) -> str | None:
    """Choose among the metrics that are one number a response.

    Parameters
    ----------
    task
        Name of the task.
    present
        Metrics of its samples.
    wanted
        What the user asked for; nothing else will do.
    configured
        What the task's configuration names first.
    """
    if wanted is not None:
        return wanted if wanted in present else None
    official = (metric for pattern, metric in OFFICIAL if re.fullmatch(pattern, task))
    for metric in (*official, configured, *PREFERENCE):
        if metric in present:
            return metric
    return present[0] if len(present) == 1 else None


def choose_filter(present: Sequence[str], *, wanted: str | None) -> str | None:
    """Choose among filters: the wanted one, the only one, the usual ones, the first."""
    if wanted is not None:
        return wanted if wanted in present else None
    return next((name for name in FILTERS if name in present), present[0])
