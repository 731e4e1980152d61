"""Whether the subject and the figures of a found event are those of a label.

The subject agrees when ids are equal, when one name contains the other, or when the passage names the found entity by
the words of the label; of indices and countries the id, or exactly that name, decides. Of an agreement, a meeting,
talks and a merger either party passes. Figures agree when every figure of the find stands in the label, signs aside
(labels differ on them); where one of the two has no figure there is nothing to compare.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from schemas import Entity, Event

_EITHER_PARTY: Final = {
    "policy.trade_agreement": "counterparty",
    "policy.trade_talks": "counterparty",
    "policy.meeting": "counterparty",
    "company.merger": "partner",
}
_KINDS: Final = ("index:", "company:", "country:", "organization:", "person:")
_DIGITS: Final = 4  # figures are compared to this many decimals


def pairs(
    labels: Sequence[dict[str, Any]], events: Sequence[Event], entities: Iterable[Entity]
) -> Iterator[tuple[dict[str, Any], Event]]:
    """Labels and events of one type that agree on the subject, one to one, in the order of the labels."""
    mentions: dict[str | None, set[str]] = {
        entity.id: {_squeezed(mention.text or "") for mention in entity.mentions} for entity in entities
    }
    left = list(events)
    for label in labels:
        hit = next((event for event in left if _same_subject(label, event, mentions)), None)
        if hit is not None:
            left.remove(hit)
            yield label, hit


def same_figures(label: dict[str, Any], event: Event) -> bool | None:
    """Whether all figures of the event stand in the label; null where one of the two has none."""
    wanted = set(_figures(label.get("arguments", {}).values()))
    got = set(_figures(quantity.value for quantity in event.arguments.values()))
    return got <= wanted if wanted and got else None


def _same_subject(label: dict[str, Any], event: Event, mentions: dict[str | None, set[str]]) -> bool:
    role = _EITHER_PARTY.get(label["type"])
    others = [name for key, name in label.get("participants", {}).items() if role and key.startswith(role)]
    wanted = [label["subject"], *label.get("subject_also", ()), *others]
    is_index = label["type"].startswith("index.") and not label["subject"].startswith("other:")
    if any(_same(name, event, is_closed=is_index or name.startswith("country:")) for name in wanted):
        return True
    named = mentions.get(event.subject.id, set())
    return not is_index and not named.isdisjoint(map(_squeezed, wanted))


def _same(wanted: str, event: Event, *, is_closed: bool) -> bool:
    found = event.subject
    if found.id and _bare(found.id) == _bare(wanted):
        return True
    name, plain = _squeezed(found.name or ""), _squeezed(_bare(wanted).removeprefix("other:"))
    if not (name and plain):
        return False
    return name == plain if is_closed else name in plain or plain in name


def _squeezed(name: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", name).casefold()))


def _bare(identity: str) -> str:
    return next((identity.removeprefix(kind) for kind in _KINDS if identity.startswith(kind)), identity).casefold()


def _figures(values: Iterable[object]) -> Iterator[float]:
    for value in values:
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield round(abs(float(value)), _DIGITS)
