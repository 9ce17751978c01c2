// The page: what is known, which view is shown, and what the status bar says.
// Everything that is shown of a run comes from one answer, which names its settings; an answer to
// an earlier move is never shown.
import { h, post, toast } from "./dom.js";
import { state } from "./state.js";
import { guide, STEPS } from "./guide.js";
import { placeView, nothingView, paysView, doorsView, assumedView } from "./show.js";
import { tryView } from "./try.js";
import { lifeView } from "./life.js";
import { predictView } from "./predict.js";
import { decideView } from "./decide.js";

const VIEWS = { place: placeView, life: lifeView, nothing: nothingView, predict: predictView,
  try: tryView, pays: paysView, doors: doorsView, decide: decideView, assumed: assumedView };
const made = {};
const main = document.getElementById("main");

export function go(name, focus = true) {
  state.view = name;
  made[name] ??= VIEWS[name](state);
  toast("");
  main.replaceChildren(made[name].element);
  made[name].update?.("view");
  for (const button of document.querySelectorAll("#steps button")) {
    if (button.dataset.view === name) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
  history.replaceState(null, "", `#${name}`);
  status();
  guide.update();
  if (focus) { main.focus(); window.scrollTo(0, 0); }
}

function update(what) {
  status();
  made[state.view]?.update?.(what);
}

function status() {
  const { answer, base } = state;
  const current = state.answer && state.answer.move === state.move;
  const words = state.inWords();
  const nothing = OF_NOTHING.includes(state.view);
  const tried = words.join("  ·  ");
  document.getElementById("tag").textContent = OF_THE_CHANGE.includes(state.view) || nothing ? "On the screen:" : "Set under Try:";
  document.getElementById("active").textContent = nothing || !tried && OF_THE_CHANGE.includes(state.view) ? NOTHING : tried || "nothing yet – services go on as they are today";
  const changed = !nothing && current && answer.run;
  const settling = document.getElementById("settling");
  const told = state.view === "predict" ? ofTheQuestion() : OF_THEIR_OWN[state.view] && !state.lost ? OF_THEIR_OWN[state.view]
    : nothing ? settled(base, true, false) : settled(changed ? answer : base, current, answerWaits());
  if (settling.textContent !== told.text) settling.textContent = told.text;
  settling.dataset.state = told.state;
}

const OF_NOTHING = ["place", "nothing"];
const OF_THE_CHANGE = ["try", "pays", "doors"];
const NOTHING = "Do nothing – services go on as they are today";
const OF_THEIR_OWN = { life: { state: "none", text: "A life is one life of one run: no average, and no range" },
  decide: { state: "none", text: "From how many runs each scenario is, its card says" } };

// Under Predict stands the model's answer to a question, which is another than that to what is set
// under Try; until it is shown, there is none to say anything of.
function ofTheQuestion() {
  const [latest, earlier] = (state.room?.questions ?? []).slice(-2).reverse();
  const shown = [latest, earlier].find((q) => q?.revealed);
  const whose = shown === latest ? "The model's answer" : "The model's answer to the earlier question";
  if (state.lost) return settled(null, true, false);
  if (!shown) return { state: "none", text: "No answer of the model is on the screen" };
  if (!shown.model) return { state: "early", text: `${whose}: no whole run yet` };
  const { state: how, text } = settled({ ...shown.model, year: 0 }, true, false);
  return { state: how, text: `${whose}: ${text[0].toLowerCase()}${text.slice(1)}` };
}

const answerWaits = () => Boolean(state.answer?.waiting);

function settled(shown, current, waits) {
  if (state.lost) return { state: "early", text: "The workshop does not answer" };
  if ((!current && state.move) || (current && waits)) return { state: "early", text: "Asking …" };
  if (!shown || (!shown.whole && !shown.year)) return { state: "early", text: "Getting ready …" };
  if (shown.refused) return { state: "early", text: "Refused" };
  if (!shown.whole) return { state: "early",
    text: `So far: ${shown.year} of ${shown.years} years of the first run` };
  const luck = `${shown.of} runs of the same place with other luck`;
  if (shown.whole < shown.of) return { state: "settling", text: `So far: each figure from ${shown.whole} of ${luck}` };
  if (shown.sets < shown.of_sets) return { state: "luck",
    text: `Each figure from ${luck}; ranges, so far, from ${shown.sets} of ${shown.of_sets} runs with other numbers` };
  return { state: "settled",
    text: `Final: each figure from ${luck}${shown.of_sets ? `; ranges from ${shown.of_sets} with other numbers` : ""}` };
}

function listen() {
  const events = new EventSource("/api/events");
  events.addEventListener("base", (e) => { state.base = JSON.parse(e.data); update("base"); });
  events.addEventListener("room", (e) => { state.room = JSON.parse(e.data); update("room"); });
  events.addEventListener("answer", (e) => {
    const answer = JSON.parse(e.data);
    if (!state.adopted || state.lost) state.adopt(answer);
    if (answer.move !== state.move) return;
    state.answer = answer;
    state.timeFirst();
    if (answer.refused && state.told !== answer.run) {
      state.told = answer.run;
      toast(answer.refused);
    }
    update("answer");
    state.lost = false;
    status();
  });
  events.onopen = () => { if (state.lost) toast("The workshop is back, with what was kept.", true); };
  events.onerror = () => { state.lost = true; status(); };
}

export async function release() {
  const move = state.newMove();
  status();
  made[state.view]?.update?.("asking");
  const told = await post("/api/try", { settings: state.settings, under: state.under, move });
  if (told === null && !state.lost && move === state.move) document.getElementById("settling").textContent = "Refused";
}

// A lever is held: nothing is shown, and nothing is lost if this does not get through.
function foresee(lever, at) {
  const settings = { ...state.settings, [lever.name]: at };
  if (at === lever.today) delete settings[lever.name];
  fetch("/api/foresee", { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ settings, under: state.under }) }).catch(() => null);
}

function ofAddress() {
  const wanted = location.hash.slice(1);
  return Object.hasOwn(VIEWS, wanted) ? wanted : null;
}

async function begin() {
  state.about = await (await fetch("/api/about")).json();
  state.release = release;
  state.foresee = foresee;
  state.go = go;
  document.getElementById("place").textContent = state.about.place;
  document.title = `${state.about.place} – Upstream workshop`;
  document.getElementById("steps").replaceChildren(...STEPS.map(([view, title]) =>
    h("li", {}, h("button", { type: "button", "data-view": view, onclick: () => go(view) }, title))),
  h("li", {}, h("button", { type: "button", id: "guide-button", "aria-pressed": "false",
    onclick: () => guide.toggle() }, "Guide")));
  guide.restore();
  go(ofAddress() ?? "place", false);
  window.addEventListener("hashchange", () => {  // typed into the address bar
    const wanted = ofAddress();
    if (wanted && wanted !== state.view) go(wanted);
  });
  listen();
}

begin();
