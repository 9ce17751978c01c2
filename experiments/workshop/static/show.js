// Views that show: the place now, doing nothing, who pays, the doors, what was assumed.
import { day, empty as standEmpty, h, inWords, number, rangeSoFar, soFar, table } from "./dom.js";
import { guide } from "./guide.js";
import { Chart, YEAR_HEADS, yearCells } from "./charts.js";

const waiting = () => h("p.waiting", {}, "The first numbers come in a few seconds …");

export function measurePicker(state, change) {
  const select = h("select", { onchange: () => { state.measure = select.value; change(); } },
    Object.entries(state.about.measures).map(([value, title]) => h("option", { value }, title)));
  select.value = state.measure;
  const why = h("span", {}, "Show ");
  return { element: h("label", {}, why, select), sync: (word = "Show ") => { select.value = state.measure; why.textContent = word; } };
}

// How sure we are: luck and what is not known, apart, and how far the second has been tried.
export function howSure(state, told, also = "") {
  const { about } = state;
  const luck = "±: luck, the same place again with other luck (95%). ";
  if (!about.sets) return h("p.note", {}, `${luck}What is not known of the model's own numbers is not in it (--sets 0). ${also}`);
  const at = `“Other numbers”: what is not known, how far it would move if the model's own numbers were others that fit ${about.sets_are_own
    ? "the place's figures" : `the figures of ${about.sets_of_title} (this place has not been calibrated)`} as well; `;
  const far = !told || !told.of_sets ? "it could not be worked out for this."
    : told.sets < told.of_sets ? `still settling, ${told.sets} of ${told.of_sets} sets so far.`
      : `lowest and highest of ${told.of_sets} sets.`;
  const outside = told?.of_sets && told.sets ? "The figure itself comes from none of these sets, so it may stand outside their range. " : "";
  return h("p.note", {}, luck, at, h("strong", {}, far), ` ${outside}${about.sets_notes} ${also}`);
}

// Why a team's cost stands lower in an answer than beside its lever. Until a run is whole, the answer
// `told` is over the years of it that are in.
export function aYear({ about }, told) {
  if (about.acts_from === about.start) return "";
  const years = told && !told.whole && told.year < about.years
    ? `the ${inWords(told.year)} ${told.year === 1 ? "year" : "years"} so far` : `all ${about.years} years`;
  return `“A year” is the mean of ${years}. Changes act from ${day(about.acts_from)}: in the year before they cost nothing, `
    + "so what a team costs is less here than beside its lever, where it is that of a full year.";
}

// What the bands are; one that is not drawn yet is not explained as if it were.
export const SWATCHES = (told) => h("p.legend", {}, h("span.swatch.luck", {}, `luck${soFar(told)}`), swatchUnknown(told));

const swatchUnknown = (told) => (told.lines.some((r) => r.highest !== null)
  ? h("span.swatch.unknown", {}, `luck and what is not known (other plausible numbers) together${rangeSoFar(told)}`)
  : comesLater(told));

const comesLater = (told) => (told.of_sets ? h("span", {}, "other plausible numbers: still being worked out") : null);

// A figure, and while it is not final, that it is not.
export const figure = (text, told) => [text, soFar(told) ? h("span.so-far", {}, soFar(told)) : null];

// What is not known stands beside luck, and that it is still being worked out.
export function unknown(told, row) {
  if (!told.of_sets || !told.whole) return null;
  const settling = rangeSoFar(told);
  if (!row.range) return settling ? h("span.range", {}, "with other numbers: working it out …") : null;
  return h("span.range", {}, "with other numbers ", h("b", {}, row.range), settling);
}

export function placeView(state) {
  const body = h("div", {}, waiting());
  const element = h("div", {}, h("h1", {}, `${state.about.place} in its first year`), body);
  return { element, update() {
    const now = state.base?.now;
    if (!now) return;
    body.replaceChildren(h("div.three.now", {}, now.groups.map((group) => h("section", {},
      h("h2", {}, group.title),
      h("dl", {}, group.rows.map((row) => [h("dt", {}, figure(row.text, state.base)),
        h("dd", {}, row.label, unknown(state.base, row))]))))),
    howSure(state, state.base, `Simulated people, nobody real; the year from ${day(state.about.start)}.`));
  } };
}

