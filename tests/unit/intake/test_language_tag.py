"""Language tags: well-formed by BCP 47, in their usual case."""

import pytest

from streams.intake.language_tag import normalise


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-us", "en-US"),
        ("nb-NO", "nb-NO"),
        ("ZH-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("zh-cmn-Hans-CN", "zh-cmn-Hans-CN"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("DE-ch-1901", "de-CH-1901"),
        ("de-1AB2", "de-1ab2"),
        ("en-US-u-CA-GREGORY", "en-US-u-ca-gregory"),
        ("en-a-MYEXT-x-US", "en-a-myext-x-us"),
        ("X-Whatever-US", "x-whatever-us"),
        ("I-KLINGON", "i-klingon"),
        ("sgn-be-fr", "sgn-BE-FR"),
        ("mul", "mul"),
        ("abcdefgh", "abcdefgh"),
    ],
)
def test_well_formed_tag_is_put_in_its_usual_case(text: str, tag: str) -> None:
    """Region upper, script title, all else lower case, and a tag in its usual case stays as it is."""
    assert normalise(text) == tag
    assert normalise(tag) == tag


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e",
        "english-",
        "en_US",
        "en US",
        " en",
        "en-",
        "-en",
        "en--US",
        "en-u",
        "en-x",
        "x",
        "en-a-x-b",
        "123",
        "en-US-GB",
        "abcdefghi",
        "日本語",
        "\u212aa",
        "\u017fv",
        "en\n",
        "i-elvish",
    ],
)
def test_what_bcp_47_does_not_know_is_refused(text: str) -> None:
    """Underscores, names of languages, empty subtags, and letters that only look like ASCII."""
    assert normalise(text) is None
