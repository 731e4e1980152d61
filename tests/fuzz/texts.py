"""Texts to break extraction with: repetitions of what its patterns look for, word soup, "
        "damaged prose, odd Unicode.

Everything is drawn from the generator handed in, so a seed and a number give the same text for ever.
"""

import random
from functools import cache
from typing import Final

from schemas import Article
from streams.demo.articles import sample_articles
from streams.extract.names.given_names import GIVEN_NAMES
from streams.intake import RawRecord, read
from tests import shipped
from tests.builders import NOON

# What patterns look for, and what they stop at; " " inside a token is kept.
TOKENS: Final = tuple(
    token.replace("_", " ")
    for token in (
        "1 , 1, 1,1 1. .1 % 1% +1% -1% 50,367.38 12/ $ $$$$ $1 $X $AAPL ' \" “ ” ‘ ’ ( ) (( )( )) ... ! ? - – — "
        ": ; / \\ | # @ & * ~ ^ < > <a = + 0 9 00 a A Aa AA A.A. I The of and to by from for or said would Mr. "
        "Dr. Inc Inc. Corp Co. & points percent per_cent bps basis_points billion million trillion 1bn $1bn €1 "
        "£1 ¥1 円 日 日経 日経平均は 日経平均株価は5万円 TOPIX 万 億 兆 、 。 「 」 ・ ー ア あ 字 ３ ％ "
        "DAX Nikkei Nikkei_225 S&P S&P_500 "
        "Dow_Jones Dow FTSE index indices the_index rose fell up down higher lower to at record_high "
        "all-time_high above below 50,000 closed Monday Tuesday October Oct. 2026 2026-11-20 next last year week "
        "month Q1 first quarter U.S. US United_States China Trump President Donald tariff tariffs deal merger "
        "acquire acquired buy bought Apple Microsoft Toyota shares stock dividend buyback upgraded downgraded "
        "to_buy guidance earnings profit EPS revenue beat lawsuit fine settle contract meeting summit sanctions "
        "rate cut hike Fed ECB BOJ Powell not no never n't un- although but if may could not_only http:// "
        "www.a.com a@b.c .N225 ^N225 7203.T (7203.T) (NYSE: (NYSE:_AAPL) NASDAQ: TSE: Reuters © • - 1) a) [1] "
        "1-2 1–2 1:1 1/2 ½ 10% -0.0 1e9 1e400 ∞ one two hundred thousand twenty-one half dozen Aa-Aa O'Aa Aa's "
        "“Aa” (Aa) Aa, AA. Vice_President CEO analysts_at Goldman_Sachs raised in_Tokyo, von de al- bin VIX yen "
        "dollar euro crude oil gold S&P_Global Moody's Standard_&_Poor's not- Securities Bank_of Bank_of_Japan "
        "Minister Prime_Minister said_on said_it_would ] [ { } }} {{ ^ ~ ` \t \x00 \x07 \x85 \u200b \u0301 "
        "\u202e \u2028 \u3000 \ufeff 𝔇 😀 İ ß ﷺ Z͑ ́ ﬁ Ⅷ ① ㈱ ＄ ，"
    ).split(" ")
)
SEPARATORS: Final = ("", "", " ", " ", " ", ", ", ". ", "\n", "\n\n", " and ")

PAIRS: Final = (("( ", ") "), ("“", "”"), ('"', '"'), ("[", "]"), ("「", "」"), ("<b>", "</b>"), ("'", "'"))

# Characters by the dozen, from corners where libraries differ.
RANGES: Final = (
    (0x20, 0x7E),
    (0x00, 0x1F),
    (0x80, 0x2FF),
    (0x300, 0x36F),
    (0x590, 0x6FF),
    (0x2000, 0x206F),
    (0x2070, 0x218F),
    (0x3000, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xFE00, 0xFFEF),
    (0x1D400, 0x1D7FF),
    (0x1F300, 0x1FAFF),
    (0xE0000, 0xE007F),
)


