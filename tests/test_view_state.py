from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.view_state import (
    HeatmapChoices,
    ViewState,
    dropped,
    fit_options,
    link_notes,
    link_query,
    parse_edges,
)

ALLOWED = {"benchmark": ["toy", "bbh"], "bins": ["10", "5"]}


@pytest.mark.parametrize("text", ["-1, 0, 1.5", "-1;0;1.5", " -1,0,1.5, "])
def test_edges_are_read(text: str) -> None:
    assert parse_edges(text) == (-1.0, 0.0, 1.5)


@pytest.mark.parametrize("text", ["", "a, 1", "1, 0", "1, 1", "nan"])
def test_bad_edges_are_an_error(text: str) -> None:
    with pytest.raises(AtlasError):
        parse_edges(text)


def test_a_link_that_can_be_shown_needs_no_note() -> None:
    assert link_notes({"benchmark": "bbh", "bins": "5", "data": "v1", "other": "x"}, ALLOWED) == []


def test_stale_and_unknown_values_are_said() -> None:
    (benchmark,) = link_notes({"benchmark": "gone"}, ALLOWED)
    assert "'gone', which is not here; you see 'toy'" in benchmark


def test_values_that_controls_did_not_take_are_said() -> None:
    shown = {"on": 3, "low": 1.0, "mask": True, "lines": ["1", "5"], "from": None, "text": ""}
    taken = {"on": ["3"], "low": ["1"], "mask": ["true"], "lines": ["5"], "from": [""], "elsewhere": ["x"]}
    assert dropped(taken, shown) == []
    notes = dropped({"on": ["99"], "mask": ["maybe"], "lines": ["5", "7"], "from": ["x"]}, shown)
    assert notes == [
        "The link asks for on '99', which is not here; you see '3'.",
        "The link asks for mask 'maybe', which is not here; you see 'True'.",
        "The link asks for lines '7', which is not here; you see '1, 5'.",
        "The link asks for from 'x', which is not here; you see 'nothing'.",
    ]


def test_fits_that_converged_are_offered_first_and_the_others_are_marked() -> None:
    fits = pd.DataFrame({"fit": ["new", "newer", "old", "older"], "converged": [False, True, False, True]})
    assert list(fit_options(fits).items()) == [
        ("newer", "newer"),
        ("older", "older"),
        ("new (not converged)", "new"),
        ("old (not converged)", "old"),
    ]


def test_a_hostile_link_is_cut_short() -> None:
    (note,) = link_notes({"benchmark": "x" * 9000}, ALLOWED)
    assert len(note) < 200


@pytest.mark.parametrize(("recipe", "says"), [("mild", "small (recipe mild)"), (None, "small")])
def test_whose_runs_are_shown(recipe: str | None, says: str) -> None:
    assert ViewState("v1", "toy", "f1", base_model="small", recipe=recipe).tuned == says


def test_a_link_leaves_defaults_out() -> None:
    view = ViewState("v1", "toy", "f1", base_model="small")
    assert link_query(view, HeatmapChoices()) == {
        "benchmark": "toy",
        "fit": "f1",
        "base": "small",
        "data": "v1",
    }


def test_a_link_says_all_that_is_not_default() -> None:
    view = ViewState("v1", "toy", "f1", "typed", 10, (-1.0, 0.5), "small", "mild")
    choices = HeatmapChoices("logit", "all cells at once", "by mean", ("a", "b"), False, True, True, False)
    said = link_query(view, choices, converged=False)
    assert said["fit"] == "f1 (not converged)"
    assert parse_edges(said["edges"]) == view.edges
    assert (said["cut"], said["recipe"], said["rows"]) == ("typed", "mild", "by mean")
    assert (said["measure"], said["bold"]) == ("logit", "all cells at once")
    assert "bins" not in said
    switches = ("average", "intervals", "mask", "vary", "memory")
    assert [said[name] for name in switches] == ["true", "false", "true", "true", "true"]
