// The levers, and what they do. One question at a time: one group of levers is open.
import { day, empty, h, ask, post, rangeSoFar, soFar, toast } from "./dom.js";
import { Chart, YEAR_HEADS, yearCells } from "./charts.js";
import { aYear, figure, howSure, measurePicker, SWATCHES, unknown } from "./show.js";

function leverElement(state, lever, moved) {
  const id = `lever-${lever.name}`;
  const words = h("span.words.setting", { id: `${id}-words` });
  const note = lever.note ? h("span.words", { id: `${id}-note` }, lever.note) : null;
  const common = { id, "aria-describedby": `${id}-words${note ? ` ${id}-note` : ""}` };
  const input = lever.switch
    ? h("input", { type: "checkbox", ...common })
    : h("input", { type: "range", min: 0, max: lever.words.length - 1, step: 1, ...common });
  const value = () => (lever.switch ? Number(input.checked) : Number(input.value));
  const say = () => {
    const at = value();
    words.textContent = lever.words[at];
    input.setAttribute("aria-valuetext", lever.words[at]);
    element.classList.toggle("moved", at !== lever.today);
  };
  // While the lever is held still, the workshop begins to work out what would be asked.
  let holding;
  input.addEventListener("input", () => {
    say();
    clearTimeout(holding);
    holding = setTimeout(() => state.foresee(lever, value()), 150);
  });
  input.addEventListener("change", () => {
    clearTimeout(holding);
    if (value() === lever.today) delete state.settings[lever.name];
    else state.settings[lever.name] = value();
    moved();
    state.release();
  });
  const element = lever.switch
    ? h("div.lever", {}, h("label", { for: id }, input, lever.title), note, words)
    : h("div.lever", {}, h("label", { for: id }, lever.title), input, words, note);
  element.set = () => {
    const at = state.settings[lever.name] ?? lever.today;
    if (lever.switch) input.checked = at === 1;
    else input.value = at;
    say();
  };
  element.set();
  return element;
}

function leversPanel(state) {
  const groups = state.about.groups.map((group) => {
    const mine = state.about.levers.filter((lever) => lever.group === group.name);
    const elements = mine.map((lever) => leverElement(state, lever, () => count()));
    const filter = mine.length > 20 ? h("input", { type: "text", "aria-label": `Search ${group.title}`,
      placeholder: "Search", oninput: () => elements.forEach((e, i) => {
        e.hidden = !`${mine[i].title} ${mine[i].note}`.toLowerCase().includes(filter.value.toLowerCase());
      }) }) : null;
    const summary = h("summary", {}, group.title);
    const box = h("details", { name: "levers" }, summary, filter, elements);
    const count = () => {
      summary.dataset.moved = mine.filter((lever) => lever.name in state.settings).length;
    };
    box.set = () => { elements.forEach((e) => e.set()); count(); };
    return box;
  });
  groups[0].open = true;
  const element = h("section.levers", { "aria-label": "Levers", tabindex: 0 }, groups);
  element.set = () => groups.forEach((group) => group.set());
  fitted(element);
  return element;
}

// The levers end above the bar at the bottom, whatever stands above them: a browser that brings a
// lever into sight then scrolls them, and leaves the page, with the answer, where it is.
function fitted(levers) {
  const LEAST = 240;
  const bar = document.getElementById("status");
  const fit = () => {
    if (!levers.isConnected) return;
    const top = levers.parentElement.getBoundingClientRect().top + window.scrollY;
    levers.style.setProperty("--room", `${Math.max(LEAST, Math.floor(window.innerHeight - top - bar.offsetHeight - 6))}px`);
  };
  const watch = new ResizeObserver(fit);
  for (const box of [bar, document.getElementById("guide"), document.querySelector("header"), document.getElementById("main")]) watch.observe(box);
  window.addEventListener("resize", fit);
  levers.fit = fit;
}

export function headlines(answer) {
  return h("div.heads", {}, (answer.headlines ?? []).map((group) => {
    const [first] = group.rows;
    if (!first) return null;
    return h(`section.head.${first.sure}`, {}, h("h2", {}, first.label),
      h("span.big", {}, figure(first.words, answer)), unknown(answer, first),
      first.doubt ? h("span.base", {}, first.doubt) : null,
      h("span.base", {}, `doing nothing: ${first.base}${soFar(answer)}`));
  }));
}

