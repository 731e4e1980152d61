"""ninjs, the news item in JSON of the IPTC, versions 1.x to 3.x (schemas at https://www.iptc.org/std/ninjs/).

The versions differ in spelling and shape: 1.x has `headline`, `body_text`, `body_html`, any other name that begins with
`headline_` or `body_`, and `subject`; 2.x has arrays `headlines`, `bodies` and `subjects`; 3.x has those arrays and
names in camelCase (`versionCreated`). Producers mix them, so each field is looked for under all of its names. The
fields of the article come from these:

- `uri`: `uri`, or else `guid`, which Superdesk writes in its place.
- `published_at`: `firstcreated`, or else `versioncreated`, or else the record's timestamp, since the standard requires
  neither; `updated_at`: `versioncreated`.
- `version`: a string in the schema, a number with some producers. A string of digits is read as a number; 0 and strings
  that are no whole number ("1.2", "b") give null, and `versioncreated` orders the article's versions. A producer should
  not mix both, since a version without a number counts as older than any with one.
- `headline`: `headline`, then `headline_main`, then the first other `headline_…`; of several `headlines` the one with
  role `main`, then one without a role, then the first.
- `body`: in 1.x the first of `body_text`, `body_main`, `body_html`, `body_xhtml`, the common extensions `body_html5`
  and `body_richhtml5`, and then of any other `body_…`; of several `bodies` the one with role `main`, then one without a
  role, then plain text before HTML, then the first. Blank ones are skipped. HTML becomes text (`streams.markup`), and
  offsets count in that text.
- `embargoed_until`: `embargoed`.
- `subjects`: `code`, `uri` or `literal` of each subject, or else its `name`; a subject with none of them is ignored.
- `source`: the first of `infosource` (`infosources`, `infoSources`) with a name, or else `copyrightholder`.

Items of type `text`, or of no type, are articles, and so is a `composite` with text of its own, the form in which press
releases come with their pictures; the items that it contains (`associations`) are not read. Pictures, video, audio,
graphics, events, planning items and components are refused by their type.
"""

import re
from datetime import datetime
from typing import Final

from schemas.article import Article
from streams.intake.fields import MAX_HEADLINE_CHARS, MAX_SOURCE_CHARS, Fields, is_visible, unexpected
from streams.markup.html import text_of

# Texts of 1.x in the order in which they are tried; others with such a beginning follow in the order of the object.
_HEADLINES: Final = ("headline", "headline_main")
_BODIES: Final = ("body_text", "body_main", "body_html", "body_xhtml", "body_html5", "body_richhtml5")
_HEADLINE: Final = "headline_"
_BODY: Final = "body_"

# Fields that only events and planning items have; the IPTC's own examples of these leave out the type.
_DETAILS: Final = ("eventDetails", "planningDetails")

# One of these names is enough to tell a ninjs object from an article in newstape's own form.
_NAMES: Final = frozenset(
    (
        *("versioncreated", "firstcreated", "pubstatus", "contentcreated"),
        *("versionCreated", "firstCreated", "pubStatus", "contentCreated"),
        *("headlines", "bodies", "$standard", "standard"),
        *_DETAILS,
    )
)

# The types that the standard has, by what becomes of them.
_TEXT: Final = "text"
_COMPOSITE: Final = "composite"
_NO_TEXT: Final = frozenset(("audio", "video", "picture", "graphic", "component", "event", "planning"))
_TYPES: Final = _NO_TEXT | {_TEXT, _COMPOSITE}

# A press release with long tables has some thousand tags. The limit keeps the longest body well below 50 ms.
MAX_MARKUP: Final = 20_000

# A body that names no content type is HTML if it opens with a tag or a comment.
_OPENS_WITH_TAG: Final = re.compile(r"\s*+<[a-zA-Z!?]")


def describes(fields: Fields) -> bool:
    """Whether the object is a ninjs object: it lacks `published_at`, and has a name that only ninjs has, or a type of
    ninjs and no `body`.
    """
    values = fields.values
    if fields.has("published_at"):
        return False
    if not _NAMES.isdisjoint(values) or any(name.startswith((_HEADLINE, _BODY)) for name in values):
        return True
    kind = values.get("type")
    return isinstance(kind, str) and kind in _TYPES and "body" not in values


