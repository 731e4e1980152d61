"""`newstape annotate`: articles to annotations on this machine, with no Kafka."""

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

import typer

from schemas import encode
from schemas.taxonomy import RejectReason
from streams.cli.extraction import extractor_of, registry_of
from streams.cli.mappings import AS, known_feeds, named_feed
from streams.cli.options import with_settings
from streams.cli.progress import file_progress
from streams.cli.terminal import CommandError, err, printable, require_installed, say
from streams.feeds.mapping import Mapping
from streams.intake import MAX_ARTICLE_BYTES, RawRecord, Rejection, Withdrawal, read
from streams.operate.feed_files import MAX_FILE_BYTES, documents, outgoing
from streams.operate.jsonl import JsonLines, Line
from streams.settings import Embargo, Settings

Answer: TypeAlias = bytes | Rejection
"""The annotation of a line as JSON, or why there is none."""

# Lines that a process is given at once: enough that handing them over costs nothing beside reading them.
_PORTION: Final = 64

_LOADING: Final = "loading registry and rules"  # seen on a terminal only, and told by the process that owns it

# Portions that are under way or wait for their turn to be printed, for each process: memory stays bounded.
_AHEAD: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """What is annotated at a time: a line, or an article that a feed's file holds."""

    line: Line
    rejection: Rejection | None = None
    """Why a feed's mapping finds no article here."""


@with_settings("evidence", "registry", "rules", "language", "min_confidence", "embargo", "mappings")
def annotate(
    settings: Settings,
    file: Annotated[
        str,
        typer.Argument(metavar="[FILE|-]", help="JSON Lines, or what a feed sends; gzip welcome; - is standard input."),
    ] = "-",
    *,
    feed: Annotated[str | None, AS] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Processes that annotate side by side; 0 takes every core.")
    ] = 1,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FILE", help="Write Parquet, one row an article, in place of JSON; as out.parquet."
        ),
    ] = None,
) -> None:
    """Print what articles say, one JSON annotation a line; needs no Kafka.

    Annotations come in the order of the lines, whatever --jobs is. A line that is no article gives a JSON object with
    the reason on standard error, and exit status 1 at the end; the others still come out. With --as the file may be
    JSON Lines, an array, an envelope, XML or RSS, as `newstape push` takes it. With --to (extra `archive`) they go into
    a Parquet file, with the columns of the table `annotations` of `newstape archive`.
    """
    rejected = read_lines = 0
    jobs = jobs or os.cpu_count() or 1
    name, mapping = named_feed(feed or settings.feed, known_feeds(settings))
    limit = None if mapping is None else MAX_FILE_BYTES
    with (
        _output(to) as put,
        JsonLines(file, max_line_bytes=limit) as lines,
        file_progress(lines, "annotating") as progress,
    ):
        began = time.monotonic()
        for portion in _answered(settings, _pieces(lines, name, mapping), jobs):
            read_lines += len(portion)
            for piece, answer in portion:
                if isinstance(answer, Rejection):
                    rejected += 1
                    _print_dead_letter(answer, piece.line, lines.name)
            put([answer for _, answer in portion if not isinstance(answer, Rejection)])
            if progress is not None:
                rate = read_lines / max(time.monotonic() - began, 0.001)
                progress.show(lines.read_bytes, f"{read_lines:,} articles, {rate:,.0f} a second")
    if to is not None:
        say(f"{read_lines - rejected:,} annotations in {printable(str(to))}, {to.stat().st_size:,} bytes")
    if rejected:
        if err.is_terminal:  # elsewhere standard error is JSON Lines and stays that
            what = "lines" if mapping is None else "items"
            say(f"[bold red]{rejected:,} of {read_lines:,} {what} are no articles[/]; each is described above")
        raise typer.Exit(1)


@contextmanager
def _output(to: Path | None) -> Iterator[Callable[[list[bytes]], None]]:
    """Where annotations go: a Parquet file, or standard output."""
    if to is None:
        yield _print
        return
    require_installed("pyarrow", extra="archive", what="a Parquet file")
    from streams.archive.annotated import annotation_file  # noqa: PLC0415  loads pyarrow
    from streams.archive.parquet import ParquetError  # noqa: PLC0415

    try:
        with annotation_file(to) as keep:
            yield keep
    except ParquetError as error:
        raise CommandError(str(error)) from error