// What is told below the chart, in a word or two beside the buttons: the first of these.
const HINTS = [["Places stand empty", "Places stand empty"], ["buys empty places", "It buys empty places"],
  ["wait for an assessment", "Assessments are short"], ["no figures of yours", "Budget not yours"],
  ["elsewhere in the model", "A large effect"]];

export function tryView(state) {
  const levers = leversPanel(state);
  const chart = new Chart("line", "", YEAR_HEADS, yearCells);
  const apart = new Chart("difference", "", YEAR_HEADS, yearCells);
  let difference = true;
  const heads = h("div", { "aria-live": "off" });
  const picker = measurePicker(state, () => view.update());
  const box = h("input", { type: "checkbox", checked: true, onchange: () => { difference = box.checked; view.update(); } });
  const only = h("label", {}, box, "Only the difference");
  const holder = h("div", {}, chart.element);
  const keep = h("button.main", { type: "button", onclick: () => keepIt(state) }, "Keep this …");
  const back = h("button", { type: "button", onclick: () => {
    state.settings = {};
    state.under = "";
    levers.set();
    state.release();
  } }, "Back to today");
  const standEmpty = h("span.note", { hidden: true });
  const note = h("div", {});
  const right = h("section", { "aria-label": "What it does" }, heads,
    h("div.row", {}, picker.element, only), holder, note);
  const element = h("div", {}, h("div.row.top", {}, h("h1", {}, "What would you change?"), standEmpty, keep, back),
    h("div.try", {}, levers, right));
  let adopted = 0;
  const view = { element, update() {
    levers.fit();
    if (adopted !== (state.adoptedAnew || 0)) { adopted = state.adoptedAnew; levers.set(); }
    picker.sync();
    const answer = state.current?.headlines ? state.current : null;
    const moved = Object.keys(state.settings).length > 0 || state.under;
    keep.disabled = back.disabled = !moved;
    only.hidden = !moved;
    right.classList.toggle("stale", Boolean(moved && !answer));
    if (answer) heads.replaceChildren(headlines(answer));
    else if (!moved) heads.replaceChildren(h("p.lead", {}, "Move a lever: the answer comes within seconds, first a few years of one run, then all."));
    const rows = answer?.lines?.length ? answer.lines : moved ? null : state.base?.lines;
    if (moved && !answer) note.replaceChildren(h("p.legend", {}, "The answer to this is on its way."));
    if (!rows?.length) return;
    const title = state.about.measures[state.measure];
    const apartNow = difference && answer;
    const which = apartNow ? apart : chart;
    if (holder.firstChild !== which.element) holder.replaceChildren(which.element);
    apart.element.classList.toggle("early", Boolean(answer && (soFar(answer) || rangeSoFar(answer))));
    which.show(rows, state.measure, `${title}, year by year${apartNow ? ": with the change, less doing nothing" : ""}${rangeSoFar(answer ?? state.base)}`);
    const notes = answer?.notes ?? [];
    standEmpty.hidden = !answer?.empty;
    const [, what] = HINTS.find(([told]) => answer?.empty?.includes(told)) ?? [];
    standEmpty.textContent = what ? empty(`${what}: see below the chart.`, answer) : "";
    note.replaceChildren(...notes.map((text) => h("p.note", {}, empty(text, answer))), apartNow ? SWATCHES(answer) : h("p.legend", {}, answer
      ? `Bands: luck${soFar(answer)}. Both have the same luck, so the difference is surer than the bands: see “Only the difference”.`
      : `Nothing is changed yet, so there is no difference to show: this is doing nothing. Band: luck${soFar(state.base)}.`),
      howSure(state, answer ?? state.base, answer ? aYear(state, answer) : `Changes act from ${day(state.about.acts_from)}.`));
  } };
  return view;
}

async function keepIt(state) {
  const shown = { settings: { ...state.settings }, under: state.under };
  const told = await ask("Keep this scenario", [
    { name: "title", label: "What shall it be called?" },
    { name: "table", label: "Whose choice is it? (a table, a group)" }], "Keep it");
  if (!told) return;
  const kept = await post("/api/keep", { ...told, ...shown });
  if (kept) toast(`“${kept.title}” is on the wall.`, true);
}
