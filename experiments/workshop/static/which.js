// Which change the room is asked about: what is on the screen, one lever's setting in the lever's own
// words (which the model then answers, though nobody has moved it), a kept one, or words.
import { h } from "./dom.js";

const LEVER = "#lever";

export function whichChange(state) {
  let chose = false;
  const source = h("select", { onchange: () => { chose = true; sync(); } });
  const lever = h("select", { onchange: () => steps() }, state.about.groups.map((group) =>
    h("optgroup", { label: group.title }, state.about.levers.filter((one) => one.group === group.name)
      .map((one) => h("option", { value: one.name }, one.title)))));
  const step = h("select", {});
  const words = h("input", { type: "text", maxLength: 120, size: 40, placeholder: "which change? in a few words" });
  const ofLever = [h("label", {}, "namely ", lever), h("label", {}, "set to ", step)];
  const inWords = h("label", {}, "namely ", words);
  const elements = [h("label", {}, "If we make the change ", source), ...ofLever, inWords];
  const theLever = () => state.about.levers.find((one) => one.name === lever.value);

  // A setting that stands as today is no change.
  function steps() {
    step.replaceChildren(...theLever().words.map((text, i) => [text, i])
      .filter(([, i]) => i !== theLever().today).map(([text, i]) => h("option", { value: i }, text)));
  }

  function sync() {
    for (const label of ofLever) label.hidden = source.value !== LEVER;
    inWords.hidden = source.value !== "" || state.inWords().length > 0;
  }

  // What is offered first is what is on the screen, else a lever; unless somebody chose.
  function update() {
    const one = [LEVER, "of one lever"];
    const moved = state.inWords().length > 0;
    const kept = (state.room?.kept ?? []).map((k) => [k.name, `“${k.title}”`]);
    const options = [...(moved ? [["", "on the screen"], one] : [one, ["", "to come, in words"]]), ...kept];
    if (source.dataset.options !== JSON.stringify(options)) {
      const before = source.value;
      source.dataset.options = JSON.stringify(options);
      source.replaceChildren(...options.map(([value, title]) => h("option", { value }, title)));
      if (chose && options.some(([value]) => value === before)) source.value = before;
    }
    sync();
  }

  // A name by itself does not say how much of it: 6 navigators or 30.
  function theKept({ title, words: levers }) {
    const whole = levers.length ? `${title} (${levers.join("; ")})` : title;
    return whole.length <= 120 ? whole : title;
  }

  // `settings` are a lever's; without them the question is about a kept scenario or the screen.
  function chosen() {
    if (source.value === LEVER) {
      const at = Number(step.value);
      return { named: `${theLever().title}: ${theLever().words[at]}`, scenario: "", settings: { [lever.value]: at } };
    }
    const kept = state.room?.kept.find((k) => k.name === source.value);
    const named = kept ? theKept(kept) : state.inWords().join("; ") || words.value.trim() || "The change to come";
    return { named, scenario: source.value, settings: {} };
  }

  function begin() {
    chose = false;
    words.value = "";
    delete source.dataset.options;
    update();
  }

  steps();
  return { elements, update, chosen, begin };
}
