"""Details that the first Open LLM Leaderboard published (2023-07 to 2024-06): a Parquet file a task and run.

``details_ORGANISATION__MODEL/TIME/details_harness|TASK|SHOTS_TIME.parquet``, as the archive on the Hugging
Face hub has it. Documents have no number but their row, in an order of their own; items are known by their
text, which older files call ``query`` and newer ones ``example``.
"""

from analysis.readers.leaderboard_v1.files import holds_details
from analysis.readers.leaderboard_v1.reader import read_leaderboard_v1

__all__ = ["holds_details", "read_leaderboard_v1"]
