// Waiting for a life: what is being worked out, for how long already, and a way out.
import { h } from "./dom.js";

const SECOND = 1000;
const LONG = 60;  // seconds after which it is said what it may wait for
const SILENT = 10;  // seconds without a word from the workshop after which that is said

// The element to show, a signal that ends the request, and `end` to call once it has been answered.
export function waitingFor(whose, stop) {
  const leaving = new AbortController();
  const begun = performance.now();
  let heard = begun;
  let asking = false;
  const doing = h("p.waiting", { role: "status" }, `Looking for ${whose} …`);
  const took = h("p.took", { "aria-live": "off" });
  const late = h("p.note", { role: "status" });
  const element = h("div", {}, doing, took, late,
    h("p", {}, h("button", { type: "button", onclick: () => stop() }, "Stop waiting")),
    h("p.note", {}, "It goes on while other steps are used. “Stop waiting” stops the work, too: it pauses until a life is asked for again, and takes nothing from the room's other runs."));
  const say = (where, text) => { if (where.textContent !== text) where.textContent = text; };

  async function ask() {
    if (asking) return;
    asking = true;
    const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(5 * SECOND)]);
    const far = await fetch("/api/life/far", { cache: "no-store", signal }).then((r) => r.json()).catch(() => null);
    asking = false;
    if (!far || leaving.signal.aborted) return;
    heard = performance.now();
    const before = far.asked - 1;
    say(doing, `${far.words} …${before > 0 ? ` (${before} more ${before > 1 ? "lives are" : "life is"} asked for, one after another.)` : ""}`);
  }

  function tick() {
    const now = performance.now();
    const seconds = Math.round((now - begun) / SECOND);
    took.textContent = `For ${whose}: ${seconds} ${seconds === 1 ? "second" : "seconds"} so far. The first life takes longest.`;
    if (now - heard > SILENT * SECOND) say(late, "The workshop has not answered for some seconds: it may be starting again, or this browser has too many of its pages open (six at most). This goes on by itself once it answers.");
    else say(late, seconds > LONG ? "This takes long: the machine is busy with the room's other runs, or with other work. It goes on, and the other steps can be used meanwhile." : "");
    ask();
  }

  const timer = setInterval(tick, SECOND);
  tick();
  return { element, signal: leaving.signal, end() { clearInterval(timer); leaving.abort(); } };
}
