"""Choose items, with everything a reader of the file must know about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analysis.bins import Bins
from analysis.errors import AtlasError

UNFLAGGED, FLOOR, CEILING, SUSPECT = "unflagged", "floor", "ceiling", "suspect"
FLAGS = (UNFLAGGED, FLOOR, CEILING, SUSPECT)
SEARCHED = ("item_key", "prompt", "subtask")  # for text


@dataclass(frozen=True)
class Selection:
    """What is asked for: items that pass every filter, and those named by hand.

    Attributes
    ----------
    bins
        Counted from 1 (the easiest); None for all of them.
    low, high
        Difficulty from and to, both included.
    min_p
        Smallest P(in bin), 0 to 1.
    subtasks, flags
        Those wanted (flags of `FLAGS`); all where empty.
    text
        What an item's id, text or subtask contains, whatever the case.
    keys
        Ids of items that are in whatever the filters say.
    """

    bins: tuple[int, ...] | None = None
    low: float = -np.inf
    high: float = np.inf
    min_p: float = 0.0
    subtasks: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    text: str = ""
    keys: tuple[str, ...] = ()


def describe(
    items: pd.DataFrame,
    bins: Bins,
    *,
    benchmark: pd.Series,
    fit: pd.Series,
    data_version: str,
    statistics: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put everything that leaves with an item into its row, for every item of a benchmark.

    Parameters
    ----------
    items
        As `analysis.store.Snapshot.items` returns them.
    bins
        The cut of the same items.
    benchmark
        Its row of `analysis.store.Snapshot.benchmarks`.
    fit
        The fit that the difficulties come from, as `analysis.store.Snapshot.fit` returns it; its kind and
        quality are written into every row, so that a file cannot lose them.
    data_version
        Of the store.
    statistics
        As `analysis.store.Snapshot.item_statistics` returns them; without, nothing is known to be suspect.

    Returns
    -------
    DataFrame
        ``item_key``, ``content_hash``, ``benchmark``, ``subtask``, ``prompt``, ``target``;
        ``difficulty``, ``difficulty_sd``, ``difficulty_low``, ``difficulty_high`` (94% interval; logits),
        ``interval`` ('lineage' if these allow for near-copies among the models, else 'independent'),
        ``difficulty_posterior_sd`` (models taken as independent), ``difficulty_quantile`` ((rank − ½) / items
        of the benchmark); ``discrimination``, ``discrimination_sd`` (missing for Rasch); ``bin``, ``bins``,
        ``bin_strategy``, ``p_in_bin``, ``proportion_correct``, ``answered``, ``flag``, ``suspect`` (why, else
        missing), ``doc_id`` (position in the task of the evaluation harness that was read, else missing);
        ``fit``, ``irt_model``, ``asymptote``, ``rhat`` (the largest), ``ess`` (the smallest), ``converged``,
        ``problems`` (why it is not), ``data_version``, ``licence``, ``citation``. Ordered by item.
    """
    doc_id = items["doc_id"] if "doc_id" in items else pd.Series(np.nan, index=items.index)
    return pd.DataFrame(
        {
            "item_key": items["item_key"],
            "content_hash": items["content_hash"],
            "benchmark": benchmark["name"],
            "subtask": items["subtask"],
            "prompt": items["prompt"],
            "target": items["target"],
            "difficulty": items["mean"].round(4),
            "difficulty_sd": items["sd"].round(4),
            "difficulty_low": items["hdi_low"].round(4),
            "difficulty_high": items["hdi_high"].round(4),
            "interval": fit["interval"],
            "difficulty_posterior_sd": items["posterior_sd"].round(4),
            "difficulty_quantile": (rankdata(items["mean"]) - 0.5) / len(items),
            "discrimination": items["discrimination"].round(4),
            "discrimination_sd": items["discrimination_sd"].round(4),
            "bin": bins.member + 1,
            "bins": bins.count,
            "bin_strategy": bins.strategy,
            "p_in_bin": bins.own_probability.round(3),
            "proportion_correct": items["proportion"].round(4),
            "answered": items["answered"],
            "flag": items["flag"],
            "suspect": _reasons(items, statistics),
            "doc_id": pd.to_numeric(doc_id).astype("Int64"),
            "fit": fit["fit"],
            "irt_model": fit["irt_model"],
            "asymptote": fit["asymptote"],
            "rhat": round(fit["rhat"], 4),
            "ess": np.minimum(fit["ess_bulk"], fit["ess_tail"]).round(),
            "converged": fit["converged"],
            "problems": fit["problems"],
            "data_version": data_version,
            "licence": benchmark["licence"],
            "citation": citation(benchmark, fit, data_version),
        }
    )


