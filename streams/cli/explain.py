"""`newstape explain`: one article, and why each entity, fact and event was found in it."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from schemas import Article, Event, IndexFact, Sentiment, Span, decode
from schemas.taxonomy import EntitySource, Field, bare_index
from streams.cli.extraction import extractor_of
from streams.cli.figures import direction, figures, is_resolved, joined, move, over, status
from streams.cli.mappings import AS, known_feeds, named_feed
from streams.cli.options import with_settings
from streams.cli.terminal import CommandError, err, out, visible
from streams.feeds import mapping as feed_mapping
from streams.intake import MAX_ARTICLE_BYTES, RawRecord, Rejection, Withdrawal, read
from streams.operate.feed_files import MAX_FILE_BYTES, documents, outgoing
from streams.operate.jsonl import JsonLines
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.extract.explain import Explanation

# Mentions of an entity and places of an event shown; --json has all.
_MOST_SHOWN: Final = 3
_LONGEST_SHOWN: Final = 400
_SOURCES: Final = {
    EntitySource.BOTH: "the provider's symbols name it too",
    EntitySource.PROVIDER: "only the provider's symbols name it: it counts for nothing",
}
_EVIDENCE: Final = "bold underline"
_CUE: Final = "italic underline"


@with_settings("registry", "rules", "mappings")
def explain(
    settings: Settings,
    file: Annotated[
        str,
        typer.Argument(metavar="[FILE|-]", help="JSON Lines, one JSON article or plain text; - is standard input."),
    ] = "-",
    *,
    feed: Annotated[str | None, AS] = None,
    line: Annotated[
        int, typer.Option(min=1, help="Which line of a file of many articles; with --as, which of its articles.")
    ] = 1,
    published_at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When plain text was published, RFC 3339; now if not given."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object, with every mention.")] = False,
) -> None:
    """Show why each entity, index fact and event of one article was found.

    Names the registry's entry and the rule of disambiguation, what the words of a fact were read as, the rule of an
    event with its file and line, the cues of sentiment, and the matches that a guard spoke against; the evidence is
    underlined in its sentence.
    """
    name, mapping = named_feed(feed or settings.feed, known_feeds(settings))
    article = _article(file, line, published_at) if mapping is None else _of_feed(file, line, name, mapping)
    from streams.extract.explain import explain as explained  # noqa: PLC0415  loads the extraction

    with err.status("loading registry and rules"):  # seen on a terminal only
        extractor = extractor_of(settings)
    found, places = explained(article, extractor), _rule_places(settings)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(found, places), ensure_ascii=False, indent=2) + "\n")
    else:
        _print(found, places)


# ---- reading


def _article(file: str, number: int, published_at: str | None) -> Article:
    with JsonLines(file) as lines:
        read_lines = list(lines)
        name = lines.name
    if not read_lines:
        raise CommandError(f"{name} is empty: expected an article")
    whole = b"\n".join(line.value for line in read_lines)
    if not whole.lstrip().startswith((b"{", b"[")):
        return _plain_text(file, published_at, whole)
    if number == 1 and len(read_lines) > 1:
        # One article over several lines, as a person writes it.
        found = read(RawRecord(key=None, value=whole, timestamp=datetime.now(UTC)))
        if isinstance(found, Article):
            return found
    chosen = next((line for line in read_lines if line.number == number), None)
    if chosen is None:
        raise CommandError(f"{name} has no article on line {number}", status=2)
    match read(RawRecord(key=None, value=chosen.value, timestamp=datetime.now(UTC))):
        case Rejection(detail=detail):
            raise CommandError(f"{name}, line {number}, is no article: {detail}")
        case Withdrawal(uri=uri):
            raise CommandError(f"{name}, line {number}, withdraws {uri}: there is nothing to explain")
        case article:
            if len(read_lines) > 1 and err.is_terminal:
                err.print(f"[dim]line {number} of {len(read_lines):,}; another one: --line N[/]")
            return article


def _of_feed(file: str, number: int, feed: str, mapping: feed_mapping.Mapping) -> Article:
    """The article of this number, from 1, in a file of this feed."""
    with JsonLines(file, max_line_bytes=MAX_FILE_BYTES) as lines:
        found = [
            record
            for batch in documents(lines, mapping)
            for line in batch
            for record in outgoing(line, feed, mapping, datetime.now(UTC))
        ]
        name = lines.name
    if number > len(found):
        raise CommandError(f"{name} has {len(found):,} articles and no article {number}", status=2)
    chosen = found[number - 1]
    if chosen.rejection is not None:
        raise CommandError(f"{name}, article {number}, is no article: {chosen.fault}")
    if len(found) > 1 and err.is_terminal:
        err.print(f"[dim]article {number} of {len(found):,}; another one: --line N[/]")
    return decode(Article, chosen.value)


def _plain_text(file: str, published_at: str | None, whole: bytes) -> Article:
    """Plain text; a first line of its own is the headline."""
    path = Path(file)
    text = (path.read_bytes() if file != "-" and path.is_file() else whole)[:MAX_ARTICLE_BYTES].decode(errors="replace")
    head, _, rest = text.strip().partition("\n")
    is_headed = bool(rest.strip()) and not head.rstrip().endswith((".", "!", "?"))
    article = {
        "uri": "standard input" if file == "-" else file,
        "published_at": published_at or datetime.now(UTC).isoformat(),
        "headline": head.strip() if is_headed else "",
        "body": rest.strip() if is_headed else text.strip(),
    }
    found = read(RawRecord(key=None, value=json.dumps(article).encode(), timestamp=datetime.now(UTC)))
    if isinstance(found, Article):
        return found
    detail = found.detail if isinstance(found, Rejection) else "withdrawn"
    raise CommandError(detail.replace("$.published_at", "--published-at"), status=2)


# ---- for people


def _print(found: "Explanation", places: Mapping[str, str]) -> None:
    annotation = found.annotation
    about = annotation.article
    when = "" if about.published_at is None else f"{about.published_at:%Y-%m-%d %H:%M} UTC  "
    _line(Text(visible(about.uri), style="bold"), f"  {when}language {found.document.language}")
    _line(Text("sentiment of the article: "), _sentiment(annotation.sentiment))
    _print_entities(found)
    _print_facts(found)
    _print_events(found, places)
    if found.passed_over:
        _heading("Passed over")
        for one in found.passed_over:
            _line(Text(f"{one.type.value}  ", style="dim cyan"), f"{_against(one.against)}  ")
            _quote(found, one.evidence)
            _note(f"{_by(one.rule, places)}{_scored(one.score, one.strongest)}")


def _print_entities(found: "Explanation") -> None:
    from streams.extract.explain import meaning  # noqa: PLC0415  loads the extraction

    if not found.annotation.entities:
        _heading("No entities")
        return
    _heading("Entities")
    for entity in found.annotation.entities:
        _line(
            Text(visible(entity.id), style="bold cyan"),
            f"  {visible(entity.name)}  relevance {entity.relevance:.2f}  {_times(entity.mention_count)}  ",
            _sentiment(entity.sentiment),
        )
        if entity.source is not EntitySource.TEXT:
            _note(_SOURCES[entity.source])
        for mention, trace in list(zip(entity.mentions, found.mentions.get(entity.id, ()), strict=False))[:_MOST_SHOWN]:
            span = Span(field=mention.field, start=mention.start, end=mention.end, text=mention.text)
            _quote(found, span, (*trace.words, *mention.sentiment.cues))
            words = f": {', '.join(map(_quoted, trace.words))}" if trace.words else ""
            alias = f"registry: {trace.alias!r} ({trace.alias_class}); " if trace.alias is not None else ""
            _note(f"{alias}{trace.because}, {meaning(trace.because)}{words}")
            if mention.sentiment.cues:
                _note(f"sentiment {_score(mention.sentiment)} by {', '.join(map(_quoted, mention.sentiment.cues))}")
        if entity.mention_count > _MOST_SHOWN:
            _note(f"and {entity.mention_count - _MOST_SHOWN:,} more; --json has them")


def _print_facts(found: "Explanation") -> None:
    if not found.annotation.index_facts:
        return
    _heading("Index facts")
    for fact, words in zip(found.annotation.index_facts, found.facts, strict=True):
        _line(Text(visible(bare_index(fact.index)), style="bold cyan"), "  ", _fact(fact))
        _quote(found, fact.evidence, [word.span for word in words])
        if words:
            _note("read as " + " · ".join(f"{word.part} {_quoted(word.span)}" for word in words))


def _print_events(found: "Explanation", places: Mapping[str, str]) -> None:
    if not found.annotation.events:
        return
    _heading("Events")
    for event, finds in zip(found.annotation.events, found.events, strict=True):
        _print_event(event)
        for find in finds[:_MOST_SHOWN]:
            _quote(found, find.evidence)
            guards = f"; no {', no '.join(find.guards)}".replace("_", " ") if find.guards else ""
            _note(f"{_by(find.rule, places)}{guards}{_scored(find.score, find.strongest)}")
            if find.trust:
                _note(f"confidence {find.confidence:.2f} by {_weighed(find.trust)}")
        if not finds:
            for span in event.evidence[:_MOST_SHOWN]:
                _quote(found, span)
            _note("carried by the index fact above")
        if event.sentiment.cues:
            _note(f"sentiment {_score(event.sentiment)} by {', '.join(map(_quoted, event.sentiment.cues))}")


def _by(rule: str, places: Mapping[str, str]) -> str:
    place = places.get(rule)
    return "no rule, the words of the sentence" if place is None else f"rule {rule} ({place})"


def _scored(score: int | None, strongest: Sequence[tuple[str, int]]) -> str:
    """The score and the features that weigh most."""
    if score is None:
        return ""
    return f"; score {score:+d} by {_weighed(strongest)}"


def _weighed(features: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{feature} {weight:+d}" for feature, weight in features)


def _print_event(event: Event) -> None:
    parties = "".join(f"  {each.role} {each.entity.id or each.entity.name}" for each in event.participants)
    basis = "" if event.basis is None else f"over {over(event.basis)}"
    shown = (
        Text(status(event), style="bold red"),
        direction(event),
        joined(list(figures(event)), ", "),
        event.fact_level.value,
        basis,
        "" if event.effective_on is None else f"on {event.effective_on}",
        "" if is_resolved(event.subject) else "not in the registry",
        Text(f"confidence {event.confidence:.2f}", style="dim"),
    )
    _line(
        Text(f"{event.type.value}  ", style="cyan"),
        Text(visible(event.subject.id or event.subject.name), style="bold"),
        f"{visible(parties)}  ",
        joined(shown, "  "),
    )


def _rule_places(settings: Settings) -> dict[str, str]:
    """Where each rule stands: in newstape's files, or in your own."""
    from streams.data.event_rules import own_rule_sources, rule_places  # noqa: PLC0415  only explanations name rules

    shipped = {name: f"streams/data/events/{place}" for name, place in rule_places().items()}
    return {**rule_places(own=own_rule_sources(settings.rules)), **shipped}


