// What lies behind an index or an article, in a dialog that the address names: #/index/N225, #/article/urn:example:1.

import { $, fill, h, outward } from "./dom.js";
import { history, toneText } from "./charts.js";
import { WINDOWS, reading } from "./counts.js";
import { count, isResolved, moment, sign, words } from "./format.js";
import { backlog, view } from "./stream.js";
import { eventRow } from "./tape.js";
import { inSentence, marked } from "./text.js";

const REFRESH_MS = 3_000;
const STEPS = { "1h": "1m", "12h": "15m", "24h": "30m", "3d": "2h", "7d": "6h" };

export class Detail {
  #asked = 0;
  #named = "";
  #before = null;
  #refreshing = null;
  #window = "24h";

  constructor(counts, sentences) {
    this.counts = counts;
    this.sentences = sentences;
    const dialog = $("detail");
    dialog.addEventListener("close", () => {
      if (dialog.open) return; // told late: something else was opened since
      if (location.hash === this.#named) window.history.replaceState(null, "", location.pathname + location.search);
      this.#before?.focus?.();
    });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    addEventListener("hashchange", () => this.route());
  }

  route() {
    const [, kind, id] = location.hash.match(/^#\/(index|article|entity)\/(.+)$/) ?? [];
    const dialog = $("detail");
    if (!kind) {
      if (dialog.open) dialog.close();
      return;
    }
    if (!dialog.open) {
      this.#before = document.activeElement;
      dialog.showModal();
    }
    dialog.scrollTop = 0;
    this.#named = location.hash;
    const show = this.#ask();
    let named;
    try {
      named = decodeURIComponent(id);
    } catch {
      named = id;
    }
    show(h("h2", { id: "detail-title" }, named), h("p", { class: "empty" }, "Asking…"));
    const work = { index: () => this.#index(named, show), article: () => this.#article(named, show), entity: () => this.#entity(named, show) }[kind]();
    work.catch(failed(named, show));
  }

  /** Counts came. Those of the index that is looked at are drawn anew soon, under the eyes and hands of who looks. */
  update(activity) {
    const hash = `#/index/${encodeURIComponent(activity.index)}`;
    if (!$("detail").open || location.hash !== hash) return;
    this.#refreshing ??= setTimeout(async () => {
      this.#refreshing = null;
      if (location.hash === hash) await this.#index(activity.index, this.#show(), this.#window).catch(() => {}); // what is drawn stays
    }, REFRESH_MS);
  }

  /** How to show what is asked for now, and nothing any more of what was asked for before. */
  #ask() {
    this.#asked += 1;
    return this.#show();
  }