export function nothingView(state) {
  const chart = new Chart("fan", "Doing nothing, year by year", YEAR_HEADS, yearCells);
  const words = h("p.lead", {});
  const legend = h("p.legend.beside", {});
  const sure = h("div", {});
  const picker = measurePicker(state, () => view.update());
  const body = h("div", {}, waiting());
  const element = h("div", {}, h("h1", {}, `If all goes on as it is, over ${state.about.years} years`), body);
  const asked = h("p.asked", {});
  const guess = h("section.guess", {}, h("p", {}), asked,
    h("p", {}, h("button.main", { type: "button", onclick: () => { guide.guessed(); view.update(); } },
      "We have guessed: show the answer")));
  const view = { element, update() {
    if (!state.base?.lines?.length) return;
    if (guide.waitsForGuess) { askFirst(); return; }
    picker.sync();
    const title = state.about.measures[state.measure];
    const told = state.base.words[state.measure];
    words.textContent = told ?? "";
    sure.replaceChildren(state.base.moves ? h("p.note", {}, state.base.moves) : "", howSure(state, state.base));
    legend.replaceChildren(h("span", {}, `Thin lines: other luck. Thick: their mean${soFar(state.base)}.`),
      swatchUnknown(state.base));
    if (!chart.element.isConnected) body.replaceChildren(h("div.row", {}, picker.element, legend), words, chart.element, sure);
    chart.show([...state.base.lines, ...state.base.replicates], state.measure, told ?? title);
  } };
  function askFirst() {
    picker.sync("Guess first: ");
    const first = state.base.first[state.measure];
    asked.replaceChildren(`${state.about.measures[state.measure]}: `, h("b", {}, first ?? "…", soFar(state.base)), " in the first year. ",
      `In year ${state.about.years}, if all goes on as it is: higher, about the same, or lower? Show hands, or write a number down.`);
    if (!guess.isConnected) body.replaceChildren(guess);
    guess.firstChild.append(picker.element);
  }
  return view;
}

const BAR_HEADS = ["Who", "Do nothing", "Difference, ± luck", "With other numbers", "In words"];
const barCells = (rows) => rows.map((r) => [r.label, r.base, r.text, r.range, r.words]);

