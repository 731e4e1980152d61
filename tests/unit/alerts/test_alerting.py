"""Rules at work over events in memory: what is told, and what a kill at any moment leaves. Kafka's part is in
`tests/integration/test_alerts.py`.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from schemas import ArticleRef, EntityRef, MarketEvent
from schemas.taxonomy import EventType, Lifecycle
from streams.alerts import alerting
from streams.alerts.alerting import Alerting
from streams.alerts.matching import Known
from streams.alerts.rules import Rule, When
from streams.alerts.sending import Attempt, Outcome
from streams.alerts.state import State
from streams.consume import Cursor
from streams.operate.rest import RestError
from streams.settings import Settings

TOPIC: Final = "market.events.index"
RULES: Final = (
    Rule(name="all", command=("cat",)),
    Rule(name="moves", command=("cat",), when=When(type="index.move")),
)


class Killed(BaseException):
    """The process ends here: nothing after it runs."""


def event(number: int, kind: EventType = EventType.INDEX_MOVE) -> MarketEvent:
    """An event of an article of its own."""
    return MarketEvent(
        event_id=f"{number:032x}",
        revision=1,
        lifecycle=Lifecycle.CREATED,
        type=kind,
        subject=EntityRef(id="index:N225", name="Nikkei 225"),
        article=ArticleRef(uri=f"urn:{number}", published_at=None),
        published_at=None,
    )


class Topic:
    """Partitions of events, of which a reader gets records in some order, each partition's own kept."""

    def __init__(self, partitions: list[list[MarketEvent]], chance: random.Random) -> None:
        self.partitions, self._chance = partitions, chance

    async def read(
        self, _: Settings, *, after: Cursor, follow: bool
    ) -> AsyncGenerator[tuple[MarketEvent, Cursor], None]:
        """What `streams.consume.events` gives."""
        assert not follow
        offsets = {(TOPIC, n): after.offsets.get((TOPIC, n), 0) for n in range(len(self.partitions))}
        while left := [n for n, events in enumerate(self.partitions) if offsets[TOPIC, n] < len(events)]:
            chosen = self._chance.choice(left)
            offset = offsets[TOPIC, chosen]
            offsets[TOPIC, chosen] += 1
            yield self.partitions[chosen][offset], Cursor(dict(offsets), (TOPIC, chosen, offset))
            await asyncio.sleep(0)


class Receiver:
    """Takes, puts off or refuses alerts by chance, and the process may be killed before it takes one, or after."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.taken: list[str] = []
        self.bodies: dict[str, set[bytes]] = {}
        self.kill_in: int | None = None

    async def send(self, key: str, body: bytes, now: float) -> Attempt:
        """One attempt."""
        await asyncio.sleep(0)
        self.bodies.setdefault(key, set()).add(body)
        self._step()
        if self._chance.random() < 0.3:
            return Attempt(outcome=Outcome.LATER, why="answered 500")
        self.taken.append(key)
        self._step()
        return Attempt(outcome=Outcome.TAKEN)

    def _step(self) -> None:
        if self.kill_in is not None:
            self.kill_in -= 1
            if self.kill_in < 0:
                raise Killed


async def not_unusual(_: MarketEvent) -> bool:
    """Nothing is."""
    return False


def at_work(topic: Topic, state: State, receiver: Any, rules: tuple[Rule, ...] = RULES, **asked: Any) -> Alerting:
    """The rules over this topic."""
    return Alerting(
        Settings(),
        [(rule, receiver) for rule in rules],
        state,
        about=lambda _: Known(),
        read=topic.read,
        **{"is_unusual": not_unusual, **asked},
    )


def begun(path: Path, rules: tuple[Rule, ...] = RULES) -> None:
    """A state in which all rules stand at the beginning."""
    state = State(path)
    for rule in rules:
        state.begin(rule.name, Cursor({(TOPIC, 0): 0, (TOPIC, 1): 0}))
    state.save()


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for a receiver that is one of its own."""
    monkeypatch.setattr(alerting, "FIRST_WAIT_S", 0.0)


@pytest.mark.parametrize("seed", range(20))
async def test_a_kill_at_any_moment_loses_nothing_and_repeats_one_a_rule(seed: int, tmp_path: Path) -> None:
    """Partitions come in another order after every start; what comes twice has the same key and bytes."""
    chance = random.Random(seed)
    kinds = (EventType.INDEX_MOVE, EventType.INDEX_LEVEL)
    events = [event(number, chance.choice(kinds)) for number in range(40)]
    topic = Topic([events[::2], events[1::2]], chance)
    receiver, kills, path = Receiver(chance), 0, tmp_path / "state.json"
    begun(path)
    while True:
        receiver.kill_in = chance.randrange(2, 60) if kills < 6 else None
        state = State(path)
        working = at_work(topic, state, receiver)
        state.save = lambda save=state.save: _unless_killed(receiver, save)  # type: ignore[method-assign]
        try:
            await working.run(asyncio.Event(), follow=False)
            break
        except Killed:
            kills += 1

    for rule, expected in (("all", events), ("moves", [one for one in events if one.type is kinds[0]])):
        told = Counter(key for key in receiver.taken if key.endswith(f":{rule}"))
        assert set(told) == {f"{one.event_id}:1:{rule}" for one in expected}
        assert sum(told.values()) - len(told) <= kills
        for own in topic.partitions:
            order = [key for key in dict.fromkeys(receiver.taken) if key in {f"{e.event_id}:1:{rule}" for e in own}]
            assert order == [f"{e.event_id}:1:{rule}" for e in own if e in expected]
    assert all(len(of_key) == 1 for of_key in receiver.bodies.values())


