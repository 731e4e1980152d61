"""How far each rule has come and what it has told, in a small file that is put in place whole.

A rule's cursor is moved behind an event when the alert of it was taken, in the same file as what was told. Whatever
ends in between, the next start goes on at the cursor: of each rule the one alert that was under way may be sent again,
with the same key.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from streams.consume import Cursor
from streams.operate.replacing import replace_file

KEPT_TOLD: Final = 2_000
"""Events a rule that are remembered: of older ones corrections and retractions are not told any more."""

FORMAT: Final = 1


class StateError(OSError):
    """The state can't be read, written, or is another process's; the message names its file."""


class RuleState(msgspec.Struct, kw_only=True):
    """What is kept of one rule."""

    cursor: str
    """Where it goes on."""
    told: dict[str, dict[str, Any]] = {}
    """By event_id what was told last, the newest last."""
    delivered: int = 0
    """Alerts that were taken."""
    refused: int = 0
    """Alerts that were not, and are not sent again."""


class _File(msgspec.Struct, kw_only=True):
    format: int = FORMAT
    rules: dict[str, RuleState] = {}


class State:
    """The state of all rules, in a file."""

    def __init__(self, path: Path) -> None:
        """Read the file, if there is one. Raises StateError."""
        self.path = path
        self._is_changed = False
        try:
            file = msgspec.json.decode(path.read_bytes(), type=_File)
        except FileNotFoundError:
            file = _File()
        except OSError as error:
            raise StateError(f"{path} can't be read: {error.strerror}") from error
        except msgspec.MsgspecError as error:
            raise StateError(f"{path} is no state of newstape alert: {error}; name another with --state") from error
        if file.format != FORMAT:
            raise StateError(f"{path} is of format {file.format}, expected {FORMAT}: it is a newer newstape's")
        self._rules = file.rules

    def __contains__(self, rule: str) -> bool:
        return rule in self._rules

    def of(self, rule: str) -> RuleState:
        """What is kept of a rule that has begun."""
        return self._rules[rule]

    def begin(self, rule: str, cursor: Cursor) -> None:
        """Let a rule go on at a cursor; what it told is kept."""
        kept = self._rules.setdefault(rule, RuleState(cursor=""))
        kept.cursor = str(cursor)
        self._is_changed = True

    def told(self, rule: str, event_id: str) -> dict[str, Any] | None:
        """What the rule told last of an event."""
        return self._rules[rule].told.get(event_id)

    def keep(self, rule: str, event_id: str, told: Mapping[str, Any]) -> None:
        """Remember what was told; with that the alert counts as delivered."""
        kept = self._rules[rule]
        kept.told.pop(event_id, None)
        kept.told[event_id] = dict(told)
        kept.delivered += 1
        if len(kept.told) > KEPT_TOLD:
            del kept.told[next(iter(kept.told))]
        self._is_changed = True

    def refuse(self, rule: str) -> int:
        """Count an alert that was refused; how many that makes."""
        self._rules[rule].refused += 1
        self._is_changed = True
        return self._rules[rule].refused

    def pass_to(self, rule: str, cursor: str) -> None:
        """Move a rule's cursor."""
        if self._rules[rule].cursor != cursor:
            self._rules[rule].cursor = cursor
            self._is_changed = True

    def save(self) -> None:
        """Put the file in place, if something is new. Raises StateError."""
        if not self._is_changed:
            return
        try:
            replace_file(self.path, msgspec.json.encode(_File(rules=self._rules)))
        except OSError as error:
            raise StateError(f"{self.path} can't be written: {error.strerror}") from error
        self._is_changed = False


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of a state, so that no second process sends the same alerts. Raises StateError."""
    lock = path.with_name(f".{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise StateError(f"{lock} can't be written: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StateError(f"another `newstape alert` has {path}; end it, or name another with --state") from error
    finally:
        os.close(descriptor)
