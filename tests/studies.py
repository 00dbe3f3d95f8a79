"""A simulated study folder with known gains, small enough for every test that needs a whole store."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from analysis.tables import response_hash

BENCHMARK = "toy"
BASE = "toy-base"
N_ITEMS, N_MODELS, N_BINS, SEEDS = 500, 120, 10, (1, 2, 3)
HELD_OUT = 30  # a bin


def true_gain(train_bin: int, test_bin: np.ndarray) -> np.ndarray:
    """Gain, as a proportion, that the simulated runs have: it decays with distance and turns to loss."""
    return 0.30 * np.exp(-0.5 * np.abs(train_bin - test_bin)) - 0.05


def write_study(folder: Path, *, seed: int = 0) -> Path:
    """Write a study whose difficulties and gains are known; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    difficulty = np.linspace(-2.5, 2.5, N_ITEMS)
    ability = rng.normal(0, 1.2, N_MODELS)
    answers = rng.random((N_ITEMS, N_MODELS)) < expit(ability - difficulty[:, None])
    item, model = np.nonzero(np.ones_like(answers))
    responses = pd.DataFrame({"item": item, "model": model, "correct": answers[item, model]})

    tables = {
        "benchmarks": pd.DataFrame(
            [
                {
                    "name": BENCHMARK,
                    "title": "Toy sums",
                    "description": "Simulated for tests.",
                    "source": "simulated",
                    "licence": "CC0-1.0",
                    "citation": None,
                    "hide_text": False,
                    "choices": None,
                }
            ]
        ),
        "items": pd.DataFrame(
            {
                "benchmark": BENCHMARK,
                "item": np.arange(N_ITEMS),
                "item_key": [f"toy-{number:03d}" for number in range(N_ITEMS)],
                "content_hash": [hashlib.sha256(f"{n}".encode()).hexdigest() for n in range(N_ITEMS)],
                "prompt": [f"{n} + {n} =" for n in range(N_ITEMS)],
                "target": [str(2 * n) for n in range(N_ITEMS)],
                "subtask": "sum",
                "digits": [len(str(n)) for n in range(N_ITEMS)],
            }
        ),
        "models": pd.DataFrame(
            {
                "model": np.arange(N_MODELS),
                "name": [f"toy-model-{number:03d}" for number in range(N_MODELS)],
                "organisation": "tests",
                "family": [f"family-{number // 4}" for number in range(N_MODELS)],
            }
        ),
        "responses": responses.assign(benchmark=BENCHMARK),
        **_fit(rng, responses),
        **_runs(rng, difficulty),
    }
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.parquet")}
    manifest = {"format": "difficulty-atlas-study/1", "name": "toy", "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _fit(rng: np.random.Generator, responses: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """A stand-in for a posterior, from proportions correct: tests of the app need no sampling."""
    proportion = responses.groupby("item")["correct"].mean().clip(0.004, 0.996).to_numpy()
    mean = -1.3 * logit(proportion)
    sd = 1.3 / np.sqrt(N_MODELS * proportion * (1 - proportion))
    draws = (mean + sd * rng.standard_normal((200, N_ITEMS))).astype("f4")
    return {
        "fits": pd.DataFrame(
            [
                {
                    "fit": "f17f17f1",
                    "benchmark": BENCHMARK,
                    "irt_model": "rasch",
                    "settings": "{}",
                    "seed": 1,
                    "data_hash": response_hash(responses),
                    "code_version": "0",
                    "rhat": 1.001,
                    "ess_bulk": 2000.0,
                    "ess_tail": 1500.0,
                    "divergences": 0,
                    "log_likelihood_error": 0.0,
                    "converged": True,
                    "problems": "",
                    "created": datetime(2026, 1, 1),
                }
            ]
        ),
        "item_parameters": pd.DataFrame(
            {
                "item": np.arange(N_ITEMS),
                "mean": mean,
                "sd": sd,
                "hdi_low": mean - 1.88 * sd,
                "hdi_high": mean + 1.88 * sd,
                "flag": None,
                "fit": "f17f17f1",
            }
        ).astype({"flag": "string"}),
        "item_draws": pd.DataFrame({"fit": "f17f17f1", "item": np.arange(N_ITEMS), "draws": list(draws.T)}),
        "abilities": pd.DataFrame({"model": np.arange(N_MODELS), "mean": 0.0, "sd": 1.0, "fit": "f17f17f1"}),
    }


def _runs(rng: np.random.Generator, difficulty: np.ndarray) -> dict[str, pd.DataFrame]:
    true_bin = np.arange(N_ITEMS) * N_BINS // N_ITEMS
    within = np.arange(N_ITEMS) % (N_ITEMS // N_BINS)
    held_out, training = np.flatnonzero(within < HELD_OUT), np.flatnonzero(within >= HELD_OUT)
    zero_shot = expit(0.5 - difficulty[held_out]).clip(0.15, 0.85)
    shared = {"benchmark": BENCHMARK, "base_model": BASE, "hyperparameters": "{}", "provenance": "{}"}
    runs = [{"name": "toy-zero-shot", "kind": "baseline", **shared}]
    answers = [zero_shot]
    trained = [np.array([], dtype=int)]
    ranges = [(k, k) for k in range(N_BINS)] + [(0, N_BINS - 1)]
    for first, last in ranges:
        for seed in SEEDS:
            kind = "bin" if first == last else "range"
            runs.append(
                {
                    "name": f"toy-{first + 1}-{last + 1}-seed{seed}",
                    "kind": kind,
                    "first_bin": first + 1,
                    "last_bin": last + 1,
                    "bins_of": N_BINS,
                    "seed": seed,
                    **shared,
                }
            )
            gain = true_gain(first, true_bin[held_out]) if kind == "bin" else 0.10
            answers.append(zero_shot + gain)
            trained.append(training[(true_bin[training] >= first) & (true_bin[training] <= last)])
    # One uniform number an item, shared by all runs: right before and right after go together, as in life.
    luck = rng.random(len(held_out))
    correct = [luck < probability for probability in answers]
    number = np.arange(len(runs))
    return {
        "runs": pd.DataFrame(runs)
        .assign(run=number)
        .astype({"first_bin": "Int64", "last_bin": "Int64", "bins_of": "Int64", "seed": "Int64"}),
        "run_items": pd.DataFrame(
            {
                "run": np.repeat(number, [len(t) for t in trained]),
                "benchmark": BENCHMARK,
                "item": np.concatenate(trained),
            }
        ),
        "run_responses": pd.DataFrame(
            {
                "run": np.repeat(number, len(held_out)),
                "benchmark": BENCHMARK,
                "item": np.tile(held_out, len(runs)),
                "correct": np.concatenate(correct),
            }
        ),
    }
