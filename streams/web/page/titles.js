// Headlines of articles by uri, asked for one at a time: a uri tells nobody what was said.

import { view } from "./stream.js";

const KEPT = 2_000;

export class Titles {
  #known = new Map();
  #queue = [];
  #busy = false;

  /** `changed()` is called when a headline has come. */
  constructor(changed) {
    this.changed = changed;
  }

  /** The headline of an article; null where it is not known, and it is asked for then. */
  get(uri) {
    if (!uri) return null;
    if (this.#known.has(uri)) return this.#known.get(uri);
    this.#known.set(uri, null);
    this.#queue.push(uri);
    this.#work();
    return null;
  }

  /** A headline that an event has brought. */
  set(uri, headline) {
    this.#known.set(uri, headline);
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value);
  }

  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#queue.length) {
      const uri = this.#queue.shift();
      if (this.#known.get(uri)) continue;
      const { headline } = await view(`/readings?uri=${encodeURIComponent(uri)}`).catch(() => ({ headline: null }));
      this.set(uri, headline || null);
      if (headline) this.changed();
    }
    this.#busy = false;
  }
}
