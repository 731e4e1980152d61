// Indices by region as a map of heat: the move of their last reading, or the tone of what is said of them. The sign and the
// number stand in every field: no colour alone says anything.

import { fill, h } from "./dom.js";
import { move, over, sign, signed } from "./format.js";

const REGIONS = {
  Americas: "US CA MX BR AR CL CO PE VE",
  Europe: "GB DE FR CH IT NL ES BE IE SE DK FI NO PL PT AT IS EE LV LT CZ HU RO BG HR SI SK RS GR CY UA RU TR",
  "Asia and Pacific": "JP CN HK TW KR IN AU NZ SG TH ID MY PH VN PK BD LK KZ MN",
  "Middle East and Africa": "IL SA AE QA KW BH OM JO LB IR EG MA TN NG GH KE ZA MU ZW",
};
const OF = new Map(Object.entries(REGIONS).flatMap(([region, codes]) => codes.split(" ").map((code) => [code, region])));
const WORLD = "World and others";
const STEPS = { move: [0.25, 1, 2], tone: [0.1, 0.35, 0.7] };

/** Fill a pane with the indices that have a move (`what` "move") or a tone (`tone`), busiest first in each region. */
export function heat(indices, what, window, pane) {
  const regions = new Map([...Object.keys(REGIONS), WORLD].map((region) => [region, []]));
  for (const activity of indices) {
    const field = what === "move" ? moved(activity) : toned(activity, window);
    if (field) regions.get(OF.get(activity.country) ?? WORLD).push(field);
  }
  const shown = [...regions].filter(([, fields]) => fields.length);
  fill(
    pane,
    h("p", { class: "hint" }, what === "move" ? "The move of each index's last reading, in percent, with what it is measured over." : `Mean tone of the articles of the last ${window}.`),
    shown.map(([region, fields]) => h("section", { class: "region" }, h("h3", {}, region), h("ul", { class: "heat" }, fields))),
    shown.length ? null : h("p", { class: "empty" }, "Nothing to show yet."),
  );
}

function moved(activity) {
  const fact = activity.last_fact;
  if (!fact || fact.change_pct === null || fact.change_pct === undefined) return null;
  return field(activity, fact.change_pct, STEPS.move, [move(fact), over(fact.basis)]);
}

function toned(activity, window) {
  const score = activity.windows[window].sentiment;
  return score === null ? null : field(activity, score, STEPS.tone, [signed(score), null]);
}

function field(activity, value, steps, [text, beside]) {
  const strength = steps.filter((step) => Math.abs(value) >= step).length;
  return h(
    "li",
    { class: `${sign(value)} heat-${strength}` },
    h("a", { href: `#/index/${encodeURIComponent(activity.index)}`, title: activity.name }, h("b", {}, activity.index), h("span", {}, text), beside ? h("small", {}, beside) : null),
  );
}
