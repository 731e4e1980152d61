"""demo stub."""

from streams.cli.options import with_settings
from streams.settings import Settings


@with_settings()
def demo(settings: Settings) -> None:
    """Demo."""
