from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.irt.families import families
from analysis.readers.wide import read_wide
from tests.irt.copies import copies

KNOWN = pd.DataFrame(
    {
        "name": ["qwen", "acme/a", "b", "acme/c", "mistral"],
        "organisation": ["alibaba", None, "acme", "", None],
        "family": ["qwen", "mistral", "qwen", " ", None],
    }
)


def test_families_are_those_of_the_metadata_where_known() -> None:
    found = families(KNOWN)
    # The last is called what a family is called, but its own family is not known.
    assert found.number.tolist() == [0, 1, 0, 2, 3]
    assert found.names.tolist() == ["qwen", "mistral", "acme/c", "mistral"]
    assert found.sizes.tolist() == [2, 1, 1, 1]
    assert (found.count, found.source, found.threshold) == (4, "metadata", None)
    assert "4 families of 5 models" in found.explanation
    assert "a family of its own for each of 2" in found.explanation


def test_an_organisation_is_given_or_part_of_the_name() -> None:
    found = families(KNOWN.drop(columns="family"))
    assert found.number.tolist() == [0, 1, 1, 1, 2]
    assert found.names.tolist() == ["alibaba", "acme", "mistral"]
    assert found.source == "organisation"
    assert families(KNOWN[["name"]], source="organisation").number.tolist() == [0, 1, 2, 1, 3]


@pytest.mark.parametrize(
    ("family", "organisation", "source"),
    [
        (["x", "y", None, None], ["o", "o", "p", "p"], "metadata"),
        (["x", None, None, None], ["o", "o", "p", "p"], "organisation"),
        (["x", "x", "x", "x"], ["o", "o", "p", "p"], "organisation"),  # one family tells nothing apart
        ([None] * 4, ["o", "o", "o", "o"], "none"),
        ([None] * 4, ["o", None, None, None], "none"),
    ],
)
def test_the_first_source_that_knows_enough_is_used(family: list, organisation: list, source: str) -> None:
    models = pd.DataFrame({"name": list("abcd"), "family": family, "organisation": organisation})
    assert families(models).source == source


def test_without_metadata_responses_tell() -> None:
    matrix, _, family = copies(families=40, members=5, items=100, share=0.95, seed=1)
    models = pd.DataFrame({"name": [f"m{number}" for number in range(200)]})
    found = families(models, matrix=matrix)
    assert found.source == "responses"
    assert found.count == pytest.approx(40, abs=4)
    together = found.number[:, None] == found.number
    assert (together == (family[:, None] == family)).mean() > 0.99
    assert found.names[0] == "m0 and 4 more"
    assert found.threshold >= 0.5
    assert f"more than {found.threshold:.2f} (0: independent, 1: copies, reached by" in found.explanation
    alone = families(models, source="responses", matrix=matrix, threshold=2.0)
    assert (alone.count, alone.threshold) == (200, 2.0)
    assert "more than 2.00 (0: independent, 1: copies): 200 families" in alone.explanation


def test_nothing_known_means_independence_and_says_so() -> None:
    found = families(KNOWN, source="none")
    assert found.number.tolist() == [0, 1, 2, 3, 4]
    assert found.names.tolist() == KNOWN["name"].tolist()
    assert found.explanation == "All 5 models count as independent, each a family of its own."


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"source": "guess"}, "No source of families 'guess'; there are: auto, metadata"),
        ({"source": "metadata"}, "No model has a known family"),
        ({"source": "organisation"}, "No model has a known organisation"),
        ({"source": "responses"}, "need the responses"),
    ],
)
def test_what_is_not_there_is_an_error(options: dict, says: str) -> None:
    with pytest.raises(AtlasError, match=says):
        families(pd.DataFrame({"name": ["a", "b"]}), **options)


def test_models_must_be_those_of_the_matrix() -> None:
    matrix, _, _ = copies(families=4, members=1, items=5, share=0.0, seed=1)
    with pytest.raises(AtlasError, match="2 models are described, but 4 have responses"):
        families(pd.DataFrame({"name": ["a", "b"]}), source="responses", matrix=matrix)


def test_organisations_of_a_real_leaderboard(leaderboard: Path) -> None:
    """874 organisations of 3,747 models on ARC, as counted in reference/peers.md."""
    models = read_wide(leaderboard / "response_matrix_tinyarc.csv").models
    found = families(models)
    assert (found.source, found.count) == ("organisation", 874)
    expected = models["name"].str.split("/").str[0]
    assert np.array_equal(found.names[found.number], expected)
