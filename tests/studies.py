"""A simulated study folder with known gains, small enough for every test that needs a whole store.

Benchmark `BENCHMARK` has runs on every bin; its fit has only what every fit has. Of `OTHER` there is little
more than what shows that benchmarks, recipes and answers to another benchmark's items are kept apart; its fit
has all that a fit can have.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from analysis.tables import PoolTables, response_hash

BENCHMARK, FIT = "toy", "f17f17f1"
OTHER, OTHER_FIT = "toy-other", "f18f18f1"
BASE = "toy-base"
N_ITEMS, N_MODELS, N_BINS, SEEDS = 500, 120, 10, (1, 2, 3)
HELD_OUT = 30  # a bin
N_OTHER_ITEMS, N_OTHER_MODELS = 200, 80  # the last of the models
OTHER_HELD_OUT = np.arange(0, N_OTHER_ITEMS, 2)
ASKED_ELSEWHERE = OTHER_HELD_OUT[::2]  # of the other benchmark's held-out items
STEPS = (0, 50, 100)
CREATED = "2026-01-01T00:00:00+00:00"
FULL_RANGE_GAIN = 0.10
SUSPECTS = {7: (0.4, "below chance"), 3: (0.2, "better models do worse")}  # of OTHER
POSTERIOR_SHARE = 0.6  # of the lineage-aware standard deviation, on OTHER
OTHER_GAIN = {"usual": 0.20, "mild": 0.10}  # on OTHER, by recipe

Tables = dict[str, pd.DataFrame]

CHECKS = {
    "traces": pd.DataFrame(
        {
            "parameter": ["difficulty", "ability_mean"],
            "item": pd.array([3, None], "Int64"),
            "rhat": [1.02, 1.0],
            "ess_bulk": [300.0, 900.0],
            "ess_tail": [310.0, 910.0],
            "chains": 2,
            "draws": [np.array([0.5, 1.0, 1.5, 2.0], "f4"), np.array([0.0, 0.5, 0.25, 0.75], "f4")],
        }
    ),
    "score_checks": pd.DataFrame(
        {
            "low": [0.0, 0.5],
            "high": [0.5, 1.0],
            "observed": [30, 50],
            "predicted": [28.0, 52.0],
            "predicted_low": [20.0, 40.0],
            "predicted_high": [40.0, 60.0],
        }
    ),
    "item_curves": pd.DataFrame(
        [[3, 1, -1.0, 40, 0.25, 0.125, 0.5, 0.25, 0.125, 0.5]],
        columns=[
            *("item", "group", "ability", "models", "observed", "observed_low", "observed_high"),
            *("fitted", "fitted_low", "fitted_high"),
        ],
    ),
    "dependent_pairs": pd.DataFrame({"item": [3], "other": [7], "q3": [0.5], "adjusted": [0.51]}),
    "left_out": pd.DataFrame(
        {"name": ["llama"], "models": [40], "spearman": [0.99], "moved": [12], "share": [0.06]}
    ),
}
"""How a fit was looked at, which the study comes without; for tests that add it."""


def true_gain(train_bin: int, test_bin: np.ndarray) -> np.ndarray:
    """Gain, as a proportion, that the simulated runs have: it decays with distance and turns to loss."""
    return 0.30 * np.exp(-0.5 * np.abs(train_bin - test_bin)) - 0.05


def true_cross_gain(train_bin: int) -> float:
    """Gain on OTHER, as a proportion, of runs trained on a bin of BENCHMARK."""
    return 0.15 - 0.03 * train_bin


def write_study(folder: Path, *, seed: int = 0) -> Path:
    """Write a study whose difficulties and gains are known; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    toy_difficulty = np.linspace(-2.5, 2.5, N_ITEMS)
    toy = _benchmark(rng, BENCHMARK, "Toy sums", FIT, toy_difficulty, np.arange(N_MODELS))
    toy_runs = _runs(rng, toy_difficulty)
    rng = np.random.default_rng([seed, 1])
    difficulty = np.linspace(-2, 2, N_OTHER_ITEMS)
    models = np.arange(N_MODELS - N_OTHER_MODELS, N_MODELS)
    other = _with_lineage(_benchmark(rng, OTHER, "Toy others", OTHER_FIT, difficulty, models))
    other_runs = _other_runs(first=len(toy_runs["runs"]))
    tables = {
        "models": pd.DataFrame(
            {
                "model": np.arange(N_MODELS),
                "name": [f"toy-model-{number:03d}" for number in range(N_MODELS)],
                "organisation": "tests",
                "family": [f"family-{number // 4}" for number in range(N_MODELS)],
            }
        ),
        **_stacked([toy, other]),
        **_stacked([toy_runs, other_runs]),
    }
    whole = dict.fromkeys(("first_bin", "last_bin", "bins_of", "seed"), "Int64")
    tables["runs"] = tables["runs"].astype(whole)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    write_manifest(folder)
    return folder


