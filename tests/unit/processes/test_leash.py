"""A leashed process ends when it is told to, and when the program that started it is gone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.processes.leash import LeashedProcess

# Starts a leashed child that holds a pipe open, and waits to be killed.
_PROGRAM = """
import sys, time
from pathlib import Path
from streams.processes.leash import LeashedProcess
place, pipe, mode = sys.argv[1:]
command = ["/bin/sh", "-c", 'exec sleep 600 >"$0"', pipe]
LeashedProcess(command, output=Path(place) / "out", remove=Path(place) if mode == "remove" else None)
time.sleep(600)
"""


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_end_ends_child_and_leash(tmp_path: Path) -> None:
    """The exit status tells the signal; ending again does nothing."""
    child = LeashedProcess(["sleep", "600"], output=tmp_path / "out", remove=tmp_path)
    assert child.poll() is None
    child.end(signal.SIGTERM, 10)
    assert child.poll() == -signal.SIGTERM
    child.end(signal.SIGTERM, 10)
    assert tmp_path.exists()


def test_a_child_that_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    """After the time it was given."""
    script = "trap '' TERM; echo ready; while :; do sleep 1; done"
    child = LeashedProcess(["/bin/sh", "-c", script], output=tmp_path / "out", remove=None)
    _wait_until(lambda: (tmp_path / "out").read_bytes() == b"ready\n")
    child.end(signal.SIGTERM, 0.2)
    assert child.poll() == -signal.SIGKILL


def test_output_goes_to_the_file(tmp_path: Path) -> None:
    """Both streams, after what is there."""
    (tmp_path / "out").write_text("before\n")
    child = LeashedProcess(["/bin/sh", "-c", "echo one; echo two >&2"], output=tmp_path / "out", remove=None)
    _wait_until(lambda: child.poll() is not None)
    child.end(signal.SIGKILL, 10)
    assert (tmp_path / "out").read_text() == "before\none\ntwo\n"


def test_a_command_that_cannot_be_run_says_so(tmp_path: Path) -> None:
    """With a shell's status, and its words in the output."""
    child = LeashedProcess([str(tmp_path / "nowhere")], output=tmp_path / "out", remove=None)
    _wait_until(lambda: child.poll() is not None)
    child.end(signal.SIGKILL, 10)
    assert child.poll() == 127
    assert "nowhere" in (tmp_path / "out").read_text()


@pytest.mark.parametrize("mode", ["remove", "keep"])
def test_the_child_ends_when_its_program_is_killed(tmp_path: Path, mode: str) -> None:
    """A killed program can't clean up: the leash does, and removes the directory only if it is to be removed."""
    place, pipe = tmp_path / "data", tmp_path / "pipe"
    place.mkdir()
    os.mkfifo(pipe)
    # The pipe opens when the child has opened its end, and is at its end when the child is gone.
    with subprocess.Popen([sys.executable, "-c", _PROGRAM, place, pipe, mode]) as program, pipe.open("rb") as held:
        program.kill()
        assert held.read() == b""
    _wait_until(lambda: mode == "keep" or not place.exists())
    assert place.exists() is (mode == "keep")