def _unless_killed(receiver: Receiver, save: Any) -> None:
    """A process that is killed keeps nothing on its way out."""
    if receiver.kill_in is None or receiver.kill_in >= 0:
        save()


async def test_a_rule_that_waits_holds_up_no_other(tmp_path: Path) -> None:
    """One receiver hangs; the other rule's alerts are all sent, and each rule's cursor is its own."""
    topic = Topic([[event(number) for number in range(5)], []], random.Random(1))
    path, stop = tmp_path / "state.json", asyncio.Event()
    begun(path)
    free, hanging = Receiver(random.Random(2)), asyncio.Event()

    class Hanging:
        async def send(self, key: str, body: bytes, now: float) -> Attempt:
            await hanging.wait()
            return Attempt(outcome=Outcome.TAKEN)

    state = State(path)
    working = Alerting(
        Settings(),
        [(RULES[0], free), (RULES[1], Hanging())],
        state,
        about=lambda _: Known(),
        is_unusual=not_unusual,
        read=topic.read,
    )
    running = asyncio.create_task(working.run(stop, follow=False))
    while len(free.taken) < 5:
        await asyncio.sleep(0)
    stop.set()
    await asyncio.sleep(0)
    hanging.set()
    await running

    kept = json.loads(path.read_bytes())["rules"]
    assert kept["all"]["cursor"] == f"{TOPIC}:0=5,1=0"
    assert kept["moves"]["cursor"] == f"{TOPIC}:0=1,1=0"  # the one under way was taken before the end
    assert kept["moves"]["delivered"] == 1


async def test_a_revision_behind_one_that_waits_is_told_behind_it(tmp_path: Path) -> None:
    """The rule would not look for the correction by itself, and had told nothing yet when that was read."""
    first = event(1)
    second = replace(first, revision=2, lifecycle=Lifecycle.CORRECTED, type=EventType.INDEX_LEVEL)
    begun(tmp_path / "state.json")
    receiver = Receiver(random.Random(3))
    await at_work(
        Topic([[first, second], []], random.Random(4)), State(tmp_path / "state.json"), receiver, RULES[1:]
    ).run(asyncio.Event(), follow=False)

    assert receiver.taken == [f"{first.event_id}:1:moves", f"{first.event_id}:2:moves"]


async def test_what_is_unusual_is_asked_until_a_view_answers(tmp_path: Path) -> None:
    """And only for what is new: what was told is put right whatever is said of the index by then."""
    rules = (Rule(name="unusual", command=("cat",), when=When(unusual=True)),)
    answers: list[bool | RestError] = [RestError("no worker answers"), True, False]

    async def is_unusual(_: MarketEvent) -> bool:
        answer = answers.pop(0)
        if isinstance(answer, RestError):
            raise answer
        return answer

    first = event(1)
    told = [first, replace(first, revision=2, lifecycle=Lifecycle.CORRECTED), event(2)]
    begun(tmp_path / "state.json", rules)
    receiver = Receiver(random.Random(5))
    working = at_work(
        Topic([told, []], random.Random(6)), State(tmp_path / "state.json"), receiver, rules, is_unusual=is_unusual
    )
    await working.run(asyncio.Event(), follow=False)

    assert receiver.taken == [f"{first.event_id}:1:unusual", f"{first.event_id}:2:unusual"]
    assert answers == []


async def test_a_rule_that_is_ahead_keeps_its_cursor(tmp_path: Path) -> None:
    """Reading begins where the rule that is furthest behind stands; ended there, the other's alerts came again."""
    path, stop = tmp_path / "state.json", asyncio.Event()
    begun(path)
    state = State(path)
    state.begin("all", Cursor({(TOPIC, 0): 30, (TOPIC, 1): 0}))
    stop.set()
    topic = Topic([[event(number) for number in range(31)], []], random.Random(7))
    await at_work(topic, state, Receiver(random.Random(8))).run(stop, follow=False)

    assert State(path).of("all").cursor == f"{TOPIC}:0=30,1=0"
    receiver = Receiver(random.Random(9))
    await at_work(topic, State(path), receiver).run(asyncio.Event(), follow=False)
    assert [key for key in receiver.taken if key.endswith(":all")] == [f"{event(30).event_id}:1:all"]