def write_manifest(folder: Path, **changes: object) -> None:
    """Write the manifest of the files that are in a folder; a change to None leaves an entry out."""
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.parquet")}
    entries = {"format": "difficulty-atlas-study/2", "name": "toy", "created": CREATED, "files": files}
    kept = {key: value for key, value in {**entries, **changes}.items() if value is not None}
    (folder / "manifest.json").write_text(json.dumps(kept))


def _stacked(parts: list[Tables]) -> Tables:
    return {
        name: pd.concat([part[name] for part in parts if name in part], ignore_index=True)
        for name in dict.fromkeys(name for part in parts for name in part)
    }


def _benchmark(
    rng: np.random.Generator, name: str, title: str, fit: str, difficulty: np.ndarray, models: np.ndarray
) -> Tables:
    n_items = len(difficulty)
    ability = rng.normal(0, 1.2, len(models))
    answers = rng.random((n_items, len(models))) < expit(ability - difficulty[:, None])
    item, model = np.nonzero(np.ones_like(answers))
    responses = pd.DataFrame(
        {"benchmark": name, "item": item, "model": models[model], "correct": answers[item, model]}
    )
    about = {
        "name": name,
        "title": title,
        "description": "Simulated for tests.",
        "source": "simulated",
        "licence": "CC0-1.0",
        "citation": None,
        "hide_text": False,
        "choices": None,
    }
    items = pd.DataFrame(
        {
            "benchmark": name,
            "item": np.arange(n_items),
            "item_key": [f"{name}-{number:03d}" for number in range(n_items)],
            "content_hash": [hashlib.sha256(f"{n}".encode()).hexdigest() for n in range(n_items)],
            "prompt": [f"{n} + {n} =" for n in range(n_items)],
            "target": [str(2 * n) for n in range(n_items)],
            "subtask": "sum",
        }
    )
    # What makes an item hard has another name in each benchmark, and the table has all of them.
    factor = "digits" if name == BENCHMARK else "letters"
    items[factor] = pd.array([len(str(n)) for n in range(n_items)], "Int64")
    return {
        "benchmarks": pd.DataFrame([about]),
        "items": items,
        "responses": responses,
        **_fit(rng, name, fit, responses),
    }


def _fit(rng: np.random.Generator, benchmark: str, fit: str, responses: pd.DataFrame) -> Tables:
    """A stand-in for a posterior, from proportions correct: tests of the app need no sampling."""
    models = responses["model"].unique()
    proportion = responses.groupby("item")["correct"].mean().clip(0.004, 0.996).to_numpy()
    mean = -1.3 * logit(proportion)
    sd = 1.3 / np.sqrt(len(models) * proportion * (1 - proportion))
    draws = mean + sd * rng.standard_normal((200, len(mean)))
    return {
        "fits": pd.DataFrame(
            [
                {
                    "fit": fit,
                    "benchmark": benchmark,
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
                }
            ]
        ),
        "item_parameters": pd.DataFrame(
            {
                "item": np.arange(len(mean)),
                "mean": mean,
                "sd": sd,
                "hdi_low": mean - 1.88 * sd,
                "hdi_high": mean + 1.88 * sd,
                "flag": None,
                "fit": fit,
            }
        ).astype({"flag": "string"}),
        "item_draws": pd.DataFrame(
            {"fit": fit, "item": np.arange(len(mean)), "draws": list((draws.T * 100).round().astype("i2"))}
        ),
        "abilities": pd.DataFrame({"model": models, "mean": _abilities(responses), "sd": 0.2, "fit": fit}),
    }


def _abilities(responses: pd.DataFrame) -> np.ndarray:
    """Like difficulties a stand-in for a posterior's means, in the order of the models' numbers."""
    score = responses.groupby("model")["correct"].mean().clip(0.004, 0.996)
    return 1.3 * logit(score.to_numpy())


