"""The rules that keep the house as it is (CONTRIBUTING.md); each fails when it is broken."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HEAVY = {"pymc", "arviz", "pytensor", "nutpie"}


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module that a file imports, dotted."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def top(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", modules("analysis"), ids=str)
def test_the_library_knows_nothing_of_its_users(path: Path) -> None:
    assert not top(imported(path)) & {"streamlit", "pages", "app", "tests", "torch"}


@pytest.mark.parametrize("path", [*modules("pages"), ROOT / "app.py"], ids=str)
def test_pages_leave_sql_and_sampling_alone(path: Path) -> None:
    assert not top(imported(path)) & (HEAVY | {"duckdb", "sklearn", "scipy"})
    assert not any(name.startswith("analysis.irt") for name in imported(path))


@pytest.mark.parametrize("path", modules("pages"), ids=str)
def test_pages_are_thin(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= (170 if path.name == "shared.py" else 120)


@pytest.mark.parametrize("path", modules("analysis/charts"), ids=str)
def test_charts_import_only_each_other(path: Path) -> None:
    own = {name for name in imported(path) if name.startswith("analysis")}
    assert all(name.startswith("analysis.charts") for name in own)


@pytest.mark.parametrize("path", [p for p in modules("analysis") if p.parent.name != "store"], ids=str)
def test_sql_lives_in_the_store(path: Path) -> None:
    assert "duckdb" not in top(imported(path))
    assert not re.search(r"\bSELECT\b.+\bFROM\b", path.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize(
    "path", [p for p in modules("analysis") if p.parts[-2:] != ("irt", "backends.py")], ids=str
)
def test_differences_between_backends_live_in_one_module(path: Path) -> None:
    assert not top(imported(path)) & {"arviz", "nutpie", "xarray"}


def test_data_flows_one_way() -> None:
    """readers → store → irt → bins → transfer → explore, trust → charts: nothing imports what comes after."""
    order = ["readers", "store", "irt", "bins", "transfer", "explore", "trust", "subsets", "charts"]
    allowed = {
        "readers": {"readers"},
        "store": {"store"},
        "irt": {"irt"},
        "bins": {"bins"},
        "transfer": {"transfer", "irt"},
        "explore": {"explore", "irt", "bins", "transfer"},
        "trust": {"trust", "irt", "bins"},
        "subsets": {"subsets", "bins", "readers"},
        "charts": {"charts"},
    }
    for part in order:
        paths = modules(f"analysis/{part}") or [ROOT / f"analysis/{part}.py"]
        for path in paths:
            parts = {name.split(".")[1] for name in imported(path) if name.startswith("analysis.")}
            assert parts & set(order) <= allowed[part], path


def test_the_app_never_loads_the_samplers() -> None:
    code = (
        "import sys, app, analysis.cli, analysis.store, analysis.transfer, analysis.trust, analysis.subsets;"
        "import analysis.charts;"
        f"print(sorted(set(sys.modules) & {HEAVY | {'torch'}}))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
