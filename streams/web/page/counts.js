// The indices, ranked. Rows rise and fall and their figures change under the hands of who goes through them by keys: focus
// stays with its row.

import { $, fill, h } from "./dom.js";
import { sparkline, tone, toneText } from "./charts.js";
import { count, level, mark, moment, move, over, sign } from "./format.js";

export const WINDOWS = ["1m", "5m", "1h", "12h", "24h", "3d", "5d", "7d"];
const COLUMNS = 5 + WINDOWS.length;
const WATCHED = "newstape.watched";

const text = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
/** What each column is sorted by, beside the windows; what has no value stands last, whichever way it is sorted. */
const SORTED = {
  index: (activity) => activity.index,
  tone: (activity, window) => activity.windows[window].sentiment,
  last: (activity) => activity.last_fact?.change_pct ?? null,
  said: (activity) => activity.last_fact?.published_at ?? null,
};

export class Counts {
  window = "24h";
  busy = null; // what is said of a backlog while there is one
  #sort = { by: "24h", down: true };
  #watched = new Set(readWatched());
  #indices = new Map();
  #rows = new Map();
  #drawing = null;

  /** `headline(uri)` is the headline of an article, or null. */
  constructor(headline) {
    this.headline = headline;
    this.#head();
    for (const window of WINDOWS) {
      const input = h("input", { type: "radio", name: "window", value: window, checked: window === this.window });
      input.addEventListener("change", () => {
        this.choose(window);
      });
      $("windows").append(h("label", {}, input, h("span", {}, window)));
    }
    $("watched").addEventListener("change", () => this.draw());
  }

  /** Rank by the articles of a window. */
  choose(window) {
    this.window = window;
    this.#sort = { by: window, down: true };
    for (const input of $("windows").querySelectorAll("input")) input.checked = input.value === window;
    this.#head();
    this.draw();
  }

