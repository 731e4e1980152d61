"""Rates, and the figures of all workers together."""

from datetime import timedelta

from streams.web.answers import AgentHealth, WorkerHealth
from streams.web.health import Meter, together
from tests.builders import NOON


def test_a_rate_is_of_the_last_minute() -> None:
    """
    Count   0    100  100 ... 100  160
    second  0    10   20  ... 70   80
    """
    meter = Meter(0)
    assert meter.rate(0, 0) == 0
    meter.sample(10, 100)
    assert meter.rate(10, 100) == 10
    for second in range(20, 80, 10):
        meter.sample(second, 100)
    assert meter.rate(70, 100) == 0
    assert meter.rate(80, 160) == round(60 / 70, 2)


def test_workers_are_summed_and_the_greatest_lag_counts() -> None:
    """A silent worker adds nothing."""
    one = WorkerHealth(
        url="a",
        state="ready",
        articles=3,
        articles_per_s=0.5,
        events=7,
        dead_letters={"schema": 1},
        agents=(AgentHealth(agent="tally", lag_s=1.5, waiting=2), AgentHealth(agent="annotate", lag_s=0.0, waiting=0)),
    )
    whole = together([one, one, WorkerHealth(url="b", state="silent")], NOON)
    assert (whole.lag_s, whole.articles_per_s, whole.articles, whole.events) == (1.5, 1.0, 6, 14)
    assert whole.dead_letters == {"schema": 2}
    assert [worker.state for worker in whole.workers] == ["ready", "ready", "silent"]
    assert whole.covered_until is None


def test_a_backlog_is_told_by_what_waits_how_long_that_takes_and_what_is_covered() -> None:
    """Claims are no articles; at two articles a second 300 take two minutes and a half."""
    agents = (
        AgentHealth(agent="annotate", lag_s=90.0, waiting=280),
        AgentHealth(agent="reconcile", lag_s=95.0, waiting=20),
        AgentHealth(agent="tally", lag_s=1.0, waiting=70),
    )
    whole = together([WorkerHealth(url="a", state="ready", articles_per_s=2.0, agents=agents)], NOON)
    assert (whole.waiting, whole.seconds_left) == (300, 150.0)
    assert whole.covered_until == NOON - timedelta(seconds=95)


def test_how_long_a_backlog_takes_is_not_known_before_it_moves() -> None:
    """And where nothing waits there is nothing to take long; records of 1970 do not say what is covered."""
    stuck = WorkerHealth(url="a", state="ready", agents=(AgentHealth(agent="annotate", lag_s=1.8e9, waiting=9),))
    assert (together([stuck], NOON).seconds_left, together([stuck], NOON).covered_until) == (None, None)
    idle = together([WorkerHealth(url="a", state="ready", articles_per_s=2.0)], NOON)
    assert (idle.seconds_left, idle.covered_until) == (None, NOON)
