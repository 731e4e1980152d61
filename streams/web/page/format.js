// Numbers, times and events as people of the market write them.

const MINUS = "−";
const number = (digits) => new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const [whole, cents, upTo4] = [number(0), number(2), new Intl.NumberFormat("en-US", { maximumFractionDigits: 4 })];

export const count = (value) => whole.format(value);
export const level = (value) => cents.format(value);

export function signed(value, digits = 2) {
  const text = number(digits).format(Math.abs(value));
  const naught = Number(text.replaceAll(",", "")) === 0;
  return `${naught ? "" : value > 0 ? "+" : MINUS}${text}`;
}

/** Which way, as far as two decimals show it. */
export const sign = (value) => (Math.abs(value ?? 0) < 0.005 ? "flat" : value > 0 ? "up" : "down");

const two = (value) => String(value).padStart(2, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 21:27, with the day where that is not `asOf`'s. */
export function moment(iso, asOf = new Date()) {
  const at = new Date(iso);
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  if (at.toISOString().slice(0, 10) === asOf.toISOString().slice(0, 10)) return clock;
  const year = at.getUTCFullYear() === asOf.getUTCFullYear() ? "" : ` ${at.getUTCFullYear()}`;
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}${year} ${clock}`;
}

/** 12:03:04, of the clock of who looks. */
export const clock = (at) => [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(":");

export function seconds(value) {
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 120) return `${Math.round(value)} s`;
  return value < 7200 ? `${Math.round(value / 60)} min` : `${Math.round(value / 3600)} h`;
}

export const words = (value) => String(value).replaceAll("_", " ");

const MARKS = {
  all_time_high: "all-time high",
  all_time_low: "all-time low",
  biggest_gain: "biggest gain",
  biggest_loss: "biggest loss",
};
export const mark = (record) => MARKS[record] ?? words(record);

const BASES = { ytd: "year to date", other: "other period" };

/** What a move is measured over. A number without it misleads: +2.90 % of a week beside −0.61 % of a day. */
export const over = (basis) => (basis ? BASES[basis] ?? words(basis) : null);

export const ARROWS = { up: "▲", down: "▼", flat: "=" };

/** A move of an index: percent, or else points; null where neither is known. */
export function move(fact) {
  const about = fact.approximate ? "~" : "";
  if (fact.change_pct !== null && fact.change_pct !== undefined) return `${about}${signed(fact.change_pct)} %`;
  if (fact.change_points !== null && fact.change_points !== undefined) return `${about}${signed(fact.change_points)} pts`;
  return null;
}

const SCALES = [
  [1e12, "T"],
  [1e9, "bn"],
  [1e6, "m"],
];

/** A number below zero with the sign that people of the market use. */
const plain = (value) => `${value < 0 ? MINUS : ""}${upTo4.format(Math.abs(value))}`;

function valueOf(of, value) {
  if (of.unit === "currency" || of.unit === "shares") {
    const [scale, letter] = SCALES.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
    const text = `${plain(Number((value / scale).toPrecision(4)))}${letter}`;
    return of.unit === "shares" ? `${text} shares` : `${text} ${of.currency ?? ""}`.trim();
  }
  if (of.unit === "percent") return `${plain(value)} %`;
  if (of.unit === "basis_points") return `${plain(value)} bp`;
  if (of.unit === "per_share") return `${plain(value)} ${of.currency ?? ""} a share`;
  return `${plain(value)}${of.unit === "ratio" ? " ×" : ""}`;
}

/** A quantity in few signs: 13.9T JPY, +1.20 %, −0.13 USD a share. */
export const quantity = (of) => `${of.approximate ? "~" : ""}${valueOf(of, of.value)}`;

// Names that say no more than their unit does.
const PLAIN = new Set(["percent", "amount", "change_bp", "points"]);
const CAPITALS = new Set(["eps", "ebit", "ebitda"]);

/** A number with what it measures, of which period, and what was expected of it. */
function measured(name, of) {
  const measure = of.measure ?? (PLAIN.has(name) ? null : name);
  const label = measure && (CAPITALS.has(measure) ? measure.toUpperCase() : words(measure));
  let text = [of.adjusted ? "adjusted" : null, label, quantity(of)].filter(Boolean).join(" ");
  if (isNumber(of.low) && isNumber(of.high)) text += ` (${valueOf(of, of.low)} to ${valueOf(of, of.high)})`;
  const beside = [of.period];
  if (isNumber(of.expected)) beside.push(`expected ${valueOf(of, of.expected)}`);
  if (isNumber(of.surprise)) beside.push(`${valueOf(of, Math.abs(of.surprise))} ${of.surprise >= 0 ? "above" : "below"} expectations`);
  return { text, beside: beside.filter(Boolean).join(", ") || null, way: of.value < 0 ? "down" : null };
}

const isNumber = (value) => value !== null && value !== undefined;

/** The figures of an event, the telling ones first: {text, beside, way}; what is below zero goes down, whatever it is. */
export function figures(event) {
  const given = { ...(event.arguments ?? {}) };
  const parts = [];
  const isMove = ["index.move", "company.price_move"].includes(event.type);
  const name = ["percent", "points"].find((argument) => isMove && given[argument]);
  if (name) {
    const moved = given[name];
    const text = `${moved.approximate ? "~" : ""}${signed(moved.value)} ${name === "percent" ? "%" : "pts"}`;
    parts.push({ text, beside: over(moved.basis ?? event.basis), way: sign(moved.value) });
    delete given.percent;
    delete given.points;
  }
  if (given.level) {
    parts.push({ text: level(given.level.value), beside: null, way: null });
    delete given.level;
  }
  if (event.record?.startsWith("threshold_") && given.threshold) {
    parts.push({ text: `${event.record.slice(10)} ${quantity(given.threshold)}`, beside: null, way: null });
    delete given.threshold;
  } else if (event.record) {
    parts.push({ text: mark(event.record), beside: null, way: null });
  }
  for (const [argument, value] of Object.entries(given)) {
    if (parts.length < 3) parts.push(measured(argument, value));
  }
  return parts;
}

/** The id by which the market knows an index or a listed firm; null for all others, and where text made the id. */
export function ticker(entity) {
  const [, kind, code] = entity.id?.match(/^(index|company):(.+)$/) ?? [];
  return kind && isResolved(entity) && !code.startsWith("unlisted-") ? code : null;
}

/** Whether the registry has an entity, as far as is known. */
export function isResolved(entity) {
  if (entity.resolved !== null && entity.resolved !== undefined) return entity.resolved;
  return entity.id !== null && entity.id !== undefined && !/^\w+:~/.test(entity.id);
}

export function ordinal(number) {
  const ending = number % 100 > 10 && number % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][number % 10] ?? "th";
  return `${number}${ending}`;
}

/** How new it was; null where that is not known. */
export function novelty(of) {
  if (!of) return null;
  return of.rank === 1 ? "first to say so" : `${ordinal(of.rank)} to say so`;
}

/** An event in a sentence, for who listens. */
export function spoken(event) {
  const kind = words(event.type.split(".")[1]);
  if (event.lifecycle === "retracted") return `Retracted: ${event.subject.name}, ${kind}`;
  const heading = event.lifecycle === "corrected" ? "Corrected: " : "";
  const off = event.status === "called_off" ? "Called off: " : "";
  const told = figures(event).map(({ text, beside }) => (beside ? `${text} ${beside}` : text));
  return `${heading}${off}${[`${event.subject.name}, ${kind}`, ...told].join(", ").replaceAll(MINUS, "minus ")}`;
}
