"""One item's tables: who surprises on it, and which items are as hard."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analysis import explore
from pages.item_choice import go_to_selected
from pages.real_minus import real_minus

number = st.column_config.NumberColumn
AROUND = 5  # neighbours on either side


def surprising_models(answers: pd.DataFrame) -> None:
    """Draw the models that missed the item, and that solved it, against expectation."""
    found = explore.surprises(answers)
    st.subheader("Which models surprise?")
    for column, correct, what in zip(
        st.columns(2), (False, True), ("Missed it, though able", "Solved it, though not able"), strict=True
    ):
        count, by_chance = explore.surprising_count(found, correct=correct)
        some = found[found["correct"] == correct].head(10)
        with column:
            st.markdown(
                f"**{what}**: {count:,} models, at a probability of at most {explore.SURPRISING:.0%} each; "
                f"the IRT model expects {by_chance:,.{int(by_chance < 10)}f}."
            )
            if some.empty:
                st.caption("No model missed it." if not correct else "No model solved it.")
                continue
            st.dataframe(
                real_minus(
                    some.assign(expected=100 * some["expected"])[["name", "expected", "mean", "family"]],
                    mean=".2f",
                ),
                column_config={
                    "name": st.column_config.TextColumn("Model", width="medium"),
                    "family": "Family",
                    "mean": number("Ability"),
                    "expected": number(
                        "Expected", format="%.1f%%", help="Probability that it solves the item, by the curve"
                    ),
                },
                hide_index=True,
                height=38 + 35 * len(some),
                placeholder="–",
                alt=f"Models, {what.lower()}, the most surprising first",
            )
    st.caption(
        f"The {len(found):,} models that answered; the ten least expected answers on either side. Many more "
        "surprises than expected can mean a wrong answer key, an ambiguous text, or models that have seen it."
    )


def neighbours(ordered: pd.DataFrame, place: int) -> None:
    """Draw the items next to one in the order of difficulty; a selected row opens."""
    st.subheader("As hard as this one")
    first = max(0, place - AROUND)
    near = ordered.iloc[first : place + AROUND + 1].drop(index=place)
    columns = [name for name in ("prompt", "target", "subtask") if near[name].notna().any()]
    st.dataframe(
        real_minus(
            near.assign(proportion=100 * near["proportion"])[
                ["item_key", "mean", "hdi_low", "hdi_high", "proportion", *columns]
            ],
            **dict.fromkeys(("mean", "hdi_low", "hdi_high"), ".2f"),
        ),
        column_config={
            "item_key": "Item",
            "prompt": "Text",
            "target": "Answer",
            "subtask": "Kind",
            "mean": number("Difficulty"),
            "hdi_low": number("94% from"),
            "hdi_high": number("to"),
            "proportion": number("Right", format="%.0f%%"),
        },
        hide_index=True,
        height=38 + 35 * len(near),
        key="neighbours",
        on_select=partial(go_to_selected, near["item_key"].tolist(), "neighbours"),
        selection_mode="single-row",
        alt="Items next to this one in difficulty, easiest first",
    )
    st.caption("Easiest first. Select a row to see that item.")
