// The tape: one row an event, which moves to the top when a revision changes it. A retraction strikes its row through.

import { $, fill, h } from "./dom.js";
import { figures, moment, spoken, words } from "./format.js";
import { inSentence } from "./text.js";
import { view } from "./stream.js";
import { flash } from "./counts.js";

const ROWS = 200;
const KEPT = 2_000;
const ANNOUNCE_MS = 4_000;

export class Tape {
  #events = new Map();
  #rows = new Map();
  #waiting = [];
  #news = [];
  #announcing = null;
  #drawing = null;
  paused = false;
  headlines = new Map();

  constructor(sentences) {
    this.sentences = sentences;
    $("pause").addEventListener("click", () => this.pause(!this.paused));
  }

  clear() {
    this.#events.clear();
    this.#rows.clear();
    this.#waiting = [];
    fill($("events"));
  }

  /** An event as it comes; `quiet` where it is of before. */
  add(event, { quiet = false } = {}) {
    if (event.article.headline) this.headlines.set(event.article.uri, event.article.headline);
    if (this.headlines.size > KEPT) this.headlines.delete(this.headlines.keys().next().value);
    const known = this.#events.get(event.event_id);
    if (known && (known.revision > event.revision || (known.revision === event.revision && known.lifecycle === event.lifecycle))) return;
    // A retraction says only which event it is of: what it said stays to be struck through.
    const said = event.lifecycle === "retracted" && known ? { ...known, revision: event.revision, lifecycle: event.lifecycle } : event;
    this.#events.delete(event.event_id);
    this.#events.set(event.event_id, said);
    this.#waiting.push({ said, quiet });
    if (this.#events.size > KEPT) this.#events.delete(this.#events.keys().next().value);
    if (this.paused) $("pause").textContent = `Resume · ${this.#waiting.length} new`;
    else this.#drawing ??= requestAnimationFrame(() => this.#draw());
    if (!quiet) this.#announce(said);
  }

  pause(paused) {
    this.paused = paused;
    $("pause").setAttribute("aria-pressed", String(paused));
    $("pause").textContent = paused ? "Resume" : "Pause";
    if (!paused) this.#draw();
  }

  #draw() {
    this.#drawing = null;
    const list = $("events");
    for (const { said, quiet } of this.#waiting.splice(0).slice(-ROWS)) {
      const before = this.#rows.get(said.event_id);
      const row = eventRow(said);
      if (before) before.replaceWith(row); // focus in it is lost, and so it is with what it stood on
      list.prepend(row);
      this.#rows.set(said.event_id, row);
      this.sentences.watch(row, said);
      if (!quiet) flash(row);
    }
    while (list.children.length > ROWS) {
      this.#rows.delete(list.lastChild.dataset.event);
      list.lastChild.remove();
    }
    $("events-empty").hidden = list.children.length > 0;
  }

  #announce(event) {
    this.#news.push(event);
    this.#announcing ??= setTimeout(() => {
      this.#announcing = null;
      const news = this.#news.splice(0);
      const rest = news.length > 1 ? ` And ${news.length - 1} more.` : "";
      $("announcer").textContent = `${spoken(news.at(-1))}.${rest}`;
    }, ANNOUNCE_MS);
  }
}

/** One event as a row. */
export function eventRow(event, { linked = true } = {}) {
  const gone = event.lifecycle === "retracted";
  const [family, kind] = event.type.split(".");
  const figure = figures(event);
  const subject = event.subject.id ?? event.subject.name;
  const index = event.subject.id?.startsWith("index:") ? event.subject.id.slice(6) : null;
  const short = index ?? (event.subject.id?.startsWith("company:") && !event.subject.id.includes("unlisted") ? event.subject.id.slice(8) : null);
  const strike = (...parts) => (gone ? h("del", {}, parts) : parts);
  const who = [h("b", {}, short ?? event.subject.name), short ? h("span", { class: "name" }, event.subject.name) : null];
  return h(
    "li",
    { class: `event ${family} ${event.lifecycle}`, "data-event": event.event_id },
    h(
      "p",
      { class: "what" },
      index && linked ? h("a", { class: "who", href: `#/index/${encodeURIComponent(index)}` }, strike(who)) : h("span", { class: "who", title: subject }, strike(who)),
      h("span", { class: "kind" }, words(kind)),
      event.lifecycle === "created" ? null : h("span", { class: "life" }, event.lifecycle),
      event.fact_level && event.fact_level !== "fact" ? h("span", { class: "level" }, event.fact_level) : null,
      h("time", { datetime: event.published_at ?? "" }, event.published_at ? moment(event.published_at) : ""),
    ),
    figure.length ? h("p", { class: `figure ${event.direction ?? "flat"}` }, strike(h("b", {}, figure[0]), figure.slice(1).map((part) => h("span", {}, part)))) : null,
    (event.evidence ?? []).length ? h("blockquote", { class: "evidence" }, strike(quoted(event))) : null,
    linked
      ? h(
          "p",
          { class: "from" },
          h("a", { href: `#/article/${encodeURIComponent(event.article.uri)}` }, event.article.headline ?? event.article.uri),
          event.article.source ? h("span", {}, event.article.source) : null,
        )
      : null,
  );
}

/** The evidence as the event itself has it: in its headline, or the clause alone; its place where texts are left out. */
function quoted(event) {
  const [span] = event.evidence;
  if (span.field === "headline" && event.article.headline) return inSentence(event.article.headline, span);
  if (span.text) return [h("mark", {}, span.text)];
  return [h("span", { class: "place" }, `${span.field}, characters ${span.start} to ${span.end}`)];
}

/** Sentences of evidence in bodies, asked for when their row is looked at: one article at a time. */
export class Sentences {
  #seen = new WeakMap();
  #texts = new Map();
  #queue = [];
  #busy = false;

  constructor() {
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        this.observer.unobserve(entry.target);
        this.#queue.push(entry.target);
      }
      this.#work();
    });
  }

  watch(row, event) {
    const span = event.evidence?.[0];
    if (!span?.text || span.field !== "body" || event.lifecycle === "retracted") return;
    this.#seen.set(row, event);
    this.observer.observe(row);
  }

  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#queue.length) {
      const row = this.#queue.shift();
      const event = this.#seen.get(row);
      if (!row.isConnected || !event) continue;
      const body = await this.#body(event);
      const span = event.evidence[0];
      // The article may have another version by now, whose characters are others.
      if (body && [...body].slice(span.start, span.end).join("") === span.text) fill(row.querySelector(".evidence"), inSentence(body, span));
    }
    this.#busy = false;
  }

  async #body(event) {
    const key = `${event.article.uri} ${event.revision}`;
    if (!this.#texts.has(key)) {
      this.#texts.set(key, await view(`/readings?uri=${encodeURIComponent(event.article.uri)}`).then((reading) => reading.body, () => null));
      if (this.#texts.size > 100) this.#texts.delete(this.#texts.keys().next().value);
    }
    return this.#texts.get(key);
  }
}
