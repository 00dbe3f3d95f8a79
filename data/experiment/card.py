"""The data card: fixed words around the numbers that `data.experiment.numbers` computes."""

import json
from pathlib import Path

import pandas as pd

from data.experiment.numbers import (
    StudyFiles,
    TaskNumbers,
    TransferNumbers,
    cross_numbers,
    task_numbers,
    transfer_numbers,
)

BEGIN, END = "<!-- numbers: written by data.experiment.report -->", "<!-- end of numbers -->"
WORDS = Path(__file__).with_name("card.md")


def write_card(folder: Path) -> None:
    """Write README.md of a study folder: the words of ``card.md`` with the study's own numbers in them.

    Parameters
    ----------
    folder
        The study folder, Parquet files and manifest.
    """
    manifest = json.loads((folder / "manifest.json").read_text())
    settings = f"--size {manifest['size']} --seed {manifest['seed']}"
    before, after = WORDS.read_text().replace("SETTINGS", settings).split("NUMBERS\n")
    (folder / "README.md").write_text(f"{before}{BEGIN}\n\n{numbers_block(folder)}\n\n{END}\n{after}")


def numbers_block(folder: Path) -> str:
    """Return the numbers of a study folder as Markdown.

    Parameters
    ----------
    folder
        The study folder, Parquet files and manifest.
    """
    manifest = json.loads((folder / "manifest.json").read_text())
    files = StudyFiles(folder)
    responses = {name: task_numbers(files, name) for name in files.benchmarks}
    transfer = {name: list(transfer_numbers(files, name)) for name in files.benchmarks}
    settings = [(each.base_model, each.recipe) for each in transfer[files.benchmarks[0]]]
    models, runs = files["models"], files["runs"]
    return "\n\n".join(
        [
            f"Size `{manifest['size']}`, seed {manifest['seed']}. {_made(manifest)}",
            "### Respondents and items",
            f"{len(models):,} respondents of {models['family'].nunique()} training runs, "
            f"{len(files['responses']):,} responses. Reliability: Spearman correlation of items' totals "
            "between halves of the training runs, mean of 50 random splits, not stepped up to all runs. "
            "Nobody, everybody: share of items that no respondent, or every one, got right.",
            _responses(responses),
            "### Fine-tuning",
            f"{len(runs):,} runs, baselines included. Zero-shot accuracy on held-out items by difficulty "
            "bin, easy first:",
            _zero_shot(transfer),
            "Gain over zero-shot in percentage points with 95% interval (one bootstrap of items and runs) "
            "on held-out items. Easy and hard are thirds, of the bins trained on and of the items tested; "
            "distance is between the bin trained on and the bin tested on.",
            *(_patterns(name, each) for name, each in transfer.items()),
            "### Across tasks",
            "Gain over zero-shot in percentage points with 95% interval, trained on the full range of the "
            "row's task and tested on the column's: on a sample of its held-out items, the diagonal on all "
            "of them.",
            *(_across(files, base, recipe) for base, recipe in settings),
        ]
    )


def _made(manifest: dict) -> str:
    stages = pd.DataFrame(manifest["stages"]).T.astype({"seconds": float})
    stages["kind"] = stages.index.str.partition("-").get_level_values(0)
    spent = stages.groupby(["machine", "kind"])["seconds"].sum() / 60
    parts = [
        f"{', '.join(f'{kind} {minutes:.0f}' for kind, minutes in own.droplevel(0).items())} on {machine}"
        for machine, own in spent.groupby(level="machine")
    ]
    return f"Minutes, of stages that ran side by side: {'; '.join(parts)}."


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _responses(tasks: dict[str, TaskNumbers]) -> str:
    header = [
        "task",
        "items",
        "respondents",
        "runs",
        "accuracy",
        "quartiles",
        "nobody",
        "everybody",
        "reliability",
    ]
    rows = []
    for name, numbers in tasks.items():
        low, first, median, third, high = numbers.accuracy
        rows.append(
            [
                name,
                f"{numbers.items:,}",
                f"{numbers.respondents}",
                f"{numbers.families}",
                f"{low:.3f} to {high:.3f}",
                f"{first:.2f}, {median:.2f}, {third:.2f}",
                f"{numbers.nobody:.1%}",
                f"{numbers.everybody:.1%}",
                f"{numbers.reliability:.2f}",
            ]
        )
    return _table(header, rows)


def _zero_shot(transfer: dict[str, list[TransferNumbers]]) -> str:
    bins = len(next(iter(transfer.values()))[0].zero_shot)
    by_base = {(name, runs.base_model): runs.zero_shot for name, each in transfer.items() for runs in each}
    return _table(
        ["task", "base", *map(str, range(1, bins + 1)), "mean"],
        [
            [name, base, *(f"{value:.2f}" for value in values), f"{values.mean():.2f}"]
            for (name, base), values in by_base.items()
        ],
    )


def _patterns(name: str, transfer: list[TransferNumbers]) -> str:
    parts = [part for part in transfer[0].pattern.index if transfer[0].pattern["gain"].notna()[part]]
    rows = [
        [f"{runs.base_model}, {runs.recipe}", *(_gain(runs.pattern.loc[part]) for part in parts)]
        for runs in transfer
    ]
    return f"#### {name}\n\n" + _table(["base, recipe", *parts], rows)


def _across(files: StudyFiles, base: str, recipe: str) -> str:
    gains = cross_numbers(files, base, recipe).set_index(["trained", "tested"])
    tasks = files.benchmarks
    rows = [[name, *(_gain(gains.loc[(name, other)]) for other in tasks)] for name in tasks]
    return f"#### {base}, {recipe}\n\n" + _table(["trained on", *tasks], rows)


def _gain(estimate: pd.Series) -> str:
    if pd.isna(estimate["gain"]):
        return "too few items"
    gain, low, high = (f"{100 * estimate[name]:+.1f}".replace("-", "−") for name in ("gain", "low", "high"))
    return f"{gain} [{low}, {high}]"