  /** How to show what comes, unless something else is asked for meanwhile. */
  #show() {
    const asked = this.#asked;
    return (...children) => asked === this.#asked && $("detail").open && keeping(() => fill($("detail-body"), children));
  }

  async #index(index, show, window = "24h") {
    this.#window = window;
    const path = `/indices/${encodeURIComponent(index)}`;
    const [activity, series, { events }] = await Promise.all([
      view(path),
      view(`${path}/series?window=${window}&step=${STEPS[window]}`),
      backlog(new URLSearchParams({ family: "index", subject: `index:${index}`, last: 50 })),
    ]);
    const total = series.series.reduce((sum, step) => sum + step.counts.articles, 0);
    const choice = h(
      "fieldset",
      { class: "choice" },
      h("legend", { class: "unseen" }, "Time shown"),
      Object.keys(STEPS).map((name) => {
        const input = h("input", { type: "radio", name: "history", value: name, checked: name === window });
        input.addEventListener("change", () => {
          const chosen = this.#ask();
          this.#index(index, chosen, name).catch(failed(index, chosen));
        });
        return h("label", {}, input, h("span", {}, name));
      }),
    );
    const fact = activity.last_fact;
    show(
      h("h2", { id: "detail-title" }, h("b", {}, activity.index), " ", h("span", {}, activity.name)),
      h(
        "p",
        { class: "lead" },
        reading(fact),
        fact ? h("a", { href: `#/article/${encodeURIComponent(fact.uri)}` }, `${moment(fact.published_at)} ${this.counts.headline(fact.uri) ?? fact.uri}`) : null,
      ),
      h("div", { class: "pane-head" }, h("h3", {}, "Articles over time"), choice),
      history(series.series, `${count(total)} articles in ${window}, by steps of ${STEPS[window]}`, $("detail-body").clientWidth),
      h(
        "table",
        { class: "small" },
        h("caption", { class: "unseen" }, "Counts in every window"),
        h("thead", {}, h("tr", {}, ["Window", "Articles", "Mentions", "Tone"].map((name, place) => h("th", { scope: "col", class: place ? "n" : null }, name)))),
        h(
          "tbody",
          {},
          WINDOWS.map((name) => {
            const { articles, mentions, sentiment } = activity.windows[name];
            return h(
              "tr",
              {},
              h("th", { scope: "row" }, name),
              h("td", { class: "n" }, count(articles)),
              h("td", { class: "n" }, count(mentions)),
              h("td", { class: `n ${sign(sentiment)}` }, sentiment === null ? [h("span", { "aria-hidden": true }, "·"), h("span", { class: "unseen" }, "not known")] : toneText(sentiment)),
            );
          }),
        ),
      ),
      h("h3", {}, "Latest events"),
      this.#list(latest(events)),
    );
  }

  /** The newest events of whoever is no index. */
  async #entity(id, show) {
    const { events } = await backlog(new URLSearchParams({ subject: id, last: 100 }));
    const [first] = events;
    show(
      h("h2", { id: "detail-title" }, h("b", {}, first?.subject.name ?? id), " ", h("span", { class: "uri" }, id)),
      first && !isResolved(first.subject) ? h("p", { class: "hint" }, "The registry does not have it: name and id are made from the text.") : null,
      h("h3", {}, "Latest events"),
      this.#list(latest(events)),
    );
  }

  async #article(uri, show) {
    const path = encodeURIComponent(uri);
    const [said, read] = await Promise.all([view(`/articles?uri=${path}`), view(`/readings?uri=${path}`).catch((error) => error)]);
    const standing = new Map(said.events.map((event) => [event.event_id, event]));
    const withdrawn = said.events.length > 0 && said.events.every((event) => event.state === "retracted");
    if (read instanceof Error) {
      show(
        h("h2", { id: "detail-title" }, uri),
        h("p", { class: "empty" }, withdrawn ? "This article is withdrawn: everything it said is retracted." : read.message),
        ledger(said),
      );
      return;
    }
    const { annotation } = read;
    const { article } = annotation;
    const spans = annotation.events.flatMap((event) => event.evidence.map((span) => ({ ...span, name: event.type.split(".")[0] })));
    const of = (field) => spans.filter((span) => span.field === field);
    show(
      h("h2", { id: "detail-title" }, read.headline === null ? uri : marked(read.headline, of("headline"))),
      h(
        "p",
        { class: "meta" },
        [
          h("time", { datetime: article.published_at }, moment(article.published_at)),
          article.source,
          article.language,
          article.version ? `version ${article.version}` : null,
          article.url ? outward(article.url, "original") : null,
          h("span", { class: "uri" }, uri),
        ]
          .filter(Boolean)
          .map((part) => h("span", {}, part)),
      ),
      read.body === null ? h("p", { class: "empty" }, "This worker leaves texts out (NEWSTAPE_EVIDENCE=offsets).") : h("div", { class: "body" }, paragraphs(read.body, of("body"))),
      h("h3", {}, "What it says"),
      h("ol", { class: "events" }, annotation.events.map((event) => {
        const row = eventRow({ ...event, lifecycle: "created", event_id: "", published_at: null, article: { ...article, headline: read.headline } });
        row.querySelector(".from")?.remove();
        const [span] = event.evidence;
        const text = span.field === "body" ? read.body : read.headline;
        const quote = row.querySelector(".evidence");
        if (text && quote) fill(quote, inSentence(text, span));
        return row;
      })),
      annotation.events.length ? null : h("p", { class: "empty" }, "No event."),
      h("h3", {}, "What it names"),
      h(
        "ul",
        { class: "entities" },
        annotation.entities.map((entity) =>
          h("li", {}, h("b", {}, entity.name), " ", h("span", { class: "uri" }, entity.id), entity.source === "provider" ? " by the provider’s symbols only " : ` ×${entity.mention_count} `, h("span", { class: sign(entity.sentiment.score) }, toneText(entity.sentiment.score))),
        ),
      ),
      [...standing.values()].some((event) => event.state === "retracted") ? ledger(said) : null,
    );
  }

  #list(events) {
    if (!events.length) return h("p", { class: "empty" }, "None among the newest that this worker has at hand.");
    const rows = events.map((event) => {
      const row = eventRow(event);
      this.sentences.watch(row, event);
      return row;
    });
    return h("ol", { class: "events" }, rows);
  }
}

/** What is shown where the worker does not answer as hoped. */
function failed(named, show) {
  return (error) => show(h("h2", { id: "detail-title" }, named), h("p", { class: "empty" }, error.message));
}

/** Draw with the scroll and the focus where they were. */
function keeping(draw) {
  const dialog = $("detail");
  const { scrollTop } = dialog;
  const held = document.activeElement;
  const [tag, name] = [held?.tagName, held?.getAttribute("href") ?? held?.value];
  const inside = $("detail-body").contains(held);
  draw();
  dialog.scrollTop = scrollTop;
  if (inside) [...$("detail-body").querySelectorAll(tag)].find((element) => (element.getAttribute("href") ?? element.value) === name)?.focus({ preventScroll: true });
}

/** Events by their newest revision, the newest first; what a retracted one said is kept. */
function latest(events) {
  const found = new Map();
  for (const event of events) {
    const known = found.get(event.event_id);
    if (known && known.revision > event.revision) continue;
    found.delete(event.event_id);
    found.set(event.event_id, event.lifecycle === "retracted" && known ? { ...known, revision: event.revision, lifecycle: event.lifecycle } : event);
  }
  return [...found.values()].reverse();
}

/** All that the article ever said, as the ledger has it. */
function ledger(said) {
  return [
    h("h3", {}, "What became of it"),
    h(
      "ul",
      { class: "entities" },
      said.events.map((event) => {
        const text = [h("b", {}, event.subject.name), ` ${words(event.type.split(".")[1])}, revision ${event.revision}`];
        return h("li", {}, event.state === "retracted" ? [h("del", {}, text), " retracted"] : text);
      }),
    ),
  ];
}

/** A body in paragraphs, its marks kept. */
function paragraphs(body, spans) {
  const parts = [[]];
  for (const part of marked(body, spans)) {
    if (typeof part !== "string") {
      parts.at(-1).push(part);
      continue;
    }
    part.split(/\n+/).forEach((line, number) => {
      if (number) parts.push([]);
      parts.at(-1).push(line);
    });
  }
  return parts.filter((part) => part.some((piece) => typeof piece !== "string" || piece.trim())).map((part) => h("p", {}, part));
}

