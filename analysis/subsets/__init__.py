"""What leaves the house: difficulty subsets as files."""

from analysis.subsets.select import select
from analysis.subsets.tabular import FORMATS, to_bytes

__all__ = ["FORMATS", "select", "to_bytes"]
