"""The mark of the unusual, asked of a running worker."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from schemas import MarketEvent
from schemas.taxonomy import Kind
from streams.operate.rest import Rest

ASKED_AGAIN_S: Final = 5.0
"""An answer stands so long for other events of its index."""

_HOUR: Final = timedelta(hours=1)


class Unusual:
    """Whether more than usual is said of an index, by the views of a worker."""

    def __init__(self, worker: Rest, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._worker, self._clock = worker, clock
        self._answers: dict[str, tuple[float, Any]] = {}

    async def of(self, event: MarketEvent) -> bool:
        """Whether the event is of the last hour of an index that has the mark. Raises RestError."""
        kind, _, index = (event.subject.id or "").partition(":")
        if kind != Kind.INDEX or event.published_at is None:
            return False
        activity = await self._activity(index)
        is_of_the_hour = event.published_at >= datetime.fromisoformat(activity["as_of"]) - _HOUR
        return is_of_the_hour and bool((activity.get("usual") or {}).get("unusual"))

    async def _activity(self, index: str) -> Any:
        asked_at, answer = self._answers.get(index, (0.0, None))
        if answer is None or self._clock() - asked_at > ASKED_AGAIN_S:
            answer = await self._worker.get("indices", index)
            self._answers[index] = self._clock(), answer
        return answer
