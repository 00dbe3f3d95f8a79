"""One HTML file that says what a view shows, with its figures, tables and sources."""

from analysis.report.document import report
from analysis.report.evidence import (
    Evidence,
    Gains,
    gather,
    in_order,
    measured,
    pattern_of,
    verdicts_of,
)
from analysis.report.heatmap_words import caption, headline, whose

__all__ = [
    "Evidence",
    "Gains",
    "caption",
    "gather",
    "headline",
    "in_order",
    "measured",
    "pattern_of",
    "report",
    "verdicts_of",
    "whose",
]
