// Evidence in its sentence. Offsets of the contract count code points; a string of this language counts UTF-16 units.

import { h } from "./dom.js";

/** UTF-16 index of every code point of a text, and of its end. */
function units(text) {
  const found = [];
  let at = 0;
  for (const point of text) {
    found.push(at);
    at += point.length;
  }
  found.push(at);
  return found;
}

const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "sentence" }) : null;

/** Where the sentence around [start, end) begins and ends, in UTF-16 units; line ends always end one. */
function sentenceAround(text, start, end) {
  let from = text.lastIndexOf("\n", start - 1) + 1;
  let to = text.indexOf("\n", end);
  if (to < 0) to = text.length;
  if (segmenter) {
    for (const { index, segment } of segmenter.segment(text.slice(from, to))) {
      const begins = from + index;
      const ends = begins + segment.length;
      if (begins <= start && start < ends) from = begins;
      if (begins < end && end <= ends) {
        to = ends;
        break;
      }
    }
  }
  return [from, to];
}

/** The sentence that a span lies in, the span marked. */
export function inSentence(text, span) {
  const at = units(text);
  const [start, end] = [at[Math.min(span.start, at.length - 1)], at[Math.min(span.end, at.length - 1)]];
  const [from, to] = sentenceAround(text, start, end);
  return [text.slice(from, start), h("mark", {}, text.slice(start, end)), text.slice(end, to).trimEnd()];
}

/** A text with spans marked: [{start, end, name}], where they overlap the first to begin. */
export function marked(text, spans) {
  const at = units(text);
  const parts = [];
  let done = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start < done || span.end >= at.length) continue;
    parts.push(text.slice(at[done], at[span.start]), h("mark", { class: span.name }, text.slice(at[span.start], at[span.end])));
    done = span.end;
  }
  parts.push(text.slice(at[done]));
  return parts;
}
