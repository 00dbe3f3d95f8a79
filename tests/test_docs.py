"""What the documents say is so."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAPPED = re.findall(r"^\| `([^`]+)` \|", CONTRIBUTING.split("## The map")[1].split("##")[0], re.MULTILINE)


def tracked() -> list[str]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listing.stdout.splitlines()


@pytest.mark.parametrize("place", MAPPED)
def test_the_map_shows_what_is_there(place: str) -> None:
    assert (ROOT / place).exists()


def test_the_map_leaves_nothing_out() -> None:
    code = [path for path in tracked() if path.endswith(".py") and not path.endswith("__init__.py")]
    forgotten = [
        path
        for path in code
        if path != "analysis/__main__.py"
        and not any(path == place or (place.endswith("/") and path.startswith(place)) for place in MAPPED)
    ]
    assert forgotten == []


def test_every_requirement_has_its_reason() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "data/experiment/requirements.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r")):
                package = re.split(r"[<>=]", line)[0]
                assert f"`{package}`" in CONTRIBUTING, f"{package} is nowhere explained"


def test_the_readme_names_commands_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"make ([\w./]+)", README):
        assert re.search(rf"^(\$\(VENV\)|{re.escape(target)})[^\n]*:", makefile, re.MULTILINE), target
    for command in re.findall(r"python -m analysis ([a-z]+)", README):
        files = (ROOT / "analysis/cli").glob("*.py")
        assert command == "import" or any(f"def {command}(" in file.read_text() for file in files), command


def test_links_between_documents_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README + CONTRIBUTING):
        assert (ROOT / target).exists(), target


def test_the_readme_names_no_machine() -> None:
    for text in (README, CONTRIBUTING):
        assert not re.search(r"/(home|root|work|tmp)/", text)
