// A phone in the room: the code, then whatever the room is asked. No name is asked for.
const body = document.getElementById("body");
const told = document.getElementById("told");
const title = document.getElementById("title");

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

async function post(path, data) {
  try {
    const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) { told.textContent = (answer.problems || ["That did not work; try again."]).join(" "); return null; }
    return answer;
  } catch {
    told.textContent = "The workshop does not answer. Stay on its network and try again.";
    return null;
  }
}

function join() {
  const code = element("input", { type: "text", autocomplete: "off", autocapitalize: "characters", maxlength: "12", id: "code" });
  body.replaceChildren(element("form", { onsubmit: async (event) => {
    event.preventDefault();
    const answer = await post("/phone/enter", { code: code.value });
    if (answer) { told.textContent = ""; show(answer); listen(); }
  } }, element("p", {}, element("label", { for: "code" }, "The code on the screen")), element("p", {}, code),
  element("p", {}, element("button", { type: "submit", class: "main" }, "Join"))));
}

const soFar = (model) => (model.whole < model.of ? ", so far" : "");

// What may yet be undone is not said as loudly as what stands.
function modelSays(model) {
  if (!model) return [element("strong", {}, "The model has no answer yet.")];
  const words = `${model.words}${soFar(model)}.`;
  const among = model.range ? ` With other numbers: ${model.range}${model.sets < model.of_sets ? ", so far" : ""}.` : "";
  return [element("strong", {}, "The model: "), ["early", "one"].includes(model.sure) ? words : element("strong", {}, words), among];
}

let asked = null;
function show(news) {
  const q = news.question;
  title.textContent = news.place;
  const key = q ? [q.number, q.closed, q.revealed, q.model?.whole, q.model?.words, q.model?.sure, q.model?.range, q.model?.sets, q.closed && q.count].join("/") : "";
  if (key === asked) return;
  asked = key;
  told.textContent = "";
  if (!q) { body.replaceChildren(element("p", { class: "lead" }, "You are in. Questions come up here.")); return; }
  if (q.closed) {
    const parts = [element("h2", {}, q.text), element("p", {}, `${q.count} answered.`)];
    if (q.sort === "vote") q.choices.forEach((c, i) => parts.push(element("p", {}, `${c}: ${q.given.filter((x) => x === i).length}`)));
    else if (q.count > 1) parts.push(element("p", {}, `The room: ${q.said}.`));
    if (q.revealed && q.about) parts.push(element("p", {}, `What was changed in the model: ${q.about.join("; ")}.`));
    if (q.revealed) parts.push(element("p", {}, ...modelSays(q.model)));
    body.replaceChildren(...parts);
    return;
  }
  const send = async (value, sure = false) => {
    const answer = await post("/phone/answer", { number: q.number, value, sure });
    if (answer?.ask) askAgain(answer.ask, () => send(value, true));
    else if (answer) told.textContent = "Taken. You can change it until the question is closed.";
  };
  if (q.sort === "vote") {
    body.replaceChildren(element("h2", {}, q.text), ...q.choices.map((c, i) =>
      element("p", {}, element("button", { type: "button", onclick: () => send(i) }, c))));
    return;
  }
  const value = element("input", { type: "number", step: "any", id: "value", inputmode: "text" });
  body.replaceChildren(element("h2", {}, q.text), element("form", { onsubmit: (event) => {
    event.preventDefault();
    if (value.value !== "") send(Number(value.value));
  } }, element("p", {}, element("label", { for: "value" }, "More is +, fewer is −"), " ", q.unit),
  element("p", {}, value), element("p", {}, element("button", { type: "submit", class: "main" }, "Predict"))),
  q.nothing ? element("p", {}, `Doing nothing, it is ${q.nothing}.`) : "");
}

// What is far off may be a slip: it is taken once somebody says that it is meant.
function askAgain(question, yes) {
  told.replaceChildren(question, " ",
    element("button", { type: "button", class: "main", onclick: yes }, "Yes, that is meant"), " ",
    element("button", { type: "button", onclick: () => { told.textContent = ""; } }, "No, change it"));
}

function listen() {
  const events = new EventSource("/phone/events");
  events.addEventListener("phone", (event) => show(JSON.parse(event.data)));
  events.onerror = () => { if (events.readyState === EventSource.CLOSED) setTimeout(begin, 2000); };
}

// Somebody who has joined before, and whose page was opened again, need not type the code again.
async function begin() {
  const response = await fetch("/phone/state").catch(() => null);
  if (response?.ok) {
    show(await response.json());
    listen();
  } else if (response) join();
  else setTimeout(begin, 2000);
}

begin();
