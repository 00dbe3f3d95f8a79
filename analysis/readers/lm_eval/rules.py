"""What makes the responses of a log right or wrong, the same for all logs of a task."""

from __future__ import annotations

import numpy as np

from analysis.readers.contents import Wanted
from analysis.readers.lm_eval.log import Log
from analysis.readers.lm_eval.metrics import choose_filter, choose_metric
from analysis.readers.lm_eval.results import Results
from analysis.remarks import Tally

MEAN_TOLERANCE = 1e-6

Rule = tuple[str, str, float | None]
"""Metric, filter, and from what value on a response is correct if the metric is not 0 or 1."""


class Rules:
    """Chooses the rule of each task by its first log, and holds the others to it."""

    def __init__(self, wanted: Wanted, tally: Tally) -> None:
        self._wanted, self._tally = wanted, tally
        self._first: dict[str, Rule] = {}

    def choose(
        self, log: Log, filters: list[str], task: str, results: Results | None, where: str
    ) -> Rule | None:
        """Choose for one log; None, with a remark, if it has no metric to be used, or another than before.

        Parameters
        ----------
        log, filters
            The log, and the filter of each of its rows.
        task, results
            Its task, and the run's results if they were found.
        where
            The file, for people.
        """

        def left_out(why: str) -> None:
            self._tally.add(
                "left out", f"logs of {task} were left out: {why}", f"first: {where}", warning=True
            )

        metric = choose_metric(
            task,
            list(log.metrics),
            wanted=self._wanted.metric,
            configured=results.first_metric(task) if results else None,
        )
        if metric is None:
            there = f"there are {', '.join(sorted(log.metrics)) or 'none'}"
            named = f"they have no metric {self._wanted.metric!r}; {there}"
            several = (
                f"none of their metrics is known to say whether a response is correct, {there}: --metric"
            )
            left_out(named if self._wanted.metric else several)
            return None
        values = log.metrics[metric]
        present = list(dict.fromkeys(np.asarray(filters, dtype=object)[~np.isnan(values)]))
        chosen = choose_filter(present, wanted=self._wanted.filter)
        if chosen is None:
            left_out(f"they have no filter {self._wanted.filter!r}; there are {', '.join(present)}")
            return None
        binary = bool(np.isin(values[~np.isnan(values)], (0, 1)).all())
        if not binary and self._wanted.threshold is None:
            left_out(f"{metric} is not 0 or 1; say from where on it is correct, as in --threshold 0.5")
            return None
        rule = (metric, chosen, None if binary else self._wanted.threshold)
        first = self._first.setdefault(task, rule)
        if first[0] != metric or not (first[1] == chosen or "#" in first[1] + chosen):
            left_out(f"they count by {metric} ({chosen}), others before them by {first[0]} ({first[1]})")
            return None
        return rule


def check_means(log: Log, filters: list[str], task: str, results: Results, where: str, tally: Tally) -> None:
    """Warn if the mean of a metric is not the one that the run's results report."""
    names = np.asarray(filters, dtype=object)
    for metric, values in log.metrics.items():
        for name in dict.fromkeys(filters):
            reported = results.mean(task, metric, name)
            mine = values[(names == name) & ~np.isnan(values)]
            if reported is None or not len(mine) or abs(mine.mean() - reported) <= MEAN_TOLERANCE:
                continue
            tally.add(
                "mean mismatch",
                "means of logs are not those of their results files",
                f"first: {where}, {metric},{name} is {mine.mean():.6f}, reported {reported:.6f}",
                warning=True,
            )
