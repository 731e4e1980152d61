"""The jars of Apache Kafka: which ones, where they come from, where they are kept.

- `kafka-jars.lock` names every jar with its SHA-256. Nothing else is ever put on the class path, whatever repository
  it came from. `python -m streams.local.relock VERSION` writes the file anew; Kafka's version is the one named in it.
- jgo fetches them. They come into a `.part` directory, kept between attempts, and one rename makes the finished one. So
  a directory that exists is whole, a second start touches no network, and an attempt cut short does no harm.
- One process fetches at a time (a lock on the cache); the others wait and then find the jars there.
- Where from: `NEWSTAPE_MAVEN_URL`, a Maven repository; if it is not set, the mirror of `central` in
  `~/.m2/settings.xml` or else the repository that jgo takes by default, and then the `[repositories]` of jgo's own
  config file. `HTTPS_PROXY`, `REQUESTS_CA_BUNDLE` and `~/.netrc` are honoured.
- Where to: `NEWSTAPE_CACHE_DIR`, else `newstape` in `XDG_CACHE_HOME`, else `~/.cache/newstape`. To carry the jars to a
  machine with no network, copy that directory.
"""

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from streams.local.errors import ExtraMissingError, JarsUnavailableError
from streams.local.progress import OnProgress, Progress, Step

if TYPE_CHECKING:
    from jgo.maven import MavenContext

# Six connections fill a home line with files of about 1 MB; more would be rude to the repository.
_CONNECTIONS: Final = 6

# A repository that fails once often answers the next time.
_ATTEMPTS: Final = 3

_HTTP_TIMEOUT_S: Final = 30

