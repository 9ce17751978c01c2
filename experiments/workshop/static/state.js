// What the page knows. `settings` are the levers as they stand; they are never written back into a
// lever that is being moved.
const session = Math.random().toString(36).slice(2, 8);
let moves = 0;

export const state = {
  about: null, base: null, answer: null, room: null, view: "place",
  settings: {}, under: "", move: "", adopted: false, told: 0, lost: false, releasedAt: 0, firstMs: null,
  measure: "people.multiple_needs", guessed: false,

  newMove() {
    this.move = `${session}-${++moves}`;
    this.adopted = true;
    this.releasedAt = performance.now();
    this.firstMs = null;
    return this.move;
  },

  // After a reload, or when the workshop came back: go on from what the room was looking at.
  adopt(answer) {
    if (this.adopted && answer.move === this.move) return;
    this.adopted = true;
    this.move = answer.move;
    this.settings = { ...answer.settings };
    this.under = answer.under;
    this.adoptedAnew = (this.adoptedAnew || 0) + 1;
  },

  // What is being asked, in words, at once and without waiting for the workshop.
  inWords() {
    const below = this.room?.kept.find((kept) => kept.name === this.under);
    const moved = this.about.levers.filter((lever) => lever.name in this.settings);
    return [...(below ? [`On top of “${below.title}”`] : []),
      ...moved.map((lever) => `${lever.title}: ${lever.words[this.settings[lever.name]]}`)];
  },

  // The time from a lever's release to the first numbers that it could have changed.
  timeFirst() {
    if (this.firstMs === null && this.releasedAt && this.current) {
      this.firstMs = performance.now() - this.releasedAt;
      document.body.dataset.firstMs = Math.round(this.firstMs);
    }
  },

  // The answer to what is being asked now; null while there is none.
  get current() {
    const { answer } = this;
    return answer && answer.move === this.move && answer.run && !answer.waiting ? answer : null;
  },
};
