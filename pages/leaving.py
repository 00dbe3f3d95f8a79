"""How a subset leaves: the form, the download, and the code that reads it."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analysis import subsets
from analysis.errors import AtlasError
from pages.notes import say_what_is_not_here


def offer(subset: pd.DataFrame, name: str, version: str) -> list[str]:
    """Draw the choice of a form with its download and its use; return the options that ask for it."""
    say_what_is_not_here(version, form=list(subsets.TARGETS))
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    form = left.selectbox("Form", list(subsets.TARGETS), key="form", bind="query-params")
    target = subsets.TARGETS[form]
    asked, options = subsets.Asked(), ["--format", form, "--out", f"{name}.{target.ending}"]
    if form == "lm-eval-samples":
        task = right.text_input(
            "Name of the lm-eval task", key="task", bind="query-params", placeholder="its own"
        )
        asked = subsets.Asked(task=task or None)
        options += ["--task", task] if task else []
    elif form == "lm-eval-task":
        base = right.text_input(
            "YAML of the task to filter",
            key="base_task",
            bind="query-params",
            placeholder="these items themselves",
        )
        asked = subsets.Asked(base=base or None)
        options += ["--base", base] if base else []
    st.caption(target.about)
    try:
        code = subsets.usage(subset, form, name, asked)
    except AtlasError as error:
        st.info(str(error), icon=":material/info:")
        return []
    st.download_button(
        f"Download {form}",
        data=partial(_contents, subset, form, name, asked),
        file_name=f"{name}.{target.ending}",
        mime="application/zip" if target.is_folder else "application/octet-stream",
        on_click="ignore",
        icon=":material/download:",
    )
    st.code(code, language=target.language, wrap_lines=True)
    return options


def _contents(subset: pd.DataFrame, form: str, name: str, asked: subsets.Asked) -> bytes:
    files = subsets.files_of(subset, form, name, asked)
    return subsets.packed(files) if subsets.TARGETS[form].is_folder else next(iter(files.values()))
