"""The language of a text: named where it shows, left open where it does not."""

import subprocess
import sys

import pytest

from streams.data.languages import MOST_CHARS, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Stocks in London rose on Friday as banks and miners gained after the central bank held its rate.", "en"),
        ("Der Leitindex gewann am Freitag 1,2 Prozent. Gefragt waren vor allem Werte der Technologie.", "de"),
        ("La Bourse de Paris a terminé en hausse vendredi, portée par les valeurs du luxe.", "fr"),
        ("El selectivo subió el viernes un 1,2 %, impulsado por la banca.", "es"),
        ("日経平均株価は反発し、前日比1.2%高で取引を終えた。", "ja"),
        ("上证指数周五上涨1.2%，收于三千二百点。", "zh"),
        ("코스피가 1.2% 상승해 마감했다", "ko"),
    ],
)
def test_language_of_a_sentence_is_named(text: str, language: str) -> None:
    """One sentence is enough."""
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", " ", "Apple", "DAX +1.2%, CAC 40 +0.8%", "Nikkei climbs", "\ud7ff\x00", "$SI"])
def test_what_shows_no_language_is_left_open(text: str) -> None:
    """Names and figures are alike in all of them."""
    assert language_of(text) is None


def test_only_the_beginning_is_read() -> None:
    """A long text costs no more than a short one."""
    english = "The central bank said on Friday that it would leave its rate where it was. " * 20

    assert language_of(english[:MOST_CHARS] + "Der Leitindex gewann. " * 10_000) == "en"


def test_importing_loads_no_model() -> None:
    """A feed that names its languages pays nothing."""
    code = "import sys, streams.data.languages; sys.exit('py3langid' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
