"""Flags made from the settings: each has the name, type and meaning of its setting, and wins over its variable.

Values are passed on as they were typed, so that a wrong one gives the same message as in the environment: one that
names the variable. Secrets have no flag, since the arguments of a process are for all to see.
"""

import inspect
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Annotated, Any, Concatenate, Final, Literal, ParamSpec, get_args, get_origin

import typer
from pydantic import SecretStr

from streams.cli import logs
from streams.cli.terminal import CommandError, fail
from streams.settings import SECRETS, Settings, SettingsError, load

P = ParamSpec("P")

KAFKA: Final = ("kafka", "security_protocol", "ssl_cafile", "topic_prefix")
"""Settings of every command that talks to Kafka; credentials come from the environment."""

EXIT_SETTINGS: Final = 2
"""Exit status where a setting is wrong, the same as for a wrong flag."""


def with_settings(*names: str) -> Callable[[Callable[Concatenate[Settings, P], None]], Callable[P, None]]:
    """A command whose first argument is the settings in force, with a flag for each setting named.

    Faults that a user can put right end the command with their message and no traceback.
    """

    def decorate(command: Callable[Concatenate[Settings, P], None]) -> Callable[P, None]:
        @wraps(command)
        def run(*arguments: P.args, **options: P.kwargs) -> None:
            flags = {name: options.pop(name) for name in names}
            try:
                settings = load(**flags)
                configure_logs(settings)
                command(settings, *arguments, **options)
            except SettingsError as error:
                fail(str(error), status=EXIT_SETTINGS)
            except CommandError as error:
                fail(str(error), status=error.status)
            except _told_by_message() as error:
                fail(str(error))

        own = list(inspect.signature(command).parameters.values())[1:]
        run.__signature__ = inspect.Signature([*own, *map(_flag, names)])  # type: ignore[attr-defined] # typer reads it
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in own}
        return run

    return decorate


def _told_by_message() -> tuple[type[Exception], ...]:
    """Faults whose message says all. Their modules load Kafka's and HTTP's clients: they are imported to compare a
    fault with them, when there is one.
    """
    from streams.feeds.files import MappingError, UnknownFeedError  # noqa: PLC0415
    from streams.kafka.topics import TopicError  # noqa: PLC0415
    from streams.local.errors import LocalKafkaError  # noqa: PLC0415
    from streams.operate.jsonl import LinesError  # noqa: PLC0415
    from streams.operate.rest import RestError  # noqa: PLC0415

    return LinesError, LocalKafkaError, MappingError, TopicError, RestError, UnknownFeedError


def configure_logs(settings: Settings, **others: Any) -> None:
    """Logs under these settings, with nothing from libraries: a command says in its own words what went wrong."""
    secrets = [value.get_secret_value() for name in sorted(SECRETS) if (value := getattr(settings, name))]
    logs.configure(
        level=settings.log_level,
        style=settings.log_format,
        secrets=secrets,
        **{"libraries": "CRITICAL", **others},
    )


def _flag(name: str) -> inspect.Parameter:
    field = Settings.model_fields[name]
    if SecretStr in {field.annotation, *get_args(field.annotation)}:
        raise ValueError(f"{name} is a secret and gets no flag")
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[
            str | None,
            typer.Option(
                f"--{name.replace('_', '-')}",
                metavar="NUMBER" if field.annotation in (int, float) else "TEXT",
                help=f"{field.description}{_choices(field.annotation)}{_default(field.default)}",
                rich_help_panel="Settings",
            ),
        ],
    )


def _choices(kind: Any) -> str:
    if get_origin(kind) is Literal:
        words: tuple[str, ...] = get_args(kind)
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        words = tuple(word.value for word in kind)
    else:
        words = ("true", "false") if kind is bool else ()
    return f" One of {', '.join(words)}." if words else ""


def _default(value: Any) -> str:
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f" [dim]\\[default: {shown}][/]" if value not in (None, "", ()) else ""
