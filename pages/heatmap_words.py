"""What the heatmap shows, in words."""

import pandas as pd

from analysis import charts
from analysis.transfer import ACCURACY, GAIN, HEADROOM, LOG_ODDS, MIN_ITEMS
from analysis.view_state import ViewState
from pages.heatmap_choices import Choices

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


def whose(state: ViewState, choices: Choices) -> str:
    """Whose gains these are."""
    if not choices.models:
        return state.tuned
    recipe = f", recipe {state.recipe}" if state.recipe else ""
    return f"{len(choices.models)} base models ({', '.join(choices.models)}{recipe})"


def caption(state: ViewState, choices: Choices, cells: pd.DataFrame) -> str:
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
    sentences.append(
        "95% intervals from one joint bootstrap of items and seeds, paired with the baseline; they are about "
        "these base models and runs."
    )
    if choices.measure == GAIN:
        smallest = 100 * trained["detectable"].median()
        sentences.append(f"The median cell would show a gain of {smallest:.1f} points four times in five.")
    lacking = {HEADROOM: ", or nothing left to gain or to lose", LOG_ODDS: ", or too near ceiling or floor"}
    sentences.append(f"A dash: fewer than {MIN_ITEMS} items{lacking.get(choices.measure, '')}.")
    return " ".join(sentences)
