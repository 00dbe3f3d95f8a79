"""How long the server works on a page, and on a change of one of its controls."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.measuring import ROOT, run
from benchmarks.page_times import AGAIN, FIRST
from benchmarks.report import Outcome, Row
from benchmarks.subject import Options

TITLE = "Pages of the app: server time"
SHARE = 0.95  # of the control changes that keep the bound
STUDY, LARGE = "bundled study", "54 M responses"
MOST = {STUDY: 0.15, LARGE: 0.5}  # seconds
OTHER_DATA = ("benchmark", "fit", "base", "recipe")
"""Controls that ask for other data than a page has read."""
MOST_TITLE, MOST_CHART = 0.4, 1.5  # seconds until a page's title and its first chart are sent
SIZE, QUICK_SIZE = (4500, 12032), (60, 400)  # models, items
CHANGES, QUICK_CHANGES = 20, 1  # of controls, a page at most


def measure(options: Options) -> Outcome:
    """Visit every page and change its controls one at a time, on the bundled study and on a large store."""
    rows, detail = [], []
    with tempfile.TemporaryDirectory() as name:
        stores = {STUDY: Path(name) / "study", LARGE: Path(name) / "large"}
        run([sys.executable, "-m", "analysis", "import", ROOT / "data/study", "--store", stores[STUDY]])
        size = map(str, QUICK_SIZE if options.quick else SIZE)
        run([sys.executable, "-m", "benchmarks.large_store", stores[LARGE], *size])
        for what, store in stores.items():
            changes = str(QUICK_CHANGES if options.quick else CHANGES)
            output = run([sys.executable, "-m", "benchmarks.page_times", store, changes]).output
            times = pd.DataFrame(json.loads(output))
            rows += summary(what, times)
            detail += times.assign(store=what).to_dict("records")
    return Outcome(rows, detail)


def summary(what: str, times: pd.DataFrame) -> list[Row]:
    """Return what is said of one store.

    Parameters
    ----------
    what
        A key of `MOST`.
    times
        One row a `benchmarks.page_times.Timed`.
    """
    changed = times[~times["what"].isin([FIRST, AGAIN])]
    first = times[times["what"] == FIRST].set_index("page")
    rows = []
    asks = changed["what"].str.partition(" = ")[0].isin(OTHER_DATA)
    for kind, some in (("control change", changed[~asks]), ("choice of other data", changed[asks])):
        for name, unit in (("seconds", "s"), ("cpu_seconds", "s of processor")):
            if len(some):
                value = float(some[name].quantile(SHARE))
                rows.append(
                    Row(f"{what}: {kind}, {SHARE:.0%} quantile of {len(some)}", value, unit, MOST[what])
                )
    for part, bound in (("title", MOST_TITLE), ("chart", MOST_CHART)):
        latest = first[part].idxmax()
        rows.append(
            Row(f"first visit: {part}", float(first.loc[latest, part]), "s of processor", bound, note=latest)
        )
    for page, of_page in changed.groupby("page", sort=False):
        worst = of_page.loc[of_page["cpu_seconds"].idxmax()]
        rows.append(
            Row(f"{page}: slowest control", worst["cpu_seconds"], "s of processor", note=worst["what"])
        )
    return rows