  /** All indices that are counted, busiest first. */
  all() {
    return [...this.#indices.values()].filter((activity) => activity.windows["7d"].articles).sort((a, b) => b.windows[this.window].articles - a.windows[this.window].articles || text(a.index, b.index));
  }

  #sortBy(by) {
    if (WINDOWS.includes(by) && this.#sort.by !== by) return this.choose(by);
    this.#sort = { by, down: this.#sort.by === by ? !this.#sort.down : by !== "index" };
    this.#head();
    this.draw();
  }

  #watch(index) {
    if (!this.#watched.delete(index)) this.#watched.add(index);
    try {
      localStorage.setItem(WATCHED, JSON.stringify([...this.#watched]));
    } catch {
      // a browser that keeps nothing: the list lives as long as the page
    }
    this.draw();
  }

  name(index) {
    return this.#indices.get(index)?.name ?? index;
  }

  get(index) {
    return this.#indices.get(index);
  }

  /** All indices as a view answers them. */
  replace(indices) {
    this.#indices = new Map(indices.map((activity) => [activity.index, activity]));
    this.draw();
  }

  /** The counts of one index as they come; false where it is not known yet. */
  update(activity) {
    const known = this.#indices.get(activity.index);
    if (!known) return false;
    if (activity.as_of < known.as_of) return true;
    this.#indices.set(activity.index, { ...known, ...activity });
    this.draw(activity.index);
    return true;
  }

  /** Draw at the next frame. */
  draw(changed = null) {
    if (changed) this.#changed.add(changed);
    this.#drawing ??= requestAnimationFrame(() => {
      this.#drawing = null;
      this.#draw();
    });
  }

  #changed = new Set();

  #head() {
    const held = $("counts").tHead.contains(document.activeElement) ? document.activeElement.dataset.sort : null;
    const head = (by, name, kind) => {
      const sorted = this.#sort.by === by ? (this.#sort.down ? "descending" : "ascending") : null;
      return h("th", { scope: "col", class: kind, "aria-sort": sorted }, h("button", { type: "button", class: "sort", "data-sort": by, onclick: () => this.#sortBy(by) }, name));
    };
    fill(
      $("counts").tHead,
      h(
        "tr",
        {},
        head("index", "Index"),
        h("th", { scope: "col", class: "trend" }, "24 h"),
        WINDOWS.map((window) => head(window, window, `w n${window === this.window ? " on" : ""}`)),
        head("tone", "Tone", "t"),
        head("last", "Last", "n fact"),
        head("said", "Said by", "from"),
      ),
    );
    if (held) $("counts").tHead.querySelector(`[data-sort="${held}"]`)?.focus();
  }

  #ranked() {
    const { by, down } = this.#sort;
    const value = SORTED[by] ?? ((activity) => activity.windows[by].articles);
    const only = $("watched").checked;
    const order = (a, b) => {
      const [one, other] = [value(a, this.window), value(b, this.window)];
      if ((one === null) !== (other === null)) return one === null ? 1 : -1;
      return (down ? text(other, one) : text(one, other)) || b.windows["7d"].articles - a.windows["7d"].articles || text(a.index, b.index);
    };
    return [...this.#indices.values()].filter((activity) => activity.windows["7d"].articles && (!only || this.#watched.has(activity.index))).sort(order);
  }

  #draw() {
    const body = $("counts").tBodies[0];
    const refocus = focused(body);
    const ranked = this.#ranked();
    $("counts-empty").hidden = ranked.length > 0;
    $("counts-empty").textContent = this.busy ? "Nothing is counted yet." : ($("watched").checked ? "No index that you watch has been named in the last seven days." : "No index has been named in the last seven days of news.");
    $("counts").hidden = !ranked.length;
    const wanted = new Set(ranked.map(({ index }) => index));
    for (const [index, row] of this.#rows) {
      if (!wanted.has(index)) {
        row.remove();
        this.#rows.delete(index);
      }
    }
    ranked.forEach((activity, place) => {
      let row = this.#rows.get(activity.index);
      if (!row) {
        row = h("tr", { "data-index": activity.index }, h("th", { scope: "row" }, this.#named(activity.index)), Array.from({ length: COLUMNS - 1 }, () => h("td")));
        this.#rows.set(activity.index, row);
      }
      this.#fill(row, activity);
      if (body.children[place] !== row) body.insertBefore(row, body.children[place] ?? null);
      if (this.#changed.has(activity.index) && !this.busy) flash(row);
    });
    this.#changed.clear();
    refocus();
  }

  #named(index) {
    const star = h("button", { type: "button", class: "star", onclick: () => this.#watch(index) });
    return h("div", { class: "named" }, star, h("a", { href: `#/index/${encodeURIComponent(index)}` }), h("span", { class: "mark-of" }));
  }

  #fill(row, activity) {
    const watched = this.#watched.has(activity.index);
    const drawn = JSON.stringify([activity.windows, activity.last_fact, activity.trend, activity.usual, watched, this.window, this.headline(activity.last_fact?.uri)]);
    if (row.drawn === drawn) return;
    row.drawn = drawn;
    const [head, trend, ...cells] = row.cells;
    const [star, link, usual] = head.firstChild.children;
    star.setAttribute("aria-pressed", String(watched));
    star.setAttribute("aria-label", `Watch ${activity.index}`);
    fill(star, watched ? "★" : "☆");
    fill(link, h("b", {}, activity.index.replace(/^~/, "")), h("span", {}, activity.name));
    const { unusual, articles: now, mean } = activity.usual ?? {};
    fill(usual, unusual ? h("abbr", { title: `${now} articles in the last hour; usually ${mean} at this time of day` }, "unusual") : null);
    trend.className = "trend";
    fill(trend, activity.trend ? sparkline(activity.trend.articles, `${count(activity.windows["24h"].articles)} articles in 24 hours`) : null);
    WINDOWS.forEach((window, number) => {
      const { articles, mentions } = activity.windows[window];
      const cell = cells[number];
      cell.className = `w n${window === this.window ? " on" : ""}${articles ? "" : " none"}`;
      fill(cell, articles ? [h("b", {}, count(articles)), h("small", {}, count(mentions))] : [h("span", { "aria-hidden": true }, "·"), h("span", { class: "unseen" }, "0")]);
    });
    const [mood, fact, from] = cells.slice(WINDOWS.length);
    const score = activity.windows[this.window].sentiment;
    mood.className = `t ${sign(score)}`;
    fill(mood, score === null ? [h("span", { "aria-hidden": true }, "·"), h("span", { class: "unseen" }, "not known")] : [h("b", {}, toneText(score)), tone(score)]);
    fact.className = "n fact";
    fill(fact, reading(activity.last_fact));
    from.className = "from";
    fill(from, source(activity.last_fact, this.headline));
  }
}

/** What gives a link of the table its focus back: a row that is moved, and a cell that is filled anew, lose it. */
function focused(body) {
  const held = document.activeElement;
  if (!body.contains(held)) return () => {};
  const row = held.closest("tr");
  const links = "a, button";
  const at = [...row.querySelectorAll(links)].indexOf(held);
  return () => row.querySelectorAll(links)[at]?.focus({ preventScroll: true });
}

const SHORT = {
  all_time_high: "ATH",
  all_time_low: "ATL",
  period_high: "high",
  period_low: "low",
  threshold_above: "above",
  threshold_below: "below",
  biggest_gain: "best day",
  biggest_loss: "worst day",
};

/** Level above, move below. */
export function reading(fact) {
  if (!fact) return [h("span", { "aria-hidden": true }, "·"), h("span", { class: "unseen" }, "no figure")];
  const moved = move(fact);
  const way = fact.change_pct ?? fact.change_points ?? null;
  const beside = fact.record ? h("abbr", { title: mark(fact.record) }, SHORT[fact.record] ?? mark(fact.record)) : null;
  return [
    h("b", {}, fact.level === null ? "·" : `${fact.approximate ? "~" : ""}${level(fact.level)}`),
    h("small", {}, beside, beside ? " " : null, moved ? [h("span", { class: way === null ? fact.direction ?? "flat" : sign(way) }, moved), ` ${over(fact.basis)}`] : null),
  ];
}

function source(fact, headline) {
  if (!fact) return null;
  const title = headline(fact.uri);
  return h("a", { href: `#/article/${encodeURIComponent(fact.uri)}` }, h("time", { datetime: fact.published_at }, moment(fact.published_at)), h("span", { title: fact.uri }, title ?? "headline not known"));
}

function readWatched() {
  try {
    const kept = JSON.parse(localStorage.getItem(WATCHED) ?? "[]");
    return Array.isArray(kept) ? kept.filter((index) => typeof index === "string") : [];
  } catch {
    return [];
  }
}

export function flash(element) {
  element.classList.remove("new");
  void element.offsetWidth; // begins the animation anew
  element.classList.add("new");
}

