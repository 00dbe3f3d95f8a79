from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from analysis.irt.cutoffs import simulated_cutoffs
from analysis.irt.estimate import estimate
from analysis.irt.item_fit import FitStatistics, fit_statistics
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.slopes import slopes
from analysis.irt.suspects import suspects


def frames(**of_item: dict[str, float]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Items that fit, named ``i0``, ``i1``, …, but for what is given of each."""
    fits = {
        **{"proportion": 0.5, "infit": 1.0, "outfit": 1.0, "rmsd": 0.0, "below_chance": 1.0},
        **{"infit_low": 0.95, "infit_high": 1.05, "outfit_low": 0.9, "outfit_high": 1.1},
        **{"slope": 1.0, "slope_sd": 0.1, "p_negative": 0.0},
    }
    rows = [{"item": int(name[1:]), **fits, **values} for name, values in of_item.items()]
    table = pd.DataFrame(rows)
    cutoffs = ["infit_low", "infit_high", "outfit_low", "outfit_high"]
    slope = ["slope", "slope_sd", "p_negative"]
    return table.drop(columns=cutoffs + slope), table[["item", *cutoffs]], table[["item", *slope]]


def test_items_that_fit_are_not_in_the_queue() -> None:
    queue = suspects(*frames(i0={}, i1={"infit": 0.7, "outfit": 0.5, "rmsd": 0.2}))
    assert queue.empty
    assert list(queue) == ["item", "effect", "reasons"]


def test_every_reason_is_said_in_words() -> None:
    queue = suspects(
        *frames(
            i0={},
            i1={"slope": -0.6, "slope_sd": 0.05, "p_negative": 1.0},
            i2={"proportion": 0.12, "below_chance": 0.001},
            i3={"infit": 1.06, "outfit": 1.6, "rmsd": 0.2},
            i4={"infit": 1.5, "outfit": 1.2, "rmsd": 0.1},
        ),
        chance=0.2,
        q3=pd.DataFrame(
            {
                "item": [0, 4, 5],
                "max_q3": [0.05, -0.5, 0.3],
                "q3_item": [4.0, 7.0, 6.0],
                "q3_low": [-0.1, -0.1, -np.inf],
                "q3_high": [0.08, 0.08, 0.1],
            }
        ),
    )
    words = queue.set_index("item")["reasons"]
    assert words[1] == "models that do better elsewhere do worse here: slope −0.60 [−0.69, −0.51]"
    assert words[2] == "below chance: 12% right where guessing gives 20%"
    assert words[3] == "noisier than the model allows: outfit 1.60, simulated 0.90 to 1.10"
    assert words[4] == (
        "depends on item 7 beyond ability: Q3 −0.50, simulated −0.10 to 0.08; "
        "noisier than the model allows: infit 1.50, simulated 0.95 to 1.05"
    )
    assert words[5] == "depends on item 6 beyond ability: Q3 0.30, simulated up to 0.10"
    effect = queue.set_index("item")["effect"]
    assert effect[3] == pytest.approx(0.4)  # 0.2 over the sd of a fair coin
    assert effect[4] == pytest.approx(0.4)  # 0.5 beyond 0, of which 0.1 is chance
    assert effect.is_monotonic_decreasing
    assert 0 not in words


def test_order_is_by_effect_and_not_by_how_sure_it_is() -> None:
    queue = suspects(
        *frames(
            i0={"slope": -0.3, "slope_sd": 0.01, "p_negative": 1.0},
            i1={"slope": -1.0, "slope_sd": 0.2, "p_negative": 0.9999997},
            i2={"slope": -1.5, "slope_sd": 1.0, "p_negative": 0.933},  # may as well rise
        )
    )
    assert queue["item"].tolist() == [1, 0]


def test_small_effects_are_left_out_however_significant() -> None:
    tables = frames(i0={"outfit": 1.2, "rmsd": 0.02}, i1={"outfit": 1.2, "rmsd": 0.06})
    assert suspects(*tables)["item"].tolist() == [1]
    assert suspects(*tables, least=0.0)["item"].tolist() == [1, 0]


def test_effect_of_a_falling_slope_is_the_correlation_of_ability_with_what_lies_behind_the_response() -> None:
    rng = np.random.default_rng(0)
    ability = rng.normal(size=200_000)
    continuous = -1.2 * ability + rng.logistic(size=len(ability))
    queue = suspects(*frames(i0={"slope": -1.2, "slope_sd": 1e-9, "p_negative": 1.0}))
    assert queue.loc[0, "effect"] == pytest.approx(-np.corrcoef(ability, continuous)[0, 1], abs=0.01)


def test_effect_of_noise_is_a_correlation_ratio() -> None:
    """Where the response's true chance is 0.2 or 0.8 and the curve says 0.5 throughout."""
    rng = np.random.default_rng(1)
    true = rng.choice([0.2, 0.8], 200_000)
    response = rng.random(len(true)) < true
    queue = suspects(*frames(i0={"outfit": 2.0, "rmsd": np.sqrt(((true - 0.5) ** 2).mean())}))
    assert queue.loc[0, "effect"] == pytest.approx(np.corrcoef(true, response)[0, 1], abs=0.01)
    assert suspects(*frames(i0={"outfit": 2.0, "rmsd": 0.9}))["effect"].tolist() == [1.0]


def test_effect_below_chance_grows_with_the_distance() -> None:
    below = {"below_chance": 0.0}
    tables = frames(
        i0={"proportion": 0.0, **below}, i1={"proportion": 0.05, **below}, i2={"proportion": 0.1, **below}
    )
    queue = suspects(*tables, chance=0.25)
    assert queue["item"].tolist() == [0, 1, 2]
    # Nobody right at a chance of 1/4: arcsines of 30° and 0°, h = π/3.
    assert queue.loc[0, "effect"] == pytest.approx(np.pi / 3 / np.sqrt(np.pi**2 / 9 + 4))


def simulated(seed: int) -> tuple[np.ndarray, FitStatistics, FitStatistics, pd.DataFrame]:
    """1,000 models and 60 items: 0, 20 and 40 have a wrong key, 10 and 30 are answered at random."""
    rng = np.random.default_rng(seed)
    ability, difficulty = rng.normal(0.4, 1.2, (1000, 1)), rng.normal(0.0, 1.4, 60)
    right = rng.random((1000, 60)) < expit(ability - difficulty)
    broken = np.zeros(60, dtype=bool)
    if seed:
        right[:, [0, 20, 40]] = ~right[:, [0, 20, 40]]
        right[:, [10, 30]] = rng.random((1000, 2)) < 0.5
        broken[[0, 10, 20, 30, 40]] = True
    matrix = ResponseMatrix(right.astype("i1"), np.arange(1000))
    fitted = estimate(matrix)
    cutoffs = simulated_cutoffs(matrix, fitted, seed=seed, replicates=12)
    return broken, fit_statistics(matrix, fitted), cutoffs, slopes(matrix, fitted)


def test_broken_items_head_the_queue_of_simulated_data() -> None:
    broken, fit, cutoffs, slope = simulated(seed=1)
    queue = suspects(fit.items, cutoffs.items, slope)
    assert broken[queue["item"].head(5)].all()
    reasons = queue.set_index("item")["reasons"]
    assert reasons[[0, 20, 40]].str.contains("do worse here").all()
    assert reasons[[10, 30]].str.contains("noisier").all()


def test_data_that_fit_have_hardly_a_suspect() -> None:
    _, fit, cutoffs, slope = simulated(seed=0)
    assert len(suspects(fit.items, cutoffs.items, slope)) <= 1
