"""How the pipeline stands, for people: lag, rate and dead letters of this worker, and of all of them together."""

import time
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any, Final

from prometheus_client import Counter as Metric

from streams.agents.metrics import Metrics
from streams.web.answers import AgentHealth, PipelineHealth, WorkerHealth

RATE_S: Final = 60.0  # what a rate is measured over
SAMPLE_S: Final = 5.0
AGENTS: Final = ("annotate", "reconcile", "tally")


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


def labelled(metric: Metric) -> dict[str, int]:
    """Values of a counter by its one or first label."""
    counts: Counter[str] = Counter()
    for family in metric.collect():
        for sample in family.samples:
            if sample.name.endswith("_total"):
                counts[next(iter(sample.labels.values()), "")] += int(sample.value)
    return {label: count for label, count in sorted(counts.items()) if count}


class WorkerGauge:
    """What one worker says of itself."""

    def __init__(self, pipeline: Any, url: str) -> None:
        self._pipeline, self._url = pipeline, url
        self._begun = time.monotonic()
        self._meter = Meter(self._begun)

    def sample(self) -> None:
        """Note how many articles there were; to be called every few seconds."""
        self._meter.sample(time.monotonic(), self._articles())

    def health(self) -> WorkerHealth:
        """How this worker stands."""
        now, metrics = time.monotonic(), self._metrics
        return WorkerHealth(
            url=self._url,
            state="ready" if self._pipeline.ready.is_set() else "starting",
            uptime_s=round(now - self._begun, 1),
            articles=self._articles(),
            articles_per_s=self._meter.rate(now, self._articles()),
            events=sum(labelled(metrics.events).values()),
            dead_letters=labelled(metrics.dead_letters),
            agents=tuple(map(_agent, AGENTS, self._pipeline.checkpoints)),
            stream_clients=sum(
                int(sample.value) for family in metrics.stream_clients.collect() for sample in family.samples
            ),
        )

    @property
    def _metrics(self) -> Metrics:
        metrics: Metrics = self._pipeline.metrics
        return metrics

    def _articles(self) -> int:
        return sum(labelled(self._metrics.articles).values())


def _agent(name: str, checkpoint: Any) -> AgentHealth:
    now_ms = int(time.time() * 1_000)
    owned = list(checkpoint.offsets.expected)
    return AgentHealth(
        agent=name,
        lag_s=round(max((checkpoint.lag_s(tp, now_ms) for tp in owned), default=0.0), 3),
        waiting=sum(checkpoint.waiting(tp) for tp in owned),
    )


def together(workers: Sequence[WorkerHealth]) -> PipelineHealth:
    """All workers as one."""
    letters: Counter[str] = Counter()
    for worker in workers:
        letters.update(worker.dead_letters)
    return PipelineHealth(
        lag_s=max((agent.lag_s for worker in workers for agent in worker.agents), default=0.0),
        articles_per_s=round(sum(worker.articles_per_s for worker in workers), 2),
        articles=sum(worker.articles for worker in workers),
        events=sum(worker.events for worker in workers),
        dead_letters=dict(sorted(letters.items())),
        workers=tuple(workers),
    )