export function paysView(state) {
  const chart = new Chart("bars", "Who pays and who saves", BAR_HEADS, barCells);
  const demand = new Chart("bars", "Demand by agency", BAR_HEADS, barCells);
  let which = "pays";
  const choose = (name, title) => h("button", { type: "button", "data-which": name,
    onclick: () => { which = name; view.update(); } }, title);
  const buttons = h("div.row", { role: "group", "aria-label": "What to show" },
    choose("pays", "Money, by who pays"), choose("cash", "What can be had in cash"),
    choose("demand", "Demand, by agency"), choose("table", "Everything"));
  const body = h("div", {});
  const element = h("div", {}, h("h1", {}, "Who pays and who saves, a year"), buttons, body);
  const view = { element, update() {
    for (const b of buttons.children) {
      b.setAttribute("aria-pressed", String(b.dataset.which === which));
      b.className = b.dataset.which === which ? "main" : "";
    }
    const answer = state.current;
    if (!answer?.payers) {
      body.replaceChildren(h("p.waiting", {}, state.move && (Object.keys(state.settings).length || state.under)
        ? "The first whole run is on its way …"
        : "Nothing has been changed yet. Move a lever under “Try”, or open a scenario from the wall."));
      return;
    }
    const bars = { pays: answer.payers, demand: answer.demand }[which] ?? [];
    const legend = h("p.legend", {},
      h("span", {}, "▶ more"), h("span", {}, "◀ less"), h("span", {}, "○ none: no detectable difference; in brackets: luck and other plausible numbers together could undo it"),
      rangeSoFar(answer) || soFar(answer) ? h("span", {}, "◇ still being worked out") : null,
      bars.some((r) => r.low !== null) ? h("span", {}, `thick line: luck${soFar(answer)}`) : null,
      bars.some((r) => r.least !== null) ? h("span", {}, `thin line: other plausible numbers${rangeSoFar(answer)}`) : comesLater(answer));
    const sure = howSure(state, answer);
    const empty = answer.empty ? h("p.note.empty", {}, standEmpty(answer.empty, answer)) : null;
    const year = h("p.note", {}, aYear(state));
    const drawn = (rows) => rows.map((r) => ({ ...r, text: r.text + soFar(answer), range: r.range && r.range + rangeSoFar(answer) }));
    const [luck, others] = [`, ± luck${soFar(answer)}`, `With other numbers${rangeSoFar(answer)}`];
    if (which === "pays") {
      body.replaceChildren(...[chart.element, legend, empty, year, sure].filter(Boolean));
      chart.show(drawn(answer.payers), "cost.total", "Money a year against doing nothing, by who pays");
    } else if (which === "demand") {
      body.replaceChildren(...[demand.element, legend, empty, sure].filter(Boolean));
      demand.show(drawn(answer.demand), "people.multiple_needs", "Contacts a year against doing nothing, by agency");
    } else if (which === "cash") {
      body.replaceChildren(table("What each saves in cash, or pays more",
        ["Who", `In cash, a year${luck}`, others], answer.cash.map((r) => [r.label, r.words, r.range])),
      h("p.note", {}, "Most of what a contact costs is staff who are there anyway. Only this part is cash."), year, sure);
    } else {
      body.replaceChildren(...answer.table.map((section) => table(section.title,
        ["", `Do nothing${soFar(answer)}`, `Difference${luck}`, others], section.rows)),
      h("p.note", {}, "In the rows “saves in cash” and “net benefit”, + is a gain and − a loss; in all others of money + is more paid."), year, sure);
    }
  } };
  return view;
}

const STOPS = [["referrals", "Referred"], ["accepted", "Past the screening"], ["opened", "Case opened"],
  ["closed", "Case closed"], ["reopened", "Back within a year"]];

const NARROW = 700;

export function doorsView(state) {
  const chart = new Chart(window.innerWidth < NARROW ? "doors_narrow" : "doors", "What becomes of referrals at each front door",
    ["Door and stop", "A year", "Change"], (rows) => rows.map((r) => [`${r.agency}: ${r.stop}`, r.text, r.change]));
  const words = h("p.lead", {});
  const lists = h("div", {});
  const body = h("div", {}, waiting());
  const element = h("div", {}, h("h1", {}, "The doors: what becomes of referrals in a year"), body);
  const luck = h("p.note", {}, "± is luck alone; how far other plausible numbers would move it is under “Who pays”, “Everything”. Weeks are the model's own: believe their change more than their level.");
  let asked = "";
  return { element, async update() {
    const answer = state.current;
    const key = [state.move, answer?.whole, answer?.sets, state.base?.whole].join("/");
    if (key === asked) return;
    asked = key;
    const told = await (await fetch("/api/doors")).json();
    if (asked !== key || (told.move || "") !== (state.move || "")) return;
    body.replaceChildren(...(told.doors.length ? [words, chart.element, lists, luck] : [waiting()]));
    if (!told.doors.length) return;
    words.textContent = told.changed
      ? `Black: doing nothing${soFar(told)}. Below it what the change does, ± luck: orange more, blue fewer; grey where there is none to be told from luck, or where, in brackets, luck and other plausible numbers together could undo it.${rangeSoFar(told) || soFar(told) ? " So far all of it is grey: it is still being worked out." : ""}`
      : `Doing nothing${soFar(told)}. Thick lines are many.`;
    const rows = told.doors.flatMap((door) => STOPS.map(([stop, title], i) => ({ agency: door.agency,
      stop: title, from: i, to: Math.min(4, i + 1), value: i < 4 ? door[STOPS[i + 1][0]].value : 0,
      text: door[stop].text, change: told.changed ? door[stop].change : "", sure: door[stop].sure })));
    chart.show(rows, "", "What becomes of referrals at each front door, a year");
    const and = (...cells) => cells.flatMap((cell) => told.changed ? [cell.text, cell.change] : [cell.text]);
    const heads = ["Refused or gave up, a year", "Waiting in an average week", "Weeks to an opening", "Withdrawn, then back within a year"];
    lists.replaceChildren(table(`Refused, waiting and coming back${soFar(told)}`,
      ["Door", ...heads.flatMap((head) => told.changed ? [head, "Change, ± luck"] : [head])],
      told.doors.map((d) => [d.agency, ...and(d.nfa, d.waiting, d.wait_weeks, d.reopened)])));
  } };
}

