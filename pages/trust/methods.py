"""How everything is computed, from the docstrings of what computes it, and what the words mean."""

import pandas as pd
import streamlit as st

from analysis.glossary import TERMS
from analysis.methods import PARTS, Function, Module, modules
from pages.notes import say_what_is_not_here
from pages.shared import about_data, view

WORDS = "Words"


def say(function: Function) -> None:
    st.markdown(f"**`{function.name}`** {function.summary}\n\n{function.details}")
    if function.returns:
        st.markdown(f"Returns {function.returns}")


def show(module: Module, *, expanded: bool) -> None:
    with st.expander(f"{module.summary} `{module.name}`", expanded=expanded):
        if module.details:
            st.markdown(module.details)
        for formula in module.formulas:
            st.latex(formula)
        for function in module.functions:
            say(function)


def mentions(text: str, needle: str) -> bool:
    return needle.lower() in text.lower()


st.title("How is it computed?")
about_data(view())
st.caption(
    "Written in the code beside what it describes, and read from there: formulas, what is tested, and the "
    "literature that it follows."
)
names = [*PARTS, WORDS]
say_what_is_not_here(view().version, part=names)
part = st.segmented_control("Part", names, default=names[0], key="part", bind="query-params", required=True)
needle = st.text_input("Find", key="about", bind="query-params", placeholder="bootstrap, Benjamini, Q3 …")
if part == WORDS:
    words = pd.DataFrame(sorted(TERMS.items(), key=lambda term: term[0].lower()), columns=["Term", "Meaning"])
    found = words[[mentions(f"{term} {meaning}", needle) for term, meaning in words.itertuples(index=False)]]
    for term, meaning in found.itertuples(index=False):
        st.markdown(f"**{term}** {meaning}")
    empty = found.empty
else:
    shown = [module for module in modules(part) if mentions(repr(module), needle)]
    for module in shown:
        if module.formulas:
            show(module, expanded=True)
    rest = [module for module in shown if not module.formulas]
    if rest and not needle:
        st.subheader("How that is carried out, module by module")
    for module in rest:
        show(module, expanded=bool(needle))
    empty = not shown
if empty:
    st.info(f"Nothing here mentions {needle!r}. Try another part or word.", icon=":material/info:")
