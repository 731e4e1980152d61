"""Which names of a firm can stand alone, which need confirmation, and which are not worth keeping.

The size of the firm and the words themselves decide. A false alarm costs more than a miss, and a match with an unknown
firm that has an ordinary name is nearly always a false alarm. No firm is named here; single firms are corrected in the
curated files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from streams.data.entities import SIZES
from streams.data.firms import size_rank
from streams.data.folding import fold, is_exact
from streams.data.names import LEGAL_FORMS, core_name, is_common, name_words, short_name, word_set

_ABBREVIATIONS: Final = word_set(
    """
    aed agm ai api apr ar ars art aud bgn bis bln boe boj bp bps brl cad ceo cet cfo chf cia cio clp cmo cnh cny coo
    cop cpi crb cto czk dkk dlr ecb ecu edt eec egm egp ema eps esg est etf eu eur evp fax fbi fca fda fed fomc fx
    fy g20 g7 gatt gbp gcc gdp gmt gpt gsm h1 h2 hkd hni hr huf idr ils imf inc inr ipo isk ist it itc jpy krw kwd
    ldp led llm lng lpg ltd lte m0 m1 m2 m3 mba mlcc mln mou mtn mxn myr nato nav nda ngn ngo nok nse nzd odm oecd
    oem opec otc pbt pc pct pen php pkr pln pmi ppi pr psi pst q1 q2 q3 q4 qar qe r&d rba rbi rmb roe ron rub saas
    sar sdk sdr sec sek sgd sme spac stg stp svp tba tel thb try tv twd uae uah uk un us usa usd vat vip vix vnd who
    wto yen yoy ytd ytm zar
    """
)
"""Short forms that newspapers use for something other than a firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of one firm."""

    name: str
    strong: tuple[str, ...]
    weak: tuple[str, ...]


def names_of(name: str, size: str | None, country: str) -> Names:
    """Full name, core name, short name and trunk of a firm, each strong or weak; useless names are left out."""
    core = core_name(name)
    short = short_name(core)
    strong: list[str] = []
    weak: list[str] = []
    for alias in dict.fromkeys((name, core, short)):
        if len(alias) < 2 or (len(alias) == 2 and not alias.isupper()):
            continue
        legal = alias == name and core != name
        if legal or is_safe(alias, size, country, shortened=alias == short != core):
            strong.append(alias)
        elif alias == name or is_worth_confirming(alias, size):
            weak.append(alias)
    trunk = trunk_name(short)
    if trunk is not None and size_rank(size) >= SIZES.index("small") and trunk not in {*strong, *weak}:
        weak.append(trunk)
    return Names(name=name, strong=tuple(strong), weak=tuple(weak))


_DESCRIPTIONS: Final = word_set(
    """
    aerospace agri agriculture agro ai airlines airways analytics apparel asset assurance auto automobile automotive
    bancorp bancshares bank banking beverages bio biologics biopharma bioscience biosciences biotech biotherapeutics
    brands breweries capital cars cement chemical chemicals china cloud coffee commerce communication communications
    computer computers computing construction corporation cosmetics cybersecurity dairy data defence defense
    developers developments devices diagnostics digital ecommerce education electric electronics energy engineering
    enterprise enterprises entertainment environmental fashion fertilisers fertilizers finance financial food foods
    footwear furniture games gaming gas genetics genomics glass global gold group health healthcare holding holdings
    homes hotels housing india industrial industries industry infra infrastructure instruments insurance interactive
    international investment investments investors japan laboratories labs learning leisure lithium logistics
    machinery management marine maritime materials media medical metals minerals mines mining mobile motor motors
    music network networks oil oncology packaging paper partners pay payments petroleum pharma pharmaceutical
    pharmaceuticals pictures plastics platforms power products properties property realtors realty reit renewable
    renewables resorts resources restaurants retail robotics rubber science sciences security semiconductor
    semiconductors service services shipping software solar solutions spirits sports sportswear steel stores studios
    sugar surgical systems tea technologies technology telecom telecommunications textile textiles therapeutics
    tires tobacco trading travel trust tyres uranium utilities ventures water wind wireless worldwide
    """
)
"""Words that say what a firm does. Newspapers leave them out where the rest of the name is distinctive."""


def trunk_name(short: str) -> str | None:
    """The first word of a name if it is distinctive and all others say what the firm does, else None.

    "Agilent Technologies" gives "Agilent"; "First Solar" gives None, since "First" is in the dictionary.
    """
    first, *others = short.split()
    word = first.strip(".,")
    told = others and all(fold(other).strip(".,") in _DESCRIPTIONS for other in others)
    return word if told and len(word) >= 4 and word.isalpha() and not is_common([word]) and not word.isupper() else None


def is_safe(alias: str, size: str | None, country: str, *, shortened: bool = False) -> bool:
    """Whether a reader would take a name without legal form for this firm and nothing else.

    A single word must be in no dictionary. For a small firm it must also be long, and the country one where it is no
    likely family name; for smaller firms it is never safe. Two ordinary words need a firm from middle size up. Three
    ordinary words need a firm from small size up; other longer names are safe. Words that only say what firms do are
    never safe.
    """
    rank = size_rank(size)
    words = name_words(alias)
    if not words or fold(alias) in _ABBREVIATIONS:
        return False
    if len(words) == 1:
        return _is_safe_word(words[0], rank, country)
    if is_exact(alias):
        return rank >= SIZES.index("mid")
    if all(fold(word) in _DESCRIPTIONS for word in words):
        return False
    ordinary = is_common(words)
    if len(words) == 2:
        return rank >= SIZES.index("mid") if ordinary else rank >= SIZES.index("small") or not shortened
    return not ordinary or rank >= SIZES.index("small") or len(words) >= 4


def is_worth_confirming(alias: str, size: str | None) -> bool:
    """Whether an unsafe name is worth keeping as a weak one. An everyday word is not, unless the firm is of middle size
    or larger.
    """
    words = name_words(alias)
    folded = {fold(word) for word in words}
    if fold(alias) in _ABBREVIATIONS or folded <= _DESCRIPTIONS or folded <= LEGAL_FORMS:
        return False
    return len(words) > 1 or not is_common(words) or size_rank(size) >= SIZES.index("mid")


def is_safe_in_press(alias: str) -> bool:
    """Whether a name that newspapers are known to use can stand alone: it has several words that don't all say what the
    firm does, or it is one rare word.
    """
    words = name_words(alias)
    if fold(alias) in _ABBREVIATIONS or all(fold(word) in _DESCRIPTIONS for word in words):
        return False
    return len(words) > 1 or (len(alias) >= 4 and not is_common(words))


# Countries where a name of one word is often a family name, so that even a word in no dictionary may be a person.
_FAMILY_NAME_COUNTRIES: Final = frozenset(
    {"JP", "CN", "HK", "TW", "KR", "IN", "ID", "TH", "MY", "SG", "TR", "IL", "LK", "VN", "SA", "EG"}
)


def _is_safe_word(word: str, rank: int, country: str) -> bool:
    if is_common([word]) or word.isdigit() or fold(word) in _DESCRIPTIONS:
        return False
    if is_exact(word):
        return rank >= SIZES.index("mid") and len(word) >= 3
    if rank >= SIZES.index("mid"):
        return len(word) >= 3
    return rank == SIZES.index("small") and len(word) >= 6 and country not in _FAMILY_NAME_COUNTRIES


def is_safe_japanese(name: str) -> bool:
    """Whether a Japanese name can stand without "株式会社": it has four characters or more, or three of which one is
    katakana or Latin.
    """
    if len(name) >= 4:
        return not name.isascii()
    return len(name) == 3 and bool(re.search(r"[ァ-ヶA-Za-zＡ-Ｚ]", name))
