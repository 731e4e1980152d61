"""A bar for files that take a while, on standard error and only where a person is looking."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from streams.cli.terminal import err
from streams.operate.jsonl import JsonLines


class Bytes:
    """A bar that counts bytes of a file."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def show(self, read_bytes: int, note: str) -> None:
        """How far the file is read, and a word beside it."""
        self._progress.update(self._task, completed=read_bytes, note=note)


@contextmanager
def file_progress(lines: JsonLines, doing: str) -> Iterator[Bytes | None]:
    """A bar over the bytes of `lines`; null where standard error is no terminal."""
    if not err.is_terminal:
        yield None
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=err,
        transient=True,
    ) as progress:
        yield Bytes(progress, progress.add_task(doing, total=lines.total_bytes, note=""))
