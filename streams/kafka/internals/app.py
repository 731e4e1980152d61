"""What a Faust app does by itself and must not do under a pipeline whose offsets belong to a `Checkpoint`."""

from collections.abc import Callable
from typing import Any

import faust
from faust.types import TP

from streams.kafka.internals.turns import ConsumerInTurns, Pace


class CheckpointedApp(faust.App):  # type: ignore[misc] # faust has no types
    """A Faust app that creates no directories, watches no acknowledgements and leaves its consumer in its thread."""

    front: str
    """The topic of the articles, of which a turn has the fewest records."""
    forget: Callable[[], None]
    """Forgets all that is not confirmed yet."""
    pace: Pace
    """Is told whether articles wait."""

    def _create_directories(self) -> None:
        """Create none: nothing of Faust's is on disk, and state that is kept in memory needs no directory."""

    def _new_consumer(self) -> Any:
        """Faust's consumer in turns, without its look every seven seconds whether a partition stalls.

        That look goes by acknowledgements, of which there are none (`Checkpoint.ask_again` does it), and it crashed the
        worker where a partition's position was just being asked for.
        """
        self.transport.Consumer = ConsumerInTurns
        consumer = super()._new_consumer()
        consumer.front, consumer.pace = self.front, self.pace
        consumer.verify_event_path = _verified
        return consumer

    def _on_rebalance_when_stopped(self) -> None:
        """Forget what is not confirmed: another worker will be given it.

        Faust would close the consumer's client from another thread, and no commit would end any more.
        """
        self.forget()


def _verified(_now: float, _tp: TP) -> None:
    """Nothing to say of a partition."""
