"""The sentiment model: a direction lexicon and the weights of a linear model, read and checked from `sentiment/`.

Lexicon (`sentiment/lexicon.tsv`): lines of class, form and words, separated by tabs. A class says what a word does
to whom:

- `up`, `down`: the subject, or what the word describes, moves (double, higher; ebb, slowdown); the verbs of motion that
  all readers share (`lexicon.motion`) are `up` and `down` too, and do not stand here;
- `raise`, `lower`: somebody moves something else (lift the forecast, cut the dividend);
- `help`, `hurt`: good or bad for the object, not for the subject (boost, upgrade; sue, weigh on);
- `beat`, `trail`: one wins and the other loses (outperform, overtake; lag, miss);
- `take`: the subject buys the object; that is good for what is bought and may be either for the buyer;
- `good`, `bad`: good or bad for the one that the word describes (win, strong; default, weak);
- `qgood`, `qbad`: quantities that are good or bad when they grow (profit, orders; loss, debt, unemployment);
- `degree`, `shrunk`: a quantity is high or low (record, huge; low, smaller);
- `not`, `fail`: reverse what follows (did not, no longer; failed to);
- `revert`: ends a good or bad state (snap a losing streak, shrug off fears);
- `less`, `than`, `expected`: compare with what was feared or hoped;
- `flat`, `say`, `may`, `contrast`, `be`, `have`, `suffix`: have no polarity, but show where parts and clauses begin;
- `body`: authorities and marketplaces, as opposed to what is traded (regulators, exchanges);
- `none`: makes a phrase have none of the classes of its words (set up, high court).

Form `word` takes words as they stand; form `verb` inflects a lemma by rule and takes irregular forms behind slashes
(`rise/rose/risen`). `_` joins the two words of a phrase; the classes of a phrase replace those of its words.

Weights (`sentiment/weights.tsv`): a first line of JSON (`Header`), then lines of slot, feature, positive and negative.
The two numbers are what the feature adds to the logits of positive and negative, in units of 1/`scale`; the logit of
neutral is zero. They are integers, so that a sum does not depend on its order. Slots and features are those of
`streams.extract.sentiment.features`, in the version that the header names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from streams.data.lexicon.motion import FALL, RISE

SHIPPED: Final = Path(__file__).parent / "sentiment"
"""The folder of the lexicon and the weights that newstape ships with."""

LEXICON_FILE: Final = "lexicon.tsv"
WEIGHTS_FILE: Final = "weights.tsv"
FORMAT: Final = 1
"""Format of the weights file that this loader reads."""

CLASSES: Final = (
    *("up", "down", "raise", "lower", "help", "hurt", "beat", "trail", "take", "good", "bad", "qgood", "qbad"),
    *("degree", "shrunk", "not", "fail", "revert", "less", "than", "expected"),
    *("flat", "say", "may", "contrast", "be", "have", "suffix", "body"),
)
"""The classes of the lexicon; a word's classes are the bits of one integer, `up` the lowest."""

BITS: Final[Mapping[str, int]] = MappingProxyType({name: 1 << place for place, name in enumerate(CLASSES)})
"""Class to bit."""

SLOTS: Final = ("l", "r", "x")
"""The kinds of features: words left (l) or right (r) of the target in its clause, and others (x) about the target and
its cues."""

# Both weights are packed into one integer, positive + (negative << 32), so that inference adds once per feature.
_SHIFT: Final = 32
_HALF: Final = 1 << (_SHIFT - 1)
_WORD: Final = (1 << _SHIFT) - 1

# More than any feature can weigh; a greater number means that the file is damaged.
_HEAVIEST: Final = 1 << 20


