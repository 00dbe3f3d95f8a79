"""What a visitor of a page sees, as scripts inside the page find it."""

from __future__ import annotations

from playwright.sync_api import Page

MOST_STOPS = 300  # of the Tab key on a page; a table takes one a column


def said(page: Page) -> dict[str, list[str]]:
    """Lines of text (``said``), texts in charts and cells of tables that a page shows."""
    return page.evaluate(READ)


def cut_off(page: Page) -> list[str]:
    """Controls, titles and charts that reach beyond the window's sides."""
    return page.evaluate(CUT_OFF)


def faint(page: Page) -> list[str]:
    """Texts of charts with a contrast below 4.5 to the page, and marks and lines below 3.

    Axe does not look into charts. Texts on coloured cells are black or white: tests/charts/test_style.py.
    """
    return page.evaluate(FAINT)


def out_of_reach(page: Page) -> tuple[list[str], list[str]]:
    """Controls that the Tab key does not come to, and those that do not show that it has."""
    page.evaluate(KEYBOARD)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("atlasKeyboard.isRound()"):
            break
    found = page.evaluate("atlasKeyboard.found()")
    assert found["stops"] > 20
    return found["missed"], found["unseen"]


READ = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const texts = (selector) => [...main.querySelectorAll(selector)].map((shown) => shown.textContent);
  return { said: main.innerText.split('\\n').filter((line) => line.trim()),
           charts: texts('.js-plotly-plot text'), cells: texts('[role=gridcell]') };
}"""

CUT_OFF = """() => [...document.querySelector('[data-testid=stMain]')
  .querySelectorAll('a[href], button, input, textarea, h1, h2, h3, .js-plotly-plot')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.left < -1 || box.right > innerWidth + 1))
  .map(([one, { left, right }]) => `${left} to ${right}: ${one.outerHTML.slice(0, 160)}`)"""

FAINT = """() => {
  const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (channels) => channels.map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, k) => sum + [0.2126, 0.7152, 0.0722][k] * c, 0);
  const page = rgb(getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor);
  const around = (one) => one.matches('.main-svg') ? [one] : [one, ...around(one.parentElement)];
  const opacityOf = (one) => around(one).reduce((so, each) => so * getComputedStyle(each).opacity, 1);
  const contrast = (one, colour, opacity) => {
    const solid = opacity * opacityOf(one);
    const seen = rgb(colour).slice(0, 3).map((c, k) => solid * c + (1 - solid) * page[k]);
    const [low, high] = [luminance(seen), luminance(page)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const faint = [];
  for (const text of document.querySelectorAll('.js-plotly-plot .main-svg text')) {
    const { fill, fillOpacity } = getComputedStyle(text);
    const isOnColour = ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'].includes(fill);
    if (text.textContent && !isOnColour && contrast(text, fill, fillOpacity) < 4.5)
      faint.push(`text ${text.textContent}: ${fill}`);
  }
  for (const mark of document.querySelectorAll('.js-plotly-plot :is(.points path, .lines path.js-line)')) {
    const { fill, fillOpacity, stroke, strokeOpacity, strokeWidth } = getComputedStyle(mark);
    const parts = [[fill, fillOpacity], [parseFloat(strokeWidth) ? stroke : 'none', strokeOpacity]]
      .filter(([colour, opacity]) => colour !== 'none' && opacity > 0 && (rgb(colour)[3] ?? 1) > 0);
    const contrasts = parts.map(([colour, opacity]) => contrast(mark, colour, opacity));
    if (opacityOf(mark) > 0 && contrasts.length && Math.max(...contrasts) < 3)
      faint.push(`${mark.closest('[class*=st-key-]').className}: ${parts}`);
  }
  return [...new Set(faint)];
}"""

KEYBOARD = """() => {
  const still = document.createElement('style');
  still.textContent = '* { transition: none !important; animation: none !important; }';
  document.head.append(still);
  const all = (root) => [...root.querySelectorAll('*')]
    .flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
  const isControl = (one) => one.matches('a[href], button, input, select, textarea, summary, [tabindex="0"]')
    && one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true })
    && !one.closest('[aria-hidden=true], [inert]');
  const around = (one) => one ? [one, ...around(one.parentElement ?? one.getRootNode().host)] : [];
  const drawn = (one) => one.ownerSVGElement ? [...one.children] : [];  // a shape shows it by its parts
  const look = (one) => [...drawn(one), ...around(one).slice(0, 12)].flatMap((each) =>
    ['', '::before', '::after'].map((part) => {
      const { outline, boxShadow, borderColor, backgroundColor, textDecoration, opacity, fill, stroke } =
        getComputedStyle(each, part);
      return [outline, boxShadow, borderColor, backgroundColor, textDecoration, opacity, fill, stroke].join();
    })).join();
  const focused = (root) => root.activeElement?.shadowRoot?.activeElement ?? root.activeElement;
  const top = Object.assign(document.createElement('span'), { tabIndex: -1 });
  document.body.prepend(top);
  top.focus();
  top.remove();
  const controls = all(document.querySelector('[data-testid=stApp]')).filter(isControl);
  const atRest = new Map(controls.map((one) => [one, look(one)]));
  const reached = new Set(), unseen = new Set();
  const group = (one) => one.closest('[role=radiogroup], [role=toolbar]');  // arrow keys go on within
  const html = (some) => some.map((one) => one.outerHTML.slice(0, 200));
  let laps = 0;
  window.atlasKeyboard = {
    isRound() {
      const at = focused(document);
      if (at === [...reached][0]) laps += 1;
      reached.add(at);
      const paintsItself = at.matches('canvas, body');
      if (!paintsItself && atRest.get(at) === look(at)) unseen.add(at);
      return laps > 0 && at !== document.body;
    },
    found() {
      still.remove();
      const groups = new Set([...reached].map(group));
      const missed = controls.filter((one) => one.isConnected && !reached.has(one)
        && !(group(one) && groups.has(group(one))));
      return { stops: reached.size, missed: html(missed), unseen: html([...unseen]) };
    },
  };
}"""
