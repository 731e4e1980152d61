"""Rates, and the figures of all workers together."""

from streams.web.answers import AgentHealth, WorkerHealth
from streams.web.health import Meter, together


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
    whole = together([one, one, WorkerHealth(url="b", state="silent")])
    assert (whole.lag_s, whole.articles_per_s, whole.articles, whole.events) == (1.5, 1.0, 6, 14)
    assert whole.dead_letters == {"schema": 2}
    assert [worker.state for worker in whole.workers] == ["ready", "ready", "silent"]
