"""The tally over a table answers like one that has all its contributions in dicts, wherever the table keeps them."""

import asyncio
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import ArticleRef, Claim, EntityRef, IndexActivity, LastFact, MarketEvent, Quantity, encode
from schemas.taxonomy import EventType, Lifecycle
from streams.agents.contributions import TableContributions
from streams.state.layout import TABLE_FORMAT, contribution_key, contribution_marks, pack_contribution
from streams.state.stores import Disk, opener
from streams.state.table import StateTable
from streams.tally import ContributionEntry, ContributionKey, Tallied, Tally, chains, minute_of, stories
from tests.builders import NOON, at, claim
from tests.hand import Hand

M = minute_of(NOON)


@dataclass
class Stored:
    """The tally as its agent drives it, without the broker."""

    directory: Path | None
    hand: Hand = field(default_factory=Hand)
    open: dict[str, tuple[Claim, Tallied]] = field(default_factory=dict)
    """What is in hand, by article."""

    def __post_init__(self) -> None:
        disk = None if self.directory is None else Disk(self.directory)
        self.table = StateTable("shares", "c", TABLE_FORMAT, opener("c", TABLE_FORMAT, disk), contribution_marks)
        self._begin()

    def _begin(self) -> None:
        self.table.own([0])
        stored = TableContributions(self.table, 0)
        self.tally = Tally(stored)
        for index, contribution in stored.counted():
            self.tally.count(index, contribution)

    async def apply(self, said: Claim) -> Tallied:
        """One claim."""
        result = self.tally.apply(said)
        if result.key is not None and result.entry is not None:
            key, value = contribution_key(result.key), pack_contribution(result.entry)
            assert self.table.get(0, key) == value  # given out before it is written
            await self.table.write(self.hand, 0, key, value)
            self.open[said.uri] = said, result
        return result

    async def confirm(self) -> list[ContributionKey]:
        """All in hand has arrived: what it supersedes is deleted."""
        self.hand.deliver()
        superseded = [key for _, result in self.open.values() for key in result.superseded]
        self.open.clear()
        for key in superseded:
            self.tally.forget(key)
            await self.table.delete(self.hand, 0, contribution_key(key))
        return superseded

    async def expire(self, uri: str) -> list[ContributionKey]:
        """What an article contributes has fallen due."""
        keys = sorted(self.tally._contributions.of("index:N225", uri))
        for key in keys:
            self.tally.forget(key)
            await self.table.delete(self.hand, 0, contribution_key(key))
        self.hand.deliver()
        return keys

    async def restart(self) -> None:
        """The worker is killed: what is in hand comes again, and gives the same events."""
        self.hand.sent = []
        again, self.open = self.open, {}
        self._begin()
        for said, result in again.values():
            assert encode(list((await self.apply(said)).events)) == encode(list(result.events))


def signature(text: int) -> str:
    """Of a text: 0 and 1 are alike, 2 is another."""
    values = bytearray(Random(text // 2).randbytes(64))
    values[-1] ^= text
    return urlsafe_b64encode(b"\1\0" + values).decode()


def telling(uri: str, offset: int, stories: dict[str, float], minute: int, text: int) -> Claim:
    """A claim with an event in each of these stories; with none it takes the article back."""
    events = tuple(
        MarketEvent(
            event_id=f"e-{uri}-{story}",
            revision=offset,
            lifecycle=Lifecycle.CREATED,
            type=EventType.INDEX_MOVE,
            subject=EntityRef(id="index:N225", name="N225"),
            article=ArticleRef(uri=uri, published_at=at(minute)),
            published_at=at(minute),
            similarity_key=story * 16,
            arguments={"percent": Quantity(value=percent, unit="percent")},
        )
        for story, percent in stories.items()
    )
    said = claim(uri, offset=offset, minute=minute % 4, counted=bool(stories), signature=signature(text))
    if said.contribution is None:
        return replace(said, signature=None)
    fact = LastFact(uri=uri, published_at=at(minute % 4), level=float(offset))
    return replace(said, events=events, contribution=replace(said.contribution, last_fact=fact))


TOLD = st.tuples(
    st.sampled_from("abcdef"),
    st.dictionaries(st.sampled_from(("5a", "6b")), st.sampled_from((1.0, 1.04, 2.0, 3.0)), max_size=2),
    st.integers(0, 400),
    st.integers(0, 2),
)


@pytest.mark.parametrize("store", ["memory", "rocksdb"])
@settings(max_examples=60, deadline=None)  # each opens files
@given(
    st.lists(st.one_of(TOLD, st.sampled_from(("confirm", "restart", "expire a", "expire b"))), max_size=40),
    st.sampled_from((0, 1, 9)),
    st.booleans(),
    st.booleans(),
)
def test_stored_and_plain_tally_agree(
    tmp_path_factory: pytest.TempPathFactory,
    store: str,
    steps: list,
    stories_at_once: int,
    looked_at: bool,
    crowded: bool,
) -> None:
    """Events, novelty included, and counts: whatever is confirmed when and expires when, however few stories stay put
    together, also where they remember only so many of their numbers.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chains, "MOST_BYTES", 2_000 * stories_at_once)
        if crowded:
            patch.setattr(stories, "TELLINGS", 2)
            patch.setattr(stories, "COMPARED", 1)
        asyncio.run(
            _agree(Stored(tmp_path_factory.mktemp("t") if store == "rocksdb" else None), steps, looked_at=looked_at)
        )


async def _agree(stored: Stored, steps: list, *, looked_at: bool) -> None:
    plain = Tally()
    for offset, step in enumerate(steps):
        if step == "restart":
            await stored.restart()
            continue
        if isinstance(step, str) or step[0] in stored.open:
            for key in await stored.confirm():
                plain.forget(key)
        if isinstance(step, str) and step.startswith("expire"):
            for key in await stored.expire(step[-1]):
                plain.forget(key)
        elif step != "confirm":
            uri, stories, minute, text = step
            said = telling(uri, offset, stories, minute, text)
            got, want = await stored.apply(said), plain.apply(said)
            assert encode(list(got.events)) == encode(list(want.events))
            assert unnumbered(got.entry) == unnumbered(want.entry)
            for as_of in (500, 2) if looked_at else ():
                assert activities(stored.tally, as_of) == activities(plain, as_of)
    assert activities(stored.tally, 500) == activities(plain, 500)
    memory = stored.tally._memory
    assert memory.bytes == sum(chain.bytes for chain in memory.chains.values())
    stored.table.close()


def unnumbered(entry: ContributionEntry | None) -> ContributionEntry | None:
    """The entry without the numbers of its places: after a restart they go on from the highest that has not expired."""
    return None if entry is None else replace(entry, places=tuple(replace(place, number=0) for place in entry.places))


def activities(tally: Tally, as_of: int) -> dict[str, IndexActivity]:
    """Counts and last facts at a minute after noon."""
    return {index: counts.activity(M + as_of) for index, counts in tally.counts.items()}
