"""`newstape kafka`: the local broker in the foreground."""

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.options import with_settings
from streams.cli.terminal import CommandError, err, printable, say
from streams.local.kafka import LocalKafka
from streams.local.progress import Progress, Step
from streams.settings import Settings

_LOOK_S = 0.5  # how often the broker is checked while it serves


@with_settings()
def kafka(
    _settings: Settings,
    *,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port of 127.0.0.1 to listen on.")] = 9092,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where topics are kept for the next start; a temporary directory if not given.")
    ] = None,
) -> None:
    """Run a real single-node Kafka on this machine until Ctrl-C. No Docker, no Java needed."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    broker = LocalKafka(port=port, data_dir=data_dir, on_progress=_Steps().show)
    try:
        with broker:
            _tell(broker, data_dir)
            while broker.running and not stop.wait(_LOOK_S):
                pass
            if not broker.running:
                raise CommandError("Kafka has ended by itself; run it with --data-dir to keep its log")
    except KeyboardInterrupt:
        pass
    say("stopped" + ("" if data_dir else "; its topics are gone with it (--data-dir keeps them)"))


class _Steps:
    """Progress of the start, a line a step and every fifth of the jars."""

    def __init__(self) -> None:
        self._shown: tuple[Step | None, int] = (None, -1)

    def show(self, progress: Progress) -> None:
        """Print a step that is new."""
        part = 0 if not progress.total else 5 * (progress.done or 0) // progress.total
        if (progress.step, part) == self._shown or progress.step is Step.READY:
            return
        self._shown = (progress.step, part)
        count = f" {progress.done} of {progress.total}" if progress.total else ""
        say(f"[dim]{printable(progress.message)}{count}[/]")


def _tell(broker: LocalKafka, data_dir: Path | None) -> None:
    where = data_dir or "a temporary directory"
    say(f"[bold green]Kafka is ready on {broker.bootstrap}[/], its data in {printable(str(where))}. Ctrl-C stops it.")
    flag = "" if broker.bootstrap == "127.0.0.1:9092" else f" --kafka {broker.bootstrap}"
    err.print(
        f"Next, in other terminals:\n  newstape worker --create-topics{flag}\n  newstape push FILE{flag}\n"
        f"  newstape tail market.events.index{flag}"
    )
