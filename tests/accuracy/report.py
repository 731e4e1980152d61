"""Every evaluation at once, as `REPORT.md` and the summary in the README: `make accuracy`.

The report has two parts. Own-written sets are part of the project and a test runs them again. Sets on texts of others
(SEntFiN, FinEntity, Reuters-21578, chosen by `--data`) can be run only where those lie beside the project; elsewhere
the test compares the fingerprint that the report names with what extraction says of the own-written passages today.
"""

import argparse
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas import Article, encode
from schemas.taxonomy import EventType
from streams.data.event_weights import load_event_weights
from streams.extract.annotate import VERSION, annotate
from tests import shipped
from tests.accuracy import frozen
from tests.accuracy.entities import measure as entities
from tests.accuracy.events import measure as events
from tests.accuracy.index_facts import measure as index_facts
from tests.accuracy.repeats import measure as repeats
from tests.accuracy.sentiment import measure as sentiment

ROOT: Final = Path(__file__).parents[2]
REPORT: Final = ROOT / "tests" / "accuracy" / "REPORT.md"
README: Final = ROOT / "README.md"
EXAMPLES: Final = 6  # errors shown of a set
LONGEST_SHOWN: Final = 260  # characters of a passage


# ---- fingerprint


@cache
def fingerprint() -> str:
    """Names what extraction says of every own-written passage, and the versions of the data that it says it with.

    A change of code that changes no find leaves the fingerprint as it is.
    """
    extractor = shipped.extractor()
    said = hashlib.sha256()
    for article in passages():
        found = annotate(article, None, extractor)
        said.update(encode([found.entities, found.index_facts, found.events, found.sentiment, found.signature]))
    return "; ".join(
        (
            f"annotations {said.hexdigest()[:16]}",
            f"rules {extractor.rule_book.rules.version}",
            f"registry {extractor.registry.version}",
            f"model {extractor.model.version}",
        )
    )


def passages() -> Iterator[Article]:
    """Every own-written passage as an article."""
    for name in entities.SETS:
        yield from map(entities.article, entities.passages(name))
    for group in events.GROUPS:
        yield from map(events.article, events.passages(group))
    for group in index_facts.GROUPS:
        yield from map(index_facts.article, index_facts.own(group))
    for text in dict.fromkeys(mention.text for mention in sentiment.own_prose()):
        yield sentiment.article("", text)


# ---- own-written sets


@cache
def own() -> str:
    """The part of the report on own-written sets, with the errors that remain."""
    return "\n\n".join((_index_facts(), _entities(), _events(), _sentiment(), _repeats()))


def _table(head: str, rows: Iterable[Sequence[object]]) -> str:
    columns = head.split("|")
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return "\n".join((*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)))


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _index_row(name: str, scores: index_facts.Scores) -> tuple[object, ...]:
    figures = (scores.precision, scores.recall, scores.f1)
    counts = (scores.labelled, scores.found, scores.right)
    return (name, *counts, *figures, f"{scores.basis_right}/{scores.right}", f"{scores.record_right}/{scores.right}")


_INDEX_HEAD: Final = "set|labelled|found|right|precision|recall|F1|basis|record"


def _index_scores() -> dict[str, index_facts.Scores]:
    return {group: index_facts.scores(group) for group in index_facts.GROUPS}


def _index_facts() -> str:
    first = [(name, p, r, 2 * p * r / (p + r)) for name, (p, r) in index_facts.FIRST_GO.items()]
    readings = {group: index_facts.agreement(group) for group in ("develop", "test")}
    agreed = [(g, both, one, two, 2 * both / (one + two)) for g, (both, one, two) in readings.items()]
    texts = {p.id: f"{p.title} {p.body}".strip() for group in index_facts.GROUPS for p in index_facts.own(group)}
    errors = [error for scores in _index_scores().values() for error in scores.errors]
    shown = [f"{error.partition(' ')[2]}: {_short(texts[error.split()[0]])}" for error in errors]
    return "\n\n".join(
        (
            "## Index facts, own-written",
            "A fact is right when index, direction, percent, points and level are.",
            _table(_INDEX_HEAD, (_index_row(group, scores) for group, scores in _index_scores().items())),
            "The first time that each batch ran, before it was looked at; the last is what to expect of such prose:",
            _table("batch|precision|recall|F1", first),
            "Two readers, the second without sight of the first labels; what they disagree on counts for neither:",
            _table("passages of|facts of both|of the first|of the second|F1", agreed),
            _examples(shown),
        )
    )


def _entity_counts() -> dict[str, tuple[dict[str, entities.Count], tuple[str, ...]]]:
    return {name: entities.measured(name) for name in entities.SETS}


