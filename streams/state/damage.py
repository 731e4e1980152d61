"""Files of a store that are damaged or can't be read or written: which of these it is, and what to do.

RocksDB verifies the checksum of every block that it reads, so damage is noticed when it is read. This module and
`streams.state.stores` handle three cases that RocksDB and rocksdict do not:

* An iterator ends at a damaged block as it does behind the last row; only its status tells the two apart.
* A record at the end of the manifest whose length is damaged looks like one that was cut short, and is left out
  silently: files that it names are then missing, while newer writes are still in the log.
* A compaction that meets a damaged block meets it again at every start. So a damaged directory is marked, and its files
  are deleted when it is opened next: everything in them is in the changelog.
"""

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_MARK: Final = "DAMAGED"
_BLOCK_BYTES: Final = 32_768  # of a manifest: no record goes beyond one, a longer one is cut into several
_HEADER_BYTES: Final = 7  # checksum, length and kind of a record
_REMEDIES: Final[dict[int, str]] = {
    errno.ENOSPC: "free some space, or name a directory elsewhere with --data-dir or NEWSTAPE_DATA_DIR",
    errno.EDQUOT: "raise the quota, or name a directory elsewhere with --data-dir or NEWSTAPE_DATA_DIR",
    errno.EFBIG: "raise the limit on the size of a file (ulimit -f)",
    errno.EACCES: "give it to the user that runs the worker, or name another with --data-dir or NEWSTAPE_DATA_DIR",
    errno.EPERM: "give it to the user that runs the worker, or name another with --data-dir or NEWSTAPE_DATA_DIR",
    errno.EROFS: "name a directory that can be written with --data-dir or NEWSTAPE_DATA_DIR",
    errno.EEXIST: "name a directory with --data-dir or NEWSTAPE_DATA_DIR",
    errno.ENOTDIR: "name a directory with --data-dir or NEWSTAPE_DATA_DIR",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENFILE: "raise the machine's limit on open files",
    errno.ENOMEM: "give the worker more memory",
}
"""By error number: what to do where files are intact but can't be read or written."""


class StateError(RuntimeError):
    """This release can't read or use the state; the message names it and says what to do."""


class StoreError(StateError):
    """The files of a store can't be read or written: the fault is in the store, not in the record being read."""


class DamagedError(StoreError):
    """The files of one partition are not what was written to them."""

    def __init__(self, path: Path, why: object) -> None:
        super().__init__(f"{path} is damaged ({why}); the next start builds it anew from its changelog")
        self.path = path


def fault_of(path: Path, error: Exception) -> StoreError:
    """The fault in the files under a path that an error of RocksDB reports; damaged files are also marked."""
    said = str(error)
    if f"{path / 'LOCK'}:" in said:
        return StoreError(
            f"{path} is in use by another worker; give every worker a directory of its own with "
            "--data-dir or NEWSTAPE_DATA_DIR, and see that none is stopped half-way (kill -CONT)"
        )
    if isinstance(error, OSError):
        return cannot_be_used(path, error)
    for code in _REMEDIES:
        if os.strerror(code) in said:
            return cannot_be_used(path, OSError(code, os.strerror(code)))
    mark(path)
    return DamagedError(path, said)


def cannot_be_used(path: Path, error: OSError) -> StoreError:
    """Why there can be no files under a path, and what to do about it."""
    remedy = _REMEDIES.get(error.errno or 0, "name another with --data-dir or NEWSTAPE_DATA_DIR")
    return StoreError(f"{path} can't be used ({error.strerror}): {remedy}")


def mark(path: Path) -> None:
    """Mark these files, so that the next start deletes them; without effect if the directory can't be written."""
    with suppress(OSError):
        (path / _MARK).touch()


def seen_damage(path: Path) -> str:
    """What RocksDB does not notice when it opens these files: a mark, or a manifest that is not whole records.

    Empty where there is no damage. Call it before RocksDB opens the files, which writes a new manifest, and act on it
    afterwards: until RocksDB has locked the files, they may belong to another worker.
    """
    if (path / _MARK).exists():
        return "as was found when it was last read"
    try:
        current = (path / "CURRENT").read_bytes()
    except FileNotFoundError:
        return ""  # RocksDB begins anew
    manifests = sorted(path.glob("MANIFEST-*"), key=lambda manifest: (len(manifest.name), manifest.name))
    if not manifests or current != manifests[-1].name.encode() + b"\n":
        return f"CURRENT names {current!r}, which is not the newest manifest"
    return "" if _is_whole(manifests[-1].read_bytes()) else f"a record of {manifests[-1].name} is not whole"


def _is_whole(manifest: bytes) -> bool:
    """Whether its last record ends where the file ends; RocksDB verifies the content of the records."""
    at = 0
    while at < len(manifest):
        left = _BLOCK_BYTES - at % _BLOCK_BYTES
        length = _HEADER_BYTES + int.from_bytes(manifest[at + 4 : at + 6], "little")
        if left < _HEADER_BYTES:
            length = left
        if length > left:
            return False
        at += length
    return at == len(manifest)