function mattersMost(found) {
  if (!found) return [h("p", {}, "The sensitivity analysis has not been run for this place yet, so nobody can say. "
    + "Until then take directions, not sizes.")];
  const heads = ["Number", "Range", "How known", "Goes with so much of it", "More of it makes"];
  const sorts = ["Sort of number, each number by itself", "Numbers", "Goes with so much of it"];
  const ranked = (outcomes) => outcomes.map((one, i) => h("details", { open: i === 0 },
    h("summary", {}, one.title), one.luck ? h("p", {}, one.luck) : null,
    one.rows.length ? table(one.told, heads, one.rows) : null,
    one.sorts?.length ? table("Sorts of numbers that tell more than luck would", sorts, one.sorts) : null));
  return [h("p", {}, found.about), ...ranked(found.outcomes), ...found.changes.flatMap((change) =>
    [h("h3", {}, change.title), h("p", {}, change.about), ...ranked(change.outcomes)])];
}

export function assumedView(state) {
  const body = h("div", {}, waiting());
  const element = h("div", {}, h("h1", {}, "What we assumed"), body);
  let asked;
  return { element, async update() {
    const key = JSON.stringify([state.settings, state.under]);
    if (key === asked) return;
    asked = key;
    const told = await (await fetch("/api/assumed")).json();
    const counts = Object.entries(told.counts).map(([s, n]) => `${n} ${s}`).join(", ");
    const lever = (x) => h("tr", {}, h("th", { scope: "row" }, x.title), h("td", {}, x.today),
      h("td", {}, x.evidence.map((e) => h("p", {}, e))));
    const levers = (caption, rows) => rows.length ? h("div.scroll", { tabindex: 0, role: "region", "aria-label": caption },
      h("table", {}, h("caption", {}, caption), h("thead", {}, h("tr", {},
        ["Lever", "Today", "Where that comes from"].map((x) => h("th", { scope: "col" }, x)))),
      h("tbody", {}, rows.map(lever)))) : null;
    body.replaceChildren(
      h("p.lead", {}, `Behind this place stand ${told.numbers.length} numbers that are known only within a range (${counts}). `
        + "Measured: from a published figure. Estimated: worked out from such. Assumed: judgement."),
      howSure(state, state.base),
      h("p.note", {}, `To repeat every figure on another machine: seed ${state.about.seed}, ${state.about.replicates} runs, ${state.about.sets} sets of other numbers, Upstream ${state.about.version}.`),
      h("h2", {}, "What matters most"), ...mattersMost(told.matters),
      h("h2", {}, "Behind the levers"),
      h("p.note", {}, "A mark such as I02 or C72 is a row of the project's table of sources (docs/generated/sources.md): which study, what it found, and how far that can be trusted. “I02 to I09” are the rows from the one to the other."),
      levers("Levers that are moved now", told.levers.filter((x) => x.moved)) ?? h("p", {}, "No lever is moved now."),
      h("details", {}, h("summary", {}, `All ${told.levers.length} levers`),
        levers("All levers", told.levers)),
      h("details", {}, h("summary", {}, `All ${told.numbers.length} uncertain numbers`),
        table("Numbers with a range", ["Number", "Value", "Range", "Status", "Source", "Its name in the files"],
          told.numbers.map((n) => [n.words, n.value, n.range, n.status, n.source, n.name]))));
  } };
}
