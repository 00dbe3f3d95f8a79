// Handles over a distribution: dragged or moved by keys, they tell the edges; see edge_editor.py.
const GAP = 0.01, TOP = 34, FLOOR = 108;  // least distance of two edges; where bars end, in pixels
const STEPS = {
  ArrowLeft: -0.05, ArrowDown: -0.05, ArrowRight: 0.05, ArrowUp: 0.05, PageDown: -0.5, PageUp: 0.5,
};

function add(parent, name, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  parent.append(element);
  return element;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const svg = parentElement.querySelector("svg");
  const held = parentElement.activeElement?.dataset?.edge;
  const edges = [...data.edges], { low, high, unit, lengths } = data;
  const place = (value) => `${1 + (98 * (value - low)) / (high - low)}%`;
  const written = (value) => value.toFixed(2).replace("-", "\u2212");
  svg.replaceChildren();

  const tallest = Math.max(...lengths), width = 98 / lengths.length;
  lengths.forEach((length, k) => {
    const height = ((FLOOR - TOP) * length) / tallest;
    add(svg, "rect", { class: "bar", x: `${1 + k * width}%`, width: `${width}%`, y: FLOOR - height, height });
  });
  add(svg, "line", { class: "axis", x1: "1%", x2: "99%", y1: FLOOR, y2: FLOOR });
  const step = [1, 2, 5, 10].find((size) => (high - low) / size <= 10) ?? 20;
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step)
    add(svg, "text", { x: place(tick), y: FLOOR + 18 }, `${tick}`.replace("-", "\u2212"));
  const numbers = [...edges, high].map(() => add(svg, "text", { y: 12 }));

  let waiting;
  const tell = () => setTriggerValue("edges", edges.map((edge) => Math.round(edge * 100) / 100));
  const handles = edges.map((_, k) => {
    const handle = add(svg, "g", { class: "edge", role: "slider", tabindex: 0, "data-edge": k });
    handle.setAttribute("aria-label", `Edge between bins ${k + 1} and ${k + 2}`);
    for (const part of ["reach", "line"]) add(handle, "line", { class: part, y1: TOP - 8, y2: FLOOR });
    add(handle, "circle", { r: 6, cy: TOP - 8 });
    add(handle, "text", { class: "value", y: FLOOR + 18 });
    handle.onpointerdown = (event) => { handle.setPointerCapture(event.pointerId); handle.focus(); };
    handle.onpointermove = (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = svg.getBoundingClientRect();
      move(k, low + (((event.clientX - box.left) / box.width - 0.01) / 0.98) * (high - low));
    };
    handle.onpointerup = () => { if (edges[k] !== data.edges[k]) tell(); };
    handle.onkeydown = (event) => {
      if (!(event.key in STEPS)) return;
      event.preventDefault();
      move(k, edges[k] + STEPS[event.key]);
      clearTimeout(waiting);
      waiting = setTimeout(tell, 600);
    };
    return handle;
  });

  function move(k, value) {
    const least = (edges[k - 1] ?? low) + GAP, most = (edges[k + 1] ?? high) - GAP;
    edges[k] = Math.min(Math.max(value, least), most);
    draw();
  }

  function draw() {
    handles.forEach((handle, k) => {
      const x = place(edges[k]);
      for (const line of handle.querySelectorAll("line"))
        for (const end of ["x1", "x2"]) line.setAttribute(end, x);
      handle.querySelector("circle").setAttribute("cx", x);
      const value = handle.querySelector("text");
      value.setAttribute("x", x);
      value.textContent = written(edges[k]);
      handle.setAttribute("aria-valuemin", edges[k - 1] ?? low);
      handle.setAttribute("aria-valuemax", edges[k + 1] ?? high);
      handle.setAttribute("aria-valuenow", edges[k].toFixed(2));
      handle.setAttribute("aria-valuetext", `${written(edges[k])} ${unit}`);
    });
    numbers.forEach((number, k) => {
      const from = edges[k - 1] ?? low, to = edges[k] ?? high;
      number.setAttribute("x", place((from + to) / 2));
      number.textContent = (to - from) / (high - low) > 0.03 ? k + 1 : "";
    });
  }

  draw();
  svg.querySelector(`[data-edge="${held}"]`)?.focus({ preventScroll: true });
}