_LOCK_LINE: Final = re.compile(r"(?P<group>\S+):(?P<artifact>\S+):(?P<version>\S+) (?P<sha256>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One jar of the lock file."""

    group: str
    """Maven group id."""
    artifact: str
    """Maven artifact id."""
    version: str
    """Version."""
    sha256: str
    """SHA-256 of the file, hexadecimal."""

    @property
    def coordinate(self) -> str:
        """`group:artifact:version`."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def filename(self) -> str:
        """Name of the file, in the repository and in the cache."""
        return f"{self.artifact}-{self.version}.jar"


def parse_lock(text: str) -> tuple[Jar, ...]:
    """The jars in the text of a lock file: one `group:artifact:version sha256` a line, `#` opens a comment line.

    Raises ValueError naming the line.
    """
    jars = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        match = _LOCK_LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"line {number}: expected group:artifact:version sha256, got {line!r}")
        jars.append(Jar(**match.groupdict()))
    return tuple(jars)


def locked_jars() -> tuple[Jar, ...]:
    """The jars that make up the local Kafka."""
    return parse_lock(files("streams.local").joinpath("kafka-jars.lock").read_text(encoding="utf-8"))


def kafka_version(jars: Iterable[Jar]) -> str:
    """The version of Kafka that the jars make up."""
    return next(jar.version for jar in jars if jar.artifact == "kafka_2.13")


def cache_dir(env: Mapping[str, str] = os.environ) -> Path:
    """Where newstape keeps what it has fetched for this user."""
    own = env.get("NEWSTAPE_CACHE_DIR")
    if own:
        return Path(own).expanduser()
    xdg = env.get("XDG_CACHE_HOME")
    return (Path(xdg) if xdg else Path.home() / ".cache") / "newstape"


def repositories(env: Mapping[str, str] = os.environ, home: Path | None = None) -> dict[str, str]:
    """Maven repositories, name to URL, in the order to ask them. Raises ExtraMissingError, JarsUnavailableError."""
    try:
        from jgo.config import GlobalSettings  # noqa: PLC0415  an optional extra: needed only to fetch
        from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415
    except ImportError as error:
        raise ExtraMissingError("jgo") from error
    own = env.get("NEWSTAPE_MAVEN_URL")
    if own:
        return {"newstape": own.rstrip("/")}
    central = _mirror_of_central((home or Path.home()) / ".m2" / "settings.xml") or MAVEN_CENTRAL_URL
    return {"central": central} | GlobalSettings.load().repositories


def _mirror_of_central(settings: Path) -> str | None:
    """The URL of the first mirror of `central` in Maven settings (see Maven's guide to mirror settings)."""
    if not settings.exists():
        return None
    try:
        root = ET.parse(settings).getroot()  # noqa: S314  the user's own file
    except ET.ParseError as error:
        raise JarsUnavailableError(f"{settings} is not XML ({error}): correct it, or set NEWSTAPE_MAVEN_URL") from error
    for mirror in root.iterfind("{*}mirrors/{*}mirror"):
        scope = {part.strip() for part in (mirror.findtext("{*}mirrorOf") or "").split(",")}
        url = (mirror.findtext("{*}url") or "").strip()
        if url and scope & {"central", "*", "external:*"} and "!central" not in scope:
            return url.rstrip("/")
    return None


def fetch_jars(
    jars: tuple[Jar, ...],
    *,
    cache: Path,
    on_progress: OnProgress,
    check: Callable[[], None],
    env: Mapping[str, str] = os.environ,
) -> Path:
    """The directory that holds exactly `jars`, fetched if the cache doesn't have them.

    `check` is called between jars and may raise to give up. Raises JarsUnavailableError, ExtraMissingError.
    """
    digest = hashlib.sha256("".join(jar.sha256 for jar in jars).encode()).hexdigest()[:12]
    finished = cache / f"kafka-{kafka_version(jars)}-{digest}"
    if _holds(finished, jars):
        return finished
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _only_fetcher(cache, on_progress, check):
            if not _holds(finished, jars):
                _fetch_into(finished, jars, on_progress, check, repositories(env))
    except OSError as error:
        raise JarsUnavailableError(
            f"the jars of Kafka could not be kept in {cache} ({error}): make room there, or set NEWSTAPE_CACHE_DIR"
        ) from error
    return finished


def _holds(directory: Path, jars: tuple[Jar, ...]) -> bool:
    return all((directory / jar.filename).is_file() for jar in jars)


@contextmanager
def _only_fetcher(cache: Path, on_progress: OnProgress, check: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of the cache; the system releases it when this process ends, however it ends."""
    with (cache / "fetch.lock").open("w") as lock:
        told = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    on_progress(Progress(step=Step.FETCHING, message="Waiting for another process to fetch Kafka"))
                    told = True
                check()
                time.sleep(0.1)
        yield


def _fetch_into(
    finished: Path, jars: tuple[Jar, ...], on_progress: OnProgress, check: Callable[[], None], remotes: dict[str, str]
) -> None:
    from jgo.maven import MavenContext  # noqa: PLC0415  an optional extra: needed only to fetch

    part = finished.with_suffix(".part")
    context = MavenContext(repo_cache=part / "maven", remote_repos=remotes, timeout=_HTTP_TIMEOUT_S)
    staged = part / "jars"
    staged.mkdir(parents=True, exist_ok=True)
    what = f"Fetching Apache Kafka {kafka_version(jars)}"
    on_progress(Progress(step=Step.FETCHING, message=what, done=0, total=len(jars)))
    pool = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="kafka-jars")
    try:
        waiting = [pool.submit(_fetch, jar, context, staged) for jar in jars if not (staged / jar.filename).exists()]
        before = len(jars) - len(waiting)
        for done, fetched in enumerate(as_completed(waiting), start=before + 1):
            fetched.result()
            on_progress(Progress(step=Step.FETCHING, message=what, done=done, total=len(jars)))
            check()
    finally:
        pool.shutdown(cancel_futures=True)
    if finished.exists():  # someone removed jars from it
        shutil.rmtree(finished)
    staged.rename(finished)
    shutil.rmtree(part)


def _fetch(jar: Jar, context: "MavenContext", staged: Path) -> None:
    """Bring one jar to `staged`; there only if its checksum is right."""
    import requests  # noqa: PLC0415  comes with jgo, an optional extra

    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    fault = ""
    for attempt in range(_ATTEMPTS):
        time.sleep(attempt * 0.5)
        try:
            path = artifact.resolve()
        except (requests.RequestException, RuntimeError) as error:  # jgo's word for "no repository has it"
            fault = str(error)
        else:
            if hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256:
                path.rename(staged / jar.filename)
                return
            fault = "its SHA-256 is not the one in kafka-jars.lock"
        if artifact.cached_path is not None:
            artifact.cached_path.unlink(missing_ok=True)  # cut short, perhaps, and would be taken for whole
    raise JarsUnavailableError(
        f"{jar.coordinate} could not be fetched ({fault}). The jars of Kafka, 45 MB, are fetched once: connect this "
        "machine, or set HTTPS_PROXY, or set NEWSTAPE_MAVEN_URL to a Maven repository within reach, or copy "
        f"{cache_dir()} from a machine that has them"
    )