@cache
def prose() -> tuple[Article, ...]:
    """The sample articles as intake reads them."""
    read_ = (read(RawRecord(key=None, value=value, timestamp=NOON)) for value in sample_articles(now=NOON))
    return tuple(article for article in read_ if isinstance(article, Article) and article.body)


@cache
def names() -> tuple[str, ...]:
    """Names of the registry: companies, people, countries, organizations, indices."""
    return tuple(sorted({entity.name for entity in shipped.registry().entities.values()}))


def cut(text: str, size: int) -> str:
    """The text's first `size` bytes, as whole characters."""
    return text.encode("utf-8", "surrogatepass")[:size].decode("utf-8", "ignore")


def repeated(draw: random.Random, size: int) -> str:
    """One to six tokens, again and again."""
    unit = "".join(draw.choice(TOKENS) + draw.choice(SEPARATORS) for _ in range(draw.randint(1, 6)))
    return unit * (size // len(unit.encode()) + 1)


def runs(draw: random.Random, size: int) -> str:
    """Long runs of one token each, with another between."""
    text = ""
    while len(text) < size:
        text += (draw.choice(TOKENS) + draw.choice(("", "", " "))) * draw.randint(1, max(2, size // 4))
        text = text[: 2 * size] + draw.choice(TOKENS)
    return text


def soup(draw: random.Random, size: int) -> str:
    """Tokens in any order."""
    return "".join(draw.choice(TOKENS) + draw.choice(SEPARATORS) for _ in range(size // 4 + 1))


def listing(draw: random.Random, size: int) -> str:
    """Many different names, known and not, in one sentence or a line each."""
    known, behind = names(), draw.choice((", ", "\n", " and ", " Inc. ", "; ", " said ", " rose 1%, ", " (NYSE: {t}) "))
    parts = []
    for _ in range(size // 8 + 1):
        invented = f"{draw.choice('ABCDEFGHIJKLMNOPRSTUVW')}{''.join(draw.choice('aeioulnrst') for _ in range(5))}"
        name = draw.choice(known) if draw.random() < 0.6 else f"{invented} {draw.choice(('Corp', 'Smith', 'Bank', ''))}"
        ticker = "".join(draw.choice("ABCDEFGH") for _ in range(4))
        parts.append(draw.choice((name, name, f"${ticker}", f"{ticker}.N", invented)) + behind.format(t=ticker))
    return "".join(parts)


# What rules find, with invented names: what is looked up, joined or told apart once for each of them shows here.
FORMS: Final = tuple(
    form.strip()
    for form in """
    {a} {b} {c} ({abc}) | {abc} | {abc} said | the {abc}
    {given} {surname} said. | {given} {a}, | President {surname} | Mr. {a} said. | {given} {given}, | Sir {given}
    {a} {b} Corp. ({abc}) | {a} Inc. (NYSE: {abc}) rose {n}%, | {a} <{abc}.N> | ${abc} | #{a} @{b}
    {a} Corp. was sued by the SEC. | {a} Inc. agreed to buy {b} Ltd. for ${n} million. | {a} Corp. cut its guidance.
    {name} was fined ${n} million. | {name} rose {n}%; | {name} ({abc}), | {name} and {name} | {name}'s {a}'s
    Analysts at {a} Securities upgraded {name} to buy. | "{a} fell," {b} said. | Bank of {a} | ministry of {a}
    Trump imposed tariffs of {n}% on {a}. | China and {a} signed a trade agreement. | The Fed cut rates by {n} points.
    The {index} rose {n}% to {n},{n}.{n}, | {index} said. | {index} ({abc}) | It fell. | All three rose.
    DAX {n}.{n}, | DAX up {n}.{n}%
    {index}\t{n}\t | 日経平均は{n}円高の{n}円。 | TOPIX、{index}、 | 前日比{n}%安、
    which {a} | who said {b} | {a}\n | By {a} {b}\n
    """.replace("\n    ", " | ").split("|")
    if form.strip()
)


@cache
def indices() -> tuple[str, ...]:
    """Names of the registry's indices."""
    return tuple(sorted(entity.name for key, entity in shipped.registry().entities.items() if key.startswith("index:")))


def sentences(draw: random.Random, size: int) -> str:
    """One to three forms in turn, with other names each time, some of them known."""
    forms, behind = draw.choices(FORMS, k=draw.randint(1, 3)), draw.choice((" ", " ", "\n", ", ", ""))
    given, known, named = draw.sample(sorted(GIVEN_NAMES), 300), draw.sample(names(), 50), indices()
    surname, parts, length = _invented(draw), list[str](), 0
    while length < size:
        a, b, c = _invented(draw), _invented(draw), _invented(draw)
        values = {"a": a, "b": b, "c": c, "abc": a[0] + b[0] + c[0], "surname": surname, "n": draw.randint(1, 999)}
        values |= {"given": draw.choice(given).capitalize(), "name": draw.choice(known), "index": draw.choice(named)}
        parts.append(forms[len(parts) % len(forms)].format(**values) + behind)
        length += len(parts[-1])
    return "".join(parts)


def _invented(draw: random.Random) -> str:
    return "".join(draw.choice("BCDFGHKLMNPRSTVZ") + draw.choice("aeiou") for _ in range(3)).capitalize()


def nested(draw: random.Random, size: int) -> str:
    """Brackets and quotes that open, with a word between, and may close."""
    opening, closing = draw.choice(
        (("( ", ") "), ("“", "”"), ('"', '"'), ("[", "]"), ("「", "」"), ("<b>", "</b>"), ("'", "'"))
    )
    word = draw.choice(TOKENS)
    depth = size // (len(opening) + len(word) + 1)
    return (opening + word) * depth + closing * (depth if draw.random() < 0.5 else 0)


def characters(draw: random.Random, size: int) -> str:
    """Characters of one or more blocks of Unicode."""
    blocks = [draw.choice(RANGES) for _ in range(draw.randint(1, 4))]
    return "".join(chr(draw.randint(*draw.choice(blocks))) for _ in range(max(1, size // 3)))


def damaged_prose(draw: random.Random, size: int) -> str:
    """A sample article, repeated to size, with changes of characters, words, numbers, lines and case."""
    text = draw.choice(prose()).body
    text = (text + draw.choice((" ", "\n\n", ""))) * (1 if draw.random() < 0.5 else size // len(text) + 1)
    for _ in range(draw.randint(1, 12)):
        at = draw.randrange(len(text) + 1)
        to = min(len(text), at + draw.choice((0, 1, 3, 10, 100)))
        match draw.randrange(9):
            case 0:
                text = text[:at] + text[to:]
            case 1:
                text = text[:at] + draw.choice(TOKENS) * draw.choice((1, 1, 3, 200)) + text[at:]
            case 2:
                text = text[:at] + text[at:to] * 30 + text[to:]
            case 3:
                text = text[:at] + text[at:to].swapcase() + text[to:]
            case 4:
                text = (
                    text[:at]
                    + draw.choice(("9" * 400, "1," * 200, "0." * 200, "1e400", "٣٤٥", "１２３．４"))
                    + text[at:]
                )
            case 5:
                text = text.replace(
                    draw.choice(" .,\n%"), draw.choice(("", "  ", "\n", "\u3000", "%%", ",,", "\u200b"))
                )
            case 6:
                lines = text.split("\n")
                draw.shuffle(lines)
                text = "\n".join(lines)
            case 7:
                text = draw.choice((str.upper, str.title, str.lower))(text)
            case _:
                text = text[:at] + characters(draw, 60) + text[at:]
        text = text[: 2 * size] or "x"
    return text


KINDS: Final = (
    repeated,
    repeated,
    repeated,
    runs,
    soup,
    soup,
    listing,
    listing,
    sentences,
    sentences,
    nested,
    characters,
    damaged_prose,
    damaged_prose,
    damaged_prose,
)


def text(draw: random.Random, size: int) -> str:
    """A text of at most `size` bytes that JSON can hold."""
    kind = draw.choice(KINDS)
    whole = cut(kind(draw, size), size).encode("utf-8", "ignore").decode()
    return whole if draw.random() < 0.9 else whole + draw.choice(prose()).body[: max(0, size - len(whole)) // 2]
