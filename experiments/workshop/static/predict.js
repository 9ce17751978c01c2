// Predict before it is shown, and vote. Phones are optional: answers can be called out and typed in.
import { empty, h, inWords, loud, number, post, rangeSoFar, soFar, sure, toast } from "./dom.js";
import { Chart } from "./charts.js";
import { whichChange } from "./which.js";

const MEASURES = [["people.multiple_needs", "people with multiple unmet needs"],
  ["people.in_crisis", "people in crisis in an average week"],
  ["contacts.police", "contacts with the police a year"], ["contacts.ae", "A&E visits and emergency admissions a year"],
  ["cost.total", "pounds a year for all services"]];

// The answer is a mean over all years of the horizon, and the question says so.
const overYears = (years) => (years === 1 ? "in the year" : `on average over the ${inWords(years)} years`);

// What the model was asked, and what it says: as large as what the room said.
function modelSays(q) {
  if (!q.revealed) return null;
  const { model } = q;
  return [q.about ? h("p", {}, "What was changed in the model: ", h("b", {}, q.about.join("; ")), ".") : null,
    h("p", {}, model ? [h("strong", {}, "The model: "), loud(model, `${model.words}${soFar(model)}. `)] : h("strong", {}, "The model has no whole run of this yet; its answer comes here by itself. "),
      model?.range ? ["With other numbers: ", h("span.whole", {}, `${model.range}${rangeSoFar(model)}.`)]
        : rangeSoFar(model) ? "With other numbers: working it out …" : null,
      model?.empty ? ` ${empty(model.empty, model)}` : null)];
}

