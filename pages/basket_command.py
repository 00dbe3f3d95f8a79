"""The command that makes the same subset."""

from __future__ import annotations

import numpy as np

from analysis import subsets, transfer
from analysis.view_state import ViewState
from pages.basket_order import Arrangement


def options(state: ViewState, wanted: subsets.Selection, arranged: Arrangement) -> list[str]:
    """Return the options of ``python -m analysis export`` that say what the controls say."""
    cut = [f"--edges={','.join(map(str, state.edges))}"] if state.edges else ["--of", str(state.count)]
    if not state.edges:
        cut += ["--strategy", state.strategy]
    asked = ["--benchmark", state.benchmark, *cut, "--fit", state.fit]
    if wanted.bins:
        asked += ["--bins", ",".join(map(str, sorted(wanted.bins)))]
    asked += [f"--low={wanted.low:g}"] if np.isfinite(wanted.low) else []
    asked += [f"--high={wanted.high:g}"] if np.isfinite(wanted.high) else []
    asked += ["--min-p", f"{wanted.min_p:g}"] if wanted.min_p else []
    for option, values in (("--subtask", wanted.subtasks), ("--flag", wanted.flags)):
        for value in values:
            asked += [option, value]
    asked += ["--text", wanted.text] if wanted.text.strip() else []
    asked += ["--ids", ",".join(wanted.keys)] if wanted.keys else []
    if arranged.shape is not None:
        typed = ",".join(f"{share:g}" for share in arranged.typed)
        shape = typed if arranged.shape == transfer.TYPED else arranged.shape
        asked += ["--mix", shape, "--total", str(arranged.total)]
    if arranged.order != subsets.EASY_FIRST:
        asked += ["--order", arranged.order]
    asked += ["--seed", str(arranged.seed)] if arranged.seed else []
    return asked + (["--rounds", str(arranged.rounds)] if arranged.rounds != subsets.ROUNDS else [])
