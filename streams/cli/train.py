"""`newstape train`: weights learned anew, for those who change features, lexicon or prose."""

from pathlib import Path
from typing import Annotated, Final

import typer

from streams.cli.options import with_settings
from streams.cli.terminal import CommandError, err, out, require_installed
from streams.settings import Settings

_SENTFIN: Final = Path("../shared/data/sentfin/SEntFiN.csv")

_LABELS: Final = [Path("../shared/data/real_prose/events.jsonl")]
_WRITTEN: Final = [Path("tests/accuracy/events/develop.jsonl"), Path("tests/accuracy/events/later.jsonl")]

train = typer.Typer(no_args_is_help=True, help="Train weights anew; needs the extra `train` (scikit-learn).")


@with_settings()
def sentiment(
    _settings: Settings,
    *,
    sentfin: Annotated[Path, typer.Option(help="The headlines of SEntFiN 1.0.")] = _SENTFIN,
    folder: Annotated[
        Path | None,
        typer.Option(
            help="Where lexicon.tsv and prose.txt lie and weights.tsv goes.", show_default="the weights in use"
        ),
    ] = None,
) -> None:
    """Train the sentiment weights; takes about a minute, and the same input gives the same bytes.

    Learns from the headlines but for a tenth kept for testing, from the same headlines joined in pairs, and from
    prose.txt. `python -m tests.accuracy.sentiment.measure` measures what came out.
    """
    require_installed("sklearn", extra="train", what="training")
    from streams.data.sentiment import LEXICON_FILE, SHIPPED  # noqa: PLC0415  loads numpy
    from streams.train.sentiment import PROSE_FILE, train  # noqa: PLC0415  loads scikit-learn

    home = folder or SHIPPED
    for path in (sentfin, home / LEXICON_FILE, home / PROSE_FILE):
        if not path.is_file():
            raise CommandError(f"{path} can't be read: no such file; --sentfin and --folder name the places")
    with err.status("training, about a minute"):
        try:
            told = train(sentfin, home)
        except (ValueError, KeyError) as error:  # a SentimentDataError is a ValueError
            raise CommandError(f"{sentfin} or the files in {home} are of another form: {error}") from error
    out.print(told)


@with_settings()
def events(
    settings: Settings,
    *,
    labels: Annotated[list[Path], typer.Option(help="Labelled passages of real news.")] = _LABELS,
    written: Annotated[
        list[Path], typer.Option(help="Labelled passages that were written for training; they count half.")
    ] = _WRITTEN,
    weights: Annotated[
        Path | None, typer.Option(help="Where the weights go.", show_default="the weights in use")
    ] = None,
) -> None:
    """Train the weights that score sentences by type of event; takes about a minute.

    Learns from passages with labels, one a line as CONTRIBUTING.md says, but for the frozen quarter, and tells the
    figures of a cross-validation over documents. The same input gives the same bytes.
    """
    require_installed("sklearn", extra="train", what="training")
    from streams.data.event_weights import SHIPPED  # noqa: PLC0415
    from streams.train.events import train, unscored  # noqa: PLC0415  loads scikit-learn

    for path in (*labels, *written):
        if not path.is_file():
            raise CommandError(f"{path} can't be read: no such file; --labels and --written name the places")
    try:
        for line in train(labels, written, unscored(settings.registry), weights or SHIPPED):
            out.print(line)
    except (ValueError, KeyError) as error:
        raise CommandError(f"the labels are of another form: {error}") from error


train.command(
    epilog="[dim]Examples[/]\n\n  newstape train sentiment --sentfin SEntFiN.csv\n\n"
    "  newstape train sentiment --folder my-weights"
)(sentiment)
train.command(epilog="[dim]Examples[/]\n\n  newstape train events --labels passages.jsonl")(events)


@train.callback()
def _group() -> None:
    """Keeps the weights apart: each has a command of its own."""
