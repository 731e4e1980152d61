// The tape: one row an event, which moves to the top when a revision changes it. A retraction strikes its row through.

import { $, fill, h } from "./dom.js";
import { ARROWS, clock, figures, isResolved, moment, novelty, spoken, ticker, words } from "./format.js";
import { inSentence } from "./text.js";
import { view } from "./stream.js";
import { flash } from "./counts.js";

const ROWS = 200;
const KEPT = 2_000;
const ANNOUNCE_MS = 4_000;
// Of rows that come at once no more than these are lit up: a backlog would paint the whole page.
const MOST_FLASHED = 5;

export class Tape {
  #events = new Map();
  #rows = new Map();
  #waiting = [];
  #news = [];
  #announcing = null;
  #drawing = null;
  paused = false;
  busy = false; // while a backlog is worked off nothing is lit up
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
    this.#waiting.push({ said, quiet, arrived: quiet ? null : new Date() });
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
    const waiting = this.#waiting.splice(0).slice(-ROWS);
    const calm = waiting.length <= MOST_FLASHED;
    for (const { said, quiet, arrived } of waiting) {
      const before = this.#rows.get(said.event_id);
      const row = eventRow(said, { arrived });
      if (before) before.replaceWith(row); // focus in it is lost, and so it is with what it stood on
      list.prepend(row);
      this.#rows.set(said.event_id, row);
      this.sentences.watch(row, said);
      if (!quiet && calm && !this.busy) flash(row);
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

/** One event as a row. `arrived` is when this page was given it, where it was open by then. */
export function eventRow(event, { linked = true, arrived = null } = {}) {
  const gone = event.lifecycle === "retracted";
  const off = event.status === "called_off";
  const [family, kind] = event.type.split(".");
  const figure = figures(event);
  const short = ticker(event.subject);
  const index = event.subject.id?.startsWith("index:") ? event.subject.id.slice(6) : null;
  const strike = (...parts) => (gone ? h("del", {}, parts) : parts);
  const who = [h("b", {}, short ?? event.subject.name), short && short !== event.subject.name ? h("span", { class: "name" }, event.subject.name) : null];
  const place = linked && event.subject.id ? `#/${index ? "index" : "entity"}/${encodeURIComponent(index ?? event.subject.id)}` : null;
  return h(
    "li",
    { class: `event ${family} ${event.lifecycle}${off ? " off" : ""}`, "data-event": event.event_id },
    h(
      "p",
      { class: "what" },
      place ? h("a", { class: "who", href: place, title: event.subject.id }, strike(who)) : h("span", { class: "who" }, strike(who)),
      isResolved(event.subject) ? null : h("span", { class: "made", title: "The registry does not have it: name and id are made from the text" }, "not in the registry"),
      h("span", { class: "kind" }, words(kind)),
      off ? h("strong", { class: "calledoff" }, "called off") : null,
      event.lifecycle === "created" ? null : h("span", { class: "life" }, event.lifecycle),
      event.fact_level && event.fact_level !== "fact" ? h("span", { class: "level" }, event.fact_level) : null,
      h("time", { datetime: event.published_at ?? "", title: arrived ? `published; came here at ${clock(arrived)} UTC` : "published" }, event.published_at ? moment(event.published_at) : "", arrived ? h("small", { class: "arrived" }, ` came ${clock(arrived)}`) : null),
    ),
    figure.length || event.direction ? h("p", { class: "figure" }, strike(arrow(event, figure.length > 0), figure.map(part))) : null,
    (event.evidence ?? []).length ? h("blockquote", { class: "evidence" }, strike(quoted(event))) : null,
    linked
      ? h(
          "p",
          { class: "from" },
          h("a", { href: `#/article/${encodeURIComponent(event.article.uri)}` }, event.article.headline ?? event.article.uri),
          event.article.source ? h("span", {}, event.article.source) : null,
        )
      : null,
    doubt(event),
  );
}

/** Which way; in words, too, where no number tells. */
function arrow(event, beside) {
  return event.direction ? h("span", { class: `arrow ${event.direction}` }, ARROWS[event.direction], h("span", { class: beside ? "unseen" : null }, ` ${event.direction}`)) : null;
}

function part({ text, beside, way }, place) {
  return h(place ? "span" : "b", { class: way }, text, beside ? h("small", {}, ` ${beside}`) : null);
}

/** How new and how sure it is, quietly. */
function doubt(event) {
  const parts = [];
  const told = novelty(event.novelty);
  if (told) parts.push(told);
  const copied = event.novelty?.repeat_of;
  if (copied) parts.push(h("a", { href: `#/article/${encodeURIComponent(copied)}` }, "repeats an earlier text"));
  if (event.confidence !== null && event.confidence !== undefined) parts.push(`confidence ${event.confidence.toFixed(2)}`);
  return parts.length ? h("p", { class: "doubt" }, parts.map((one) => h("span", {}, one))) : null;
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
