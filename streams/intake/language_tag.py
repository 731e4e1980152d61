"""What a feed says of an article's language, as a BCP 47 tag (RFC 5646) in its usual case.

Accepted are tags with registered subtags, codes of three letters (`eng`, `ger`), deprecated ones (`iw`, `zh-cmn`), an
underscore for the hyphen, and names of languages in any language (`English`, `Deutsch`). Each becomes the shortest tag
that means the same: `en`, `de`, `he`, `zh`. The library `langcodes` knows them.

A tag that does not name a language (`und`, `mul`, `zxx`, private use, an empty string) is treated as missing: taken at
its word, it would name a language that newstape can't read, and the article would give no events.
"""

import re
from functools import lru_cache
from typing import Final

from langcodes import Language
from langcodes.tag_parser import LanguageTagError

# RFC 5646 asks for room for 35 characters; longer tags have extensions and private use. Check the length before calling
# `normalise`, which caches its arguments.
MAX_LANGUAGE_CHARS: Final = 100

# Undetermined, several languages, a language without a code, no language at all.
_NONE: Final = frozenset(("und", "mul", "mis", "zxx"))

# The codes that ISO 639 leaves to private use.
_PRIVATE: Final = re.compile(r"x|q[a-t][a-z]")

# The parts differ in length or in what they start with, so matching never backtracks far.
_WELL_FORMED: Final = re.compile(
    r"""
    (?: [a-z]{2,3} (?:-[a-z]{3}){0,3} | i )               # language with its extensions
    (?: -[a-z0-9]{2,8} )*                                  # script, region and variants, judged by langcodes
    (?: -[a-wyz0-9] (?:-[a-z0-9]{2,8})+ )*                 # extensions
    (?: -x (?:-[a-z0-9]{1,8})+ )?                          # private use
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)

# A name has one to four words of letters, of which the later ones may stand in brackets: "Chinese (Simplified)".
_NAME: Final = re.compile(r"[^\W\d_]{3,}(?: \(?[^\W\d_]+\)?){0,3}")


def says_nothing(text: str) -> bool:
    """Whether `text` names no language, although it may be a valid tag."""
    tag = text.strip().replace("_", "-").lower()
    primary = tag.partition("-")[0]
    return not tag or primary in _NONE or _PRIVATE.fullmatch(primary) is not None


@lru_cache(maxsize=1024)  # a feed has few languages, and this costs as much as all other fields together
def normalise(text: str) -> str | None:
    """The tag in its usual case, or None where `text` names no language that is registered."""
    tag = text.strip().replace("_", "-")
    if _WELL_FORMED.fullmatch(tag) is not None:
        try:
            language = Language.get(tag)
        except LanguageTagError:
            return None
        if Language.make(language=language.language).is_valid():
            return language.to_tag()
    return _named(text.strip())


def _named(name: str) -> str | None:
    if _NAME.fullmatch(name) is None:
        return None
    try:
        tag = Language.find(name).to_tag()
    except LookupError:
        return None
    return None if says_nothing(tag) else tag
