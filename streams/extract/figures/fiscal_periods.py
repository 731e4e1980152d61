"""The period that results or guidance are of, where the text says so with its year: "the third quarter of 2026"."""

import re
from typing import Final

__all__ = ["stated_period"]

_PLACES: Final = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_ORDINAL: Final = r"first|second|third|fourth|1st|2nd|3rd|4th"
_PART: Final = (
    rf"(?:(?P<quarter>{_ORDINAL})[ -](?:fiscal[ -])?(?:quarter|qtr)|q(?P<q>[1-4])|(?P<nq>[1-4])q"
    r"|(?P<half>first|second|1st|2nd)[ -]half|h(?P<h>[12])|(?P<nine>nine[ -]months|9m))"
)
_YEAR: Final = (
    r"(?P<fiscal>fiscal(?:[ -]year)?[ -]|financial year |fy ?['’]?)?"
    r"(?P<year>(?:19|20)\d\d|(?<=fy)\d\d|(?<=fy['’])\d\d)\b"
)
# The two ways of naming a part of a year, then a year that needs a word to be one of results.
_BEHIND: Final = re.compile(rf"\b{_PART}\b,? ?(?:of |in )?(?:the )?(?:its )?{_YEAR}")
_BEFORE: Final = re.compile(rf"\b{_YEAR}(?:['’]s)? {_PART}\b")
_ALONE: Final = re.compile(
    r"\b(?:(?P<fiscal>fiscal(?:[ -]year)?[ -]|financial year |fy ?['’]?)(?P<fy>(?:19|20)?\d\d)\b(?!%|[.,]\d)"
    r"|(?:full[- ]year|for) (?P<full>(?:19|20)\d\d)\b|(?P<year>(?:19|20)\d\d) (?:full[- ]year )?"
    r"(?=(?:annual |adjusted |net |operating |pre-?tax |group )?(?:revenues?|sales|eps|earnings|profits?|net|results"
    r"|guidance|outlook|forecast|income|loss|turnover)\b))"
)
_MAY_NAME: Final = re.compile(r"19\d\d|20\d\d|\bfy ?['’]?\d\d")


def stated_period(text: str, start: int, end: int) -> str | None:
    """The one period with its year that `text[start:end]`, in lower case, names, such as `2026-Q3` or `FY2026`."""
    if _MAY_NAME.search(text, start, end) is None:
        return None
    found = {_of_part(match) for form in (_BEHIND, _BEFORE) for match in form.finditer(text, start, end)}
    if not found:
        found = {_of_year(match) for match in _ALONE.finditer(text, start, end)}
    return found.pop() if len(found) == 1 else None


def _of_part(match: re.Match[str]) -> str:
    prefix = "FY" if match["fiscal"] else ""
    if match["nine"]:
        part = "9M"
    elif match["half"] or match["h"]:
        part = f"H{match['h'] or _PLACES[match['half']]}"
    else:
        part = f"Q{match['q'] or match['nq'] or _PLACES[match['quarter']]}"
    return f"{prefix}{_full_year(match['year'])}-{part}"


def _of_year(match: re.Match[str]) -> str:
    return f"FY{_full_year(match['fy'])}" if match["fy"] else match["full"] or match["year"]


def _full_year(digits: str) -> str:
    return digits if len(digits) > len("26") else f"20{digits}"
