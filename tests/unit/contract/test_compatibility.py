"""What a change of the contract breaks, and that the gate says which field it is."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.version import CONTRACT_VERSION
from streams.cli import main
from streams.contract import compatibility, files
from streams.contract.compatibility import Effect, compare, faults
from streams.contract.files import ContractError, Documents

NOW: Final = files.documents({})
EVENT: Final = "market-event.schema.json"
ARTICLE: Final = "article.schema.json"


def changed(change: Callable[[Documents], object]) -> Documents:
    """The contract of now with one change."""
    documents = copy.deepcopy(NOW)
    change(documents)
    return documents


def field(document: str, name: str, **schema: Any) -> Callable[[Documents], object]:
    """A field that has this schema instead of its own."""
    return lambda documents: documents[document]["properties"].__setitem__(name, schema)


def channel(name: str) -> Callable[[Documents], dict[str, Any]]:
    """Configuration of a topic."""

    def find(documents: Documents) -> dict[str, Any]:
        found: dict[str, Any] = documents["asyncapi.json"]["channels"][name]["bindings"]["kafka"]["topicConfiguration"]
        return found

    return find


def message(documents: Documents, name: str) -> dict[str, Any]:
    """A message of the AsyncAPI document."""
    found: dict[str, Any] = documents["asyncapi.json"]["components"]["messages"][name]
    return found


NULL: Final = {"type": "null"}
HASH: Final = {"type": "string", "pattern": "^[0-9a-f]{32}$"}

BREAKING: Final[dict[str, tuple[Callable[[Documents], object], str]]] = {
    "a field is gone": (
        lambda d: d[EVENT]["properties"].pop("novelty"),
        "market-event.novelty: the field is gone",
    ),
    "a field inside another is gone": (
        lambda d: d[EVENT]["$defs"]["Span"]["properties"].pop("text"),
        "market-event.sentiment.cues[].text: the field is gone",
    ),
    "a field is renamed": (
        lambda d: d[EVENT]["properties"].update(polarity=d[EVENT]["properties"].pop("sentiment")),
        "market-event.sentiment: the field is gone",
    ),
    "a new field has no default": (
        lambda d: (d[EVENT]["properties"].update(mood={"type": "string"}), d[EVENT]["required"].append("mood")),
        "market-event.mood: new, and has no default for records that lack it",
    ),
    "a field is no longer required": (
        lambda d: d[EVENT]["required"].remove("revision"),
        "market-event.revision: may be absent now",
    ),
    "a field is required": (
        lambda d: d[EVENT]["required"].append("direction"),
        "market-event.direction: is required now",
    ),
    "a type is another": (
        field(EVENT, "revision", type="string"),
        "market-event.revision: was integer, is string",
    ),
    "an integer is a number": (
        field(EVENT, "revision", type="number", minimum=1),
        "market-event.revision: was integer, is number",
    ),
    "a field may be null": (
        field(EVENT, "event_id", anyOf=[HASH, NULL]),
        "market-event.event_id: may be null now",
    ),
    "a field may not be null any more": (
        field(EVENT, "similarity_key", **HASH),
        "market-event.similarity_key: may no longer be null",
    ),
    "a vocabulary lost a member": (
        lambda d: d[EVENT]["$defs"]["EventType"]["enum"].remove("index.move"),
        "market-event.type: the value 'index.move' is gone",
    ),
    "a vocabulary is open": (
        field(EVENT, "lifecycle", type="string"),
        "market-event.lifecycle: may be any value now",
    ),
    "a string has a vocabulary": (
        lambda d: d[EVENT]["$defs"]["EntityRef"]["properties"]["name"].update(enum=["Nikkei 225"]),
        "market-event.subject.name: is one of a list of values now",
    ),
    "a mapping lost a key": (
        lambda d: d["index-activity.schema.json"]["properties"]["windows"]["propertyNames"]["enum"].remove("7d"),
        "index-activity.windows: the key '7d' is gone",
    ),
    "what a mapping holds is another": (
        lambda d: d["index-activity.schema.json"]["$defs"]["WindowCounts"]["properties"].pop("mentions"),
        "index-activity.windows.*.mentions: the field is gone",
    ),
    "a limit is narrower": (
        field(EVENT, "revision", type="integer", minimum=2),
        "market-event.revision: minimum was 1, is 2",
    ),
    "a limit is wider": (
        field(EVENT, "revision", type="integer", minimum=0),
        "market-event.revision: minimum was 1, is 0",
    ),
    "a pattern is another": (
        field(EVENT, "event_id", type="string", pattern="^[0-9a-f]{16}$"),
        "market-event.event_id: pattern was ^[0-9a-f]{32}$, is ^[0-9a-f]{16}$",
    ),
    "a format is another": (
        field(EVENT, "published_at", anyOf=[{"type": "string", "format": "date"}, NULL]),
        "market-event.published_at: format was date-time, is date",
    ),
    "a message is gone": (lambda d: d.pop("annotation.schema.json"), "annotation: the message is gone"),
    "a header of dead letters is gone": (
        lambda d: d["dead-letter.schema.json"]["properties"].pop("source-offset"),
        "dead-letter.source-offset: the field is gone",
    ),
    "an article needs more": (
        lambda d: d[ARTICLE]["required"].append("language"),
        "article.language: is required now",
    ),
    "an article's field is not read any more": (
        lambda d: d[ARTICLE]["properties"].pop("subjects"),
        "article.subjects: the field is gone",
    ),
    "an article's vocabulary lost a member": (
        lambda d: d[ARTICLE]["$defs"]["Status"]["enum"].remove("withheld"),
        "article.status: the value 'withheld' is gone",
    ),
    "an article's limit is narrower": (
        field(ARTICLE, "version", anyOf=[{"type": "integer", "minimum": 2}, NULL]),
        "article.version: minimum was 1, is 2",
    ),
    "a topic is gone": (
        lambda d: d["asyncapi.json"]["channels"].pop("policyEvents"),
        "market.events.policy: the topic is gone",
    ),
    "a topic is compacted": (
        lambda d: channel("indexEvents")(d).update({"cleanup.policy": ["compact"]}),
        "market.events.index cleanup.policy: was ['delete'], is ['compact']",
    ),
    "a topic keeps less": (
        lambda d: channel("indexEvents")(d).update({"retention.ms": 1}),
        "market.events.index retention.ms: was 2592000000, is 1",
    ),
    "a topic takes less": (
        lambda d: channel("articles")(d).update({"max.message.bytes": 1}),
        "news.articles max.message.bytes: was 4194304, is 1",
    ),
    "a key is another": (
        lambda d: message(d, "indexActivity")["bindings"]["kafka"].update(key={"type": "integer"}),
        "market.index-activity key: was {'type': 'string'}, is {'type': 'integer'}",
    ),
    "a content type is another": (
        lambda d: message(d, "marketEvent").update(contentType="application/x-protobuf"),
        "market.events.index content type: was application/json, is application/x-protobuf",
    ),
    "a header is gone": (
        lambda d: message(d, "marketEvent")["headers"]["properties"].pop("ce_id"),
        "market.events.index headers.ce_id: the field is gone",
    ),
    "a header says something else": (
        lambda d: message(d, "marketEvent")["headers"]["properties"]["ce_source"].update(const="/other"),
        "market.events.index headers.ce_source: const was /newstape, is /other",
    ),
    "a topic of outputs carries another message": (
        lambda d: d["asyncapi.json"]["channels"]["indexEvents"]["messages"].update(annotation={}),
        "market.events.index: the message annotation is new",
    ),
    "a topic does not take a form of article any more": (
        lambda d: d["asyncapi.json"]["channels"]["articles"]["messages"].pop("articleAsNinjs"),
        "news.articles: the message articleAsNinjs is gone",
    ),
}

ADDITIONS: Final[dict[str, tuple[Callable[[Documents], object], str]]] = {
    "a field with a default": (field(EVENT, "mood", type="string", default=""), "market-event.mood: new"),
    "a member of a vocabulary": (
        lambda d: d[EVENT]["$defs"]["EventType"]["enum"].append("index.halt"),
        "market-event.type: the value 'index.halt' is new",
    ),
    "a window": (
        lambda d: d["index-activity.schema.json"]["properties"]["windows"]["propertyNames"]["enum"].append("30d"),
        "index-activity.windows: the key '30d' is new",
    ),
    "an article needs less": (
        lambda d: d[ARTICLE]["required"].remove("published_at"),
        "article.published_at: may be absent now",
    ),
    "an article may say null": (
        field(ARTICLE, "headline", anyOf=[{"type": "string"}, NULL]),
        "article.headline: may be null now",
    ),
    "an article's limit is wider": (
        field(ARTICLE, "version", anyOf=[{"type": "integer", "minimum": 0}, NULL]),
        "article.version: minimum was 1, is 0",
    ),
    "an article's whole number may be any": (
        field(ARTICLE, "version", anyOf=[{"type": "number", "minimum": 1}, NULL]),
        "article.version: was integer, is number",
    ),
    "a topic": (
        lambda d: d["asyncapi.json"]["channels"].update(
            more={**d["asyncapi.json"]["channels"]["indexEvents"], "address": "market.events.more"}
        ),
        "market.events.more: a new topic",
    ),
    "a topic keeps for longer": (
        lambda d: channel("indexEvents")(d).update({"retention.ms": -1}),
        "market.events.index retention.ms: was 2592000000, is -1",
    ),
    "a header": (
        lambda d: message(d, "marketEvent")["headers"]["properties"].update(more={"type": "string"}),
        "market.events.index headers.more: new",
    ),
    "a form of article": (
        lambda d: d["asyncapi.json"]["channels"]["articles"]["messages"].update(more={}),
        "news.articles: the message more is new",
    ),
}


@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_a_reader_is_found_and_named(name: str) -> None:
    """The change is found, is breaking, and its words name the field."""
    change, words = BREAKING[name]
    breaking = [str(found) for found in compare(NOW, changed(change)) if found.effect is Effect.BREAKING]
    assert words in breaking
    gate = faults(changed(change), "1.0.1", {(1, 0, 0): NOW})
    assert any(words in fault and "CONTRACT_VERSION to 2.0.0" in fault for fault in gate)


@pytest.mark.parametrize("name", ADDITIONS)
def test_what_is_added_breaks_nobody_and_raises_the_minor_version(name: str) -> None:
    """Under the version that was released it is a fault, under the next minor one it is none."""
    change, words = ADDITIONS[name]
    found = compare(NOW, changed(change))
    assert [str(change) for change in found if words in str(change)]
    assert {change.effect for change in found} == {Effect.ADDITION}
    (fault,) = faults(changed(change), "1.0.0", {(1, 0, 0): NOW})
    assert words in fault
    assert "CONTRACT_VERSION to 1.1.0" in fault
    assert faults(changed(change), "1.1.0", {(1, 0, 0): NOW}) == []


def test_nothing_changed_is_no_change() -> None:
    """Also where only words for people differ."""
    assert compare(NOW, NOW) == []
    assert compare(NOW, changed(lambda d: d[EVENT].update(description="other words"))) == []
    assert faults(NOW, "1.0.0", {(1, 0, 0): NOW}) == []
    assert faults(NOW, "1.0.0", {}) == []


def test_internal_messages_are_not_promised() -> None:
    """Claims may change with any release."""
    assert compare(NOW, changed(lambda d: d["claim.schema.json"]["properties"].pop("order"))) == []
    assert compare(NOW, changed(lambda d: d["asyncapi.json"]["channels"].pop("claims"))) == []


def test_every_released_version_counts() -> None:
    """Transitive: a field that came with 1.0, left with 1.1 by mistake, is missed also when 1.1 is the last one."""
    without = changed(lambda d: d[EVENT]["properties"].pop("novelty"))
    found = faults(without, "1.1.1", {(1, 0, 0): NOW, (1, 1, 0): without})
    assert [fault.partition(";")[0] for fault in found] == ["market-event.novelty: the field is gone (since 1.0.0)"]


def test_a_new_major_version_may_break() -> None:
    """Its records say so in `ce_type` and `ce_dataschema`, so that readers can tell."""
    without = changed(lambda d: d[EVENT]["properties"].pop("novelty"))
    assert faults(without, "2.0.0", {(1, 0, 0): NOW}) == []


def test_the_version_never_goes_back() -> None:
    """What was released stays released."""
    assert "name a later one" in faults(NOW, "1.0.0", {(1, 0, 1): NOW})[0]


def test_an_unknown_word_of_json_schema_is_not_passed_over() -> None:
    """The comparison would not see what changed in it."""
    with pytest.raises(ContractError, match=r"market-event\.revision: .*multipleOf"):
        compare(NOW, changed(field(EVENT, "revision", type="integer", multipleOf=2)))


# -- the command ------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> int:
    """Exit status of `newstape contract`."""
    with pytest.raises(SystemExit) as end:
        main(["contract", *arguments])
    return int(end.value.code or 0)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that the command takes for the package's, with the contract of now in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "directory", lambda: tmp_path)
    files.write(tmp_path, NOW)
    return tmp_path


def test_check_passes_where_nothing_is_wrong(place: Path) -> None:
    """Before and after a release."""
    assert run("--check") == 0
    assert run("--release") == 0
    assert files.stale(place / "released" / CONTRACT_VERSION, NOW) == []
    assert run("--check") == 0


def test_check_names_the_files_that_are_not_what_the_code_says(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the command that mends it."""
    (place / EVENT).write_text("{}")
    (place / "old.schema.json").write_text("{}")
    assert run("--check") == 1
    told = capsys.readouterr().err
    assert f"{EVENT}, old.schema.json" in told
    assert "newstape contract --update" in told


