"""Fetching the jars: from a small Maven repository on this machine, with jgo, into a temporary cache."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from streams.local.errors import JarsUnavailableError
from streams.local.jars import Jar, cache_dir, fetch_jars, kafka_version, locked_jars, parse_lock, repositories
from streams.local.progress import Progress

pytest.importorskip("jgo")

CONTENT = {"kafka_2.13": b"the broker", "kafka-clients": b"the clients"}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name in the base class
        """Say nothing on standard error."""


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A Maven repository with two small jars: its directory, and the environment that points at it."""
    root = tmp_path / "repository"
    for artifact, content in CONTENT.items():
        place = root / "org" / "apache" / "kafka" / artifact / "4.0.0"
        place.mkdir(parents=True)
        (place / f"{artifact}-4.0.0.jar").write_bytes(content)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield root, {"NEWSTAPE_MAVEN_URL": f"http://127.0.0.1:{server.server_port}/"}
    server.shutdown()
    server.server_close()
    thread.join()


def _jars() -> tuple[Jar, ...]:
    return tuple(
        Jar(group="org.apache.kafka", artifact=name, version="4.0.0", sha256=hashlib.sha256(content).hexdigest())
        for name, content in CONTENT.items()
    )


def _fetch(cache: Path, env: dict[str, str], reports: list[Progress] | None = None) -> Path:
    report = (reports if reports is not None else []).append
    return fetch_jars(_jars(), cache=cache, on_progress=report, check=lambda: None, env=env)


def test_jars_are_fetched_once(tmp_path: Path, repository: tuple[Path, dict[str, str]]) -> None:
    """The second time they are found in the cache although no repository can be reached."""
    reports: list[Progress] = []
    place = _fetch(tmp_path / "cache", repository[1], reports)
    assert {path.name: path.read_bytes() for path in place.iterdir()} == {
        f"{name}-4.0.0.jar": content for name, content in CONTENT.items()
    }
    assert [(report.done, report.total) for report in reports] == [(0, 2), (1, 2), (2, 2)]
    assert _fetch(tmp_path / "cache", {"NEWSTAPE_MAVEN_URL": "http://127.0.0.1:1"}, reports) == place
    assert len(reports) == 3


def test_nothing_else_stays_in_the_cache(tmp_path: Path, repository: tuple[Path, dict[str, str]]) -> None:
    """The directory of the download is gone when all is there."""
    place = _fetch(tmp_path / "cache", repository[1])
    assert sorted(path.name for path in place.parent.iterdir()) == sorted(["fetch.lock", place.name])


def test_a_jar_with_another_checksum_is_never_kept(tmp_path: Path, repository: tuple[Path, dict[str, str]]) -> None:
    """What the repository serves is not what the lock file names."""
    root, env = repository
    next(root.rglob("kafka-clients-4.0.0.jar")).write_bytes(b"something else")
    with pytest.raises(JarsUnavailableError, match=r"kafka-clients:4\.0\.0 .*SHA-256"):
        _fetch(tmp_path / "cache", env)
    assert not list((tmp_path / "cache").rglob("kafka-clients*.jar"))


def test_a_failed_fetch_is_taken_up_where_it_stopped(tmp_path: Path, repository: tuple[Path, dict[str, str]]) -> None:
    """After the jar that was missing has come, the whole is there; a file cut short in between does no harm."""
    root, env = repository
    jar = next(root.rglob("kafka-clients-4.0.0.jar"))
    jar.rename(tmp_path / "away")
    with pytest.raises(JarsUnavailableError, match=r"NEWSTAPE_MAVEN_URL"):
        _fetch(tmp_path / "cache", env)
    (tmp_path / "away").rename(jar)
    part = next((tmp_path / "cache").glob("*.part")) / "maven" / jar.relative_to(root)
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"cut sh")
    place = _fetch(tmp_path / "cache", env)
    assert (place / jar.name).read_bytes() == CONTENT["kafka-clients"]


