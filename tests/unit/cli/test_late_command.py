"""The list of commands tells of each what the command itself says, and imports none."""

import subprocess
import sys

import pytest
import typer

from streams.cli import app
from streams.cli.late_command import LateCommand

COMMANDS = typer.main.get_group(app).commands


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_in_the_list_is_that_of_the_command(name: str) -> None:
    """The list has its own copy, since the command's module is not imported for it."""
    late = COMMANDS[name]
    assert isinstance(late, LateCommand)
    command = late.command()

    assert command.name == late.name == name
    paragraph = (command.help or "").partition("\n\n")[0]
    assert " ".join(paragraph.split()) == late.help


def test_help_loads_neither_kafka_nor_extraction_nor_settings() -> None:
    """`newstape --help` answers at once."""
    heavy = (
        "aiohttp",
        "aiokafka",
        "faust",
        "numpy",
        "pydantic",
        "structlog",
        "schemas",
        "streams.data",
        "streams.kafka",
    )
    code = f"""
import sys
from streams.cli import main
try:
    main(["--help"])
except SystemExit as ended:
    assert ended.code in (None, 0), ended
print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert "annotate" in found.stdout
    assert found.stderr.strip() == "[]"
