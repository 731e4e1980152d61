"""A child process that does not outlive this program, however the program ends.

Beside the child runs a small shell that holds one end of a pipe. When the other end closes without a word, this program
is gone, killed perhaps, and the shell ends the child and removes what is to be removed. It works on every POSIX system,
and whichever thread started the child (Linux's PR_SET_PDEATHSIG fires when the starting *thread* ends). Child and shell
have sessions of their own, so that Ctrl-C in the terminal reaches neither: this program decides. The child begins only
when the shell is there, so there is no moment in which it is not held.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# Waits for the word to begin; if the program is gone before, there is none, and nothing begins.
_CHILD: Final = 'read -r _ && exec "$@" </dev/null'

# $1: process group of the child; $2: signal to end it with; $3: directory to remove afterwards, or nothing.
_LEASH: Final = """
read -r _ && exit 0
kill -"$2" -"$1" 2>/dev/null
n=0
while kill -0 -"$1" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
kill -KILL -"$1" 2>/dev/null
[ -z "$3" ] || rm -rf -- "$3"
"""


class LeashedProcess:
    """A running child on its leash."""

    def __init__(self, command: Sequence[str], *, output: Path, remove: Path | None) -> None:
        """Start `command`, its output appended to the file `output`.

        If this program dies: with `remove` the child is killed and that directory removed; without, the child may end
        in good order (SIGTERM, killed after 10 s). A command that can't be run ends with status 126 or 127, as in
        a shell, and says so in its output.
        """
        with output.open("ab") as sink:
            self._child = subprocess.Popen(  # noqa: S603  our own script, the command is its arguments
                ["/bin/sh", "-c", _CHILD, "newstape-child", *command],
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        orders = [str(self._child.pid), "KILL" if remove else "TERM", str(remove or "")]
        self._leash = subprocess.Popen(  # noqa: S603  our own script, its values are arguments
            ["/bin/sh", "-c", _LEASH, "newstape-leash", *orders],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if self._child.stdin is not None:
            with contextlib.suppress(BrokenPipeError), self._child.stdin as begin:
                begin.write(b"\n")

    @property
    def pid(self) -> int:
        """Process id of the child, which is its process group too."""
        return self._child.pid

    def poll(self) -> int | None:
        """Exit status of the child, negative for a signal, null while it runs."""
        return self._child.poll()

    def end(self, how: signal.Signals, timeout_s: float) -> None:
        """Signal the child's group, wait, kill it after `timeout_s`; take off the leash. Ending twice does nothing."""
        for each in (how, signal.SIGKILL):
            if self._child.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._child.pid, each)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._child.wait(timeout_s)
        with contextlib.suppress(BrokenPipeError, ValueError):  # the leash is gone, or was taken off before
            self._leash.communicate(b"\n")
