"""What keeps visitors safe, as Streamlit reads it."""

from __future__ import annotations

import tomllib

import pytest

from tests.conftest import ROOT

TEXT = (ROOT / ".streamlit/config.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("section", "option", "value"),
    [
        ("server", "enableCORS", True),
        ("server", "enableXsrfProtection", True),
        ("server", "enableStaticServing", False),
        ("server", "maxUploadSize", 1),
        ("client", "showErrorDetails", "none"),
        ("client", "showErrorLinks", False),
        ("client", "toolbarMode", "viewer"),
        ("browser", "gatherUsageStats", False),
    ],
)
def test_security_options_are_set_each_with_a_reason(section: str, option: str, value: object) -> None:
    assert tomllib.loads(TEXT)[section][option] == value
    lines = TEXT.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(f"{option} ="))
    before = lines[at - 1]
    assert before.startswith("#") or before.startswith("enable"), f"{option} has no reason above it"
