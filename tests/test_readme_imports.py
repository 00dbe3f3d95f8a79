"""The README's ways to bring data in work as they stand there, on small files of those names."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import analysis.cli  # noqa: F401  # makes the commands
from analysis.cli.common import app
from analysis.store import Store
from tests.readers import small
from tests.test_docs import README

COMMANDS = [
    line.split("#")[0].strip()
    for line in README.splitlines()
    if line.startswith("python -m analysis import ") and "data/" not in line
]


def scores(folder: Path) -> Path:
    path = folder / "any.csv"
    path.write_text("model,a,b\norg/m,0.8,0.3\n")
    return path


WRITTEN: dict[str, Callable[[Path], Path]] = {
    "responses.csv": small.wide,
    "items_as_rows.csv": small.wide_items,
    "subjects.jsonlines": small.py_irt,
    "arena.jsonl": small.eval_arena,
    "scores.csv": scores,
    "lm_eval_output/": small.lm_eval,
    "finetune_runs/": small.fine_tune,
    "helm_runs/": lambda folder: small.helm(folder).parent,
    "inspect_logs/": lambda folder: small.inspect(folder).parent,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_imports(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command)[3:]
    for number, name in enumerate(word for word in words if word in WRITTEN):
        made = tmp_path / f"made{number}"
        made.mkdir()
        WRITTEN[name](made).rename(tmp_path / name.rstrip("/"))
    done = CliRunner().invoke(app, [*words, "--store", "store"])
    assert done.exit_code == 0, done.output
    assert ("new responses" in done.output) or ("new fine-tune runs" in done.output)
    assert (Store("store").version() is None) is ("--dry-run" in words)


def test_there_is_an_example_of_every_form() -> None:
    assert {name for command in COMMANDS for name in re.findall(r"\S+", command) if name in WRITTEN} == set(
        WRITTEN
    )