def _against(guard: str) -> str:
    return {
        "negation": "negated",
        "denied": "denied or ruled out",
        "conditional": "only under a condition",
        "question": "only asked",
        "history": "long past, no news",
        "background": "told as background, no news",
        "unless": "an exception of the rule speaks against it",
        "nobody": "nobody is named whom it is about",
        "unlikely": "the article has a likelier event of this type",
        "confidence": "its confidence is too low",
    }.get(guard, guard)


def _quote(found: "Explanation", evidence: Span, cues: Iterable[Span] = ()) -> None:
    """The sentences of the evidence with it underlined; between ‹ › where nothing can be underlined."""
    text = found.document.text(evidence.field)
    inside = [s for s in found.document.sentences if s.field is evidence.field and s.end > evidence.start]
    inside = [s for s in inside if s.start < evidence.end]
    start = min((s.start for s in inside), default=evidence.start)
    end = max((s.end for s in inside), default=evidence.end)
    start, end = max(start, evidence.start - _LONGEST_SHOWN), min(end, evidence.end + _LONGEST_SHOWN)
    marks = [(evidence.start, evidence.end, _EVIDENCE)]
    marks += [(cue.start, cue.end, _CUE) for cue in cues if cue.field is evidence.field and start <= cue.start < end]
    line = Text("    headline  " if evidence.field is Field.HEADLINE else "    ")
    if out.is_terminal:
        shown = Text(_one_line(text[start:end]))
        for first, last, style in marks:
            shown.stylize(style, first - start, last - start)
        line.append_text(shown)
    else:
        line.append(_one_line(text[start : evidence.start]))
        line.append(f"‹{_one_line(text[evidence.start : evidence.end])}›")
        line.append(_one_line(text[evidence.end : end]))
    out.print(line, soft_wrap=True)


