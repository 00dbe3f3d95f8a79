"""Everything known, in one DuckDB file a snapshot. The only part of the house that speaks SQL."""

from analysis.store.draft import Added, Draft
from analysis.store.snapshot import Snapshot
from analysis.store.store import Store

__all__ = ["Added", "Draft", "Snapshot", "Store"]
