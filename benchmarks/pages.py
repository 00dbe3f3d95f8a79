"""How long the server works on a page, and on a change of one of its controls."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.measuring import ROOT, run
from benchmarks.page_times import AGAIN, FIRST, READING
from benchmarks.report import Outcome, Row
from benchmarks.subject import Options

TITLE = "Pages of the app: server time"
SHARE = 0.95  # of the control changes that keep the bound
STUDY, LARGE = "bundled study", "54 M responses"
MOST = {STUDY: 0.15, LARGE: 0.5}  # seconds
READ, AT_ONCE = "after looking", "at once"
OTHER_DATA = ("benchmark", "fit", "base", "recipe")
"""Controls that ask for other data than a page has read."""
MOST_TITLE, MOST_CHART = 0.4, 1.5  # seconds until a page's title and its first chart are sent
SIZE, QUICK_SIZE = (4500, 12032), (60, 400)  # models, items
CHANGES, QUICK_CHANGES = 20, 1  # of controls, a page at most


def measure(options: Options) -> Outcome:
    """Visit every page and change its controls one at a time, on the bundled study and on a large store.

    Twice: by a visitor who looks at a page before changing anything, so that the server has worked ahead, and
    by one who changes everything at once.
    """
    rows, detail = [], []
    changes = str(QUICK_CHANGES if options.quick else CHANGES)
    size = map(str, QUICK_SIZE if options.quick else SIZE)
    with tempfile.TemporaryDirectory() as name:
        stores = {STUDY: Path(name) / "study", LARGE: Path(name) / "large"}
        run([sys.executable, "-m", "analysis", "import", ROOT / "data/study", "--store", stores[STUDY]])
        run([sys.executable, "-m", "benchmarks.large_store", stores[LARGE], *size])
        for store, folder in stores.items():
            for when, ahead in ((READ, "1"), (AT_ONCE, "0")):
                done = run(
                    [sys.executable, "-m", "benchmarks.page_times", folder, changes],
                    variables={"ATLAS_AHEAD": ahead},
                )
                times = pd.DataFrame(json.loads(done.output))
                rows += [*summary(store, when, times), Row(f"{store}, {when}: memory", done.peak_mib, "MiB")]
                detail += times.assign(store=store, when=when).to_dict("records")
    return Outcome(rows, detail)


def summary(store: str, when: str, times: pd.DataFrame) -> list[Row]:
    """Return what is said of one store.

    Parameters
    ----------
    store
        A key of `MOST`.
    when
        `READ` or `AT_ONCE`.
    times
        One row a `benchmarks.page_times.Timed`.
    """
    changed = times[~times["what"].isin([FIRST, AGAIN])]
    first = times[times["what"] == FIRST].set_index("page")
    asks = changed["what"].str.partition(" = ")[0].isin(OTHER_DATA)
    rows = []
    for kind, some, bound in (
        ("control change", changed, MOST[store]),
        ("those for other data", changed[asks], None),
    ):
        for name, unit in (("seconds", "s"), ("cpu_seconds", "s of processor")):
            if len(some):
                what = f"{store}, {when}: {kind}, {SHARE:.0%} quantile of {len(some)}"
                rows.append(Row(what, float(some[name].quantile(SHARE)), unit, bound))
    longest = changed.loc[changed["read"].idxmax()]
    if when == READ:
        note = f"{longest['page']}; of {READING} s at most"
        rows.append(Row(f"{store}: work ahead, longest", longest["read"], "s", note=note))
        for part, most in (("title", MOST_TITLE), ("chart", MOST_CHART)):
            latest = first[part].idxmax()
            value = float(first.loc[latest, part])
            rows.append(Row(f"{store}, first visit: {part}", value, "s of processor", most, note=latest))
    for page, of_page in changed.groupby("page", sort=False):
        worst = of_page.loc[of_page["cpu_seconds"].idxmax()]
        rows.append(
            Row(f"{page}: slowest control", worst["cpu_seconds"], "s of processor", note=worst["what"])
        )
    return rows
