// Notes in `atlasSeen` when another title, with it another element of a kind, and another picture in one of
// that kind are first there: milliseconds since the next click or key, or, for a visit, since the browser was
// told to go there. It looks at every frame.
function watch({ selector, isVisit }) {
  const isChart = (shown) => shown.matches(".js-plotly-plot");
  const drawn = (shown) => shown.getClientRects().length > 0
    && (!isChart(shown) || shown.querySelector(".cartesianlayer :is(.trace, .hm)"));
  const title = () => document.querySelector('[data-testid="stMain"] h1')?.textContent ?? "";
  const main = () => [...document.querySelectorAll(selector)].filter(drawn);
  const before = isVisit ? { title: "", main: [], pictures: [] }
    : { title: title(), main: main(), pictures: main().map((shown) => shown.innerHTML) };
  const seen = window.atlasSeen = {};
  let start = isVisit ? 0 : null;
  for (const act of ["click", "keydown"]) {
    window.addEventListener(act, () => { start ??= performance.now(); }, { capture: true });
  }
  const look = () => {
    if (start !== null) {
      const now = performance.now() - start;
      if (title() && title() !== before.title) seen.title ??= now;
      if (seen.title && main().some((shown) => !before.main.includes(shown))) seen.main ??= now;
      if (main().some((shown) => !before.pictures.includes(shown.innerHTML))) seen.changed ??= now;
    }
    if (window.atlasSeen === seen) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
