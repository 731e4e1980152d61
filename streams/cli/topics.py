"""`newstape topics`: the catalogue against the cluster."""

import asyncio
from typing import Annotated, Any

import typer
from rich.markup import escape

from streams.cli.options import KAFKA, with_settings
from streams.cli.terminal import err, out, plain_table, say
from streams.kafka.topics import DAY_MS, Finding, Topic, bring_up
from streams.settings import Settings


@with_settings(*KAFKA, "app_id", "partitions", "replication")
def topics(
    settings: Settings,
    *,
    create: Annotated[bool, typer.Option("--create", help="Create the topics that are missing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """Check the topics against the catalogue, or create them. Exit status 1 if one is missing or wrong."""
    findings = asyncio.run(bring_up(settings, create=create))
    if as_json:
        out.print_json(data=[_as_json(finding) for finding in findings])
    else:
        _print_table(findings)
    faults: dict[str, list[str]] = {}
    for finding in findings:
        for fault in finding.faults:
            faults.setdefault(fault, []).append(finding.topic.name)
    for fault, names in faults.items():
        say(f"[bold red]{escape(', '.join(names))}:[/] {escape(fault)}")
    if faults:
        raise typer.Exit(1)
    created = sum(finding.created for finding in findings)
    err.print(f"{len(findings)} topics as they should be" + (f", {created} created just now" if created else ""))


def _print_table(findings: list[Finding]) -> None:
    table = plain_table("topic", "state", "partitions", "keyed by", "kept", "holds")
    table.columns[2].justify = "right"
    for column in table.columns[:-1]:
        column.no_wrap = True
    for finding in findings:
        topic = finding.topic
        table.add_row(
            f"[bold]{escape(topic.name)}[/]",
            _state(finding),
            "" if finding.partitions is None else str(finding.partitions),
            topic.key.name.lower(),
            _kept(topic),
            escape(topic.description),
        )
    out.print(table)


def _kept(topic: Topic) -> str:
    if topic.compacted:
        return "newest"
    return "for ever" if topic.retention_ms < 0 else f"{topic.retention_ms // DAY_MS} days"


def _state(finding: Finding) -> str:
    if finding.partitions is None:
        return "[red]missing[/]"
    if finding.faults:
        return "[red]wrong[/]"
    return "[green]created[/]" if finding.created else "[green]ok[/]"


def _as_json(finding: Finding) -> dict[str, Any]:
    topic = finding.topic
    return {
        "name": topic.name,
        "key": topic.key.value,
        "value": None if topic.value is None else topic.value.__name__,
        "partitions": finding.partitions,
        "config": topic.config(),
        "description": topic.description,
        "created": finding.created,
        "faults": list(finding.faults),
    }
