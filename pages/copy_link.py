"""A button that copies the address of the view, with the data version it was made on."""

from __future__ import annotations

import streamlit as st

from analysis.view_state import DATA_VERSION

HTML = '<button type="button">Copy link</button><span role="status"></span>'

CSS = """
button {
  font: inherit; color: inherit; cursor: pointer; width: 100%; padding: 0.4rem 0.75rem;
  background: var(--st-background-color); border: 1px solid var(--st-border-color); border-radius: 0.5rem;
}
button:hover, button:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color); }
span { position: absolute; left: -10000px; }
"""

JS = """
export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("span");
  button.onclick = async () => {
    const link = new URL(window.location.href);
    link.searchParams.set(data.parameter, data.version);
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      // Browsers offer the clipboard only to https and localhost; a selection can be copied anywhere.
      const field = document.createElement("textarea");
      field.value = link.href;
      document.body.appendChild(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.textContent = status.textContent = "Link copied";
    setTimeout(() => { button.textContent = "Copy link"; status.textContent = ""; }, 2000);
  };
}
"""

_button = st.components.v2.component("difficulty_atlas_copy_link", html=HTML, css=CSS, js=JS)


def copy_link(version: str, key: str = "copy_link") -> None:
    """Draw the button."""
    _button(data={"parameter": DATA_VERSION, "version": version}, key=key)
