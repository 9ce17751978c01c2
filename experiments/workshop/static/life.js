// A life, and the same life under the room's scenario.
import { h } from "./dom.js";
import { Chart } from "./charts.js";
import { waitingFor } from "./wait.js";

const RULES = [["cost", "whose services cost most"], ["contacts", "with most contacts"],
  ["refusals", "refused most often"], ["mr_a", "most like Mr A"], ["case_2", "most like Case 2"],
  ["matthew", "most like Matthew"]];
const WEEKS = 52;
const when = (week) => `Year ${Math.floor(week / WEEKS) + 1}, week ${week % WEEKS + 1}`;
const cells = (rows) => rows.filter((r) => ["open", "mark", "end"].includes(r.sort)).sort((a, b) => a.at - b.at)
  .map((r) => [when(Math.round(r.at * WEEKS)), r.agency ?? "", r.sort === "open" ? "case open" : r.name]);
// Paragraphs as they are read out: a word with a hyphen is not broken at the end of a line.
const aloud = (texts) => texts.map((text) => h("p", {}, text.replace(/(\w)-(?=\w)/g, "$1\u2060-\u2060")));

export function lifeView(state) {
  const select = h("select", { onchange: () => chooseAnother() }, RULES.map(([value, title]) => h("option", { value }, title)));
  const changed = h("div", { "aria-live": "polite" });
  const body = h("div", { "aria-live": "polite" });
  const button = h("button.main", { type: "button", onclick: () => tell() }, "Tell it");
  const element = h("div", {}, h("div.row.top", {}, h("h1", {}, "A life"),
    h("label", {}, "Somebody ", select), button),
  h("p.note", {}, "Simulated, nobody real. Nothing here says anything about a real person. Mr A, Case 2 and Matthew are people of whom the documents behind this model tell, under other names."), changed, body);

  let asked = 0;
  let waits = null;
  let told = null;
  const whose = () => {
    const title = RULES.find(([value]) => value === select.value)[1];
    return title.startsWith("most like") ? `the person ${title}` : `the adult ${title}`;
  };

  function leave() {
    asked++;
    waits?.end();
    waits = told = null;
    planChanged();
  }

  // What is on the screen is never another's life than the one that is chosen.
  function chooseAnother() {
    leave();
    body.replaceChildren(h("p.lead", {}, `“Tell it” tells the life of ${whose()}.`));
  }

  const again = (...why) => body.replaceChildren(h("p.lead", {}, ...why), h("p", {},
    h("button.main", { type: "button", onclick: () => tell() }, "Tell it again")));

  async function tell() {
    leave();
    const mine = asked;
    const one = whose();
    waits = waitingFor(one, () => { leave(); again(`Nobody waits for the life of ${one} any more. Nothing more of it is worked out now; what there is of it is kept: told again, it comes sooner.`); });
    body.replaceChildren(waits.element);
    const response = await fetch(`/api/life?find=${encodeURIComponent(select.value)}`, { cache: "no-store", signal: waits.signal }).catch(() => null);
    const found = response ? await response.json().catch(() => null) : null;
    if (mine !== asked) return;
    waits.end();
    waits = null;
    if (!response) return again(`The connection to the workshop was lost while the life of ${one} was being told. Nothing that was kept is lost.`);
    if (!response.ok || !found) return again(`The life of ${one} could not be told: ${(found?.problems ?? ["the workshop gave no answer that can be read"]).join("; ")}.`);
    told = found;
    show(one);
    planChanged();
  }

  // A life is told with the plan of that moment; the room may have gone on since.
  function planChanged() {
    const same = !told || planOf(told.plan) === planOf(state);
    if (same === !changed.firstChild) return;
    changed.replaceChildren(...(same ? [] : [h("p.changed", {}, h("strong", {}, "The room's plan has changed since this life was told. "),
      `It was told ${told.plan.words.length ? `with: ${told.plan.words.join("; ")}` : "without a plan"}. `,
      h("button", { type: "button", onclick: () => tell() }, "Tell it again"))]));
  }

  function show(one) {
    const signs = () => h("p.legend", {}, h("span", {}, h("b.call", {}, "|"), " call or visit"),
      h("span", {}, h("b.refused", {}, "✕"), " referral closed without help"),
      h("span", {}, h("b", {}, "□"), " case let go"), h("span.swatch.open", {}, "case open"));
    const ends = [told.ends ? h("p.ends", {}, told.ends) : null,
      told.caution ? h("p.note", {}, told.caution) : null].filter(Boolean);
    body.replaceChildren(h("p.note.whose", {}, `This is ${one}${told.plan.words.length ? `; the room's plan, as it was told with: ${told.plan.words.join("; ")}` : ""}.`),
      ...ends, ...told.lives.map((life, i) => {
        const chart = new Chart("life", `${life.title}: needs, and what happened at each agency`,
          ["When", "Agency", "What"], cells);
        const drawing = h("p.waiting", { role: "status" }, "Drawing this life …");
        const section = h("section", {}, h("h2", {}, life.heading),
          i ? h("div.twin", {}, aloud(told.twin)) : null, signs(), drawing, chart.element,
          h("details", { open: !i }, h("summary", {}, "The story"), h("div.story", {}, aloud(life.story))),
          life.in_full.length ? h("details", {}, h("summary", {}, "The story, every decision of it"), h("div.full", {}, aloud(life.in_full))) : null,
          h("details", {}, h("summary", {}, "What each agency could see in the hardest week"), h("pre", {}, life.slices)));
        chart.show(life.rows, "", `${life.heading}. Needs, and what happened at each agency`).then(() => drawing.remove());
        return section;
      }));
  }
  return { element, update() { planChanged(); if (!asked) tell(); } };
}

// Which levers stand where, and on top of what: the same for the same plan.
const planOf = ({ settings, under }) => JSON.stringify([Object.entries(settings).sort(), under || ""]);
