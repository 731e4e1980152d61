"""Prepared data kept in a file, so that the next start need not prepare it again.

The file lies in the user's cache directory (`$XDG_CACHE_HOME/newstape`, else `~/.cache/newstape`). Its name contains
the key of what it was made from, and it begins with a digest of key and content. newstape works without it: a file that
is missing, damaged or of another key is written anew, and where none can be written, the data is prepared at every
start. A file is trusted only if nobody but this user and root could have written it.
"""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["cache_directory", "keep", "kept"]

_DIGEST_BYTES: Final = 32
_PREFIX: Final = "extraction-"
# The number of files that are kept: one user may have several registries, versions and Pythons.
_MOST_FILES: Final = 4
_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def cache_directory() -> Path | None:
    """Where this user's prepared files lie; None where the user has no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        parent = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return parent / "newstape"


def kept(directory: Path, key: str, *, anybodys: bool = False) -> bytes | None:
    """The content kept under a key; None where there is none that can be trusted, by whomever it may be written."""
    try:
        if not anybodys and not _is_ours(directory.stat()):
            return None
        with _path(directory, key).open("rb") as file:
            if not anybodys and not _is_ours(os.fstat(file.fileno())):
                return None
            digest, content = file.read(_DIGEST_BYTES), file.read()
    except OSError:
        return None
    return content if digest == _digest(key, content) else None


def keep(directory: Path, key: str, content: bytes) -> None:
    """Keep content under a key; where the file can't be written, nothing is kept.

    The file appears whole or not at all, so that several processes may write the same one at once.
    """
    with suppress(OSError):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(directory.stat()):
            return
        with tempfile.NamedTemporaryFile(prefix=_PREFIX, dir=directory, delete=False) as file:
            unfinished = Path(file.name)
            try:
                file.write(_digest(key, content))
                file.write(content)
                file.flush()
                unfinished.replace(_path(directory, key))
            except BaseException:
                unfinished.unlink()
                raise
        _remove_oldest(directory)


def _path(directory: Path, key: str) -> Path:
    return directory / f"{_PREFIX}{key}.msgpack"


def _digest(key: str, content: bytes) -> bytes:
    digest = hashlib.blake2b(key.encode(), digest_size=_DIGEST_BYTES)
    digest.update(content)
    return digest.digest()


def _is_ours(status: os.stat_result) -> bool:
    return status.st_uid in (os.geteuid(), 0) and not status.st_mode & _OTHERS_MAY_WRITE


def _remove_oldest(directory: Path) -> None:
    """Delete all but the files written last. Unfinished files of a killed process are deleted in their turn."""
    written = sorted(directory.glob(f"{_PREFIX}*"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in written[_MOST_FILES:]:
        path.unlink(missing_ok=True)