def test_a_jar_that_was_removed_is_fetched_again(tmp_path: Path, repository: tuple[Path, dict[str, str]]) -> None:
    """Cleaners of caches take files one by one."""
    place = _fetch(tmp_path / "cache", repository[1])
    (place / "kafka-clients-4.0.0.jar").unlink()
    assert (_fetch(tmp_path / "cache", repository[1]) / "kafka-clients-4.0.0.jar").exists()


def test_two_at_a_time_share_one_fetch(tmp_path: Path, repository: tuple[Path, dict[str, str]]) -> None:
    """Both end with the same directory, and only one of them reports jars."""
    reports: list[list[Progress]] = [[], []]
    threads = [threading.Thread(target=_fetch, args=(tmp_path / "cache", repository[1], each)) for each in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = [sum(report.done is not None for report in each) for each in reports]
    assert sorted(counted) == [0, 3]


def test_no_network_says_what_to_do(tmp_path: Path) -> None:
    """The message names the jar and the variables that help."""
    with pytest.raises(JarsUnavailableError, match=r"org\.apache\.kafka:.*HTTPS_PROXY.*NEWSTAPE_MAVEN_URL"):
        _fetch(tmp_path / "cache", {"NEWSTAPE_MAVEN_URL": "http://127.0.0.1:1"})


def test_a_cache_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A file stands where the directory should be."""
    (tmp_path / "cache").write_text("")
    with pytest.raises(JarsUnavailableError, match="NEWSTAPE_CACHE_DIR"):
        _fetch(tmp_path / "cache", {})


def test_giving_up_stops_between_jars(tmp_path: Path, repository: tuple[Path, dict[str, str]]) -> None:
    """What `check` raises comes out, and nothing is taken for whole."""

    def give_up() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_jars(_jars(), cache=tmp_path / "cache", on_progress=print, check=give_up, env=repository[1])
    assert [path.suffix for path in (tmp_path / "cache").glob("kafka-*")] == [".part"]


@pytest.mark.parametrize(
    ("env", "place"),
    [
        ({"NEWSTAPE_CACHE_DIR": "/var/own", "XDG_CACHE_HOME": "/var/xdg"}, "/var/own"),
        ({"XDG_CACHE_HOME": "/var/xdg"}, "/var/xdg/newstape"),
        ({}, str(Path.home() / ".cache" / "newstape")),
    ],
)
def test_where_the_cache_is(env: dict[str, str], place: str) -> None:
    """Own variable, XDG's, the usual place."""
    assert cache_dir(env) == Path(place)


@pytest.mark.parametrize(
    ("scope", "is_used"),
    [
        ("central", True),
        ("*", True),
        ("external:*", True),
        ("*, !internal", True),
        ("*,!central", False),
        ("snapshots", False),
    ],
)
def test_the_mirror_in_maven_settings_is_used_for_central(tmp_path: Path, scope: str, is_used: bool) -> None:
    """Only if it stands for central."""
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").write_text(
        '<settings xmlns="http://maven.apache.org/SETTINGS/1.0.0"><mirrors><mirror><id>own</id>'
        f"<mirrorOf>{scope}</mirrorOf><url>http://mirror.invalid/maven/</url></mirror></mirrors></settings>"
    )
    assert (repositories({}, home=tmp_path)["central"] == "http://mirror.invalid/maven") is is_used


def test_maven_settings_that_are_no_xml_are_named(tmp_path: Path) -> None:
    """Better than going past a mirror that was meant."""
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").write_text("<settings>")
    with pytest.raises(JarsUnavailableError, match=r"settings\.xml is not XML"):
        repositories({}, home=tmp_path)


def test_the_lock_file_names_a_whole_kafka() -> None:
    """One version of all of Kafka's own jars, a logging back end, and no file name twice."""
    jars = locked_jars()
    assert {jar.version for jar in jars if jar.group == "org.apache.kafka"} == {kafka_version(jars)}
    assert {"kafka-clients", "kafka-server", "log4j-core", "log4j-slf4j-impl"} <= {jar.artifact for jar in jars}
    assert len({jar.filename for jar in jars}) == len(jars)


def test_a_bad_line_of_a_lock_file_is_named() -> None:
    """By its number and its text."""
    with pytest.raises(ValueError, match=r"line 2: .*nonsense"):
        parse_lock("# comment\nnonsense\n")