def article(fields: Fields, now: datetime) -> Article:
    """The article in a ninjs object, `now` being the record's timestamp. Raises IntakeError."""
    _require_text_item(fields)
    uri = fields.uri(fields.first_of("uri", "guid"))
    version_created = fields.first_of("versioncreated", "versionCreated")
    first_created = fields.first_of("firstcreated", "firstCreated", version_created)
    updated_at = fields.time(version_created, now)
    published_at = fields.time(first_created, now) or updated_at or now
    status = fields.status(fields.first_of("pubstatus", "pubStatus"))
    headline = _headline(fields)
    body = _body(fields)
    fields.require_text(_name_of_body(fields) or "bodies", (headline, body), status)
    return Article(
        uri=uri,
        published_at=published_at,
        headline=headline,
        body=body,
        source=_source(fields),
        language=fields.language(),
        version=_version(fields),
        updated_at=updated_at,
        status=status,
        subjects=_subjects(fields),
        embargoed_until=fields.moment("embargoed"),
    )


def _require_text_item(fields: Fields) -> None:
    kind = fields.text("type")
    if kind is None:
        details = next((name for name in _DETAILS if fields.has(name)), None)
        if details is not None:
            raise unexpected(f"{fields.path}.type", f'"{_TEXT}"', f'nothing, and "{details}", which no text has')
    elif kind not in (_TEXT, _COMPOSITE):
        raise fields.unexpected("type", f'"{_TEXT}", or "{_COMPOSITE}" with text of its own')


def _version(fields: Fields) -> int | None:
    version = fields.values.get("version")
    if version == 0 and type(version) is int:
        return None
    if isinstance(version, str) and fields.digits("version") in (None, 0):
        return None
    return fields.version()


def _headline(fields: Fields) -> str:
    name = _first_visible(fields, _HEADLINES, _HEADLINE)
    if name is not None:
        fields.text(name, MAX_HEADLINE_CHARS)
        return _text(fields, name, is_html=name not in _HEADLINES and _is_markup(fields, name))
    best = min(fields.objects("headlines"), key=_rank_of_role, default=None)
    if best is None:
        return fields.text("headline", MAX_HEADLINE_CHARS) or ""
    best.text("value", MAX_HEADLINE_CHARS)
    return _text(best, "value", is_html=_is_html(best))


def _body(fields: Fields) -> str:
    bodies = [body for body in fields.objects("bodies") if is_visible(body.text("value") or "")]
    if bodies:
        best = min(bodies, key=lambda body: (_rank_of_role(body), _is_html(body)))
        return _text(best, "value", is_html=_is_html(best))
    name = _name_of_body(fields)
    return "" if name is None else _text(fields, name, is_html=name != _BODIES[0] and _is_markup(fields, name))


def _name_of_body(fields: Fields) -> str | None:
    return _first_visible(fields, _BODIES, _BODY)


def _first_visible(fields: Fields, names: tuple[str, ...], beginning: str) -> str | None:
    """The first of these names, or else of others with that beginning, whose field has visible text."""
    others = (name for name in fields.values if name.startswith(beginning) and name not in names)
    return next((name for name in (*names, *others) if is_visible(fields.text(name) or "")), None)


def _is_markup(fields: Fields, name: str) -> bool:
    """Whether a text of 1.x is HTML, by its name or by how it begins."""
    return "html" in name or _OPENS_WITH_TAG.match(fields.text(name) or "") is not None


def _rank_of_role(item: Fields) -> int:
    role = item.text("role")
    if role is None:
        return 1
    return 0 if role == "main" else 2


def _is_html(item: Fields) -> bool:
    kind = item.text(item.first_of("contenttype", "contentType"))
    if kind is None:
        return _OPENS_WITH_TAG.match(item.text("value") or "") is not None
    media_type = kind.partition(";")[0].strip().lower()
    return media_type.endswith(("html", "xml", "nitf"))


def _text(fields: Fields, name: str, *, is_html: bool) -> str:
    text = fields.text(name) or ""
    if not is_html:
        return text
    markup = text.count("<") + text.count("&")
    if markup > MAX_MARKUP:
        raise unexpected(f"{fields.path}.{name}", f"at most {MAX_MARKUP:,} tags and references", f"{markup:,}")
    return text_of(text)


def _subjects(fields: Fields) -> tuple[str, ...]:
    name = fields.first_of("subjects", "subject")
    codes = [subject.text(subject.first_of("code", "uri", "literal", "name")) for subject in fields.objects(name)]
    return fields.subject_codes(name, [code for code in codes if code])


def _source(fields: Fields) -> str | None:
    name = fields.first_of("infosource", "infosources", "infoSources")
    names = (source.text("name", MAX_SOURCE_CHARS) for source in fields.objects(name))
    copyright_holder = fields.first_of("copyrightholder", "copyrightHolder")
    return next(filter(None, names), None) or fields.text(copyright_holder, MAX_SOURCE_CHARS)
