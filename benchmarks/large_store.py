"""A store of a whole leaderboard with fine-tune runs, simulated: 4,500 models × 12,032 items.

``python -m benchmarks.large_store DIRECTORY MODELS ITEMS`` makes it. Its fit is no posterior: penalised
maximum likelihood with normal draws around it, which is all that the speed of pages depends on.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.bins import quantile_bins
from analysis.irt.estimate import estimate
from analysis.irt.fitted import KEPT_DRAWS
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from analysis.store import Store
from analysis.tables import Benchmark, FitTables, Responses, Runs
from benchmarks import simulate

NAME, FIT, BASE = "board", "f0000001", "base"
BINS, SEEDS, HELD_OUT = 10, 5, 0.25
ORGANISATIONS = 97
REACH = 1.88  # standard deviations that 94% of a normal distribution are within


def make(directory: Path, models: int, items: int) -> None:
    """Simulate a benchmark with a fit and runs on ten bins, and store it."""
    truth = simulate.benchmark_like(items, seed=1)
    matrix = simulate.responses(truth, models, seed=2)
    with Store(directory).change() as draft:
        draft.add_responses(Benchmark(NAME, "Simulated leaderboard"), _tidy(matrix))
        draft.record_import(
            f"{models} x {items}", benchmark=NAME, source="simulated", reader="benchmark", report=[]
        )
        draft.add_fit(_fit(matrix))
        draft.add_runs(_runs(truth))


def _tidy(matrix: ResponseMatrix) -> Responses:
    n_models, n_items = matrix.values.shape
    names = pd.DataFrame(
        {
            "name": [f"org{number % ORGANISATIONS}/model{number}" for number in range(n_models)],
            "organisation": [f"org{number % ORGANISATIONS}" for number in range(n_models)],
        }
    )
    cells = pd.DataFrame(
        {
            "item": np.repeat(np.arange(n_items, dtype="i4"), n_models),
            "model": np.tile(np.arange(n_models, dtype="i4"), n_items),
            "correct": matrix.values.T.ravel().astype(bool),
        }
    )
    prompts = [f"Question {number}: which of these is right? " + "word " * 40 for number in range(n_items)]
    keys = pd.DataFrame({"item_key": [f"item{number}" for number in range(n_items)], "prompt": prompts})
    return Responses(keys, names, cells)


def _fit(matrix: ResponseMatrix) -> FitTables:
    found = estimate(matrix)
    mean = found.point.shown
    # Fisher information about each item's difficulty, at the models' own abilities.
    information = sum(
        (p * (1 - p)).sum(axis=0)
        for block in np.array_split(found.ability, max(1, len(found.ability) // 100))
        for p in [found.point.probability(block)]
    )
    sd = 1 / np.sqrt(information)
    draws = mean + sd * np.random.default_rng(3).standard_normal((KEPT_DRAWS, len(mean)))
    about = {
        "fit": FIT,
        "benchmark": NAME,
        "irt_model": "rasch",
        "asymptote": 0.0,
        "settings": "{}",
        "seed": 3,
        "data_hash": matrix.data_hash,
        "code_version": "0",
        **dict.fromkeys(("rhat", "ess_bulk", "ess_tail"), 1.0),
        "divergences": 0,
        "log_likelihood_error": 0.0,
        "converged": True,
        "problems": "",
        "interval": "independent",
        "created": pd.Timestamp("2026-01-01"),
    }
    item = np.arange(len(mean))
    intervals = {"hdi_low": mean - REACH * sd, "hdi_high": mean + REACH * sd}
    abilities = {"model": matrix.models, "mean": found.ability - found.point.mean, "sd": found.ability_sd}
    return FitTables(
        fits=pd.DataFrame([about]),
        item_parameters=pd.DataFrame({"fit": FIT, "item": item, "mean": mean, "sd": sd, **intervals}),
        item_draws=pd.DataFrame({"fit": FIT, "item": item, "draws": list(draws.T.round(3).astype("f4"))}),
        abilities=pd.DataFrame({"fit": FIT, **abilities}),
    )


def _runs(truth: Point) -> Runs:
    """Runs on single bins whose gain decays with distance, and what they began from."""
    rng = np.random.default_rng(4)
    items = len(truth.difficulty)
    own_bin, held_out = quantile_bins(truth.difficulty, BINS), rng.random(items) < HELD_OUT
    luck = rng.random(items)  # shared by all runs: right before and after go together
    shared: dict[str, object] = {
        "benchmark": NAME,
        "base_model": BASE,
        "hyperparameters": "{}",
        "provenance": "{}",
    }
    runs, trained, answered = [{**shared, "name": BASE, "kind": "baseline"}], [], [luck < expit(-truth.shown)]
    for bin_ in range(BINS):
        for seed in range(SEEDS):
            on = {
                "first_bin": bin_ + 1,
                "last_bin": bin_ + 1,
                "bins_of": BINS,
                "seed": seed,
                "recipe": "usual",
            }
            runs.append({**shared, "name": f"{BASE}-{bin_}-{seed}", "kind": "bin", **on})
            trained.append(np.flatnonzero(~held_out & (own_bin == bin_)))
            lift = 1.5 * np.exp(-0.5 * np.abs(own_bin - bin_)) + 0.1 * rng.standard_normal()
            answered.append(luck < expit(lift - truth.shown))
    number = np.arange(len(runs))
    asked = np.flatnonzero(held_out)
    lengths = [len(one) for one in trained]
    whole = dict.fromkeys(("first_bin", "last_bin", "bins_of", "seed"), "Int64")
    return Runs(
        runs=pd.DataFrame(runs).assign(run=number).astype(whole),
        run_items=pd.DataFrame({"run": np.repeat(number[1:], lengths), "item": np.concatenate(trained)}),
        run_responses=pd.DataFrame(
            {
                "run": np.repeat(number, len(asked)),
                "benchmark": NAME,
                "item": np.tile(asked, len(number)),
                "correct": np.concatenate([right[asked] for right in answered]),
            }
        ),
        run_curves=pd.DataFrame(columns=["run", "step", "loss", "accuracy"]),
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
