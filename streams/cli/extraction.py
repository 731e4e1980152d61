"""The extractor under the settings, loaded when a command needs it: it takes a second or two."""

from typing import TYPE_CHECKING

from streams.cli.terminal import CommandError
from streams.settings import Evidence, Settings

if TYPE_CHECKING:
    from streams.data.registry import Registry
    from streams.extract.annotate import Extractor


def extractor_of(settings: Settings) -> "Extractor":
    """The extractor with newstape's data and your files. Raises CommandError where a file of yours is wrong."""
    from streams.data.entities import RegistryError  # noqa: PLC0415  commands that extract nothing need none of this
    from streams.data.event_rules import EventRuleError  # noqa: PLC0415
    from streams.engine import load_extractor  # noqa: PLC0415

    try:
        return load_extractor(
            settings.registry,
            rule_files=settings.rules,
            quotes=settings.evidence is Evidence.TEXT,
            language=settings.language,
            min_confidence=settings.min_confidence,
        )
    except (RegistryError, EventRuleError) as error:
        raise CommandError(str(error)) from error


def registry_of(settings: Settings) -> "Registry":
    """The registry with your files. Raises CommandError where one of them is wrong."""
    from streams.data.entities import RegistryError  # noqa: PLC0415
    from streams.data.event_rules import EventRuleError  # noqa: PLC0415
    from streams.engine import load_registry  # noqa: PLC0415

    try:
        return load_registry(settings.registry, rule_files=settings.rules)
    except (RegistryError, EventRuleError) as error:
        raise CommandError(str(error)) from error
