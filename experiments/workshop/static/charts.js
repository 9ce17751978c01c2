// Drawing the charts that Python made. Each is drawn once; new rows are put into it.
import { h, number, table } from "./dom.js";

const ROOM_FOR_NAMES = 460;
const [LOW, LOW_CHART] = [800, 220];  // a chart that is seen whole on a low projector, in pixels
const LOWER = { spread: 140 };  // where more stands above it
let bundle;
function vega() {
  bundle ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/vega.js";
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return bundle;
}

const specs = new Map();
async function specOf(path) {
  if (!specs.has(path)) specs.set(path, fetch(path).then((r) => r.json()));
  return structuredClone(await specs.get(path));
}

// A chart and its text equivalent. `heads` name the columns of the table, `cells` makes its rows.
export class Chart {
  constructor(name, label, heads, cells) {
    this.name = name;
    this.inner = h("div.drawn", { "aria-hidden": "true" });  // Vega gives this a role of its own
    this.box = h(`div.chart.${name}`, { role: "img", "aria-label": label || name, tabindex: name === "doors_narrow" ? 0 : null }, this.inner);
    this.heads = heads;
    this.cells = cells;
    this.text = h("details.text-of-chart", {}, h("summary", {}, "The same as a table"));
    this.element = h("figure", {}, this.box, this.text);
    this.element.className = "figure";
    this.drawing = Promise.resolve();
    this.watchWidth();
  }

  // A chart takes the width of its place when it is drawn and when the window changes. While its view
  // is not on the screen that is nothing; so when it comes back, it is told to look again.
  watchWidth() {
    let width = 0;
    new ResizeObserver(([entry]) => {
      const before = width;
      width = entry.contentRect.width;
      if (this.view && width > 0 && width !== before) window.dispatchEvent(new Event("resize"));
    }).observe(this.inner);
  }

  show(rows, measure = "", label = "") {
    if (label) this.box.setAttribute("aria-label", label);
    const path = `/charts/${this.name}${measure ? `/${measure}` : ""}.json`;
    this.rows = rows;
    this.text.replaceChildren(this.text.firstChild, table(label || "The chart's numbers",
      this.heads, this.cells(rows, measure)));
    this.drawing = this.drawing.then(() => this.draw(path)).catch((error) => {
      console.error(error);
      this.box.textContent = "The chart could not be drawn; its numbers are in the table below.";
    });
    return this.drawing;
  }

  async draw(path) {
    const rows = this.rows;
    if (rows === this.drawn && path === this.path) return;
    if (this.path !== path || !this.view) {
      await vega();
      this.view?.finalize();
      const spec = await specOf(path);
      spec.datasets = { ...spec.datasets, rows: structuredClone(rows) };
      // Charts one above the other cannot take their width from the page: they are told it.
      const room = Math.max(300, (this.inner.clientWidth || document.getElementById("main").clientWidth) - ROOM_FOR_NAMES);
      for (const part of spec.vconcat ?? []) part.width = room;
      const most = LOWER[this.name] ?? LOW_CHART;
      if (window.innerHeight < LOW && spec.height > most) spec.height = most;
      const { view } = await window.vegaEmbed(this.inner, spec, { actions: false, ast: true,
        renderer: "svg", defaultStyle: false, tooltip: false });
      this.view = view;
      this.path = path;
    } else await this.view.data("rows", structuredClone(rows)).resize().runAsync();
    this.drawn = rows;
    this.box.dataset.rows = rows.length;
  }
}

export function yearCells(rows, measure) {
  return rows.filter((r) => r.measure === measure && r.who)
    .map((r) => [`Year ${r.year}`, r.who === "difference" ? "Difference" : r.who, number(r.mean),
      between(r.low, r.high), among(r), between(r.lowest, r.highest)]);
}
const between = (a, b) => (a === null || a === undefined ? "" : `${number(a)} to ${number(b)}`);
// The sets differ by no more than luck would have them differ: no range, and no single number either.
const among = (r) => (r.least === null || r.least !== r.most ? between(r.least, r.most) : r.low === r.high ? "" : "within chance");
export const YEAR_HEADS = ["Year", "What", "Mean", "By luck (95%)", "With other plausible numbers", "By both together"];
