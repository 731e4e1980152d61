"""`newstape alert`: rules over market events, with webhooks and commands that are told what they find."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, aclosing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import orjson
import typer
from rich.markup import escape

from streams.alerts.alerting import Alerting, cursor_at
from streams.alerts.files import AlertRuleError, address_of, read_rules, secret_of
from streams.alerts.matching import About, Known, alert_of
from streams.alerts.rules import Rule
from streams.alerts.sending import Hook, Program, Target
from streams.alerts.state import State, StateError, alone
from streams.alerts.unusual import Unusual
from streams.cli.extraction import registry_of
from streams.cli.options import EXIT_SETTINGS, KAFKA, with_settings
from streams.cli.terminal import CommandError, say
from streams.consume import CursorError, events
from streams.operate.bounds import BEGINNING, END, Bound, BoundError, bound
from streams.operate.rest import Rest
from streams.settings import Settings


@with_settings(*KAFKA, "registry", "web_host", "web_port", "web_url")
def alert(
    settings: Settings,
    file: Annotated[Path, typer.Argument(metavar="RULES.toml", help="A file of rules.")],
    *,
    check: Annotated[bool, typer.Option("--check", help="Check the file, list its rules, and end.")] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print what would be sent of what there is, one JSON a line; send nothing."),
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Send what there is now, and end.")] = False,
    since: Annotated[
        str | None,
        typer.Option(
            help="Begin here, as 24h, 2026-11-20T06:30:00Z or beginning; what was told is not told again.",
            show_default="where each rule stopped, now for new ones; with --dry-run the beginning",
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            help="File that remembers how far each rule has come, and what it told.",
            show_default="RULES.state.json beside the rules",
        ),
    ] = None,
) -> None:
    """Send an alert for every market event that one of your rules finds, until Ctrl-C.

    An alert is posted to a webhook, signed, or given to a command as JSON. Each is sent once: what was told is kept in
    a file, and only one that was under way when the process was killed may be sent again, with the same key. What
    becomes of an event later, corrected or retracted, is told to whom it was told to. The README has how rules are
    written.
    """
    found = _rules(file)
    if check:
        for rule in found:
            say(f"[bold]{rule.name}[/]: {escape(_target_in_words(rule))}")
        say(f"{len(found)} rules, as they should be")
        return
    at = _bound(since)
    about = _about(settings, found)
    try:
        if dry_run:
            asyncio.run(_print(settings, found, about, at or BEGINNING))
            return
        path = state or file.with_suffix(".state.json")
        with alone(path):
            asyncio.run(_alert(settings, found, file.parent, about, State(path), at, follow=not once))
    except (StateError, BoundError) as error:
        raise CommandError(str(error)) from error
    except CursorError as error:
        raise CommandError(f"{error}; --since says where to go on") from error


def _rules(path: Path) -> tuple[Rule, ...]:
    try:
        return read_rules(path)
    except AlertRuleError as error:
        raise CommandError(str(error), status=EXIT_SETTINGS) from error


def _bound(since: str | None) -> Bound | None:
    if since is None:
        return None
    try:
        at = bound(since, now=datetime.now(UTC))
    except BoundError as error:
        raise CommandError(f"--since: {error}", status=EXIT_SETTINGS) from error
    if at.offset is not None or at.offsets is not None:
        reason = "expected a time, an age, beginning or end: events are in three topics"
        raise CommandError(f"--since: {since!r}: {reason}", status=EXIT_SETTINGS)
    return at


def _target_in_words(rule: Rule) -> str:
    if rule.webhook is None:
        return " ".join(rule.command)
    hook = rule.webhook
    signed = "signed" if hook.secret_env or hook.secret_file else "not signed"
    return f"POST {hook.url or f'to the address in {hook.url_env}'}, {signed}"


def _about(settings: Settings, rules: Sequence[Rule]) -> About:
    """What the registry knows of subjects; it is loaded only where a rule asks for that."""
    if not any(rule.when.family or rule.when.country or rule.when.region for rule in rules):
        return lambda _: Known()
    entities = registry_of(settings).entities

    @cache
    def known(identity: str | None) -> Known:
        entity = entities.get(identity) if identity else None
        return Known() if entity is None else Known(family=entity.family, country=entity.country)

    return known


async def _alert(
    settings: Settings,
    rules: Sequence[Rule],
    folder: Path,
    about: About,
    state: State,
    at: Bound | None,
    *,
    follow: bool,
) -> None:
    new = [rule.name for rule in rules if at is not None or rule.name not in state]
    if new:
        cursor = await cursor_at(settings, at or END)
        for name in new:
            state.begin(name, cursor)
        state.save()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        worker = await stack.enter_async_context(Rest(settings.views_url, settings.web_token))
        targets = [(rule, _target(rule, session, folder)) for rule in rules]
        say(f"{len(rules)} rules at work, their state in {escape(str(state.path))}; Ctrl-C ends")
        alerting = Alerting(settings, targets, state, about=about, is_unusual=Unusual(worker).of)
        await alerting.run(stop, follow=follow)
    for rule in rules:
        kept = state.of(rule.name)
        say(f"{rule.name}: {kept.delivered:,} sent, {kept.refused:,} refused, since it began")


def _target(rule: Rule, session: aiohttp.ClientSession, folder: Path) -> Target:
    hook = rule.webhook
    if hook is None:
        return Program(arguments=rule.command, timeout_s=rule.command_timeout_s)
    return Hook(session=session, url=address_of(hook), secret=secret_of(hook, folder), timeout_s=hook.timeout_s)


async def _print(settings: Settings, rules: Sequence[Rule], about: About, at: Bound) -> None:
    """What the rules would send of the events that there are; what is unusual is not asked."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    after = await cursor_at(settings, at)
    async with aclosing(events(settings, after=after, follow=False)) as found:
        async for event, _ in found:
            for rule in rules:
                place = (rule.name, event.event_id)
                if (would := alert_of(rule, event, told.get(place), about)) is None:
                    continue
                told[place] = would.told()
                line = {
                    "to": _target_in_words(rule),
                    "if_unusual": rule.when.unusual,
                    "alert": orjson.Fragment(would.body()),
                }
                sys.stdout.write(orjson.dumps(line).decode() + "\n")
