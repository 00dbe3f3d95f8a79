"""What every benchmark is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BBH = "leaderboard_bbh_tracking_shuffled_objects_five_objects_response_matrix.csv"
MMLU_PRO_MATH = "filtered_7b_leaderboard_mmlu_pro_response_matrix_math.csv"


@dataclass(frozen=True)
class Options:
    """How to measure.

    Attributes
    ----------
    quick
        Use small sizes, and no peers.
    data
        Folder of the real leaderboard matrices.
    figures
        Folder that figures are written to.
    """

    quick: bool
    data: Path
    figures: Path

    def matrix(self, name: str) -> Path | None:
        """Return a real matrix's file, or None if it is not there."""
        path = self.data / name
        return path if path.exists() else None
