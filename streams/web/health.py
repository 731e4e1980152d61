"""How the pipeline stands, for people: lag, rate and dead letters of this worker, and of all of them together."""

import time
from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from streams.web.answers import PipelineHealth, WorkerHealth
from streams.web.worker import Worker

_OF_ARTICLES: Final = ("annotate", "reconcile")
"""The agents whose records are one an article."""
_LONGEST_LAG_S: Final = 366 * 86_400.0
RATE_S: Final = 60.0  # what a rate is measured over
SAMPLE_S: Final = 5.0


class Meter:
    """The rate of a counter over the last minute, from samples of it; time in seconds of a monotonic clock."""

    def __init__(self, now_s: float) -> None:
        self._samples = deque([(now_s, 0)])

    def sample(self, now_s: float, count: int) -> None:
        """Note the count."""
        self._samples.append((now_s, count))
        while len(self._samples) > 2 and now_s - self._samples[1][0] >= RATE_S:
            self._samples.popleft()

    def rate(self, now_s: float, count: int) -> float:
        """Counts a second since the oldest sample, which is a minute old or of the start."""
        begun, before = self._samples[0]
        return round((count - before) / (now_s - begun), 2) if now_s > begun else 0.0


class WorkerGauge:
    """What one worker says of itself."""

    def __init__(self, worker: Worker, url: str) -> None:
        self._worker, self._url = worker, url
        self._begun = time.monotonic()
        self._meter = Meter(self._begun)

    def sample(self) -> None:
        """Note how many articles there were; to be called every few seconds."""
        self._meter.sample(time.monotonic(), self._worker.work().articles)

    def health(self, stream_clients: int) -> WorkerHealth:
        """How this worker stands."""
        now, work = time.monotonic(), self._worker.work()
        return WorkerHealth(
            url=self._url,
            state="starting" if self._worker.generation is None else "ready",
            uptime_s=round(now - self._begun, 1),
            articles=work.articles,
            articles_per_s=self._meter.rate(now, work.articles),
            events=work.events,
            dead_letters=work.dead_letters,
            agents=work.agents,
            stream_clients=stream_clients,
        )


def together(workers: Sequence[WorkerHealth], now: datetime) -> PipelineHealth:
    """All workers as one."""
    letters: Counter[str] = Counter()
    for worker in workers:
        letters.update(worker.dead_letters)
    lag_s = max((agent.lag_s for worker in workers for agent in worker.agents), default=0.0)
    rate = round(sum(worker.articles_per_s for worker in workers), 2)
    waiting = sum(agent.waiting for worker in workers for agent in worker.agents if agent.agent in _OF_ARTICLES)
    is_known = all(worker.state == "ready" for worker in workers)
    return PipelineHealth(
        lag_s=lag_s,
        waiting=waiting,
        seconds_left=round(waiting / rate, 1) if waiting and rate else None,
        # A record may bear any time its producer gave it: what is older than Kafka says nothing of what is covered.
        covered_until=now - timedelta(seconds=lag_s) if is_known and lag_s < _LONGEST_LAG_S else None,
        articles_per_s=rate,
        articles=sum(worker.articles for worker in workers),
        events=sum(worker.events for worker in workers),
        dead_letters=dict(sorted(letters.items())),
        workers=tuple(workers),
    )
