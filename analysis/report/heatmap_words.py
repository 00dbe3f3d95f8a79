"""What the heatmap shows, in words."""

from __future__ import annotations

import pandas as pd

from analysis import charts
from analysis.transfer import ACCURACY, EASY, GAIN, HARD, HEADROOM, LOG_ODDS, MIN_ITEMS, points
from analysis.view_state import HeatmapChoices, ViewState

SAYS = {
    GAIN: "Percentage points gained over zero-shot",
    ACCURACY: "Accuracy after training, percent,",
    HEADROOM: "Percent of what was left to gain (or, where accuracy fell, to lose), gained over zero-shot",
    LOG_ODDS: "Log odds gained over zero-shot, on which ceiling and floor are as far away as anything",
}
BOLD = {
    charts.EACH: "the 95% interval of that cell alone excludes zero; of 100 cells without any effect about 5 "
    "would be bold",
    charts.DISCOVERIES: "of the bold cells 5% are false on average (Benjamini–Hochberg); intervals are of "
    "each cell alone",
    charts.ALL: "the interval excludes zero, and intervals hold for all cells at once (95%, largest |z| of "
    "the bootstrap)",
}


def headline(contrast: pd.DataFrame) -> str | None:
    """Say what easy training does to hard items and hard training to easy ones, where runs tell both.

    Parameters
    ----------
    contrast
        As `analysis.transfer.contrasts` returns it.
    """
    known = contrast.set_index(["train", "test_bin"]).dropna(subset="gain")
    if not {(EASY, 2), (HARD, 0)} <= set(known.index):
        return None
    return (
        f"Easy-only training moves the hardest third by {points(known.loc[(EASY, 2)])}; "
        f"hard-only training moves the easiest third by {points(known.loc[(HARD, 0)])}."
    )


def whose(state: ViewState, choices: HeatmapChoices) -> str:
    """Whose gains these are."""
    if not choices.models:
        return state.tuned
    recipe = f", recipe {state.recipe}" if state.recipe else ""
    return f"{len(choices.models)} base models ({', '.join(choices.models)}{recipe})"


def caption(state: ViewState, choices: HeatmapChoices, cells: pd.DataFrame) -> str:
    """Say what the figure shows, of how many items and runs, and by which method."""
    trained = cells[cells["row"] >= 0]
    seeds, (fewest, most) = trained["seeds"].min(), trained["items"].agg(["min", "max"])
    items = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    sentences = [
        f"{SAYS[choices.measure]} by {whose(state, choices)}, mean of {seeds} "
        f"{'runs' if choices.models else 'seeds'}, on {items} {'held-out ' * choices.held_out}items a bin"
        f"{', bins cut anew in every posterior draw' * choices.vary}."
    ]
    if choices.measure != ACCURACY:
        sentences.append(f"Bold: {BOLD[choices.marks]}.")
    if choices.models:
        sentences.append("In brackets: the lowest and the highest base model.")
    written = "Small: ends of the 95% interval," if choices.intervals else "95% intervals"
    sentences.append(
        f"{written} from one joint bootstrap of items and seeds, paired with the baseline; it is about "
        f"{'these base models' if choices.models else 'this base model'} and these runs."
    )
    if choices.measure == GAIN:
        smallest = 100 * trained["detectable"].median()
        sentences.append(f"The median cell would show a gain of {smallest:.1f} points four times in five.")
    lacking = {HEADROOM: ", or nothing left to gain or to lose", LOG_ODDS: ", or too near ceiling or floor"}
    sentences.append(f"A dash: fewer than {MIN_ITEMS} items{lacking.get(choices.measure, '')}.")
    return " ".join(sentences)
