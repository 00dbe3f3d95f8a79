"""Buttons that save a chart as SVG or PNG at a journal's width, drawn by the browser."""

from __future__ import annotations

from typing import Any

import streamlit as st

MM_PER_INCH, CSS_DPI, PRINT_DPI = 25.4, 96, 600
WIDTHS = {89: 672, 183: 1037}
"""Width on paper in mm, of one and two columns of a journal → width in px that the chart is laid out in, so
that its text of 14 px comes to 5 and 7 points."""

HTML = '<div class="images"></div><span role="status"></span>'

CSS = """
.images { display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem; }
button {
  font: inherit; color: inherit; cursor: pointer; padding: 0.4rem 0.75rem;
  background: var(--st-background-color); border: 1px solid var(--st-border-color); border-radius: 0.5rem;
}
button:hover, button:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color); }
"""

# Streamlit keeps Plotly to itself; the one way to it is the button that every chart's own toolbar has for
# images. It is given another figure than the one it stands on, the same in light colours on white.
JS = """
// Plotly saves by clicking a link outside the popover, which would close it.
function stayOpen(event) {
  if (!event.target.matches("a[download]")) return;
  event.stopPropagation();
  window.removeEventListener("click", stayOpen, true);
}

export default function ({ parentElement, data }) {
  const status = parentElement.querySelector("span");
  parentElement.querySelector(".images").replaceChildren(...data.images.map((image) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = image.label;
    button.onclick = () => {
      const chart = document.querySelector(`.st-key-${data.key} .js-plotly-plot`);
      const tools = chart?._fullLayout?._modeBar?.buttons?.flat() ?? [];
      const save = tools.find((tool) => tool.name === "toImage");
      status.textContent = save ? "" : "The chart is not drawn yet: try again in a moment.";
      if (!save) return;
      window.addEventListener("click", stayOpen, true);
      const context = { ...chart._context, toImageButtonOptions: image };
      save.click({ ...JSON.parse(data.figure), config: {}, _context: context });
    };
    return button;
  }));
}
"""

_buttons = st.components.v2.component("difficulty_atlas_take_image", html=HTML, css=CSS, js=JS)


def take_image(figure: Any, key: str, name: str) -> None:
    """Draw the buttons.

    Parameters
    ----------
    figure
        The chart in light colours (plotly).
    key
        Of the chart on the page.
    name
        Of the file, without its ending.
    """
    figure.update_layout(paper_bgcolor="white")
    images = [_image(ending, mm, name, figure.layout.height) for ending in ("svg", "png") for mm in WIDTHS]
    _buttons(data={"figure": figure.to_json(), "key": key, "images": images}, key=f"image_{key}")


def _image(ending: str, mm: int, name: str, height: int) -> dict[str, Any]:
    """Return what plotly.js calls ``toImageButtonOptions``, and the button's words."""
    dpi = CSS_DPI if ending == "svg" else PRINT_DPI
    return {
        "format": ending,
        "filename": f"{name}-{mm}mm",
        "width": WIDTHS[mm],
        "height": height,
        "scale": mm / MM_PER_INCH * dpi / WIDTHS[mm],
        "label": f"{ending.upper()}, {mm} mm",
    }
