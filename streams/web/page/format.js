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

/** A quantity in few signs: 13.9T JPY, +1.20 %, 50,367.38. */
export function quantity(value) {
  const about = value.approximate ? "~" : "";
  if (value.unit === "currency" || value.unit === "shares") {
    const [scale, letter] = SCALES.find(([least]) => Math.abs(value.value) >= least) ?? [1, ""];
    const text = `${about}${upTo4.format(Number((value.value / scale).toPrecision(4)))}${letter}`;
    return value.unit === "shares" ? `${text} shares` : `${text} ${value.currency ?? ""}`.trim();
  }
  if (value.unit === "percent") return `${about}${upTo4.format(value.value)} %`;
  if (value.unit === "basis_points") return `${about}${upTo4.format(value.value)} bp`;
  if (value.unit === "points") return `${about}${upTo4.format(value.value)}`;
  if (value.unit === "per_share") return `${about}${upTo4.format(value.value)} ${value.currency ?? ""} a share`;
  return `${about}${upTo4.format(value.value)}${value.unit === "ratio" ? " ×" : ""}`;
}

// Names that say no more than their unit does.
const PLAIN = new Set(["percent", "amount", "change_bp"]);

/** The figures of an event, the telling ones first. */
export function figures(event) {
  const given = { ...(event.arguments ?? {}) };
  const parts = [];
  const percent = given.percent ?? given.change_pct;
  if (percent && ["index.move", "company.price_move"].includes(event.type)) {
    parts.push(`${percent.approximate ? "~" : ""}${signed(percent.value)} %`);
    delete given.percent;
    delete given.change_pct;
  } else if (given.points && event.type === "index.move") {
    parts.push(`${given.points.approximate ? "~" : ""}${signed(given.points.value)} pts`);
    delete given.points;
  }
  if (given.level) {
    parts.push(level(given.level.value));
    delete given.level;
  }
  if (event.record?.startsWith("threshold_") && given.threshold) {
    parts.push(`${event.record.slice(10)} ${quantity(given.threshold)}`);
    delete given.threshold;
  } else if (event.record) {
    parts.push(mark(event.record));
  }
  for (const [name, value] of Object.entries(given)) {
    if (name === "points" || parts.length >= 3) continue;
    parts.push(PLAIN.has(name) ? quantity(value) : `${words(name)} ${quantity(value)}`);
  }
  return parts;
}

/** An event in a sentence, for who listens. */
export function spoken(event) {
  const kind = words(event.type.split(".")[1]);
  if (event.lifecycle === "retracted") return `Retracted: ${event.subject.name}, ${kind}`;
  const heading = event.lifecycle === "corrected" ? "Corrected: " : "";
  return `${heading}${[`${event.subject.name}, ${kind}`, ...figures(event)].join(", ").replaceAll(MINUS, "minus ")}`;
}
