"""The methods page says what the docstrings say."""

from __future__ import annotations

import importlib
import inspect

import pytest

from analysis import methods, transfer
from analysis.bins import edges
from tests.conftest import ROOT


def test_sections_of_a_docstring_are_told_apart() -> None:
    doc = "Sum.\n\nMore: ``x``.\n\nParameters\n----------\nx\n    A thing.\n\nReturns\n-------\nint\n    It."
    assert methods.sections(doc) == {
        "": "Sum.\n\nMore: ``x``.",
        "Parameters": "x\n    A thing.",
        "Returns": "int\n    It.",
    }


@pytest.mark.parametrize("part", ["Bins", "Detectable gain", "Gains", "Claims"])
def test_nothing_public_is_left_out(part: str) -> None:
    for module in methods.modules(part):
        loaded = importlib.import_module(
            f"analysis.{module.name.replace('/', '.')}".removesuffix(".__init__")
        )
        own = [
            name
            for name, thing in vars(loaded).items()
            if (inspect.isfunction(thing) or inspect.isclass(thing))
            and thing.__module__ == loaded.__name__
            and not name.startswith("_")
            and thing.__doc__
        ]
        assert [function.name for function in module.functions] == own


def test_what_is_said_is_the_docstring() -> None:
    said = {function.name: function for module in methods.modules("Gains") for function in module.functions}
    doc = inspect.getdoc(transfer.decay) or ""
    assert doc.startswith(said["decay"].summary)
    assert "Phipson and Smyth 2010" in said["decay"].details
    assert "Parameters" not in said["decay"].details
    assert said["average"].returns.startswith("`DataFrame`: As `gains.cell_table` for gains")
    natural = {f.name for module in methods.modules("Bins") for f in module.functions}
    assert edges.quantile_bins.__name__ in natural


@pytest.mark.parametrize("name", methods.FORMULAS)
def test_every_formula_stands_in_a_module_that_is_shown(name: str) -> None:
    assert (ROOT / "analysis" / f"{name}.py").exists()
    shown = {module.name: module for part in methods.PARTS for module in methods.modules(part)}
    assert shown[name].formulas == methods.FORMULAS[name]


def test_what_is_emphasised_stays_so_and_types_are_code_once() -> None:
    said = {f.name: f for module in methods.modules("Difficulty") for f in module.functions}
    assert "1982, _Rating Scale Analysis_" in " ".join(said["fit_statistics"].details.split())
    assert said["item_rest_correlation"].returns.startswith("`array, shape (items,)`: NaN")


def test_marks_of_markdown_in_docstrings_are_no_marks() -> None:
    said = [f for part in methods.PARTS for module in methods.modules(part) for f in module.functions]
    assert len(said) > 150
    assert not any("``" in f.summary + f.details for f in said)