def _with_lineage(tables: Tables) -> Tables:
    """Turn a fit into a 2PL whose intervals allow for families of models, with statistics of its items."""
    parameters, abilities = tables["item_parameters"], tables["abilities"]
    family = [f"family-{model // 4}" for model in abilities["model"]]
    lineage = {
        "irt_model": "2pl",
        "asymptote": 0.25,
        "interval": "lineage",
        "families": len(set(family)),
        "family_source": "metadata",
        "effective_models": 31.4,
        "checks": json.dumps({"scores": {"p_value": 0.4}, "cut-offs": {"infit": [0.8, 1.2]}}),
    }
    number = np.arange(len(parameters))
    posterior_sd = POSTERIOR_SHARE * parameters["sd"]
    suspects = pd.DataFrame.from_dict(SUSPECTS, orient="index", columns=["effect", "reasons"])
    statistics = pd.DataFrame(
        {
            "fit": OTHER_FIT,
            "item": number,
            "infit": 1 + 0.1 * np.sin(number),
            "outfit": 1 + 0.2 * np.cos(number),
            "p_negative": np.where(number == 3, 0.99, 0.01),
            "q3_item": number[::-1].astype(float),
            "max_q3": 0.1,
        }
    )
    return {
        **tables,
        "fits": tables["fits"].assign(**lineage),
        "item_parameters": parameters.assign(
            posterior_sd=posterior_sd,
            posterior_low=parameters["mean"] - 1.88 * posterior_sd,
            posterior_high=parameters["mean"] + 1.88 * posterior_sd,
            discrimination=np.exp(0.3 * np.cos(number)),
            discrimination_sd=0.1,
        ),
        "item_statistics": statistics.join(suspects, on="item"),
        "abilities": abilities.assign(infit=1.0, outfit=1.0, family=family),
    }


def _runs(rng: np.random.Generator, difficulty: np.ndarray) -> Tables:
    """Runs on BENCHMARK: each bin and the full range, which answer about OTHER too."""
    true_bin = np.arange(N_ITEMS) * N_BINS // N_ITEMS
    within = np.arange(N_ITEMS) % (N_ITEMS // N_BINS)
    held_out, training = np.flatnonzero(within < HELD_OUT), np.flatnonzero(within >= HELD_OUT)
    zero_shot = expit(0.5 - difficulty[held_out]).clip(0.15, 0.85)
    runs = [_run(BENCHMARK, "toy-zero-shot")]
    answers = [zero_shot]
    elsewhere = [np.array([])]
    trained = [np.array([], dtype=int)]
    ranges = [(k, k) for k in range(N_BINS)] + [(0, N_BINS - 1)]
    for first, last in ranges:
        for seed in SEEDS:
            runs.append(_run(BENCHMARK, f"toy-{first + 1}-{last + 1}-seed{seed}", first, last, seed))
            one_bin = first == last
            answers.append(zero_shot + (true_gain(first, true_bin[held_out]) if one_bin else FULL_RANGE_GAIN))
            cross_gain = true_cross_gain(first) if one_bin else FULL_RANGE_GAIN
            elsewhere.append(_other_zero_shot()[ASKED_ELSEWHERE] + cross_gain)
            trained.append(training[(true_bin[training] >= first) & (true_bin[training] <= last)])
    # One uniform number an item, shared by all runs: right before and right after go together, as in life.
    luck = rng.random(len(held_out))
    correct = [luck < probability for probability in answers]
    number = np.arange(len(runs))
    own = _answers(number, BENCHMARK, held_out, correct)
    luck = _other_luck()[ASKED_ELSEWHERE]
    cross = _answers(number[1:], OTHER, ASKED_ELSEWHERE, [luck < p for p in elsewhere[1:]])
    by_bin = [pd.Series(right).groupby(true_bin[held_out]).mean().to_numpy() for right in correct]
    return {
        "runs": pd.DataFrame(runs).assign(run=number),
        "run_items": _training(number, trained),
        # As a maker writes them: what a run answered about one benchmark after the other.
        "run_responses": pd.concat([own, cross]).sort_values("run", kind="stable"),
        "run_curves": pd.concat([_curve(n, by_bin[0], by_bin[n]) for n in number[1:]]),
    }


def _other_runs(*, first: int) -> Tables:
    """Runs on OTHER: the full range by two recipes."""
    runs = [_run(OTHER, "other-zero-shot")]
    zero_shot = _other_zero_shot()[OTHER_HELD_OUT]
    answers = [zero_shot]
    for recipe, gain in OTHER_GAIN.items():
        for seed in SEEDS:
            runs.append(_run(OTHER, f"other-{recipe}-seed{seed}", 0, N_BINS - 1, seed, recipe))
            answers.append(zero_shot + gain)
    luck = _other_luck()[OTHER_HELD_OUT]
    correct = [luck < probability for probability in answers]
    number = first + np.arange(len(runs))
    training = np.setdiff1d(np.arange(N_OTHER_ITEMS), OTHER_HELD_OUT)
    held_out_bin = OTHER_HELD_OUT * N_BINS // N_OTHER_ITEMS
    by_bin = [pd.Series(right).groupby(held_out_bin).mean().to_numpy() for right in correct]
    return {
        "runs": pd.DataFrame(runs).assign(run=number),
        "run_items": _training(number, [training[:0], *([training] * (len(runs) - 1))]),
        "run_responses": _answers(number, OTHER, OTHER_HELD_OUT, correct),
        "run_curves": pd.concat(
            [_curve(n, by_bin[0], after) for n, after in zip(number[1:], by_bin[1:], strict=True)]
        ),
    }


def _other_zero_shot() -> np.ndarray:
    return np.linspace(0.7, 0.3, N_OTHER_ITEMS)


def _other_luck() -> np.ndarray:
    """One uniform number an item of OTHER, spread evenly so that a gain in proportion shows as it is."""
    return (np.arange(N_OTHER_ITEMS) * 0.6180339887) % 1


def _run(
    benchmark: str,
    name: str,
    first: int | None = None,
    last: int | None = None,
    seed: int | None = None,
    recipe: str = "usual",
) -> dict[str, object]:
    shared = {
        "benchmark": benchmark,
        "name": name,
        "base_model": BASE,
        "hyperparameters": "{}",
        "provenance": "{}",
    }
    if first is None or last is None:
        return {**shared, "kind": "baseline", "recipe": None}
    return {
        **shared,
        "kind": "bin" if first == last else "range",
        "recipe": recipe,
        "first_bin": first + 1,
        "last_bin": last + 1,
        "bins_of": N_BINS,
        "seed": seed,
    }


def _training(runs: np.ndarray, items: list[np.ndarray]) -> pd.DataFrame:
    lengths = [len(trained) for trained in items]
    return pd.DataFrame({"run": np.repeat(runs, lengths), "item": np.concatenate(items)})


def _answers(runs: np.ndarray, benchmark: str, items: np.ndarray, correct: list[np.ndarray]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "run": np.repeat(runs, len(items)),
            "benchmark": benchmark,
            "item": np.tile(items, len(runs)),
            "correct": np.concatenate(correct),
        }
    )


