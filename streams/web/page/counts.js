// The indices, ranked. Rows rise and fall and their figures change under the hands of who goes through them by keys: focus
// stays with its row.

import { $, fill, h } from "./dom.js";
import { sparkline, tone, toneText } from "./charts.js";
import { count, level, mark, moment, move, sign, words } from "./format.js";

export const WINDOWS = ["1m", "5m", "1h", "12h", "24h", "3d", "5d", "7d"];
const COLUMNS = 5 + WINDOWS.length;

export class Counts {
  window = "24h";
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
        this.window = window;
        this.#head();
        this.draw();
      });
      $("windows").append(h("label", {}, input, h("span", {}, window)));
    }
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
    fill(
      $("counts").tHead,
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Index"),
        h("th", { scope: "col", class: "trend" }, "24 h"),
        WINDOWS.map((window) =>
          h("th", { scope: "col", class: `w n${window === this.window ? " on" : ""}`, "aria-sort": window === this.window ? "descending" : null }, window),
        ),
        h("th", { scope: "col", class: "t" }, "Tone"),
        h("th", { scope: "col", class: "n fact" }, "Last"),
        h("th", { scope: "col", class: "from" }, "Said by"),
      ),
    );
  }

  #draw() {
    const body = $("counts").tBodies[0];
    const refocus = focused(body);
    const articles = (activity, window) => activity.windows[window].articles;
    const ranked = [...this.#indices.values()]
      .filter((activity) => articles(activity, "7d"))
      .sort((a, b) => articles(b, this.window) - articles(a, this.window) || articles(b, "7d") - articles(a, "7d") || (a.index < b.index ? -1 : 1));
    $("counts-empty").hidden = ranked.length > 0;
    $("counts-empty").textContent = "No index has been named in the last seven days of news.";
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
        row = h("tr", { "data-index": activity.index }, h("th", { scope: "row" }, h("a", { href: `#/index/${encodeURIComponent(activity.index)}` })), Array.from({ length: COLUMNS - 1 }, () => h("td")));
        this.#rows.set(activity.index, row);
      }
      this.#fill(row, activity);
      if (body.children[place] !== row) body.insertBefore(row, body.children[place] ?? null);
      if (this.#changed.has(activity.index)) flash(row);
    });
    this.#changed.clear();
    refocus();
  }

  #fill(row, activity) {
    const drawn = JSON.stringify([activity.windows, activity.last_fact, activity.trend, this.window, this.headline(activity.last_fact?.uri)]);
    if (row.drawn === drawn) return;
    row.drawn = drawn;
    const [head, trend, ...cells] = row.cells;
    fill(head.firstChild, h("b", {}, activity.index), h("span", {}, activity.name));
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
  const place = [...row.querySelectorAll("a")].indexOf(held);
  return () => row.querySelectorAll("a")[place]?.focus({ preventScroll: true });
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
  const over = ["session", "other"].includes(fact.basis) ? null : words(fact.basis);
  return [
    h("b", {}, fact.level === null ? "·" : `${fact.approximate ? "~" : ""}${level(fact.level)}`),
    h("small", {}, beside, beside ? " " : null, over, over ? " " : null, moved ? h("span", { class: way === null ? fact.direction ?? "flat" : sign(way) }, moved) : null),
  ];
}

function source(fact, headline) {
  if (!fact) return null;
  const title = headline(fact.uri);
  return h("a", { href: `#/article/${encodeURIComponent(fact.uri)}` }, h("time", { datetime: fact.published_at }, moment(fact.published_at)), h("span", {}, title ?? fact.uri));
}

export function flash(element) {
  element.classList.remove("new");
  void element.offsetWidth; // begins the animation anew
  element.classList.add("new");
}

