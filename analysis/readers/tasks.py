"""What is known of tasks by name: the benchmark that they are part of, and how many items they have."""

from __future__ import annotations

import re

from analysis.tables import Benchmark

GROUPS = (
    (r"(leaderboard_(?:bbh|gpqa|musr))_(\w+)", r"\1"),
    (r"(leaderboard_math)_(\w+?)(?:_hard)?", r"\1"),
    (r"(mmlu_pro)_(\w+)", r"\1"),
    (r"(mmlu)_(?!pro(?!fessional)|flan|generative|continuation|llama)(\w+)", r"\1"),
    (r"(bbh(?:_cot)?_(?:few|zero)shot)_(\w+)", r"\1"),
    (r"((?:minerva|hendrycks)_math)_(\w+)", r"\1"),
    (r"cross_difficulty_(bbh)_(\w+)", r"\1"),
    (r"cross_difficulty_(\w+)()", r"\1"),
)
"""Tasks that are reported together: a pattern of the task (group, subtask), and the benchmark's name."""

_BBH = {"causal_judgement": 187, "penguins_in_a_table": 146, "snarks": 178}
_MATH = {
    "algebra": 307,
    "counting_and_prob": 123,
    "geometry": 132,
    "intermediate_algebra": 280,
    "num_theory": 154,
    "prealgebra": 193,
    "precalculus": 135,
}
SIZES = {
    **{f"leaderboard_bbh_{name}": size for name, size in _BBH.items()},
    **{f"leaderboard_math_{name}_hard": size for name, size in _MATH.items()},
    "leaderboard_gpqa_diamond": 198,
    "leaderboard_gpqa_extended": 546,
    "leaderboard_gpqa_main": 448,
    "leaderboard_musr_murder_mysteries": 250,
    "leaderboard_musr_object_placements": 256,
    "leaderboard_musr_team_allocation": 250,
    "leaderboard_ifeval": 541,
    "leaderboard_mmlu_pro": 12_032,
    "arc:challenge": 1_172,
    "hellaswag": 10_042,
    "truthfulqa:mc": 817,
    "winogrande": 1_267,
    "gsm8k": 1_319,
}
"""Items of tasks of the Open LLM Leaderboard, where a run may be cut short and nothing says so."""
OTHER_BBH_SIZE = 250


def place_of(task: str) -> tuple[str, str]:
    """Return the benchmark that a task belongs to, and which part of it the task is (empty: all of it)."""
    for pattern, benchmark in GROUPS:
        if found := re.fullmatch(pattern, task):
            return found.expand(benchmark), found[2]
    return task, ""


def size_of(task: str) -> int | None:
    """Return how many items a task has, if that is known."""
    if task in SIZES:
        return SIZES[task]
    return OTHER_BBH_SIZE if task.startswith("leaderboard_bbh_") else None


def benchmark_of(name: str, *, title: str | None = None, choices: int | None = None) -> Benchmark:
    """Describe a benchmark; GPQA's authors ask that its items not be shown."""
    return Benchmark(name, title or name, choices=choices, hide_text="gpqa" in name.lower())