def _curve(run: int, before: np.ndarray, after: np.ndarray) -> pd.DataFrame:
    """Accuracy by bin on a straight line from zero-shot to what the run answered at last."""
    done = np.array(STEPS) / STEPS[-1]
    return pd.DataFrame(
        {
            "run": run,
            "step": STEPS,
            "loss": np.where(done > 0, 2 - done, np.nan),
            "accuracy": [before + share * (after - before) for share in done],
        }
    )


def pool_tables(data_hash: str = "0123", **about: object) -> PoolTables:
    """Pooled gains of the runs on BENCHMARK: half of the true gain, sure where that is more than a point."""
    row = {
        "pool": "p17p17p1",
        "benchmark": BENCHMARK,
        "fit": FIT,
        "base_model": BASE,
        "recipe": "usual",
        "bins": N_BINS,
        "settings": "{}",
        "data_hash": data_hash,
        "code_version": "0",
        "rhat": 1.001,
        "ess_bulk": 900.0,
        "ess_tail": 800.0,
        "divergences": 0,
        "log_likelihood_error": 1e-9,
        "converged": True,
        "problems": "",
        "created": pd.Timestamp("2026-01-01"),
    }
    train, test = (axis.ravel() for axis in np.meshgrid(*2 * [np.arange(N_BINS)], indexing="ij"))
    gain = 0.5 * np.array([true_gain(t, e) for t, e in zip(train, test, strict=True)])
    spans = {"low": -0.05, "high": 0.05, "log_odds_low": -0.3, "log_odds_high": 0.3}
    cells = pd.DataFrame(
        {
            "pool": "p17p17p1",
            "train": (train + 1).astype(str),
            "test_bin": test,
            "gain": gain,
            "log_odds": 5 * gain,
            **{name: gain + span for name, span in spans.items()},
            "p_positive": np.where(gain > 0.01, 1.0, np.where(gain < -0.01, 0.0, 0.5)),
        }
    )
    effects = pd.DataFrame(
        {"pool": "p17p17p1", "effect": ["sd of cells", "mean"], "mean": [0.2, 0.5], "low": [0.1, 0.3]}
    ).assign(high=lambda table: table["mean"] + 0.2)
    return PoolTables(pd.DataFrame([{**row, **about}]), cells, effects)
