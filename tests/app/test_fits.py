"""What pages say of the fit that they show, and the gate before one that did not converge."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analysis.store import Store
from tests import studies
from tests.app.conftest import PAGES, Open, text

RESUME = f"python -m analysis fit --benchmark {studies.BENCHMARK} --resume {studies.FIT} --draws 3000"
LINEAGE = "94% interval, lineage-aware: 20 families (metadata), effective number of models 31 of 80"
INDEPENDENT = "94% interval, takes models as independent"
GATED = [page for page in PAGES if page not in ("diagnostics", "data")]  # those two say what is wrong


@pytest.fixture
def store(toy_store: Store, tmp_path: Path) -> Store:
    """A copy to change."""
    return Store(shutil.copytree(toy_store.directory, tmp_path / "store"))


@pytest.fixture
def failed(store: Store) -> Store:
    """A store whose only fit of the first benchmark did not converge."""
    with store.change() as draft:
        draft._rows(
            "UPDATE fits SET converged = false, problems = 'R-hat 1.200 is above 1.01' WHERE fit = ?",
            [studies.FIT],
        )
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    return store


@pytest.fixture
def two_fits(failed: Store) -> Store:
    """A store with a second fit, an older one that converged."""
    with failed.change() as draft:
        for table in ("item_parameters", "item_draws", "abilities"):
            draft._rows(
                f"INSERT INTO {table} SELECT * REPLACE ('0ther0ne' AS fit) FROM {table} WHERE fit = ?",
                [studies.FIT],
            )
        draft._rows(
            "INSERT INTO fits SELECT * REPLACE ('0ther0ne' AS fit, true AS converged, '' AS problems, "
            "TIMESTAMP '2020-01-01' AS created) FROM fits WHERE fit = ?",
            [studies.FIT],
        )
    return failed


def accept(app: AppTest, fit: str = studies.FIT) -> None:
    app.button(key=f"accept_{fit}").click().run()
    assert not app.exception


@pytest.mark.parametrize("page", GATED)
def test_a_fit_that_did_not_converge_is_shown_to_those_who_ask(
    open_page: Open, failed: Store, page: str
) -> None:
    app = open_page(page, failed)
    assert "R-hat 1.200 is above 1.01" in app.error[0].value
    assert app.code[0].value == RESUME
    assert not app.title
    assert not app.get("plotly_chart")
    assert not app.dataframe
    accept(app)
    assert not app.error
    assert "R-hat 1.200 is above 1.01" in app.warning[0].value
    assert RESUME in app.warning[0].value
    assert "not converged" in text(app)
    assert app.title


def test_the_warning_stays_on_every_page(open_page: Open, failed: Store) -> None:
    app = open_page("overview", failed)
    accept(app)
    for page in GATED:
        app.switch_page(PAGES[page]).run()
        assert app.title
        assert "did not converge" in app.warning[0].value
    assert "fit" not in app.query_params


def test_the_command_line_is_not_recommended_for_what_it_refuses(open_page: Open, failed: Store) -> None:
    app = open_page("export", failed)
    accept(app)
    preview = app.dataframe[0].value
    assert not preview["converged"].any()
    assert set(preview["problems"]) == {"R-hat 1.200 is above 1.01"}
    assert "only fits that converged" in text(app)
    assert not [code for code in app.code if "analysis export" in code.value]


def test_other_benchmarks_do_not_need_to_be_accepted(open_page: Open, failed: Store) -> None:
    app = open_page("overview", failed, benchmark=studies.OTHER)
    assert not app.error
    assert not app.warning
    assert app.title


def test_the_fit_that_converged_is_shown_unless_another_is_chosen(open_page: Open, two_fits: Store) -> None:
    app = open_page("difficulty", two_fits)
    box = app.selectbox(key="fit")
    marked = f"{studies.FIT} (not converged)"
    assert box.options == ["0ther0ne", marked]
    assert "fit 0ther0ne (Rasch, converged)" in text(app)
    box.set_value(marked).run()
    assert "Choose another fit in the sidebar" in app.error[0].value
    accept(app)
    assert f"fit {studies.FIT} (Rasch, **not converged**)" in text(app)
    app.selectbox(key="fit").set_value("0ther0ne").run()
    assert not app.warning
    assert not app.error


def test_a_link_cannot_accept(open_page: Open, two_fits: Store) -> None:
    link = {"fit": f"{studies.FIT} (not converged)", "accepted_fits": studies.FIT}
    app = open_page("bins", two_fits, **link, **{f"accept_{studies.FIT}": "true"})
    assert "did not converge" in app.error[0].value
    assert not app.title
    assert not app.warning, "a link to a marked fit is a good link"


@pytest.mark.parametrize("page", ["overview", "difficulty", "bins", "export"])
@pytest.mark.parametrize(("benchmark", "says"), [(studies.BENCHMARK, INDEPENDENT), (studies.OTHER, LINEAGE)])
def test_an_interval_says_what_it_allows_for(open_page: Open, page: str, benchmark: str, says: str) -> None:
    said = text(open_page(page, benchmark=benchmark))
    assert says in said
    for other in {INDEPENDENT, LINEAGE} - {says}:
        assert other not in said


def test_the_warning_of_near_copies_goes_where_families_are_known(open_page: Open) -> None:
    warning = "near-copies among them make it too narrow"
    assert warning in text(open_page("difficulty"))
    assert warning not in text(open_page("difficulty", benchmark=studies.OTHER))


def test_another_model_than_rasch_is_called_by_its_name(open_page: Open) -> None:
    plain = open_page("difficulty")
    assert "(Rasch, converged)" in text(plain)
    assert "the Rasch order of items is the order of the proportion" in text(plain)
    assert "right half the time" in text(plain)
    assert "discrimination" not in plain.dataframe[0].value
    full = open_page("difficulty", benchmark=studies.OTHER)
    assert "(2PL, lower asymptote 0.25, converged)" in text(full)
    assert "Rasch" not in text(full)
    assert "right 62% of the time" in text(full)
    assert full.dataframe[0].value["discrimination"].nunique() > 1


def test_suspects_are_queued_by_effect(open_page: Open) -> None:
    app = open_page("difficulty", benchmark=studies.OTHER)
    table, queue = (app.dataframe[number].value for number in (0, 1))
    assert {"infit", "outfit", "p_negative", "reasons"} <= set(table.columns)
    assert queue["item_key"].tolist() == [f"{studies.OTHER}-{item:03d}" for item in studies.SUSPECTS]
    found = queue[["effect", "reasons"]].itertuples(index=False, name=None)
    assert list(found) == list(studies.SUSPECTS.values())
    last = studies.N_OTHER_ITEMS - 1
    assert queue["like"].tolist() == [f"{studies.OTHER}-{last - item:03d}" for item in studies.SUSPECTS]
    assert "item_rest" not in queue, "what nothing is known of is not shown"
    app.text_input(key="find").set_value("no such item").run()
    assert len(app.dataframe[1].value) == len(studies.SUSPECTS), "the search is about the table above"


def test_without_statistics_there_is_no_queue(open_page: Open, store: Store) -> None:
    plain = open_page("difficulty")
    assert "Suspect items" not in text(plain)
    assert not {"infit", "reasons"} & set(plain.dataframe[0].value)
    with store.change() as draft:
        draft._rows("UPDATE item_statistics SET reasons = NULL")
        draft.record_import("x", benchmark="toy", source="x", reader="test", report=[])
    well = open_page("difficulty", store, benchmark=studies.OTHER)
    assert "Suspect items" not in text(well)
    assert "infit" in well.dataframe[0].value


def test_the_quality_of_a_fit_is_there_to_be_read(open_page: Open) -> None:
    def listed(table: pd.DataFrame) -> dict[str, str]:
        return dict(zip(table["What"], table["Value"], strict=True))

    plain, full = open_page("difficulty"), open_page("difficulty", benchmark=studies.OTHER)
    assert listed(plain.dataframe[-1].value)["R-hat, largest"] == "1.001"
    checks = listed(full.dataframe[-1].value)
    assert checks == {"scores.p_value": "0.4", "cut-offs.infit": "[0.8, 1.2]"}
    assert listed(full.dataframe[-2].value)["Divergent transitions"] == "0"


def test_the_posterior_is_drawn_inside_the_interval(open_page: Open) -> None:
    def traces(app: AppTest) -> int:
        return len(json.loads(app.get("plotly_chart")[1].proto.spec)["data"])

    assert traces(open_page("difficulty")) == 2
    assert traces(open_page("difficulty", benchmark=studies.OTHER)) == 3