def citation(benchmark: pd.Series, fit: pd.Series, data_version: str) -> str:
    """Say in one line what to cite: the benchmark, and where the difficulties come from."""
    known = [benchmark[name] for name in ("citation", "source") if pd.notna(benchmark[name])]
    work = known[0] if known else benchmark["title"]
    kind = {"rasch": "Rasch", "2pl": "2PL"}[fit["irt_model"]]
    return (
        f"{str(work).rstrip('.')}. Difficulty: Difficulty Atlas, {kind} fit {fit['fit']} of "
        f"{fit['models']:,} models, data version {data_version}."
    )


def select(everything: pd.DataFrame, wanted: Selection) -> pd.DataFrame:
    """Return the rows of the items asked for, easiest first; none if no item passes.

    Parameters
    ----------
    everything
        As `describe` returns it.
    wanted
        What is asked for.

    Raises
    ------
    AtlasError
        If a bin, a subtask, a flag or an item does not exist.
    """
    count = int(everything["bins"].iloc[0])
    bins = range(1, count + 1) if wanted.bins is None else wanted.bins
    for number in bins:
        if not 1 <= number <= count:
            raise AtlasError(f"There is no bin {number}; bins are numbered 1 (easiest) to {count} (hardest).")
    _check(wanted.subtasks, everything["subtask"].dropna().unique(), "subtask")
    _check(wanted.flags, FLAGS, "flag")
    _check(wanted.keys, everything["item_key"], "item")
    passed = (
        everything["bin"].isin(list(bins))
        & everything["difficulty"].between(wanted.low, wanted.high)
        & (everything["p_in_bin"] >= wanted.min_p)
    )
    if wanted.subtasks:
        passed &= everything["subtask"].isin(wanted.subtasks)
    if wanted.flags:
        passed &= _flagged(everything, wanted.flags)
    if wanted.text.strip():
        passed &= contains(everything, wanted.text)
    passed |= everything["item_key"].isin(wanted.keys)
    return everything[passed].sort_values(["difficulty", "item_key"]).reset_index(drop=True)


def contains(everything: pd.DataFrame, text: str) -> pd.Series:
    """Whether an item's id, text or subtask contains a text, whatever the case."""
    found = pd.Series(False, index=everything.index)
    for column in SEARCHED:  # joined into one text a row, it would take a second
        if everything[column].notna().any():
            found |= everything[column].str.contains(text.strip(), case=False, regex=False, na=False)
    return found


def _flagged(everything: pd.DataFrame, flags: tuple[str, ...]) -> pd.Series:
    suspect = everything["suspect"].notna()
    kinds = {
        UNFLAGGED: everything["flag"].isna() & ~suspect,
        FLOOR: everything["flag"] == FLOOR,
        CEILING: everything["flag"] == CEILING,
        SUSPECT: suspect,
    }
    return pd.concat([kinds[flag] for flag in flags], axis=1).any(axis=1)


def _reasons(items: pd.DataFrame, statistics: pd.DataFrame | None) -> pd.Series:
    if statistics is None or statistics.empty:
        return pd.Series(None, index=items.index, dtype="str")
    return items["item"].map(statistics.set_index("item")["reasons"]).astype("str")


def _check(asked: tuple[str, ...], there: object, what: str) -> None:
    known = set(there) if asked else set()  # type: ignore[call-overload]  # any collection of texts
    if unknown := [name for name in asked if name not in known]:
        example = ", ".join(sorted(known)[:3]) or "none"
        raise AtlasError(f"There is no {what} {unknown[0]!r}; there are {len(known):,}, such as {example}.")
