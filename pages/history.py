"""Back and forward go through what was seen: a control that changes the address makes an entry of history.

Streamlit puts a control's value into the address in place of what was there (`replaceState`), and since 1.67
reads the address again on the way back. So what is missing are the entries: here, the first change of the
address after an act of the visitor becomes one. What follows it without a further act (a value that is put
right, parameters of controls that went away) changes that entry, as does all that follows back and forward.
A page left by a link loses its own parameters before the next is entered: its entry keeps them.
"""

from __future__ import annotations

import streamlit as st

JS = """
export default function () {
  if (window.difficultyAtlasHistory) return;
  window.difficultyAtlasHistory = true;
  const push = history.pushState.bind(history), replace = history.replaceState.bind(history);
  let acted = false, leaving = false;
  for (const act of ["pointerdown", "keydown"]) {
    window.addEventListener(act, (event) => {
      leaving = event.target.closest?.("a[href]") != null;
      acted = !leaving;
    }, { capture: true });
  }
  window.addEventListener("popstate", () => { acted = leaving = false; }, { capture: true });
  const at = (url) => new URL(url ?? location.href, location.href);
  const samePage = (there) => there.pathname === location.pathname;
  const loses = (there) => samePage(there) && [...there.searchParams].every(
    ([name, value]) => at().searchParams.getAll(name).includes(value));
  history.pushState = (state, title, url) => {
    if (leaving && loses(at(url))) return;
    acted = leaving = false;
    push(state, title, url);
  };
  history.replaceState = (state, title, url) => {
    const changes = samePage(at(url)) && at(url).search !== location.search;
    if (changes && leaving && loses(at(url))) return;
    (changes && acted ? history.pushState : replace)(state, title, url);
  };
}
"""

_entries = st.components.v2.component("difficulty_atlas_history", html="<span hidden></span>", js=JS)


def keep_history() -> None:
    """Let back and forward go through the values of controls."""
    _entries(key="history", height=0)