def test_check_names_the_field_that_a_released_contract_had(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1 in `make check`."""
    before = changed(field(EVENT, "mood", type="string", default=""))
    files.write(place / "released" / CONTRACT_VERSION, before)
    assert run("--check") == 1
    assert "market-event.mood: the field is gone" in capsys.readouterr().err
    assert run("--release") == 1


def test_a_document_is_printed_as_its_file_has_it(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By name with or without ending; an unknown one is told what there is."""
    for name in ("market-event", EVENT):
        assert run(name) == 0
        assert capsys.readouterr().out == (place / EVENT).read_text(encoding="utf-8")
    assert run("marketevent") == 2
    assert "index-activity.schema.json" in capsys.readouterr().err


def test_all_documents_are_written_where_one_wants_them(place: Path) -> None:
    """For other teams."""
    assert run("--out", str(place / "theirs")) == 0
    assert files.stale(place / "theirs", NOW) == []


def test_a_released_directory_is_named_by_its_version(tmp_path: Path) -> None:
    """Anything else there is a fault."""
    (tmp_path / "released" / "next").mkdir(parents=True)
    with pytest.raises(ContractError, match="expected a version"):
        files.released(tmp_path)


def test_released_contracts_are_what_their_directory_says() -> None:
    """Each has the version of its name, and all of its documents."""
    released = files.released(files.directory())
    assert released
    for version, documents in released.items():
        assert documents["asyncapi.json"]["info"]["version"] == ".".join(map(str, version))
        assert documents.keys() >= {"market-event.schema.json", "annotation.schema.json", "index-activity.schema.json"}


def test_the_contract_of_now_passes_its_gate() -> None:
    """As `make check` asks."""
    where = files.directory()
    assert compatibility.faults(NOW, CONTRACT_VERSION, files.released(where)) == []