def _entities() -> str:
    rows = [
        (name, kind, count.labelled, count.found, count.f1(), count.f1(linked=True), f"{count.alarms}/{count.absent}")
        for name, (counts, _) in _entity_counts().items()
        for kind, count in counts.items()
    ]
    return "\n\n".join(
        (
            "## Entities, own-written",
            "Linked asks for the right id too; an alarm is a find on words that name nobody.",
            _table("set|kind|labelled|found|F1|linked F1|alarms", rows),
            _examples([error for _, errors in _entity_counts().values() for error in errors]),
        )
    )


def _event_scores() -> dict[str, events.Scores]:
    return {group: events.scores(group) for group in events.GROUPS}


def _events() -> str:
    rows = [
        (
            name, scores.labelled.total(), scores.precision, scores.right.total() / scores.labelled.total(),
            scores.macro_f1, f"{scores.alarms}/{scores.traps}", f"{scores.levels_right}/{scores.right.total()}",
        )
        for name, scores in _event_scores().items()
    ]  # fmt: skip
    first = [(name, f1, rate) for name, (f1, rate) in events.FIRST_GO.items()]
    kinds = [(kind.value, *(scores.f1(kind) for scores in _event_scores().values())) for kind in EventType]
    texts = {p["uri"]: f"{p['headline']} {p['body']}".strip() for g in events.GROUPS for p in events.passages(g)}
    errors = [error for scores in _event_scores().values() for error in scores.errors]
    shown = [f"{error.partition(' ')[2]}: {_short(texts[error.split()[0]])}" for error in errors]
    return "\n\n".join(
        (
            "## Events, own-written",
            "The unit is a passage and a type; macro F1 is the mean over the 23 types.",
            _table("set|labelled|precision|recall|macro F1|false alarms|level and schedule", rows),
            "The first time that each set was run, before it was looked at:",
            _table("set|macro F1|false alarms", first),
            _table(f"type|{'|'.join(f'F1, {group}' for group in events.GROUPS)}", kinds),
            _examples(shown),
        )
    )


def _sentiment_row(name: str, scores: sentiment.Scores) -> tuple[object, ...]:
    each = (scores.f1[label] for label in sentiment.LABELS)
    return (name, scores.count, scores.accuracy, scores.macro_f1, *each, scores.calibration_error)


_SENTIMENT_HEAD: Final = f"set|mentions|accuracy|macro F1|{'|'.join(sentiment.LABELS)}|calibration error"


def _calibration(name: str, scores: sentiment.Scores) -> str:
    rows = [(f"{said:.2f}", f"{right:.2f}", count) for said, right, count in scores.bins]
    return f"Calibration, {name}: the probability given to the label, and how often it was right.\n\n" + _table(
        "said|right|mentions", rows
    )


def _sentiment_outcomes() -> dict[str, list[sentiment.Outcome]]:
    return {group: sentiment.outcomes(group) for group in sentiment.GROUPS}


def _sentiment() -> str:
    summaries = {group: sentiment.summarise(outcomes) for group, outcomes in _sentiment_outcomes().items()}
    every = [outcome for outcomes in _sentiment_outcomes().values() for outcome in outcomes]
    accuracy, macro_f1 = sentiment.FIRST_GO["unseen"]
    missed = [o for o in every if o.given != o.mention.label]
    shown = [
        f"{o.mention.label} taken for {o.given}: {_short(o.mention.text)} "
        f"(of {o.mention.text[o.mention.start : o.mention.end]})"
        for o in reversed(missed)
    ]
    return "\n\n".join(
        (
            "## Sentiment, own-written prose",
            _table(_SENTIMENT_HEAD, (_sentiment_row(group, scores) for group, scores in summaries.items())),
            f"The first time that the unseen set was run: accuracy {accuracy:.3f}, macro F1 {macro_f1:.3f}.",
            _calibration("all own prose", sentiment.summarise(every)),
            _examples(shown),
        )
    )


def _repeats_rows(figures: repeats.Figures) -> list[tuple[object, ...]]:
    return [(kind, count, figures.flagged[kind]) for kind, count in figures.pairs.items()]


def _own_repeats() -> tuple[repeats.Figures, repeats.Figures]:
    return repeats.edited_samples(), repeats.dailies()


