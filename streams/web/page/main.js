// The page: one stream for the tape and the counts, a look at all counts each minute, and one at the pipeline each five
// seconds. The filters stand in the address, so that a view of the tape can be kept and sent on.

import { $, fill, h } from "./dom.js";
import { busiest } from "./busiest.js";
import { Counts } from "./counts.js";
import { Detail } from "./detail.js";
import { count, moment, seconds } from "./format.js";
import { heat } from "./heat.js";
import { Stream, view } from "./stream.js";
import { Sentences, Tape } from "./tape.js";
import { Titles } from "./titles.js";

const LAST = 200;
const HEALTH_MS = 5_000;
const COUNTS_MS = 60_000;
const SOON_MS = 10_000;
const BACKLOG = 20;
const FAMILIES = ["index", "company", "policy"];

const sentences = new Sentences();
const tape = new Tape(sentences);
const titles = new Titles(() => counts.draw());
const counts = new Counts((uri) => tape.headlines.get(uri) ?? titles.get(uri));
const detail = new Detail(counts, sentences);
const form = $("filters");

// -- the stream -------------------------------------------------------------------------------------------------------

const STATES = {
  refused: () => "filter refused",
  connecting: () => "connecting",
  live: () => "live",
  reconnecting: () => "reconnecting",
  retrying: (wait) => `no answer, again in ${wait} s`,
};

const stream = new Stream({
  before(events) {
    for (const event of events) tape.add(event, { quiet: true });
    $("events-empty").hidden = events.length > 0;
  },
  message(event) {
    if (!subject() || event.subject.id === subject()) tape.add(event);
  },
  activity(activity) {
    lookSoon(counts.update(activity) ? SOON_MS : undefined);
    detail.update(activity);
  },
  gap: (gap) => notice(`The stream begins later than asked in ${gap.feed}: ${gap.reason}.`),
  dropped: (why) => notice(`This page fell behind and is catching up (${why.reason}).`),
  refused(reason) {
    this.state("refused");
    notice(`The worker refuses this filter: ${reason}`);
    keepInAddress(new URLSearchParams());
  },
  state(name, wait) {
    $("link").dataset.state = name;
    $("link").textContent = STATES[name](wait);
    if (name === "live") lookAtCounts();
  },
});

function reopen() {
  tape.clear();
  notice(null);
  const query = filters();
  keepInAddress(query);
  query.set("activity", "true");
  const before = new URLSearchParams([...query, ["last", String(LAST)]]);
  query.delete("subject"); // the counts of all indices come by the same stream: the subject is chosen here
  stream.open(before, query);
}

function notice(text) {
  $("notice").hidden = !text;
  $("notice").textContent = text ?? "";
}

// -- filters ----------------------------------------------------------------------------------------------------------

const subjects = new Map();

const field = form.elements.subject;

/** The entity id in the field; a name or an index id stands for it. */
function subject() {
  const text = field.value.trim();
  return subjects.get(text.toLowerCase()) ?? (text.includes(":") ? text : null);
}

function known(id, name, ...more) {
  if (!subjects.has(id.toLowerCase())) $("subjects").append(h("option", { value: id }, name));
  for (const word of [id, name, ...more]) if (!subjects.has(word.toLowerCase())) subjects.set(word.toLowerCase(), id);
}

/** Ask the worker whom a name means: its finds are offered, and the first of them stands for the name. */
async function lookUp(text) {
  const { entities } = await view(`/entities?limit=10&name=${encodeURIComponent(text)}`);
  for (const { id, name } of entities) known(id, name);
  if (entities.length) subjects.set(text.toLowerCase(), entities[0].id);
  return entities.length > 0;
}

let typing = null;

field.addEventListener("input", () => {
  clearTimeout(typing);
  const text = field.value.trim();
  if (text.length > 1 && !text.includes(":")) typing = setTimeout(() => lookUp(text).catch(() => {}), 250);
});

const CHOSEN = ["type", "lifecycle", "resolved", "min_confidence"];

function filters() {
  const query = new URLSearchParams();
  const families = [...form.querySelectorAll("[name=family]:checked")].map((box) => box.value);
  if (!form.elements.type.value && families.length && families.length < FAMILIES.length) query.set("family", families.join(","));
  for (const name of CHOSEN) if (form.elements[name].value) query.set(name, form.elements[name].value);
  if (subject()) query.set("subject", subject());
  return query;
}

function keepInAddress(query) {
  const text = decodeURIComponent(query.toString());
  history.replaceState(null, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
}

function fromAddress() {
  const query = new URLSearchParams(location.search);
  const families = query.get("family")?.split(",");
  for (const box of form.querySelectorAll("[name=family]")) box.checked = !families || families.includes(box.value);
  for (const name of CHOSEN) if ([...form.elements[name].options].some((o) => o.value === query.get(name))) form.elements[name].value = query.get(name);
  form.elements.subject.value = query.get("subject") ?? "";
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", async (event) => {
  if (event.target.name === "family") form.elements.type.value = "";
  const text = field.value.trim();
  const unknown = text && !subject() && !(await lookUp(text).catch(() => false));
  field.setCustomValidity(unknown ? "Nobody of this name: a name, or an entity id as index:N225 or company:7203.T" : "");
  field.setAttribute("aria-invalid", String(Boolean(unknown)));
  if (unknown) notice(`The registry has nobody named ${text}. The tape is shown as before.`);
  else reopen();
});
form.addEventListener("reset", () => setTimeout(reopen));

