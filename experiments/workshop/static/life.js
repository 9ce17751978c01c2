// A life, and the same life under the room's scenario.
import { h, toast } from "./dom.js";
import { Chart } from "./charts.js";

const RULES = [["cost", "whose services cost most"], ["contacts", "with most contacts"],
  ["refusals", "refused most often"], ["mr_a", "most like Mr A"], ["case_2", "most like Case 2"],
  ["matthew", "most like Matthew"]];
const cells = (rows) => rows.filter((r) => ["open", "mark", "end"].includes(r.sort)).sort((a, b) => a.at - b.at)
  .map((r) => [`Year ${(r.at + 1) | 0}`, r.agency ?? "", r.sort === "open" ? "case open" : r.name]);
// Paragraphs as they are read out: a word with a hyphen is not broken at the end of a line.
const aloud = (texts) => texts.map((text) => h("p", {}, text.replace(/(\w)-(?=\w)/g, "$1\u2060-\u2060")));

export function lifeView(state) {
  const select = h("select", {}, RULES.map(([value, title]) => h("option", { value }, title)));
  const body = h("div", { "aria-live": "polite" });
  const button = h("button.main", { type: "button", onclick: () => tell() }, "Tell it");
  const element = h("div", {}, h("div.row.top", {}, h("h1", {}, "A life"),
    h("label", {}, "An adult ", select), button),
  h("p.note", {}, "Simulated, nobody real. Nothing here says anything about a real person."), body);

  let asked = 0;
  async function tell() {
    const mine = ++asked;
    body.replaceChildren(h("p.waiting", { role: "status" }, `Looking for this adult among all who live here, and living ${state.about.years} years again, week by week; the first time takes longest …`));
    const response = await fetch(`/api/life?find=${encodeURIComponent(select.value)}`).catch(() => null);
    const told = response ? await response.json() : null;
    if (mine !== asked) return;
    if (!response?.ok) {
      body.replaceChildren();
      toast(told?.problems?.join("\n") ?? "The life could not be told.");
      return;
    }
    const signs = () => h("p.legend", {}, h("span", {}, h("b.call", {}, "|"), " call or visit"),
      h("span", {}, h("b.refused", {}, "✕"), " referral closed without help"),
      h("span", {}, h("b", {}, "□"), " case let go"), h("span.swatch.open", {}, "case open"));
    const ends = [told.ends ? h("p.ends", {}, told.ends) : null,
      told.caution ? h("p.note", {}, told.caution) : null].filter(Boolean);
    body.replaceChildren(...ends, ...told.lives.map((life, i) => {
      const chart = new Chart("life", `${life.title}: needs, and what happened at each agency`,
        ["When", "Agency", "What"], cells);
      const drawing = h("p.waiting", { role: "status" }, "Drawing this life …");
      const one = h("section", {}, h("h2", {}, life.heading),
        i ? h("div.twin", {}, aloud(told.twin)) : null, signs(), drawing, chart.element,
        h("details", { open: !i }, h("summary", {}, "The story"), h("div.story", {}, aloud(life.story))),
        life.in_full.length ? h("details", {}, h("summary", {}, "The story, every decision of it"), h("div.full", {}, aloud(life.in_full))) : null,
        h("details", {}, h("summary", {}, "What each agency could see in the hardest week"), h("pre", {}, life.slices)));
      chart.show(life.rows, "", `${life.heading}. Needs, and what happened at each agency`).then(() => drawing.remove());
      return one;
    }));
  }
  return { element, update() { if (!asked) tell(); } };
}