def _one_line(text: str) -> str:
    """The text in one line, character for character, without what commands a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def _line(*parts: Text | str) -> None:
    out.print(Text.assemble(*parts), soft_wrap=True)


def _heading(title: str) -> None:
    out.print()
    out.print(Text(title, style="bold"))


def _note(text: str) -> None:
    out.print(Text(f"      {visible(text)}", style="dim"), soft_wrap=True)


def _quoted(span: Span) -> str:
    return f"“{' '.join((span.text or '').split())}”"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _sentiment(sentiment: Sentiment) -> Text:
    if sentiment.score is None:
        return Text(f"no sentiment ({sentiment.reason})", style="dim")
    style = "green" if sentiment.score > 0 else "red"
    return Text(_score(sentiment), style="dim" if sentiment.label == "neutral" else style)


def _score(sentiment: Sentiment) -> str:
    return f"{sentiment.label} {sentiment.score:+.2f}"


def _fact(fact: IndexFact) -> Text:
    plain = {"change_pct": fact.change_pct, "change_points": fact.change_points, "direction": fact.direction}
    parts = (
        move({**plain, "basis": fact.basis, "approximate": fact.approximate}) or Text(over(fact.basis), style="dim"),
        f"{fact.change_points:+,.10g} points" if None not in (fact.change_pct, fact.change_points) else "",
        f"level {fact.level:,.10g}" if fact.level is not None else "",
        (fact.record or "").replace("_", " "),
        fact.fact_level.value,
        fact.consistency.value,
    )
    return joined(parts, ", ")


# ---- for programs


def _as_json(found: "Explanation", places: Mapping[str, str]) -> dict[str, Any]:
    from schemas import encode  # noqa: PLC0415  only for --json
    from streams.extract.explain import meaning  # noqa: PLC0415  loads the extraction

    plain: dict[str, Any] = json.loads(encode(found.annotation))
    for entity in plain["entities"]:
        for mention, trace in zip(entity["mentions"], found.mentions.get(entity["id"], ()), strict=False):
            mention["why"] = {
                "rule": trace.because,
                "meaning": meaning(trace.because),
                "alias": trace.alias,
                "alias_class": trace.alias_class,
                "words": _spans(trace.words),
            }
    for fact, words in zip(plain["index_facts"], found.facts, strict=True):
        fact["why"] = [{"read_as": word.part, **_span(word.span)} for word in words]
    for event, finds in zip(plain["events"], found.events, strict=True):
        event["why"] = [
            {
                "rule": find.rule,
                "place": places.get(find.rule),
                "guards": list(find.guards),
                "evidence": _span(find.evidence),
                "score": find.score,
                "strongest": [{"feature": feature, "weight": weight} for feature, weight in find.strongest],
                "confidence": find.confidence,
                "trust": [{"feature": feature, "weight": weight} for feature, weight in find.trust],
            }
            for find in finds
        ]
    plain["passed_over"] = [
        {
            "type": one.type,
            "rule": one.rule,
            "place": places.get(one.rule),
            "against": one.against,
            "evidence": _span(one.evidence),
            "score": one.score,
            "strongest": [{"feature": feature, "weight": weight} for feature, weight in one.strongest],
        }
        for one in found.passed_over
    ]
    return plain


def _spans(spans: Sequence[Span]) -> list[dict[str, Any]]:
    return [_span(span) for span in spans]


def _span(span: Span) -> dict[str, Any]:
    return {"field": span.field, "start": span.start, "end": span.end, "text": span.text}