class SentimentDataError(ValueError):
    """A lexicon or weights file that can't be used: file, line (from 1) and reason."""

    def __init__(self, path: Path | str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = str(path)
        self.line = line
        self.reason = reason


class Lexicon(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Words and two-word phrases with their classes as bits."""

    words: Mapping[str, int]
    """Lower-case word to classes."""
    phrases: Mapping[str, Mapping[str, int]]
    """First word to second word to the classes of the phrase; 0 for a phrase that means nothing."""


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the weights were learned from."""

    name: str
    """Name of the text collection."""
    licence: str
    """Its licence."""
    url: str | None = None
    """Where it is published."""
    mentions: int
    """How many labelled mentions of it were used."""


class Probe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence with the logits that it had when the weights were made: it shows if the features still fit them."""

    text: str
    """The sentence, written for this purpose."""
    target: str
    """The words of the target; they occur once."""
    others: tuple[str, ...] = ()
    """Other entities in it; they occur once each."""
    positive: int
    """Logit of positive in units of 1/scale."""
    negative: int
    """Logit of negative in units of 1/scale."""


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line of the weights file."""

    format: int
    """Version of this file format."""
    version: str
    """Version of the weights."""
    features: int
    """Version of the feature code that the weights were made for."""
    lexicon: str
    """SHA-256 of the lexicon that the features were made with."""
    weights: str
    """SHA-256 of the lines behind this one."""
    licence: str
    """Licence of the weights."""
    sources: tuple[Source, ...]
    """What they were learned from."""
    split: str
    """How the texts were divided into training and test texts."""
    scale: int
    """How many units of the weights make a logit of 1."""
    positive: int
    """The logit of positive without any feature."""
    negative: int
    """The logit of negative without any feature."""
    probes: tuple[Probe, ...]
    """Sentences with the logits they must have."""


class SentimentModel(msgspec.Struct, frozen=True, kw_only=True):
    """Everything loaded."""

    version: str
    """Version of the weights with a digest of lexicon and weights: `1.0.0+3f9ac01b77de`."""
    header: Header
    """What the file says about itself."""
    lexicon: Lexicon
    """The words."""
    weights: Mapping[str, Mapping[str, int]]
    """Slot to feature to packed weights (`unpack`)."""
    pairs: Mapping[str, Mapping[str, Mapping[str, int]]]
    """The same for features of two words: slot to first word to second word to packed weights."""
    start: int
    """The packed weights that a sum starts with."""


def pack(positive: int, negative: int) -> int:
    """Both weights in one integer. A sum of packed weights is the packed sum while either stays within 31 bits."""
    return positive + (negative << _SHIFT)


def unpack(packed: int) -> tuple[int, int]:
    """The sums of the positive and of the negative weights."""
    positive = ((packed + _HALF) & _WORD) - _HALF
    return positive, (packed - positive) >> _SHIFT


def load_model(folder: Path = SHIPPED) -> SentimentModel:
    """The model in `folder`. Raises SentimentDataError where lexicon or weights are wrong or don't belong together."""
    lexicon_path, weights_path = folder / LEXICON_FILE, folder / WEIGHTS_FILE
    lexicon_bytes = lexicon_path.read_bytes()
    head, _, rest = weights_path.read_bytes().partition(b"\n")
    header = _header(weights_path, head)
    _check(weights_path, header, sha256(lexicon_bytes), sha256(rest))
    lexicon = with_motion(read_lexicon(lexicon_bytes.decode(), lexicon_path))
    weights = _weights(weights_path, rest.decode())
    return SentimentModel(
        version=f"{header.version}+{sha256(lexicon_bytes + head + rest)[:12]}",
        header=header,
        lexicon=lexicon,
        weights=weights,
        pairs={slot: _pairs(found) for slot, found in weights.items()},
        start=pack(header.positive, header.negative),
    )


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _header(path: Path, line: bytes) -> Header:
    try:
        return msgspec.json.decode(line, type=Header)
    except msgspec.MsgspecError as error:
        raise SentimentDataError(path, 1, str(error)) from None


def _check(path: Path, header: Header, lexicon: str, weights: str) -> None:
    if header.format != FORMAT:
        raise SentimentDataError(path, 1, f"expected format {FORMAT}, got {header.format}")
    if header.scale <= 0:
        raise SentimentDataError(path, 1, f"expected a positive scale, got {header.scale}")
    if header.weights != weights:
        raise SentimentDataError(path, 1, "the weights are not those the header was written for (SHA-256 differs)")
    if header.lexicon != lexicon:
        raise SentimentDataError(path, 1, f"the weights were trained with another {LEXICON_FILE} (SHA-256 differs)")


def _weights(path: Path, text: str) -> Mapping[str, Mapping[str, int]]:
    table: dict[str, dict[str, int]] = {slot: {} for slot in SLOTS}
    for number, line in enumerate(text.splitlines(), start=2):
        try:
            slot, feature, positive_text, negative_text = line.split("\t")
            positive, negative = int(positive_text), int(negative_text)
            features = table[slot]
        except (ValueError, KeyError):
            raise SentimentDataError(path, number, f"expected slot, feature and two integers, got {line!r}") from None
        if abs(positive) > _HEAVIEST or abs(negative) > _HEAVIEST:
            raise SentimentDataError(path, number, f"a weight beyond {_HEAVIEST}")
        if feature in features:
            raise SentimentDataError(path, number, f"{feature!r} stands there twice")
        features[feature] = positive + (negative << _SHIFT)
    return table


def _pairs(weights: Mapping[str, int]) -> Mapping[str, Mapping[str, int]]:
    """The weights of pairs of words by first word: most words begin no pair, so that few pairs must be looked up."""
    found: dict[str, dict[str, int]] = {}
    for feature, weight in weights.items():
        first, space, second = feature.partition(" ")
        if space:
            found.setdefault(first, {})[second] = weight
    return found


# ---- lexicon


def read_lexicon(text: str, path: Path | str = LEXICON_FILE) -> Lexicon:
    """The lexicon in this text. Raises SentimentDataError with the line that is wrong."""
    words: dict[str, int] = {}
    phrases: dict[str, dict[str, int]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        try:
            bit, entries = _entries(line)
        except ValueError as error:
            raise SentimentDataError(path, number, str(error)) from None
        for first, second in entries:
            table, word = (phrases.setdefault(first, {}), second) if second else (words, first)
            table[word] = table.get(word, 0) | bit
    return Lexicon(words=words, phrases=phrases)


def with_motion(lexicon: Lexicon) -> Lexicon:
    """The lexicon with the verbs of motion that all readers share. The digest of weights does not cover them: a verb
    that is added has its class, and no weights of its own until the next training.
    """
    words = dict(lexicon.words)
    for shared, name in ((RISE, "up"), (FALL, "down")):
        for word in shared:
            words[word] = words.get(word, 0) | BITS[name]
    return Lexicon(words=words, phrases=lexicon.phrases)


def _entries(line: str) -> tuple[int, list[tuple[str, str]]]:
    """The bit of the line's class, and its words in all forms as pairs; the second is empty but for phrases."""
    fields = line.split("\t")
    if len(fields) != 3 or fields[1] not in ("verb", "word"):
        raise ValueError("expected class, form (verb or word) and words, parted by tabs")
    name, form, items = fields
    if name != "none" and name not in BITS:
        raise ValueError(f"no such class: {name!r}")
    entries = []
    for item in items.split():
        for word in _forms(item) if form == "verb" else (item,):
            first, joined, second = word.partition("_")
            if word != word.lower() or not first or "_" in second or (joined and not second):
                raise ValueError(f"expected a lower-case word or two joined by _, got {word!r}")
            if name == "none" and not joined:
                raise ValueError(f"class none is for phrases, got {word!r}")
            entries.append((first, second))
    return BITS.get(name, 0), entries


def _forms(item: str) -> Iterable[str]:
    """All forms of a verb that is written as lemma and irregular forms: fall/fell/fallen, pick_up."""
    lemma, *irregular = item.split("/")
    verb, joined, particle = lemma.partition("_")
    return (*irregular, *(form + joined + particle for form in _inflected(verb)))


def _inflected(verb: str) -> tuple[str, ...]:
    """The regular forms of a verb. Some of them nobody writes ("falled"), which does no harm."""
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"
    third = verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s")
    if verb.endswith("ee"):
        return verb, third, verb + "d", verb + "ing"
    if verb.endswith("e"):
        return verb, third, verb + "d", verb[:-1] + "ing"
    return verb, third, verb + "ed", verb + "ing"
