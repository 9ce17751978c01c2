// The guided mode: the two-hour script of docs/workshop.md, a line at a time.
import { h } from "./dom.js";
import { state } from "./state.js";

export const STEPS = [["place", "The place"], ["life", "A life"], ["nothing", "Do nothing"],
  ["predict", "Predict"], ["try", "Try"], ["pays", "Who pays"], ["doors", "The doors"],
  ["decide", "Decide"], ["assumed", "Assumed"]];

const SCRIPT = [
  ["place", 10, "Welcome. Nobody in here is real, and nobody real can be found by it. What in these figures is not as you know it? Write it down."],
  ["life", 20, "Read this life aloud. Where would any of us have stepped in, and what could we see on that day?"],
  ["nothing", 15, "If all goes on as it is, where will we be in the end? Everybody guesses first; then show the answer."],
  ["predict", 15, "One change. Everybody writes down what it will do before it is shown. No names."],
  ["try", 25, "Each table makes one change. One at a time; say why before the lever is let go."],
  ["pays", 10, "Who pays, who saves, and are they the same people? Where is there no detectable difference?"],
  ["decide", 20, "What do we do, who says so, and what would make us change our minds?"],
  ["assumed", 5, "Which of these numbers can somebody in this room replace by Friday?"],
];

// A view that the two hours leave out, and what the guide says there.
const LEFT_OUT = "The doors are no step of the two hours: open them when somebody asks what becomes of those who are referred. “Next” goes on with the script.";

// How far the room is, for a reload: kept by the browser, for this window alone.
const KEPT = "upstream-guide";

class Guide {
  constructor() {
    this.box = document.getElementById("guide");
    this.at = 0;
  }

  // After a reload the guide is where it was; so is what the room has guessed and been shown.
  restore() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(KEPT)); } catch { /* then it begins anew */ }
    this.at = Number.isInteger(kept?.at) && SCRIPT[kept.at] ? kept.at : 0;
    state.guessed = kept?.guessed === true;
    this.box.hidden = kept?.open !== true;
    this.sayOpen();
  }

  keep() {
    const now = { open: !this.box.hidden, at: this.at, guessed: state.guessed };
    try { sessionStorage.setItem(KEPT, JSON.stringify(now)); } catch { /* a browser that keeps nothing */ }
  }

  sayOpen() {
    document.getElementById("guide-button").setAttribute("aria-pressed", String(!this.box.hidden));
  }

  guessed() {
    state.guessed = true;
    this.keep();
  }

  toggle() {
    this.box.hidden = !this.box.hidden;
    this.sayOpen();
    state.guessed = false;
    if (this.box.hidden) state.go(state.view);
    else this.to(0);
  }

  // Under “Do nothing” the room guesses first: the answer comes when it is asked for.
  get waitsForGuess() { return !this.box.hidden && !state.guessed; }

  to(step) {
    this.at = Math.max(0, Math.min(SCRIPT.length - 1, step));
    state.go(SCRIPT[this.at][0]);
  }

  update() {
    const found = SCRIPT.findIndex(([view]) => view === state.view);
    if (found >= 0) this.at = found;
    this.keep();
    const [, minutes, words] = SCRIPT[this.at];
    const before = SCRIPT.slice(0, this.at).reduce((sum, step) => sum + step[1], 0);
    this.box.replaceChildren(
      h("p", {}, found < 0 ? LEFT_OUT : words),
      h("p.minutes", {}, `${found < 0 ? "Beside it: " : ""}Step ${this.at + 1} of ${SCRIPT.length}: ${minutes} minutes, from ${before} min`),
      h("button", { type: "button", onclick: () => this.to(found < 0 ? this.at : this.at - 1), disabled: found === 0 }, "Back"),
      h("button.main", { type: "button", onclick: () => this.to(this.at + 1),
        disabled: this.at === SCRIPT.length - 1 }, "Next"));
  }
}

export const guide = new Guide();
