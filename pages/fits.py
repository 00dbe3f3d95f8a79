"""Which fit is shown: the choice, the gate before one that did not converge, and the words about it."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from analysis.view_state import fit_options
from pages import data

ACCEPTED = "accepted_fits"  # in the session alone: a link must not accept on a visitor's behalf
SOURCES = {"metadata": "metadata", "organisation": "organisation", "responses": "alike responses"}
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


def irt_model(fit: pd.Series) -> str:
    """``Rasch`` or ``2PL``, and its lower asymptote if it has one."""
    name = {"rasch": "Rasch", "2pl": "2PL"}[fit["irt_model"]]
    return f"{name}, lower asymptote {fit['asymptote']:.2g}" if fit["asymptote"] else name


def unit(fit: pd.Series) -> str:
    """What difficulties are counted in: the 2PL has a logit of its own for each item."""
    return "logits" if fit["irt_model"] == "rasch" else "sds of ability"


def interval(fit: pd.Series) -> str:
    """What a difficulty's interval allows for; in full where it knows the models' lineage."""
    if fit["interval"] != "lineage":
        return "94% interval, takes models as independent"
    return (
        f"94% interval, lineage-aware: {fit['families']:,.0f} families ({SOURCES[fit['family_source']]}), "
        f"effective number of models {fit['effective_models']:,.0f} of {fit['models']:,}"
    )


def at_zero(fit: pd.Series) -> str:
    """How often the average model is right on an item of difficulty zero."""
    return f"{(1 + fit['asymptote']) / 2:.0%} of the time" if fit["asymptote"] else "half the time"


def show_quality(fit: pd.Series) -> None:
    """Draw what the fit's gate measured, and how well the IRT model describes the responses."""
    numbers = {label: fit[name] for name, label in QUALITY.items()} | json.loads(fit["settings"])
    st.dataframe(_listed(numbers), hide_index=True, alt="Diagnostics and settings of the fit")
    if pd.notna(fit["checks"]):
        checks = pd.json_normalize(json.loads(fit["checks"])).iloc[0].to_dict()
        st.dataframe(_listed(checks), hide_index=True, alt="Checks of the IRT model against the responses")


def _listed(values: dict[str, object]) -> pd.DataFrame:
    shown = [f"{value:.4g}" if isinstance(value, float) else str(value) for value in values.values()]
    return pd.DataFrame({"What": list(values), "Value": shown})
