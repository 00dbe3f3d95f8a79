"""Which fit is shown: the choice, the gate before one that did not converge, and the words about it."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from analysis.fit_words import at_zero, interval, irt_model, unit
from analysis.glossary import explain
from analysis.view_state import fit_options
from pages import data

# Pages find all that is said of a fit here.
__all__ = ["at_zero", "choose_fit", "interval", "irt_model", "may_be_shown", "show_quality", "unit"]

ACCEPTED = "accepted_fits"  # in the session alone: a link must not accept on a visitor's behalf
QUALITY = {
    "rhat": "R-hat, largest",
    "ess_bulk": "Bulk effective sample size, smallest",
    "ess_tail": "Tail effective sample size, smallest",
    "divergences": "Divergent transitions",
    "log_likelihood_error": "Log-likelihood error against brute force, nats",
    "seed": "Seed",
    "data_hash": "Hash of the responses",
    "code_version": "Version of Difficulty Atlas",
}
MEANINGS = {
    QUALITY["rhat"]: explain("R-hat"),
    QUALITY["ess_bulk"]: explain("ESS"),
    QUALITY["ess_tail"]: explain("ESS"),
    QUALITY["divergences"]: explain("divergence"),
    "asymptote": explain("asymptote"),
}


def choose_fit(version: str, benchmark: str) -> str:
    """Draw the choice where there are several, and return the fit's id."""
    options = fit_options(data.fits(version, benchmark))
    names = list(options)
    if len(names) == 1:
        return options[names[0]]
    # Links carry what a select box shows, so options are shown by name (no format_func).
    name = st.selectbox(
        "Fit", names, key="fit", bind="query-params", help="Those that converged first; newest first."
    )
    return options[name]


def may_be_shown(version: str, benchmark: str, fit: pd.Series) -> bool:
    """Warn of a fit that did not converge, and ask; return whether pages may show it."""
    if fit["converged"]:
        return True
    command = f"python -m analysis fit --benchmark {benchmark} --resume {fit['fit']} --draws 3000"
    failed = f"**Fit {fit['fit']} of {benchmark} did not converge**: {fit['problems']}."
    if fit["fit"] in st.session_state.get(ACCEPTED, ()):
        st.warning(
            f"{failed} You see it at your own request; difficulties, bins and all that is made of them may "
            f"be wrong. Draw more: `{command}`",
            icon=":material/warning:",
        )
        return True
    others = (
        " Choose another fit in the sidebar, or draw" if data.usable_fits(version, benchmark) else " Draw"
    )
    st.error(
        f"{failed} Its difficulties may be wrong, and with them every bin, gain and subset.{others} more, "
        "and this page follows by itself:",
        icon=":material/error:",
    )
    st.code(command, language="bash", wrap_lines=True)
    st.button("Show it anyway", key=f"accept_{fit['fit']}", on_click=_accept, args=(fit["fit"],))
    return False


def _accept(fit: str) -> None:
    st.session_state[ACCEPTED] = {*st.session_state.get(ACCEPTED, ()), fit}


def show_quality(fit: pd.Series) -> None:
    """Draw what the fit's gate measured, and how well the IRT model describes the responses."""
    numbers = {label: fit[name] for name, label in QUALITY.items()} | json.loads(fit["settings"])
    table = _listed(numbers)
    st.dataframe(
        table.assign(Meaning=table["What"].map(MEANINGS)),
        hide_index=True,
        placeholder="",
        alt="Diagnostics and settings of the fit",
    )
    if pd.notna(fit["checks"]):
        checks = pd.json_normalize(json.loads(fit["checks"])).iloc[0].to_dict()
        st.dataframe(_listed(checks), hide_index=True, alt="Checks of the IRT model against the responses")


def _listed(values: dict[str, object]) -> pd.DataFrame:
    shown = [f"{value:.4g}" if isinstance(value, float) else str(value) for value in values.values()]
    return pd.DataFrame({"What": list(values), "Value": shown})
