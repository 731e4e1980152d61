"""Languages: tags, codes and names become the BCP 47 tag that is meant."""

import pytest

from streams.intake.language_tag import normalise, says_nothing


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-us", "en-US"),
        ("nb-NO", "nb-NO"),
        ("ZH-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("zh-cmn-Hans-CN", "zh-Hans-CN"),
        ("sl-rozaj-biske", "sl-biske-rozaj"),
        ("DE-ch-1901", "de-CH-1901"),
        ("de-1AB2", "de-1ab2"),
        ("en-US-u-CA-GREGORY", "en-US-u-ca-gregory"),
        ("en-a-MYEXT-x-US", "en-a-myext-x-us"),
        ("I-KLINGON", "tlh"),
        ("sgn-be-fr", "sfb"),
        ("mul", "mul"),
        ("eng", "en"),
        ("jpn", "ja"),
        ("ger", "de"),
        ("iw", "he"),
        ("en_US", "en-US"),
        ("en-uk", "en-GB"),
        (" en", "en"),
        ("English", "en"),
        ("japanese", "ja"),
        ("Deutsch", "de"),
        ("français", "fr"),
        ("日本語", "ja"),
        ("Brazilian Portuguese", "pt-BR"),
        ("Chinese (Simplified)", "zh"),
    ],
)
def test_language_is_read_as_its_tag(text: str, tag: str) -> None:
    """Region upper, script title, all else lower case; a tag that comes out goes in as it is."""
    assert normalise(text) == tag
    assert normalise(tag) == tag


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e",
        "english-",
        "en US",
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
        "\u212aa",
        "\u017fv",
        "i-elvish",
        "xx",
        "xx-US",
        "abcdefgh",
        "elvish",
        "no idea",
        "x-whatever",
    ],
)
def test_what_names_no_language_is_refused(text: str) -> None:
    """Codes that are not registered, words that name no language, empty subtags, letters that only look like ASCII."""
    assert normalise(text) is None


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("und", True),
        ("UND-Latn", True),
        ("mul", True),
        ("mis", True),
        ("zxx", True),
        ("", True),
        (" ", True),
        ("x-whatever", True),
        ("qaa", True),
        ("qtz-US", True),
        ("qua", False),
        ("en", False),
        ("-en", False),
    ],
)
def test_tag_that_says_nothing_of_the_language_is_told_apart(text: str, *, nothing: bool) -> None:
    """Undetermined, several, none, private: the language is then told from the text."""
    assert says_nothing(text) is nothing
