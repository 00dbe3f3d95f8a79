"""What is drawn of chains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.trust import from_draws, from_traces

KEYS = pd.Series([f"q{number}" for number in range(8)])


def test_kept_traces_are_drawn_in_their_order_with_what_all_draws_said() -> None:
    draws = np.random.default_rng(0).standard_normal((7, 40)).astype("f4")
    traces = pd.DataFrame(
        {
            "parameter": ["difficulty"] * 6 + ["ability_mean"],
            "item": pd.array([3, 1, 0, 2, 4, 5, None], "Int64"),
            "rhat": [1.03, 1.02, 1.01, 1.01, 1.0, 1.0, 1.2],
            "ess_bulk": 900.0,
            "ess_tail": 800.0,
            "chains": 2,
            "draws": list(draws),
        }
    )
    shown = from_traces(traces, KEYS)
    names = shown.draws["name"].unique().tolist()
    assert len(names) == 5, "the four worst items and what is not of an item"
    assert names[0] == "difficulty of q3: R-hat 1.0300, ESS 800"
    assert names[-1] == "mean ability μ: R-hat 1.2000, ESS 800"
    assert (shown.chains, shown.each, shown.worst, shown.by_chance) == (2, 20, 1.03, None)
    first = shown.draws[shown.draws["name"] == names[0]]
    np.testing.assert_array_equal(first["value"], draws[0])
    assert shown.counts.groupby(["name", "chain"])["count"].sum().eq(20).all()


def test_without_traces_the_worst_items_are_found_among_the_kept_draws() -> None:
    draws = np.random.default_rng(1).standard_normal((200, 8))
    draws[50:100, 6] += 3
    shown = from_draws(draws, 4, KEYS)
    assert shown is not None
    assert shown.draws["name"].iloc[0].startswith("difficulty of q6: R-hat")
    assert shown.by_chance is not None
    assert shown.worst > shown.by_chance[1]


def test_one_chain_or_a_handful_of_draws_cannot_be_compared() -> None:
    draws = np.random.default_rng(2).standard_normal((200, 8))
    assert from_draws(draws, 1, KEYS) is None
    assert from_draws(draws[:31], 4, KEYS) is None
    assert from_draws(draws[:32], 4, KEYS) is not None
