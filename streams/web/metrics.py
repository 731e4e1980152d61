"""What Prometheus sees of the streams of a worker."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class StreamMetrics:
    """The metrics of `/events`, on the registry of the worker."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.clients = Gauge(
            "newstape_stream_clients",
            "Clients on /events.",
            registry=registry,
        )
        self.dropped = Counter(
            "newstape_streams_dropped",
            "Clients on /events that were dropped since they did not keep up.",
            registry=registry,
        )
