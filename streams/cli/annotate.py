"""`newstape annotate`: articles to annotations on this machine, with no Kafka."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from schemas import encode
from schemas.taxonomy import RejectReason
from streams.cli.extraction import extractor_of
from streams.cli.options import with_settings
from streams.cli.progress import file_progress
from streams.cli.terminal import err, say
from streams.intake import MAX_ARTICLE_BYTES, RawRecord, Rejection, Withdrawal, read
from streams.operate.jsonl import JsonLines, Line
from streams.settings import Settings


@with_settings("evidence", "registry")
def annotate(
    settings: Settings,
    file: Annotated[
        str, typer.Argument(metavar="[FILE|-]", help="JSON Lines, gzip welcome; - is standard input.")
    ] = "-",
) -> None:
    """Print what articles say, one JSON annotation a line; needs no Kafka.

    A line that is no article gives a JSON object with the reason on standard error, and exit status 1 at the end; the
    others still come out.
    """
    annotation_of = _annotator(settings)
    rejected = read_lines = 0
    with JsonLines(file) as lines, file_progress(lines, "annotating") as progress:
        for batch in lines.batches():
            for line in batch:
                read_lines += 1
                found = annotation_of(line)
                if isinstance(found, Rejection):
                    rejected += 1
                    _print_dead_letter(found, line, lines.name)
                else:
                    sys.stdout.buffer.write(found + b"\n")
            sys.stdout.buffer.flush()
            if progress is not None:
                progress.show(lines.read_bytes, f"{read_lines:,} lines")
    if rejected:
        if err.is_terminal:  # elsewhere standard error is JSON Lines and stays that
            say(f"[bold red]{rejected:,} of {read_lines:,} lines are no articles[/]; each is described above")
        raise typer.Exit(1)


def _annotator(settings: Settings) -> Any:
    """A function from a line to the bytes of its annotation, or to why there is none."""
    from streams.extract.annotate import annotate, withdrawal  # noqa: PLC0415  only this command and the worker need it

    extractor = extractor_of(settings)

    def annotation_of(line: Line) -> bytes | Rejection:
        match _read(line):
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


def _read(line: Line) -> Any:
    if line.is_cut_off:
        detail = f"$: expected at most {MAX_ARTICLE_BYTES:,} bytes, got {line.size:,}"
        return Rejection(reason=RejectReason.TOO_LARGE, detail=detail)
    return read(RawRecord(key=None, value=line.value, timestamp=datetime.now(UTC)))


def _print_dead_letter(rejection: Rejection, line: Line, name: str) -> None:
    letter = {"reason": rejection.reason, "detail": rejection.detail, "file": name, "line": line.number}
    text = encode(letter).decode()
    if err.is_terminal:
        err.print(text, markup=False, soft_wrap=True)  # the bar, if there is one, stays below
    else:
        print(text, file=sys.stderr, flush=True)  # noqa: T201  a line of JSON for programs, as it is
