"""The feeds under the settings, and the one that a flag names."""

from pathlib import Path
from typing import Any, Final

import typer

from streams.cli.options import EXIT_SETTINGS
from streams.cli.terminal import CommandError
from streams.feeds import NATIVE, Feeds
from streams.feeds.files import UnknownFeedError, load_feeds, read_mapping
from streams.feeds.mapping import Mapping
from streams.settings import Settings

AS: Final[Any] = typer.Option(
    "--as",
    metavar="FEED",
    help="Read the files as this feed's (`newstape feed list`), or by a mapping file of your own; "
    "NEWSTAPE_FEED if not given.",
)
"""The flag that names a feed."""


def known_feeds(settings: Settings) -> Feeds:
    """The shipped feeds and yours. Raises MappingError; CommandError where NEWSTAPE_FEED names none of them."""
    try:
        return load_feeds(settings.mappings, settings.feed)
    except UnknownFeedError as error:
        raise CommandError(f"NEWSTAPE_FEED: {error}", status=EXIT_SETTINGS) from error


def named_feed(name: str, feeds: Feeds) -> tuple[str, Mapping | None]:
    """The feed of this name, or of this mapping file; no mapping for newstape's own forms.

    Raises MappingError; CommandError where there is none.
    """
    if name.endswith(".toml"):
        path = Path(name)
        return path.stem, read_mapping(path)
    if name == NATIVE:
        return name, None
    if name not in feeds.mappings:
        raise CommandError(str(UnknownFeedError(name, feeds.names)), status=EXIT_SETTINGS)
    return name, feeds.mappings[name]