export function predictView(state) {
  const measure = h("select", {}, MEASURES.map(([value, title]) => h("option", { value }, title)));
  const which = whichChange(state);
  const choices = h("textarea", { rows: 3, "aria-label": "Choices to vote on, a line each" });
  const put = h("button.main", { type: "button", onclick: () => putIt() }, "Ask the room");
  const vote = h("button", { type: "button", onclick: () => voteIt() }, "Put to the vote");
  const questions = h("div", {});
  const phones = h("div", {});
  const asking = h("details.asking", { open: true }, h("summary", {}, "Ask for a prediction"),
      h("p.row", {}, which.elements, h("label", {}, "how many more (+) or fewer (−): ", measure), put));
  const element = h("div", {}, h("h1", {}, "Predict before it is shown"), phones, questions, asking,
    h("details.asking", {}, h("summary", {}, "Put something to the vote"),
      h("p", {}, choices), h("p.row", {}, vote)));

  async function putIt() {
    const title = MEASURES.find(([value]) => value === measure.value)[1];
    const { named, scenario, settings } = which.chosen();
    const tail = `: how many more or fewer ${title}, ${overYears(state.about.years)}?`;
    const asked = await post("/api/ask", { sort: "predict", measure: measure.value, scenario, settings, choices: [],
      text: `${named.slice(0, 200 - tail.length)}${tail}` });
    if (!asked) return;
    asking.open = false;
    which.begin();
  }
  async function voteIt() {
    const list = choices.value.split("\n").map((x) => x.trim()).filter(Boolean);
    await post("/api/ask", { sort: "vote", measure: "", scenario: "", choices: list, text: "Which would you choose?" });
  }

  // What was shown is gone to, so that it stands above the bar whole.
  let goTo = 0;
  async function show(q, reveal) {
    goTo = q.number;
    if (!await post("/api/show", { number: q.number, reveal })) goTo = 0;
    view.update();
  }

  async function takeBack(q) {
    const told = await post("/api/take_back", { number: q.number });
    if (told) toast(`The question “${told.taken_back}” is taken back.`, true);
  }

  // What is far off is asked about; what was refused stays, to be put right.
  async function add(q, value) {
    if (value.value === "") return;
    const given = { number: q.number, value: Number(value.value), who: `${q.count + 1}-${Date.now()}` };
    let told = await post("/api/answer", given);
    if (told?.ask) told = await sure(told.ask, "Yes, add it") ? await post("/api/answer", { ...given, sure: true }) : null;
    if (told?.taken) value.value = "";
    view.update();
  }

  // While a question is open only what was called out is listed: nobody is to see what phones said.
  const striking = new Set();
  function strikeFrom(q) {
    if (!q.can_strike.length) return [];
    const strike = async ({ answer }) => {
      const told = await post("/api/strike", { number: q.number, answer });
      if (told) toast(`The answer ${told.struck} is struck. “Undo”, under Decide, brings it back.`, true);
    };
    const list = h("details.striking", { open: striking.has(q.number), ontoggle: () => {
      if (list.open) striking.add(q.number); else striking.delete(q.number);
    } }, h("summary", {}, q.closed ? "Strike an answer that was a slip" : "Strike an answer that was called out"),
    h("p.row", {}, q.can_strike.map((one) =>
      h("button", { type: "button", "aria-label": `Strike ${one.said}`, onclick: () => strike(one) }, one.said))));
    return [list];
  }

  function questionElement(q) {
    const value = h("input", { type: q.sort === "vote" ? "hidden" : "number", "aria-label": "A prediction called out",
      "data-question": q.number, step: "any" });
    const called = h("form.row", { onsubmit: (event) => { event.preventDefault(); add(q, value); } },
      value, h("button", { type: "submit" }, "Add it"), q.nothing ? h("span.note", {}, `Doing nothing, it is ${q.nothing}.`) : null);
    const box = h("section.card.question", { "data-number": q.number }, h("h2", {}, q.text),
      h("p.counted", {}, h("span.count", {}, String(q.count)), `${q.count === 1 ? " answer" : " answers"}${q.struck ? `, ${q.struck} struck` : ""}`));
    if (!q.closed && q.sort === "predict") box.append(h("p", {}, "Called out, without a phone:"), called);
    if (!q.closed) {
      box.append(...strikeFrom(q));
      box.append(h("p.row", {},
        h("button", { type: "button", onclick: () => show(q, false) }, "Show what the room says"),
        q.sort === "predict" ? h("button.main", { type: "button", onclick: () => show(q, true) }, "Show the model's answer, too") : null,
        q.count || q.struck ? null : h("button", { type: "button", onclick: () => takeBack(q) }, "Take the question back")));
      return box;
    }
    if (q.sort === "vote") {
      box.append(h("ul", {}, q.choices.map((c, i) => h("li", {}, `${c}: `, h("strong", {}, String(q.given.filter((x) => x === i).length))))), ...strikeFrom(q));
      return box;
    }
    const chart = new Chart("spread", q.text, ["Who", "Value"], (rows) => rows.map((r) => [r.who === "room" ? "somebody in the room" : "the model", number(r.value)]));
    // Those who said nearly the same stand on one another.
    const near = (q.given.at(-1) - q.given[0]) / 60;
    const rows = q.given.map((x, i) => ({ who: "room", value: x,
      level: q.given.slice(0, i).filter((y) => x - y <= near).length % 9 }));
    if (q.model && q.model.mean !== null) rows.push({ who: "model", sure: q.model.sure, value: q.model.mean, low: q.model.low ?? q.model.mean, high: q.model.high ?? q.model.mean, least: q.model.least, most: q.model.most, level: 0 });
    box.append(h("p", {}, `The room: ${q.said}.`));
    box.append(...[modelSays(q)].flat().filter(Boolean), chart.element);
    if (!q.revealed) box.append(h("button.main", { type: "button", onclick: () => show(q, true) }, "Show the model's answer"));
    box.append(...strikeFrom(q));
    chart.show(rows, "", q.text);
    return box;
  }

  let shown = "";
  const view = { element, update(what) {
    const room = state.room;
    if (!room) return;
    if (room.join && !phones.firstChild) {
      phones.append(h("div.row.join", {}, h("img.qr", { src: "/qr.svg", alt: "The address as a code to scan" }),
        h("div", {}, h("p", {}, "On your phone, if you like: ", room.join.address), h("p", {}, "Code ", h("strong", {}, room.join.code)),
          h("p.note", {}, "No names are asked for or kept."))));
    }
    which.update();
    phones.classList.toggle("small", room.questions.length > 0);
    const key = JSON.stringify(room.questions);
    if (key === shown && what !== "view") return;
    const at = questions.contains(document.activeElement) ? document.activeElement : null;
    if (document.getElementById("ask").open || (at?.tagName === "INPUT" && at.value)) return;
    shown = key;
    questions.replaceChildren(...room.questions.slice(-2).reverse().map(questionElement));
    if (room.questions.some((q) => q.number === goTo && q.closed)) {
      questions.querySelector(`[data-number="${goTo}"]`)?.scrollIntoView({ block: "start" });
      goTo = 0;
    }
    if (at?.dataset.question) questions.querySelector(`[data-question="${at.dataset.question}"]`)?.focus();
    else if (at?.closest(".striking")) questions.querySelector(".striking summary")?.focus();
  } };
  return view;
}
