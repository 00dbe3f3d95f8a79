"""How long the server works on a page, and on a change of one of its controls, on the bundled study."""

from __future__ import annotations

import json
import sys
import tempfile

import pandas as pd

from benchmarks.measuring import ROOT, run
from benchmarks.page_times import AGAIN, FIRST
from benchmarks.report import Outcome, Row
from benchmarks.subject import Options

TITLE = "Pages of the app on the bundled study: server time"
MOST, SHARE = 0.15, 0.95  # seconds for so large a share of control changes


def measure(options: Options) -> Outcome:
    """Visit every page in one process and change its controls, one at a time."""
    with tempfile.TemporaryDirectory() as store:
        run([sys.executable, "-m", "analysis", "import", ROOT / "data/study", "--store", store])
        changes = "1" if options.quick else "20"
        output = run([sys.executable, "-m", "benchmarks.page_times", store, changes]).output
    times = pd.DataFrame(json.loads(output))
    changed = times[~times["what"].isin([FIRST, AGAIN])]
    rows = []
    for name, unit, at_most in (("seconds", "s", MOST), ("cpu_seconds", "s of processor", MOST)):
        value = float(changed[name].quantile(SHARE))
        rows.append(Row(f"control change, {SHARE:.0%} quantile of {len(changed)}", value, unit, at_most))
    for page, of_page in changed.groupby("page", sort=False):
        worst = of_page.loc[of_page["cpu_seconds"].idxmax()]
        rows.append(
            Row(f"{page}: slowest control", worst["cpu_seconds"], "s of processor", note=worst["what"])
        )
    return Outcome(rows, times.to_dict("records"))