def _print(annotations: list[bytes]) -> None:
    sys.stdout.buffer.writelines(annotation + b"\n" for annotation in annotations)
    sys.stdout.buffer.flush()


def _pieces(lines: JsonLines, feed: str, mapping: Mapping | None) -> Iterator[list[_Piece]]:
    """What there is to annotate, in the order of the file."""
    if mapping is None:
        for batch in lines.batches():
            yield [_Piece(line=line) for line in batch]
        return
    for batch in documents(lines, mapping):
        yield [
            _Piece(
                line=Line(number=record.number, value=record.value, size=len(record.value)), rejection=record.rejection
            )
            for line in batch
            for record in outgoing(line, feed, mapping, datetime.now(UTC))
        ]


def _answered(settings: Settings, batches: Iterable[list[_Piece]], jobs: int) -> Iterator[list[tuple[_Piece, Answer]]]:
    """The lines with their answers, in portions and in order."""
    if jobs == 1:
        with err.status(_LOADING):
            answer = _annotator(settings)
        for batch in batches:
            for portion in _portions(batch):
                yield [(piece, answer(piece)) for piece in portion]
        return
    with err.status(_LOADING):
        registry_of(settings)  # a wrong file of the user's is told here, once
    under_way: deque[tuple[list[_Piece], Future[list[Answer]]]] = deque()
    # A process that is spawned has no threads or locks of this one; it loads the data by itself.
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (settings,))
    try:
        for batch in batches:
            for portion in _portions(batch):
                under_way.append((portion, pool.submit(_annotated, portion)))
                while under_way and (len(under_way) >= _AHEAD * jobs or under_way[0][1].done()):
                    yield _oldest(under_way)
        while under_way:
            yield _oldest(under_way)
    except BrokenProcessPool as error:
        raise CommandError(
            "a process ended before its time, as it does where memory runs out: try fewer --jobs"
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _oldest(under_way: deque[tuple[list[_Piece], "Future[list[Answer]]"]]) -> list[tuple[_Piece, Answer]]:
    portion, answers = under_way.popleft()
    return list(zip(portion, answers.result(), strict=True))


def _portions(batch: list[_Piece]) -> Iterator[list[_Piece]]:
    return (batch[at : at + _PORTION] for at in range(0, len(batch), _PORTION))


_annotators: list[Callable[[_Piece], Answer]] = []
"""The function by which a process annotates lines for another one; it is set when the process begins."""


def _begin(settings: Settings) -> None:
    """What a process does first: load the data, and leave Ctrl-C to the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _annotators.append(_annotator(settings))


def _annotated(portion: list[_Piece]) -> list[Answer]:
    return [_annotators[0](piece) for piece in portion]


def _annotator(settings: Settings) -> Callable[[_Piece], Answer]:
    """A function from a piece to its answer."""
    from streams.extract.annotate import annotate, withdrawal  # noqa: PLC0415  only this command and the worker need it

    extractor = extractor_of(settings)

    def annotation_of(piece: _Piece) -> Answer:
        match piece.rejection or _read(piece.line, settings):
            case Rejection() as rejection:
                return rejection
            case Withdrawal(uri=uri):
                return encode(withdrawal(uri, None, extractor))
            case article:
                try:
                    return encode(annotate(article, None, extractor))
                except Exception as error:  # noqa: BLE001 - one article must not keep the others from coming out
                    detail = f"$: {type(error).__name__}: {error}"
                    return Rejection(reason=RejectReason.INTERNAL_ERROR, detail=detail[:1_000])

    return annotation_of


def _read(line: Line, settings: Settings) -> Any:
    if line.is_cut_off:
        detail = f"$: expected at most {MAX_ARTICLE_BYTES:,} bytes, got {line.size:,}"
        return Rejection(reason=RejectReason.TOO_LARGE, detail=detail)
    record = RawRecord(key=None, value=line.value, timestamp=datetime.now(UTC))
    return read(record, holds_embargoes=settings.embargo is Embargo.HOLD)


def _print_dead_letter(rejection: Rejection, line: Line, name: str) -> None:
    letter = {"reason": rejection.reason, "detail": rejection.detail, "file": name, "line": line.number}
    text = encode(letter).decode()
    if err.is_terminal:
        err.print(text, markup=False, soft_wrap=True)  # the bar, if there is one, stays below
    else:
        print(text, file=sys.stderr, flush=True)  # noqa: T201  a line of JSON for programs, as it is