def _repeats() -> str:
    edited, dailies = _own_repeats()
    return "\n\n".join(
        (
            "## Re-publications (`repeat_of`), own-written",
            "Small edits should be flagged, daily reports of one form with other figures should not.",
            _table("pair|pairs|flagged", [*_repeats_rows(edited), *_repeats_rows(dailies)]),
        )
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


def _examples(errors: Sequence[str]) -> str:
    """Of the errors that remain, evenly chosen."""
    if not errors:
        return "No errors remain."
    step = max(1, len(errors) // EXAMPLES)
    chosen = errors[::step][:EXAMPLES]
    return "\n".join((f"Errors that remain ({len(chosen)} of {len(errors)}):", "", *(f"- {line}" for line in chosen)))


# ---- texts of others


@cache
def elsewhere(data: Path) -> str:
    """The part of the report on texts of others: figures alone. Needs the data folder and the extra `train`."""
    facts, prose = index_facts.scores_elsewhere(data), sentiment.scores_elsewhere(data)
    headlines = next(iter(prose.values()))
    return "\n\n".join(
        (
            "## Index facts, texts of others",
            _table(_INDEX_HEAD, (_index_row(name, scores) for name, scores in facts.items())),
            "## Sentiment, texts of others",
            _table(_SENTIMENT_HEAD, (_sentiment_row(name, scores) for name, scores in prose.items())),
            _calibration("SEntFiN", headlines),
            "## Re-publications, Reuters-21578",
            "Edits of every tenth article, and the pairs that came nearest to one another, read and labelled.",
            _table("pair|pairs|flagged", _repeats_rows(repeats.reuters(data))),
        )
    )


# ---- real news


@cache
def real(data: Path) -> str:
    """The part of the report on real news of others, labelled by reading: figures alone.

    Of the frozen quarter it tells what its runs wrote down; the other three quarters are measured.
    """
    run = real_run(data, is_frozen=False)
    by_source = events.scores_on_real_prose(data)
    every = by_source["all"]
    sources = [
        (name, of.labelled.total(), of.precision, of.recall, of.micro_f1, of.subject_f1, f"{of.alarms}/{of.traps}")
        for name, of in by_source.items()
    ]
    kinds = [(k.value, every.labelled[k], every.found[k], every.f1(k)) for k in EventType if every.labelled[k]]
    runs = frozen.runs()
    return "\n\n".join(
        (
            "## Real news",
            _REAL_INTRODUCTION,
            _table(_REAL_HEAD, (*_real_rows("frozen", runs[-1]), *_real_rows("looked at", run))),
            "Every run of the frozen quarter:",
            _table(_RUNS_HEAD, map(_run_row, runs)),
            "Events by source, of what was looked at; an alarm is a type that the passage lists as absent:",
            _table("source|labelled|precision|recall|F1|by subject F1|false alarms", sources),
            "Events by type:",
            _table("type|labelled|found|F1", kinds),
            "### Confidence of events",
            _CONFIDENCE_INTRODUCTION,
            _table("confidence from|to|events|mean confidence|right in all", _cross_validation("confidences")),
            "What a least confidence leaves (`NEWSTAPE_MIN_CONFIDENCE`, `--min-confidence`):",
            _table(
                "confidence from|right in all|of the labelled|type right|of the labelled types",
                _cross_validation("thresholds"),
            ),
        )
    )


def real_run(data: Path, *, is_frozen: bool) -> dict[str, Any]:
    """The figures of a run over one part of the real news, as the file of runs keeps them."""
    facts = index_facts.scores_on_real_prose(data, is_frozen=is_frozen)
    found = events.scores_on_real_prose(data, is_frozen=is_frozen)["all"]
    return {
        "measured_on": f"{datetime.now(UTC):%Y-%m-%d}",
        "facts": {"labelled": facts.labelled, "found": facts.found, "right": facts.right},
        "events": {"labelled": found.labelled.total(), "found": found.found.total(), "right": found.right.total()},
        "by_subject": {
            "labelled": found.subjects_labelled,
            "found": found.subjects_found,
            "right": found.subjects_right,
        },
        "figures": {"of": found.figures, "right": found.figures_right},
        "alarms": {"of": found.traps, "found": found.alarms},
    }


_REAL_INTRODUCTION: Final = (
    "Headlines, newswire and articles of others, 1987 to 2026, labelled by others than wrote the rules. A quarter of "
    "the documents is frozen: nothing was tuned on it, and it is run seldom. The rest was looked at. By type the unit "
    "is a passage and a type, by subject an event with the right party."
)
_CONFIDENCE_INTRODUCTION: Final = (
    "Confidence says how likely type, party and figures are all right. Cross-validated over the documents that were "
    "looked at, as the weights in use were trained: neither the scorer nor the confidence had seen the document. The "
    "rules had, so confidences are lowered until more than .95 of those of at least .9 are right; see "
    "`streams/train/trust.py`."
)


def _cross_validation(name: str) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = load_event_weights().header.cross_validation[name]
    return rows


_REAL_HEAD: Final = "real news|part|labelled|precision|recall|F1"
_REAL_TASKS: Final = {"facts": "index facts", "events": "events, by type", "by_subject": "events, by subject"}
_RUNS_HEAD: Final = "run|index facts F1|events F1|by subject F1|figures all right|false alarms"


def _real_rows(part: str, run: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for task, name in _REAL_TASKS.items():
        counts = run[task]
        precision, recall = counts["right"] / counts["found"], counts["right"] / counts["labelled"]
        yield (name, part, counts["labelled"], precision, recall, _f1(counts))


def _run_row(run: dict[str, Any]) -> tuple[object, ...]:
    scores = (_f1(run[task]) for task in _REAL_TASKS)
    figures, alarms = run["figures"], run["alarms"]
    return (run["measured_on"], *scores, f"{figures['right']}/{figures['of']}", f"{alarms['found']}/{alarms['of']}")


def _f1(counts: dict[str, int]) -> float:
    return 2 * counts["right"] / (counts["found"] + counts["labelled"])


def real_summary(part: str) -> str:
    """The first table of the report's part on real news, for the README."""
    begin = part.index(f"| {' | '.join(_REAL_HEAD.split('|'))} |")
    return part[begin:].split("\n\n", 1)[0]


# ---- the report


def summary() -> str:
    """The table in the README: of own-written sets, those that nobody tuned to where there are any."""
    p, r = index_facts.FIRST_GO["later5"]
    edited, dailies = _own_repeats()
    kinds = _entity_counts()["test"][0]["all"]
    ep, er = entities.FIRST_GO["second"]
    rows = [
        ("index facts, 30 passages", "first go", f"precision {p:.2f}, recall {r:.2f}, F1 {2 * p * r / (p + r):.2f}"),
        ("entities, 42 passages", "first go", f"precision {ep:.2f}, recall {er:.2f}, F1 {2 * ep * er / (ep + er):.2f}"),
        ("entities, 75 passages", "test half, today", f"F1 {kinds.f1():.2f}, linked {kinds.f1(linked=True):.2f}"),
        ("events, 60 passages", "first go", f"macro F1 {events.FIRST_GO['later'][0]:.2f} over 23 types"),
        ("sentiment, 53 mentions in prose", "first go", f"macro F1 {sentiment.FIRST_GO['unseen'][1]:.2f}"),
        ("re-publications", "generated edits", f"recall {edited.recall:.2f}, alarms {dailies.alarm_rate:.2f}"),
    ]
    return _table("task, own-written|set|figure", rows)


def section(text: str, name: str) -> str:
    """What stands between the marks of a part."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    return text.split(begin, 1)[1].split(end, 1)[0].strip()


def with_section(text: str, name: str, part: str) -> str:
    """The text with another part between the marks."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    return f"{text.split(begin, 1)[0]}{begin}\n\n{part}\n\n{end}{text.split(end, 1)[1]}"


def rendered(data: Path) -> str:
    """The whole report."""
    parts = {
        "engine": f"Measured {datetime.now(UTC):%Y-%m-%d} with extraction {VERSION}; {fingerprint()}.",
        "real": real(data),
        "own": own(),
        "elsewhere": elsewhere(data),
    }
    head = (
        "# Accuracy\n\nWritten by `make accuracy`. What the sets are and who labelled them stands in the `measure.py` "
        "of each folder. Figures of sets that were looked at while rules were written are better than what to expect "
        "of other prose: there the first go counts."
    )
    marked = (f"<!-- {name} -->\n\n{part}\n\n<!-- end of {name} -->" for name, part in parts.items())
    return "\n\n".join((head, *marked)) + "\n"


def steps(data: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """What takes time, by name."""
    yield "real news", lambda: real(data)
    yield "index facts", _index_scores
    yield "entities", _entity_counts
    yield "events", _event_scores
    yield "sentiment", _sentiment_outcomes
    yield "re-publications", _own_repeats
    yield "texts of others", lambda: elsewhere(data)


def main() -> None:
    """Write REPORT.md and the summary in README.md."""
    parser = argparse.ArgumentParser(description="Run every evaluation and write tests/accuracy/REPORT.md.")
    parser.add_argument("--data", type=Path, default=index_facts.SHARED, help="folder with the texts of others")
    parser.add_argument("--frozen", action="store_true", help="run the frozen quarter too; to be done seldom")
    chosen = parser.parse_args()
    data = chosen.data
    if not data.is_dir():
        parser.error(f"no folder {data}: the report covers texts of others too; name their folder by --data")
    if chosen.frozen:
        frozen.add_run(real_run(data, is_frozen=True))
    for name, step in steps(data):
        print(f"{name} …", flush=True)  # noqa: T201  # a command's progress
        step()
    REPORT.write_text(rendered(data), encoding="utf-8")
    readme = with_section(README.read_text(encoding="utf-8"), "accuracy", summary())
    README.write_text(with_section(readme, "real news", real_summary(real(data))), encoding="utf-8")
    print(f"wrote {REPORT}")  # noqa: T201  # a command's output


if __name__ == "__main__":
    main()
