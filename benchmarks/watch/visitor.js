// Visits the app, clicks through its sidebar as often as it is told, and hands in what it saw.
const CHART = ".js-plotly-plot";
const TABLE = '[data-testid="stDataFrame"] canvas';
// What a page without charts is opened for; of the others it is their first chart.
const MAIN = { Methods: '[data-testid="stExpander"]', Export: TABLE, Data: TABLE };

const pause = (milliseconds) => new Promise((awake) => { setTimeout(awake, milliseconds); });

async function until(test) {
  while (!test()) await pause(50);
}

async function seen(what) {
  await until(() => window.atlasSeen.main !== undefined);
  return { what, title: window.atlasSeen.title / 1000, main: window.atlasSeen.main / 1000 };
}

async function clickThrough(rounds) {
  const links = [...document.querySelectorAll("[data-testid=stSidebarNav] a")];
  const pages = links.map((link) => [link.innerText.split("\n").pop(), link]);
  const waits = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [page, link] of [...pages.slice(1), pages[0]]) {
      await until(drawn);
      await pause(500);
      watch({ selector: MAIN[page] ?? CHART, isVisit: false });
      link.click();
      waits.push(await seen(page));
    }
  }
  return waits;
}

(async () => {
  const desk = document.referrer; // whoever sent the visitor here wants to know
  watch({ selector: CHART, isVisit: true });
  const waits = [await seen("visit")];
  const { rounds } = await (await fetch(`${desk}task`)).json();
  waits.push(...await clickThrough(rounds));
  await fetch(`${desk}seen`, { method: "POST", body: JSON.stringify(waits) });
})();
