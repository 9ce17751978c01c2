// The wall: what the room keeps, side by side, and what it decides.
import { h, ask, empty, loud, post, rangeSoFar, soFar, sure, table, toast } from "./dom.js";
import { aYear } from "./show.js";

export function decideView(state) {
  const wall = h("div.wall", {});
  const beside = h("div.beside", {});
  const besideHead = h("h2", { id: "beside", tabindex: -1 }, "Side by side");
  let compared = [];
  const besideTable = h("div", {});
  let besideAsked = 0;
  let besideGoTo = false;  // whichever answer comes last, it is gone to
  const decisions = h("ol.decisions", {});
  const chosen = new Set();
  const text = h("textarea", { rows: 2, maxlength: 1000, "aria-label": "What was decided" });
  const who = h("input", { type: "text", maxlength: 80, "aria-label": "Who decided it" });
  const about = h("select", { "aria-label": "About which scenario" });
  const undo = h("button", { type: "button", onclick: async () => {
    let told = await post("/api/undo", {});
    if (told?.ask) told = await sure(told.ask, "Take it back") ? await post("/api/undo", { sure: told.what }) : null;
    if (told) toast(told.undone, true);
  } }, "Undo");
  const compare = h("button.main", { type: "button", onclick: () => sideBySide() }, "Side by side");
  const file = h("input", { type: "file", accept: ".toml", "aria-label": "Open a scenario file", onchange: () => open(file.files[0]) });
  const drop = h("div.drop", {
    ondragover: (e) => { e.preventDefault(); drop.classList.add("over"); },
    ondragleave: () => drop.classList.remove("over"),
    ondrop: (e) => { e.preventDefault(); drop.classList.remove("over"); open(e.dataTransfer.files[0]); },
  }, "Drop a scenario file here, or choose one: ", file);
  const element = h("div", {}, h("h1", {}, "The wall, and what we decide"),
    h("div.row", {}, compare, undo,
      h("a", { href: "/report.html", target: "_blank" }, "Report"), h("a", { href: "/report.pdf", target: "_blank" }, "Report as PDF")),
    wall, beside, drop, h("h2", {}, "Decisions"), decisions,
    h("form.noting", { onsubmit: async (event) => {
      event.preventDefault();
      if (await post("/api/decide", { text: text.value, who: who.value, scenario: about.value })) { text.value = ""; }
    } }, h("p", {}, "We decide: ", text),
    h("p.row", {}, h("label", {}, "Who says so: ", who), h("label", {}, "About: ", about),
      h("button.main", { type: "submit" }, "Note it"))));

  async function open(given) {
    if (!given) return;
    if (given.size > 100000) { toast("That file is too large for a scenario."); return; }
    const kept = await post("/api/upload", await given.text(), "application/toml");
    if (kept) toast(`“${kept.title}” is on the wall.`, true);
  }

  // Opened by the button: it is gone to, since it stands below the wall.
  async function sideBySide() {
    if (chosen.size < 1 || chosen.size > 3) { toast("Choose two or three scenarios on the wall first."); return; }
    compared = [...chosen];
    besideGoTo = true;
    await refreshBeside();
  }

  // While it is open, it is asked for again with the room's news: further runs and sets, other names.
  async function refreshBeside() {
    const mine = ++besideAsked;
    const told = await post("/api/compare", { names: compared });
    if (!told || mine !== besideAsked) return;
    const soMany = (far) => `${far.whole} of ${far.of} runs${far.of_sets ? `, ${far.sets} of ${far.of_sets} sets` : ""}`;
    const heads = ["", `Do nothing\n${told.whole} of ${told.of} runs`, ...told.columns.map((c) => `${c.title}\n${soMany(c)}`)];
    const cell = (c, far) => c.words + (far.whole ? soFar(far) : "") + (c.range ? `\n${c.range}${rangeSoFar(far)}` : "");
    const held = beside.querySelector(".scroll")?.contains(document.activeElement);
    if (!beside.contains(besideHead)) beside.replaceChildren(besideHead, besideTable);  // else it keeps the focus
    besideTable.replaceChildren(told.rows.length
      ? h("div", {}, table("Against doing nothing. ±: luck. Below it, with other numbers. Each over the runs and sets it has itself, as on its card",
        heads, told.rows.map((r) => [r.label, r.base + soFar(told), ...r.cells.map((c, i) => cell(c, told.columns[i]))])), told.columns.filter((c) => c.empty).map((c) => h("p.note.empty", {}, `${c.title}: ${empty(c.empty, c)}`)), h("p.note", {}, `${told.rows.some((r) => r.cells.some((c) => c.range === "within chance")) ? "“Within chance” is said of the other numbers: they move the answer no further than luck does. It says nothing against the figure above it. " : ""}${aYear(state)}`))
      : h("p.waiting", {}, "Doing nothing is still being worked out; the table comes here by itself."));
    if (held) beside.querySelector(".scroll").focus({ preventScroll: true });
    if (besideGoTo) {
      besideGoTo = false;
      besideHead.focus({ preventScroll: true });
      besideHead.scrollIntoView({ block: "start" });
    }
  }

  async function bring(kept) {
    state.newMove();
    state.settings = { ...kept.settings };
    state.under = Object.keys(kept.settings).length || kept.parent ? kept.parent : kept.name;
    state.adoptedAnew = (state.adoptedAnew || 0) + 1;
    state.go("try");
    state.release();
  }

  async function rename(kept) {
    const told = await ask("Another name", [{ name: "title", label: "Name", value: kept.title }], "Rename");
    if (told) await post("/api/rename", { name: kept.name, title: told.title });
  }

  async function takeDown(kept) {
    if (await post("/api/take_down", { name: kept.name })) toast(`“${kept.title}” is off the wall; Undo brings it back.`, true);
  }

  function card(kept) {
    const id = `choose-${kept.name}`;
    const box = h("input", { type: "checkbox", id, checked: chosen.has(kept.name), onchange: () => {
      if (box.checked) chosen.add(kept.name); else chosen.delete(kept.name);
    } });
    const heads = (kept.headlines ?? []).map((g) => g.rows[0]).filter(Boolean);
    return h("article.card", {}, h("h3", {}, box, h("label", { for: id }, kept.title)),
      h("p.of", {}, `${kept.table || "Nobody's yet"} · ${kept.whole} of ${kept.of} runs${kept.of_sets ? `, ${kept.sets} of ${kept.of_sets} sets` : ""}`),
      h("ul", {}, kept.words.map((w) => h("li", {}, w))),
      heads.length ? h("ul", {}, heads.map((r) => h("li", {}, `${r.label}: `, loud(r, r.words, soFar(kept)), r.range ? `; with other numbers ${r.range}${rangeSoFar(kept)}` : ""))) : h("p.note", {}, "Being worked out …"),
      kept.empty ? h("p.note.empty", {}, empty(kept.empty, kept)) : null,
      h("button", { type: "button", onclick: () => bring(kept), "aria-label": `Go on from ${kept.title}` }, "Go on from it"),
      h("a", { href: `/scenarios/${kept.name}.toml`, download: `${kept.name}.toml` }, " File "),
      h("button", { type: "button", onclick: () => rename(kept), "aria-label": `Rename ${kept.title}` }, "Rename"),
      h("button", { type: "button", onclick: () => takeDown(kept), "aria-label": `Take down ${kept.title}` }, "Take down"));
  }

  // What was taken down is chosen no more.
  function forget(names) {
    for (const name of chosen) if (!names.includes(name)) chosen.delete(name);
    if (!compared.length) return;
    compared = compared.filter((name) => names.includes(name));
    if (compared.length) refreshBeside();
    else { besideAsked++; beside.replaceChildren(); }
  }

  let shown = "";
  return { element, update() {
    const room = state.room;
    if (!room) return;
    undo.disabled = !room.can_undo;
    const key = JSON.stringify([room.kept, room.notes]);
    if (key === shown) return;
    shown = key;
    wall.replaceChildren(...(room.kept.length ? room.kept.map(card) : [h("p.lead", {}, "Nothing is kept yet. Under “Try”, move levers and keep what you want to talk about.")]));
    about.replaceChildren(h("option", { value: "" }, "no scenario in particular"), ...room.kept.map((k) => h("option", { value: k.name }, k.title)));
    forget(room.kept.map((k) => k.name));
    const title = (name) => room.kept.find((k) => k.name === name)?.title;
    decisions.replaceChildren(...room.notes.map((n) => h("li", {}, h("strong", {}, n.text), n.who ? ` – ${n.who}` : "", title(n.scenario) ? ` (${title(n.scenario)})` : "")));
  } };
}
