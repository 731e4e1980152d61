"""Language tags: well-formed by BCP 47 (RFC 5646, section 2.1) and written in its usual case (section 2.1.1).

Only the syntax is looked at; whether a subtag is registered is not. `en-us` becomes `en-US`, `ZH-hant-tw` `zh-Hant-TW`.
"""

import re
from functools import lru_cache
from typing import Final

# RFC 5646 asks for room for 35 characters; longer tags have extensions and private use. Ask before `normalise`, which
# remembers what it was given.
MAX_LANGUAGE_CHARS: Final = 100

# The parts differ in length or in what they start with, so a match never has a choice to go back on.
_WELL_FORMED: Final = re.compile(
    r"""
    (?: [a-z]{2,3} (?:-[a-z]{3}){0,3} | [a-z]{4,8} )      # language with its extensions
    (?: -[a-z]{4} )?                                       # script
    (?: -[a-z]{2} | -[0-9]{3} )?                           # region
    (?: -[a-z0-9]{5,8} | -[0-9][a-z0-9]{3} )*              # variants
    (?: -[a-wyz0-9] (?:-[a-z0-9]{2,8})+ )*                 # extensions
    (?: -x (?:-[a-z0-9]{1,8})+ )?                          # private use
    | x (?:-[a-z0-9]{1,8})+                                # nothing but private use
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)

# The tags that RFC 5646 keeps although they do not have its form ("irregular" in its grammar).
_IRREGULAR: Final = {
    tag.lower(): tag
    for tag in (
        *("en-GB-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo"),
        *("i-navajo", "i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-BE-FR", "sgn-BE-NL", "sgn-CH-DE"),
    )
}


@lru_cache(maxsize=1024)  # a feed has few languages, and this costs as much as all other fields together
def normalise(text: str) -> str | None:
    """The tag in its usual case, or None where `text` is not a well-formed tag."""
    irregular = _IRREGULAR.get(text.lower())
    if irregular is not None:
        return irregular
    if _WELL_FORMED.fullmatch(text) is None:
        return None
    subtags = text.lower().split("-")
    singleton = next((at for at, subtag in enumerate(subtags) if len(subtag) == 1), len(subtags))
    return "-".join(_in_usual_case(subtag) if 0 < at < singleton else subtag for at, subtag in enumerate(subtags))


def _in_usual_case(subtag: str) -> str:
    """`US` for a region, `Hant` for a script, lower case for the rest (a variant of four starts with a digit)."""
    if len(subtag) == 2:
        return subtag.upper()
    return subtag.capitalize() if len(subtag) == 4 else subtag
