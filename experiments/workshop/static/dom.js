// Making elements. Text is only ever set as text: nothing that was typed becomes markup.

export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked" || key === "disabled") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false)
    .map((c) => (typeof c === "string" ? signed(c) : c)));
  return element;
}

// A line may end before a sign, and not between it and its pounds (a word joiner, U+2060), nor
// before a ±.
function signed(text) {
  return text.replace(/([-+−])£/g, "$1\u2060£").replaceAll(" ±", "\u00a0±");
}

export function table(caption, heads, rows) {
  return h("div.scroll", { tabindex: 0, role: "region", "aria-label": caption },
    h("table", {},
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, heads.map((x, i) => h(i ? "th.n" : "th", { scope: "col" }, x)))),
      h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, i) =>
        i ? h("td.n", {}, String(cell ?? "")) : h("th", { scope: "row" }, String(cell ?? ""))))))));
}

export function number(x) {
  if (x === null || x === undefined) return "";
  return new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 4 }).format(x);
}

// A figure is not final while runs are still being made, nor a range while sets of other numbers are
// being tried. Wherever it stands, it says so in these words.
export const SO_FAR = ", so far";
export const soFar = (told) => (told && told.whole < told.of ? SO_FAR : "");
export const rangeSoFar = (told) => (told?.of_sets && (told.sets < told.of_sets || told.whole < told.of) ? SO_FAR : "");

// Where places stand empty, which further runs may fill.
export const empty = (text, told) => text.replace("stand empty", `stand empty${soFar(told)}`);

// Years in words, as they are read out.
const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
export const inWords = (n) => WORDS[n] ?? String(n);

// A figure that more runs or sets could undo is not printed as a finding.
export const loud = (row, ...children) => h(["early", "one"].includes(row.sure) ? "span" : "strong", {}, ...children);

// Messages stand in the bar at the bottom, where they cover nothing, and go when the view does; what
// was refused goes once the same is taken.
let hiding;
let refused = "";
export function toast(text, good = false) {
  refused = "";
  const box = document.getElementById("toast");
  box.textContent = text;
  box.className = good ? "good" : "";
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.textContent = ""; }, good ? 3000 : 9000);
}

export async function post(path, data, type = "application/json") {
  const body = type === "application/json" ? JSON.stringify(data) : data;
  let response;
  try {
    response = await fetch(path, { method: "POST", headers: { "Content-Type": type }, body });
  } catch {
    toast("The workshop does not answer. It may be starting again; nothing that was kept is lost.");
    return null;
  }
  const told = await response.json().catch(() => ({ problems: ["that was refused"] }));
  if (!response.ok) {
    toast((told.problems || ["that was refused"]).map(begun).join("\n"));
    refused = path;
    return null;
  }
  if (refused === path) toast("");
  return told;
}

// A message by itself begins as a sentence does; a file's name stays as it is.
const begun = (text) => (/^[a-z]+ /.test(text) ? text[0].toUpperCase() + text.slice(1) : text);

// A day as it is said: 1 April 2025.
export const day = (iso) => new Date(`${iso}T12:00`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

// A dialog that asks for a few texts; resolves to an object, or null when it is left.
export function ask(title, fields, button) {
  const box = document.getElementById("ask");
  return new Promise((resolve) => {
    const inputs = fields.map((field) => h(field.long ? "textarea" : "input", {
      type: field.long ? undefined : "text", name: field.name, value: field.value ?? "",
      maxlength: field.long ? 1000 : 80, rows: field.long ? 3 : undefined }));
    const done = (answer) => { resolve(answer); if (box.open) box.close(); };
    const form = h("form", { method: "dialog", onsubmit: (event) => {
      event.preventDefault();
      done(Object.fromEntries(inputs.map((input) => [input.name, input.value])));
    } },
    h("h2", { id: "ask-title" }, title),
    fields.map((field, i) => h("label", {}, field.label, inputs[i])),
    h("p.row", {}, h("button.main", { type: "submit" }, button),
      h("button", { type: "button", onclick: () => done(null) }, "Leave it")));
    box.replaceChildren(form);
    box.addEventListener("close", () => resolve(null), { once: true });
    box.showModal();
    (inputs[0] ?? form.querySelector("button:not(.main)")).focus();
  });
}

// A question that a slip of the finger must not answer: Enter leaves things as they are.
export const sure = async (question, yes) => (await ask(question, [], yes)) !== null;
