"""What the documents say is so."""

from __future__ import annotations

import re
import subprocess

import pytest

from docs.screenshots import IMAGES, LOOKS, VIEWS, file_name
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


def test_the_readme_shows_the_pictures_that_the_script_takes() -> None:
    taken = {file_name(view, look) for view in VIEWS for look in LOOKS}
    assert set(re.findall(r'"docs/images/([^"]+)"', README)) == taken
    assert {path.name for path in IMAGES.iterdir()} == taken
    for picture in taken:
        assert (IMAGES / picture).stat().st_size <= 200_000, f"{picture} makes the README slow"
    for alt, light in re.findall(r'<img alt="([^"]*)" src="([^"]*)"', README):
        assert alt, f"{light} says nothing to those who cannot see it"


def test_the_readme_and_the_app_give_the_same_tour() -> None:
    steps = re.findall(r"^\d\. \*\*(\w+)\*\*", README.split("## A minute")[1].split("\n## ")[0], re.MULTILINE)
    pages = re.findall(r'"\w+/(\w+)\.py"', (ROOT / "pages/tour.py").read_text())
    assert [step.lower() for step in steps] == pages
