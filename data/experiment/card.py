"""The data card: fixed words around the numbers that `data.experiment.numbers` computes."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from data.experiment.numbers import TaskNumbers, task_numbers

BEGIN, END = "<!-- numbers: written by data.experiment.report -->", "<!-- end of numbers -->"
WORDS = Path(__file__).with_name("card.md")
DISTANCES = {"0": (0, 0), "1": (1, 1), "2–3": (2, 3), "4+": (4, 99)}


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


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _markdown(name: str, numbers: TaskNumbers) -> str:
    gain = numbers.gain
    count = gain.shape[1]
    single = np.array([gain.loc[[(number, number)]].to_numpy()[0] for number in range(1, count + 1)])
    distance = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    half = count // 2
    ranges = {"easy half": (1, half), "hard half": (half + 1, count), "full range": (1, count)}
    wide = {label: gain.loc[[bounds]].to_numpy()[0] for label, bounds in ranges.items()}
    means = [
        [f"bin, distance {label}", f"{single[(distance >= low) & (distance <= high)].mean():+.1f}"]
        for label, (low, high) in DISTANCES.items()
        if low < count
    ]
    means += [
        ["easy half → hard half", f"{wide['easy half'][half:].mean():+.1f}"],
        ["hard half → easy half", f"{wide['hard half'][:half].mean():+.1f}"],
        ["full range → all bins", f"{wide['full range'].mean():+.1f}"],
    ]
    rows = [[str(number + 1), *(f"{value:+.0f}" for value in row)] for number, row in enumerate(single)]
    rows += [[label, *(f"{value:+.0f}" for value in row)] for label, row in wide.items()]
    low, first, median, third, high = numbers.accuracy
    return "\n\n".join(
        [
            f"### {name}",
            f"{numbers.items:,} items, {numbers.respondents} respondents in {numbers.families} families. "
            f"Respondents' accuracy: {low:.3f} to {high:.3f}, "
            f"quartiles {first:.2f}, {median:.2f}, {third:.2f}. "
            f"Solved by nobody: {numbers.nobody:.1%} of the items; by everybody: {numbers.everybody:.1%}. "
            f"Split-half reliability of difficulty (halves by family): {numbers.reliability:.2f}.",
            "Base, zero-shot, on held-out items by bin (easy first): "
            + " ".join(f"{value:.2f}" for value in numbers.base)
            + f"; mean {numbers.base.mean():.2f}.",
            "Mean gain over zero-shot, percentage points, held-out items:",
            _table(["trained → tested", "gain"], means),
            f"Gain by training bin (row) and test bin (column); between seeds a cell's standard deviation is "
            f"{numbers.spread:.1f} points on average:",
            _table(["", *map(str, range(1, count + 1))], rows),
        ]
    )


def numbers_block(folder: Path) -> str:
    """Return the numbers of a study folder as Markdown.

    Parameters
    ----------
    folder
        The study folder, Parquet files and manifest.
    """
    manifest = json.loads((folder / "manifest.json").read_text())
    made = manifest["machine"]
    spent = manifest["seconds"]
    head = (
        f"Size `{manifest['size']}`, seed {manifest['seed']}; {sum(spent.values()) / 60:.1f} minutes with "
        f"{made['threads']} threads of {made['processor']} ({made['cores']} cores, device {made['device']}): "
        + ", ".join(f"{stage} {seconds:.0f} s" for stage, seconds in spent.items())
        + "."
    )
    benchmarks = pd.read_parquet(folder / "benchmarks.parquet")["name"]
    return "\n\n".join([head, *(_markdown(name, task_numbers(folder, name)) for name in benchmarks)])
