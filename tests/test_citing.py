"""The sentence that goes with a figure."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.citing import method_and_citation

FIT = pd.Series(
    {
        "fit": "f00df00d",
        "irt_model": "rasch",
        "asymptote": 0.0,
        "converged": True,
        "models": 1200,
        "interval": "independent",
    }
)
BENCHMARK = pd.Series({"title": "Toy sums", "citation": "Doe (2024). Sums.", "source": None})


def test_it_says_what_who_and_on_which_data() -> None:
    said = method_and_citation("**Mean** of 5 seeds.", BENCHMARK, FIT, "abc123")
    assert said.startswith(
        "Mean of 5 seeds. Difficulty: Rasch model, fit f00df00d, to 1,200 respondent models;"
    )
    assert "94% interval, takes models as independent" in said
    assert "Toy sums (Doe (2024). Sums), data version abc123" in said
    assert "Difficulty Atlas 0.1.0" in said
    assert "arXiv 2511.21692" in said


@pytest.mark.parametrize(
    ("known", "says"),
    [({"source": "our lab"}, "(our lab)"), ({"source": None}, "(imported without a citation)")],
)
def test_a_benchmark_without_citation_is_named_by_its_source(known: dict, says: str) -> None:
    said = method_and_citation("x", pd.Series({"title": "T", "citation": None, **known}), FIT, "v")
    assert f"Data: T {says}" in said


def test_a_fit_that_did_not_converge_says_so() -> None:
    failed = FIT.copy()
    failed["converged"] = False
    assert "which did not converge" in method_and_citation("x", BENCHMARK, failed, "v")
