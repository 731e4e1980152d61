// Who is most spoken of among the newest events: companies, and what is done in policy by whom. The server counts indices
// alone; these tables count the events that it has at hand, and say how far back those go.

import { $, fill, h } from "./dom.js";
import { ARROWS, count, figures, isResolved, moment, sign, ticker, words } from "./format.js";
import { toneText } from "./charts.js";
import { backlog } from "./stream.js";

const LAST = 500;
const ROWS = 40;

const HEADS = {
  company: ["Company", "Articles", "Events", "Tone", "Last said"],
  policy: ["Policy", "Articles", "Events", "Tone", "Last said"],
};

/** Fill a pane with the busiest of a family, among the newest events that the worker has at hand. */
export async function busiest(family, pane) {
  const { events } = await backlog(new URLSearchParams({ family, last: LAST }));
  const standing = newest(events);
  const groups = [...grouped(standing, family).values()].sort((a, b) => b.articles.size - a.articles.size || b.events - a.events || (a.key < b.key ? -1 : 1));
  if (!groups.length) {
    fill(pane, h("p", { class: "empty" }, "No event of this family is at hand."));
    return;
  }
  const since = standing.map((event) => event.published_at).filter(Boolean).sort()[0];
  fill(
    pane,
    h("p", { class: "hint" }, `${count(standing.length)} standing events, the newest that this worker has at hand${since ? `; the oldest is of ${moment(since)}` : ""}. What was called off counts apart.`),
    h(
      "table",
      { class: "ranked" },
      h("caption", { class: "unseen" }, `${HEADS[family][0]}: busiest first`),
      h("thead", {}, h("tr", {}, HEADS[family].map((name, place) => h("th", { scope: "col", class: place && place < 4 ? "n" : null }, name)))),
      h("tbody", {}, groups.slice(0, ROWS).map(row)),
    ),
  );
}

/** Events by their newest revision, without what was retracted. */
function newest(events) {
  const found = new Map();
  for (const event of events) {
    const known = found.get(event.event_id);
    if (!known || known.revision <= event.revision) found.set(event.event_id, event);
  }
  return [...found.values()].filter((event) => event.lifecycle !== "retracted");
}

function grouped(events, family) {
  const groups = new Map();
  for (const event of events) {
    const who = event.subject.id ?? event.subject.name;
    const off = event.status === "called_off";
    const key = family === "policy" ? `${event.type} ${who} ${off}` : `${who} ${off}`;
    const group = groups.get(key) ?? { key, family, off, articles: new Set(), events: 0, scores: [], last: event };
    group.articles.add(event.article.uri);
    group.events += 1;
    if (event.sentiment && event.sentiment.score !== null) group.scores.push(event.sentiment.score);
    if ((event.published_at ?? "") >= (group.last.published_at ?? "")) group.last = event;
    groups.set(key, group);
  }
  return groups;
}

function row(group) {
  const { last } = group;
  const { subject } = last;
  const short = ticker(subject);
  const [figure] = figures(last);
  const kind = words(last.type.split(".")[1]);
  const tone = group.scores.length ? group.scores.reduce((sum, score) => sum + score, 0) / group.scores.length : null;
  const name = group.family === "policy" ? [h("b", {}, kind), h("span", {}, subject.name)] : [h("b", {}, short ?? subject.name), short ? h("span", {}, subject.name) : null];
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      subject.id ? h("a", { href: `#/entity/${encodeURIComponent(subject.id)}` }, name) : name,
      isResolved(subject) ? null : h("small", { class: "made" }, "not in the registry"),
      group.off ? h("strong", { class: "calledoff" }, "called off") : null,
    ),
    h("td", { class: "n" }, count(group.articles.size)),
    h("td", { class: "n" }, count(group.events)),
    h("td", { class: `n ${sign(tone)}` }, tone === null ? [h("span", { "aria-hidden": true }, "·"), h("span", { class: "unseen" }, "not known")] : toneText(tone)),
    h(
      "td",
      { class: "said" },
      h("a", { href: `#/article/${encodeURIComponent(last.article.uri)}` }, last.published_at ? h("time", { datetime: last.published_at }, moment(last.published_at)) : null, " ", last.article.headline ?? kind),
      h("small", {}, group.family === "policy" ? null : kind, last.direction ? ` ${ARROWS[last.direction]}` : null, figure ? h("span", { class: figure.way }, ` ${figure.text}`) : null, figure?.beside ? ` ${figure.beside}` : null),
    ),
  );
}