// -- counts and health ------------------------------------------------------------------------------------------------

let looking = null;

function lookSoon(wait = 500) {
  looking ??= setTimeout(() => {
    looking = null;
    lookAtCounts();
  }, wait);
}

async function lookAtCounts() {
  try {
    const answer = await view("/indices?trend=1h");
    // On the event clock nothing is counted as of 1970, which is no time to show.
    $("asof").textContent = answer.indices.length ? `as of ${moment(answer.as_of)}${answer.clock === "event" ? ", event clock" : ""}` : "";
    counts.replace(answer.indices);
    for (const { index, name } of answer.indices) known(`index:${index}`, name, index);
    look();
  } catch {
    lookSoon(2_000); // partitions move: the old counts stay until there are new ones
  }
}

function figure(name, value, title, state = "") {
  return h("div", { class: state, title }, h("dt", {}, name), h("dd", {}, value));
}

/** Say how many wait, how long that takes and what is covered, while more wait than a moment's work. */
function backlogIs({ waiting, seconds_left, covered_until, lag_s }) {
  const behind = waiting >= BACKLOG && lag_s >= 2;
  const parts = [`${count(waiting)} articles wait`];
  if (seconds_left !== null) parts.push(`about ${seconds(seconds_left)} at the rate of the last minute`);
  if (covered_until !== null) parts.push(`everything up to ${moment(covered_until)} is covered`);
  const said = behind ? `${parts.join(", ")}.` : null;
  $("backlog").hidden = !behind;
  if (behind && $("backlog").textContent !== said) $("backlog").textContent = said;
  tape.busy = behind;
  if (counts.busy !== said) {
    counts.busy = said;
    counts.draw();
  }
}

async function lookAtHealth() {
  try {
    const health = await view("/pipeline");
    const letters = Object.entries(health.dead_letters);
    const dead = letters.reduce((sum, [, number]) => sum + number, 0);
    backlogIs(health);
    const ready = health.workers.filter((worker) => worker.state === "ready").length;
    const stages = ["annotate", "reconcile", "tally"].map((stage) => {
      const lags = health.workers.flatMap((worker) => worker.agents.filter((agent) => agent.agent === stage).map((agent) => agent.lag_s));
      return `${stage} ${seconds(Math.max(0, ...lags))}`;
    });
    fill(
      $("health"),
      figure("lag", seconds(health.lag_s), stages.join(", "), health.lag_s > 10 ? "bad" : ""),
      figure("rate", `${health.articles_per_s.toFixed(1)}/s`, "articles a second in the last minute"),
      figure("articles", count(health.articles), "since the workers' start"),
      figure("events", count(health.events), "since the workers' start"),
      figure("dead letters", dead ? [h("b", {}, count(dead)), " ", h("small", {}, letters.map(([reason, number]) => `${reason} ${count(number)}`).join(", "))] : "0", "since the workers' start", dead ? "warn" : ""),
      figure("workers", `${ready}/${health.workers.length}`, health.workers.map((worker) => `${worker.url} ${worker.state}`).join("\n"), ready < health.workers.length ? "bad" : ""),
    );
  } catch {
    for (const shown of $("health").children) shown.classList.add("stale");
  }
  setTimeout(lookAtHealth, HEALTH_MS);
}

// -- what is looked at in the first pane --------------------------------------------------------------------------------

const looks = $("looks");

const REFRESH_MS = 30_000;
let drawn = { value: null, at: 0 };

async function look() {
  const { value } = looks.querySelector("input:checked");
  const pane = $("look");
  const ranking = value === "indices";
  $("ranking").hidden = !ranking;
  $("watched-label").hidden = !ranking;
  $("windows").hidden = ["company", "policy", "move"].includes(value);
  pane.hidden = ranking;
  if (ranking) return;
  if (["move", "tone"].includes(value)) {
    heat(counts.all(), value, counts.window, pane);
    drawn.value = value;
    return;
  }
  if (drawn.value === value && Date.now() - drawn.at < REFRESH_MS) return;
  drawn = { value, at: Date.now() };
  await busiest(value, pane).catch((error) => fill(pane, h("p", { class: "empty" }, error.message)));
}

looks.addEventListener("change", look);
$("windows").addEventListener("change", () => looks.querySelector("input:checked").value === "tone" && look());

// -- begin ------------------------------------------------------------------------------------------------------------

async function begin() {
  $("logout").hidden = !(await view("/openapi.json").then(
    (document) => {
      const [type] = document.paths["/events"].get.parameters.filter((parameter) => parameter.name === "type");
      form.elements.type.append(...type.schema.items.enum.map((name) => h("option", { value: name }, name.replaceAll("_", " "))));
      return document.paths["/events"].get.security.length;
    },
    () => false,
  ));
  fromAddress();
  reopen();
  lookAtHealth();
  setInterval(lookAtCounts, COUNTS_MS);
  detail.route();
}

begin();
