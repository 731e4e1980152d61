// Small pictures of numbers, drawn as SVG.

import { s } from "./dom.js";
import { signed, sign } from "./format.js";

/** Bars of a day, oldest left. */
export function sparkline(values, label) {
  const [width, height] = [96, 22];
  const most = Math.max(...values, 1);
  const step = width / values.length;
  const bars = values.map((value, number) => {
    const tall = value ? Math.max(2, (value / most) * height) : 0;
    return value
      ? s("rect", { x: (number * step).toFixed(2), y: (height - tall).toFixed(2), width: Math.max(1, step - 0.6).toFixed(2), height: tall.toFixed(2) })
      : null;
  });
  return s(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height + 1}`, width, height: height + 1, role: "img", "aria-label": label, preserveAspectRatio: "none" },
    s("line", { x1: 0, x2: width, y1: height + 0.5, y2: height + 0.5 }),
    bars,
  );
}

/** A bar to the left or the right of naught, and the number. */
export function tone(score) {
  if (score === null || score === undefined) return s("svg", { class: "tone", viewBox: "0 0 56 6", width: 56, height: 6, "aria-hidden": true }, s("line", { x1: 28, x2: 28, y1: 0, y2: 6 }));
  const long = Math.max(1, Math.abs(score) * 28);
  return s(
    "svg",
    { class: `tone ${sign(score)}`, viewBox: "0 0 56 6", width: 56, height: 6, "aria-hidden": true },
    s("rect", { class: "ground", x: 0, y: 2.5, width: 56, height: 1 }),
    s("rect", { x: score < 0 ? 28 - long : 28, y: 1, width: long, height: 4, rx: 1 }),
    s("line", { x1: 28, x2: 28, y1: 0, y2: 6 }),
  );
}

/** Articles by step as bars, tone as their colour; marks for the hours below. */
export function history(series, label, width) {
  const [height, foot] = [150, 18];
  const most = Math.max(...series.map((step) => step.counts.articles), 1);
  const wide = width / series.length;
  const bars = series.map(({ counts }, number) => {
    if (!counts.articles) return null;
    const tall = Math.max(2, (counts.articles / most) * (height - 14));
    return s("rect", { class: counts.sentiment === null ? "flat" : sign(counts.sentiment), x: (number * wide).toFixed(2), y: (height - tall).toFixed(2), width: Math.max(1, wide - 1).toFixed(2), height: tall.toFixed(2) });
  });
  const every = Math.max(1, Math.ceil(series.length / Math.floor(width / 100)));
  const marks = series.flatMap((step, number) => {
    if (number % every) return [];
    const at = new Date(step.start);
    const text = every * wide > 0 && series.length > 1 && new Date(series.at(-1).start) - new Date(series[0].start) > 2 * 864e5
      ? `${at.getUTCDate()}.${at.getUTCMonth() + 1}.`
      : `${String(at.getUTCHours()).padStart(2, "0")}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
    return [s("text", { x: (number * wide).toFixed(1), y: height + foot - 4 }, text)];
  });
  return s(
    "svg",
    { class: "history", viewBox: `0 0 ${width} ${height + foot}`, width, height: height + foot, role: "img", "aria-label": label },
    s("text", { class: "most", x: 0, y: 10 }, `${most} at most`),
    s("line", { x1: 0, x2: width, y1: height + 0.5, y2: height + 0.5 }),
    bars,
    marks,
  );
}

export const toneText = (score) => (score === null || score === undefined ? "·" : signed(score));
