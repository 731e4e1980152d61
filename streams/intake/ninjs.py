"""ninjs, the news item in JSON of the IPTC, versions 1.x to 3.x (schemas at https://www.iptc.org/std/ninjs/).

The versions differ in spelling and shape: 1.x has `headline`, `body_text`, `body_html` and `subject`; 2.x has arrays
`headlines`, `bodies` and `subjects`; 3.x has those arrays and names in camelCase (`versionCreated`). Producers mix
them, so each field is looked for under all of its names. What becomes of them:

- `published_at`: `firstcreated`, or else `versioncreated`; `updated_at`: `versioncreated`.
- `version`: a string by the schema, a number with some producers. Digits are taken as the number; 0 and strings that
  are no whole number ("1.2", "b") give null, and `versioncreated` orders the article's versions. A producer should not
  mix both, since an article without a version number is older than any with one.
- `headline`: as it stands (1.x); of several the one with role `main`, then one without a role, then the first.
- `body`: in 1.x the first of `body_text`, `body_html`, `body_xhtml` and the common extensions `body_html5` and
  `body_richhtml5`; of several `bodies` the one with role `main`, then one without a role, then plain text before HTML,
  then the first. Blank ones are passed over. HTML becomes text (`html_text`), and offsets count in that text.
- `subjects`: `code`, `uri` or `literal` of each subject, or else its `name`; a subject with none of them says nothing.
- `source`: the first of `infosource` (`infosources`, `infoSources`) with a name, or else `copyrightholder`.

Only news items of type `text`, or of no type, are articles; a picture, video, composite or planning item is refused.
"""

import re
from datetime import datetime
from typing import Final

from schemas.article import Article
from streams.intake.fields import MAX_HEADLINE_CHARS, MAX_SOURCE_CHARS, MAX_VERSION, Fields, is_visible, unexpected
from streams.intake.html_text import text_of

# Bodies of 1.x in the order they are tried. The schema allows any name that begins with `body_`.
_PLAIN_BODY: Final = "body_text"
_BODIES: Final = (_PLAIN_BODY, "body_html", "body_xhtml", "body_html5", "body_richhtml5")

# One of these names is enough to tell a ninjs object from an article in newstape's own form.
_NAMES: Final = frozenset(
    (
        *("versioncreated", "firstcreated", "pubstatus"),
        *("versionCreated", "firstCreated", "pubStatus"),
        *("headlines", "bodies"),
        *_BODIES,
    )
)

# A press release with long tables has some thousand tags. The limit keeps the longest body well below 50 ms.
MAX_MARKUP: Final = 20_000

_DIGITS: Final = re.compile(r"[0-9]+")

# A body that names no content type is HTML if it opens with a tag or a comment.
_OPENS_WITH_TAG: Final = re.compile(r"\s*+<[a-zA-Z!?]")


def describes(fields: Fields) -> bool:
    """Whether the object is a ninjs object: it lacks `published_at` and has a name that only ninjs has."""
    return not fields.has("published_at") and not _NAMES.isdisjoint(fields.values)


def article(fields: Fields, now: datetime) -> Article:
    """The article in a ninjs object, `now` being the record's timestamp. Raises IntakeError."""
    _require_text_item(fields)
    uri = fields.uri()
    version_created = fields.first_of("versioncreated", "versionCreated")
    first_created = fields.first_of("firstcreated", "firstCreated", version_created)
    published_at = fields.required_time(first_created if fields.has(first_created) else version_created, now)
    status = fields.status(fields.first_of("pubstatus", "pubStatus"))
    headline = _headline(fields)
    body = _body(fields)
    fields.require_text(fields.first_of(*_BODIES, "bodies"), (headline, body), status)
    return Article(
        uri=uri,
        published_at=published_at,
        headline=headline,
        body=body,
        source=_source(fields),
        language=fields.language(),
        version=_version(fields),
        updated_at=fields.time(version_created, now),
        status=status,
        subjects=_subjects(fields),
    )


def _require_text_item(fields: Fields) -> None:
    kind = fields.text("type")
    if kind is not None and kind != "text":
        raise fields.unexpected("type", '"text"')


def _version(fields: Fields) -> int | None:
    version = fields.values.get("version")
    if not isinstance(version, str):
        return None if version == 0 and type(version) is int else fields.version()
    if _DIGITS.fullmatch(version) is None:
        return None
    significant = version.lstrip("0") or "0"
    if len(significant) > len(str(MAX_VERSION)) or int(significant) > MAX_VERSION:
        raise fields.unexpected("version", "a whole number up to 2**53 - 1")
    return int(significant) or None


def _headline(fields: Fields) -> str:
    headline = fields.text("headline", MAX_HEADLINE_CHARS)
    if headline is not None:
        return headline
    best = min(fields.objects("headlines"), key=_rank_of_role, default=None)
    if best is None:
        return ""
    best.text("value", MAX_HEADLINE_CHARS)
    return _text(best, "value", is_html=_is_html(best))


def _body(fields: Fields) -> str:
    bodies = [body for body in fields.objects("bodies") if is_visible(body.text("value") or "")]
    if bodies:
        best = min(bodies, key=lambda body: (_rank_of_role(body), _is_html(body)))
        return _text(best, "value", is_html=_is_html(best))
    name = next((name for name in _BODIES if is_visible(fields.text(name) or "")), _PLAIN_BODY)
    return _text(fields, name, is_html=name != _PLAIN_BODY)


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
    return media_type.endswith(("html", "xml"))


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
