"""Every term that a tooltip explains is in the glossary, and every term there is used."""

from __future__ import annotations

import ast

import pytest

from analysis.glossary import TERMS, explain
from tests.conftest import ROOT


def asked_for() -> set[str]:
    calls = [
        node
        for path in (ROOT / "pages").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "explain"
    ]
    terms = [argument for call in calls for argument in call.args]
    assert all(isinstance(term, ast.Constant) for term in terms), (
        "terms are written out, so that this can see them"
    )
    return {term.value for term in terms}


def test_every_term_asked_for_is_there() -> None:
    assert asked_for() <= set(TERMS)


@pytest.mark.parametrize("term", TERMS)
def test_no_term_is_idle(term: str) -> None:
    others = " ".join(text for name, text in TERMS.items() if name != term)
    assert term in asked_for() or term in others


@pytest.mark.parametrize("term", TERMS)
def test_a_term_takes_a_sentence_or_two(term: str) -> None:
    assert TERMS[term].endswith(".")
    assert len(TERMS[term]) <= 230
    assert "  " not in TERMS[term]


def test_several_terms_are_told_apart() -> None:
    assert explain("bin") == TERMS["bin"]
    assert explain("infit", "outfit") == f"**infit** {TERMS['infit']}\n\n**outfit** {TERMS['outfit']}"
    with pytest.raises(KeyError):
        explain("no such term")
