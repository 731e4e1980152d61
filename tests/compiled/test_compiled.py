"""The wheel with extraction compiled: made here once, without optimisation, in half a minute of CPU time."""

import json
import os
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas import encode
from tests.bench.forms import compare
from tests.fuzz.records import record

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "streams" / "demo" / "articles"
PASSAGES = [
    ROOT / "tests" / "accuracy" / path for path in ("events/develop.jsonl", "index_facts/develop.passages.jsonl")
]

# Other work may keep the processors busy.
pytestmark = pytest.mark.timeout(1_500)


def built(directory: Path, **variables: str) -> Path:
    """A directory with what a wheel holds that is built with these variables; skips the test where that can't be."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", directory / "wheel"]
    plain = {name: value for name, value in os.environ.items() if name not in {"NEWSTAPE_COMPILE", "NEWSTAPE_PREPARE"}}
    done = subprocess.run(command, cwd=ROOT, env={**plain, **variables}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (directory / "wheel").glob("newstape-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(directory / "installed")
    return directory / "installed"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the compiled form, which takes two to three minutes of the gate's fifteen."""
    if not os.environ.get("NEWSTAPE_TEST_COMPILED"):
        pytest.skip("it takes minutes: `make test-compiled` runs it")
    lacking = runpy.run_path(str(ROOT / "deploy" / "compiled.py"))["lacking"]()
    if lacking:
        pytest.skip(lacking)
    return built(tmp_path_factory.mktemp("compiled"), NEWSTAPE_COMPILE="1", MYPYC_OPT_LEVEL="0")


def run(
    form: Path, *arguments: str, code: str = "from streams.cli import main; main()", **environment: str
) -> tuple[int, bytes, str]:
    """Exit status, output and standard error of a program that imports newstape from this directory."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(form), **environment},
        cwd=form,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, broken ones too, labelled passages and sentences, and hostile records."""
    path = tmp_path_factory.mktemp("articles") / "articles.jsonl"
    path.write_bytes(b"\n".join(_lines()) + b"\n")
    return path


def _lines() -> Iterator[bytes]:
    for sample in ("sample.jsonl", "broken.jsonl"):
        yield from (SAMPLES / sample).read_bytes().splitlines()
    for number, line in enumerate(line for path in PASSAGES for line in path.read_text().splitlines()):
        passage = json.loads(line)
        text = passage.get("text") or passage.get("body") or ""
        yield encode({"uri": f"urn:passage:{number}", "published_at": "2026-11-20T06:30:00Z", "body": text})
    yield from (value for n in range(300) if (value := record(7, n).value) and b"\n" not in value)


def test_what_it_says_is_byte_for_byte_what_the_source_says(compiled: Path, articles: Path) -> None:
    """Annotations, and the reasons of what is no article."""
    status, output, errors = run(compiled, "annotate", str(articles))

    assert output.count(b"\n") > 500
    assert (status, output, errors) == run(ROOT, "annotate", str(articles))


def test_the_bench_compares_both_forms(compiled: Path, tmp_path: Path) -> None:
    """Over market reports and wire stories, of which both forms must say the same."""
    (wheel,) = (compiled.parent / "wheel").glob("*.whl")
    source, native = compare(wheel, tmp_path, turns=1)

    assert [timed.compiled for timed in (*source, *native)] == [False] * len(source) + [True] * len(source)
    assert [timed.digest for timed in source] == [timed.digest for timed in native]


def test_it_explains_as_the_source_does(compiled: Path) -> None:
    """`newstape explain` reads traces that the steps of extraction leave."""
    status, output, errors = run(compiled, "explain", str(SAMPLES / "sample.jsonl"), "--line", "3")

    assert status == 0, errors
    assert (status, output, errors) == run(ROOT, "explain", str(SAMPLES / "sample.jsonl"), "--line", "3")


def test_the_version_tells_which_form_runs(compiled: Path) -> None:
    """Where a user looks."""
    assert run(compiled, "--version")[1].endswith(b", compiled\n")
    assert not run(ROOT, "--version")[1].endswith(b", compiled\n")


def test_a_traceback_names_the_line_of_the_source(compiled: Path) -> None:
    """What a report of an internal error needs."""
    code = """
from streams.engine import load_extractor
from streams.extract.annotate import annotate
annotate("no article", None, load_extractor())
"""
    status, _, errors = run(compiled, code=code)

    assert status == 1
    source = (ROOT / "streams" / "extract" / "annotate.py").read_text().splitlines()
    (number,) = (
        int(line.rpartition("line ")[2].partition(",")[0])
        for line in errors.splitlines()
        if 'streams/extract/annotate.py", line' in line and line.endswith(" in annotate")
    )
    assert "_reference(article)" in source[number - 1]


def test_a_wheel_needs_no_compiler_unless_one_asks(tmp_path: Path) -> None:
    """Pure Python by default, and nothing compiled is left beside the sources."""
    form = built(tmp_path)

    assert (form / "streams" / "extract" / "annotate.py").exists()
    assert not [*form.rglob("*.so"), *(ROOT / "streams").rglob("*.so")]


def test_a_wheel_with_prepared_data_starts_the_first_time_as_quickly_as_later(tmp_path: Path) -> None:
    """Nothing is prepared again, and none is left in the user's cache; also where installed files are a group's."""
    form = built(tmp_path, NEWSTAPE_PREPARE="1")
    (prepared,) = (form / "streams" / "prepared").iterdir()
    prepared.chmod(0o664)
    cache = tmp_path / "cache"
    code = """
import streams.engine
del streams.engine.build_registry
print(streams.engine.load_registry().find("Nikkei 225")[0].entity)
"""
    status, output, errors = run(form, code=code, XDG_CACHE_HOME=str(cache))

    assert (status, output, errors) == (0, b"index:N225\n", "")
    assert not cache.exists()


def test_a_missing_compiler_is_told_with_the_mend(tmp_path: Path) -> None:
    """Instead of a traceback of the compiler's driver."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=ROOT,
        env={**os.environ, "NEWSTAPE_COMPILE": "1", "CC": "no-such-compiler"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no C compiler `no-such-compiler`. On Debian: apt-get install gcc" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
