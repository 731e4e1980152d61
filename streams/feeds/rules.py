"""The rules of a mapping applied to an item: the fields of an article in newstape's own form, which intake reads.

A rule finds or does not find; what it finds is not judged here, times, languages and statuses least of all, since
intake has one judgement for all forms. Its rejections name newstape's fields; here they are told by the vendor's.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final

from schemas.article import Article
from streams.feeds.documents import Item
from streams.feeds.elements import Element
from streams.feeds.mapping import ArticleRules, Mapping, Paths, Symbols, Text, Time
from streams.feeds.paths import Path, paths_of
from streams.intake import native
from streams.intake.fields import MAX_ITEMS, MAX_SUBJECT_CHARS, Fields, is_visible, shown, unexpected
from streams.intake.ninjs import MAX_MARKUP
from streams.intake.record import IntakeError
from streams.markup.html import text_of

# An article's fields, in the order in which they are looked for; each is a field of newstape's own form.
_TEXTS: Final = ("uri", "headline", "body", "source", "language", "status", "url", "version")
_TIMES: Final = ("published_at", "updated_at", "embargoed_until")

# An article may have MAX_ITEMS different subjects. Vendors repeat some, so more are looked at to find as many.
_MOST_SUBJECTS: Final = 4 * MAX_ITEMS

_WHITE: Final = re.compile(r"\s+")
_ZONED: Final = re.compile(r"(?:[Zz]|UTC|GMT|[+-][0-9]{2}:?(?:[0-9]{2})?)\s*\Z")
_NAMED: Final = re.compile(r"\$\.([a-z_]+)(.*)", re.DOTALL)


def article_of(item: Item, mapping: Mapping, now: datetime) -> Article:
    """The article that the item is. Raises IntakeError, with the vendor's own path."""
    values = fields_of(item, mapping)
    try:
        return native.article(Fields(values=values), now)
    except IntakeError as error:
        raise IntakeError(error.reason, _in_vendors_words(error.detail, item, mapping.article)) from error


def fields_of(item: Item, mapping: Mapping) -> dict[str, Any]:
    """The article's fields in newstape's own form, as far as the rules find them. Raises IntakeError."""
    rules = mapping.article
    values: dict[str, Any] = {}
    for name in _TEXTS:
        rule = getattr(rules, name)
        if rule is not None:
            values[name] = _text(item, _as_text(rule), is_line=name != "body")
    for name in _TIMES:
        rule = getattr(rules, name)
        if rule is not None:
            values[name] = _time(item, rule if isinstance(rule, Time) else Time(path=rule))
    if (values.get("version") or "").isdecimal():
        values["version"] = int(values["version"])
    if rules.subjects is not None:
        values["subjects"] = _subjects(item, _as_text(rules.subjects))
    symbols = (rules.symbols,) if isinstance(rules.symbols, Symbols) else rules.symbols
    if symbols:
        values["symbols"] = list(islice((symbol for rule in symbols for symbol in _symbols(item, rule)), MAX_ITEMS))
    return {name: value for name, value in values.items() if value is not None}


def _as_text(rule: Paths | Text) -> Text:
    return rule if isinstance(rule, Text) else Text(path=rule)


# ---- texts


def _text(item: Item, rule: Text, *, is_line: bool) -> str | None:
    most = 1 if rule.join is None else None
    found = next((texts for path in paths_of(rule.path) if (texts := _texts(item, path, rule, most))), None)
    if found is None:
        return rule.constant
    text = (rule.join or "").join(found)
    if is_line and "\n" in text:
        text = _WHITE.sub(" ", text).strip()
    text = rule.values.get(text, text)
    return f"{rule.prefix}{text}"


def _texts(item: Item, path: Path, rule: Text, most: int | None) -> list[str]:
    """What the path finds that has something to read, at most `most` of it."""
    texts = (_read(value, item, path, rule) for value in path.find(item.value))
    return list(islice((text for text in texts if is_visible(text)), most))


def _read(value: object, item: Item, path: Path, rule: Text) -> str:
    if isinstance(value, Element):
        text = value.markup if rule.html else value.text.strip()
    elif isinstance(value, str):
        text = value
    elif type(value) in (int, float):
        text = str(value)
    else:
        raise unexpected(f"{item.path}.{path.place}", "string", shown(value))
    if not rule.html:
        return text
    markup = text.count("<") + text.count("&")
    if markup > MAX_MARKUP:
        raise unexpected(f"{item.path}.{path.place}", f"at most {MAX_MARKUP:,} tags and references", f"{markup:,}")
    return text_of(text)


def _subjects(item: Item, rule: Text) -> list[str]:
    """Every subject once, as far as they can be passed on: they are the vendor's and no part of the text."""
    found = [text for path in paths_of(rule.path) for text in _texts(item, path, rule, _MOST_SUBJECTS)]
    named = dict.fromkeys(f"{rule.prefix}{rule.values.get(text, text)}" for text in found)
    return [text for text in named if len(text) <= MAX_SUBJECT_CHARS][:MAX_ITEMS]


# ---- times


def _time(item: Item, rule: Time) -> object:
    """The time as it is written, which intake reads; with its zone where the mapping has to say that."""
    for path in paths_of(rule.path):
        for value in path.find(item.value):
            written = value.text.strip() if isinstance(value, Element) else value
            if isinstance(written, str) and not written.strip():
                continue
            return _zoned(written.strip(), rule) if isinstance(written, str) else written
    return None


def _zoned(written: str, rule: Time) -> str:
    if rule.time is not None:
        try:
            read = datetime.strptime(written, rule.time)  # noqa: DTZ007  the zone is the mapping's, if none is written
        except ValueError:
            return written
        written = read.isoformat()
    return written if rule.zone is None or _ZONED.search(written) else f"{written}{rule.zone.replace('UTC', 'Z')}"


# ---- symbols


def _symbols(item: Item, rule: Symbols) -> Iterator[dict[str, str]]:
    for path in paths_of(rule.path):
        for value in path.find(item.value):
            written = value.text if isinstance(value, Element) else value
            if not isinstance(written, str):
                raise unexpected(f"{item.path}.{path.place}", "string", shown(written))
            for part in [written] if rule.split is None else written.split(rule.split):
                symbol = _with_suffix(part.strip(), rule)
                if symbol and len(symbol) <= native.MAX_SYMBOL_CHARS:
                    yield {"scheme": rule.scheme, "value": symbol}


def _with_suffix(symbol: str, rule: Symbols) -> str:
    stem, dot, suffix = symbol.rpartition(".")
    ours = rule.suffixes.get(f".{suffix}") if dot else None
    return symbol if ours is None else f"{stem}{ours}"


# ---- what is wrong


def _in_vendors_words(detail: str, item: Item, rules: ArticleRules) -> str:
    """The detail with the path that the value was looked for at, in place of newstape's own field."""
    named = _NAMED.fullmatch(detail)
    rule = getattr(rules, named[1], None) if named else None
    if named is None or rule is None:
        return detail
    paths = paths_of(rule.path if isinstance(rule, Text | Time) else rule) if not isinstance(rule, Symbols) else []
    if not paths:
        return detail
    found = next((path for path in paths if path.find(item.value)), paths[0])
    return f"{item.path}.{found.place}{named[2]}"
