"""The IPTC's own ninjs files, 1.0 to 3.1: what is text is read, what is not is refused by its type."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from schemas import Article
from schemas.taxonomy import RejectReason, Status
from streams.intake import RawRecord, Rejection, read

FILES: Final = Path(__file__).parents[4] / "shared" / "data" / "ninjs"
PATHS: Final = sorted(path.relative_to(FILES).as_posix() for path in FILES.rglob("*.json"))
NOW: Final = datetime(2025, 10, 27, 12, tzinfo=UTC)

NO_TEXT: Final = ("audio", "video", "picture", "graphic", "component", "event", "planning")

# Objects of a uri, a headline and some field that any article may have: nothing in them says that they are ninjs, and
# in newstape's own form they lack the time.
NOT_TOLD: Final = frozenset(
    (
        "validation/test_suite/1.0/should_pass/030_headline.json",
        "validation/test_suite/1.3/should_pass/006_genre.json",
        "validation/test_suite/1.3/should_pass/007_trust_indicator.json",
        "validation/test_suite/1.x_dev/should_pass/006_trustindicator.json",
    )
)

pytestmark = pytest.mark.skipif(not PATHS, reason="the IPTC's files are not here")


def item_at(path: str) -> tuple[Any, Any]:
    """The item, and what `read` says of it."""
    raw = (FILES / path).read_bytes()
    return json.loads(raw), read(RawRecord(key=None, value=raw, timestamp=NOW))


def has_text(item: dict[str, Any]) -> bool:
    """Whether the item has a headline or a body."""
    return any(value for name, value in item.items() if name.startswith(("headline", "body_", "bodies")))


@pytest.mark.parametrize("path", PATHS)
def test_item_of_the_iptc_is_read_or_refused_by_its_type(path: str) -> None:
    """Every file is one or the other; text without a time has the record's."""
    item, found = item_at(path)

    if not isinstance(item, dict):
        assert found == Rejection(reason=RejectReason.SCHEMA, detail="$: expected object, got array")
    elif item.get("type") in NO_TEXT or "eventDetails" in item:
        assert found.detail.startswith('$.type: expected "text"')
    elif has_text(item) and path not in NOT_TOLD:
        assert isinstance(found, Article)
        assert found.uri == item["uri"]
        assert found.headline or found.body
    elif isinstance(found, Article):
        assert found.status is not Status.USABLE
    else:
        assert found.detail.startswith("$.")
        assert ": expected " in found.detail
