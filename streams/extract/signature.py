"""A signature of an article's text by which near-identical texts are recognised, without keeping the text.

The text is the body without boilerplate and bylines (the headline where there is no body), reduced to letters and
digits in lower case, so that new line breaks, dashes and quotation marks change nothing. Every window of 16 bytes that
holds a digit counts, and one in eight of the other windows: yesterday's and today's market reports share every phrase
and differ only in figures. The set of windows is kept as a MinHash (rensa's R-MinHash) of 64 values, reduced to the low
byte of each ("b-bit minwise hashing", Li and König 2010). `streams.tally.repeats` compares signatures.
"""

import re
from binascii import b2a_base64
from typing import Final

import numpy as np
from rensa import RMinHash

from schemas.taxonomy import Field
from streams.extract.text.document import Document

WINDOW: Final = 16  # bytes, some three words; a changed word changes only the windows that overlap it
ONE_IN: Final = 8  # one in eight windows without a digit counts
SHORTEST: Final = 200  # bytes after reduction, some forty words: shorter texts of one form look alike
LONGEST: Final = 65_536  # bytes that are read: a longer text is represented by its beginning
VALUES: Final = 64
SEED: Final = 1

_U64: Final = 2**64
_BASE: Final = 0x9E3779B97F4A7C15  # odd, so it has an inverse
_DIGITS: Final = b"0123456789"


def _powers(base: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    powers = np.full(LONGEST, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)


_DROPPED: Final = bytes(byte for byte in range(0x80) if not chr(byte).isalnum())
_IS_DIGIT: Final = np.array([byte in _DIGITS for byte in range(256)], np.uint8)
# Every byte as a number that fills 64 bits; this multiplier and the mixer are those of MurmurHash3.
_SPREAD: Final = np.array([(byte + 1) * 0xFF51AFD7ED558CCD % _U64 for byte in range(256)], np.uint64)
_POWERS: Final = _powers(_BASE)
_INVERSES: Final = _powers(pow(_BASE, -1, _U64))
# Dashes, quotation marks, ellipsis and spaces of typesetting (U+2000 to U+203F, no-break space), in UTF-8.
_TYPOGRAPHY: Final = re.compile(rb"\xe2\x80[\x80-\xbf]|\xc2\xa0")
_MIXER: Final = np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT: Final = np.uint64(29)
_SAMPLED: Final = np.uint64(_U64 // ONE_IN)


def text_signature(document: Document) -> str | None:
    """The signature (88 characters), None for a text of fewer than some forty words. Time is linear in the text.

    It is the Base64url of 66 bytes: the number of windows that counted (16 bits, big-endian, at most 65,535), then the
    64 values.
    """
    text = document.headline
    if document.body:
        text = " ".join(s.text for s in document.sentences if s.field is Field.BODY and not s.boilerplate)
    encoded = text[:LONGEST].lower().encode()
    kept = (encoded if text.isascii() else _TYPOGRAPHY.sub(b"", encoded)).translate(None, _DROPPED)[:LONGEST]
    if len(kept) < SHORTEST:
        return None
    windows = _windows(np.frombuffer(kept, np.uint8))
    values = RMinHash.digest_matrix_from_flat_token_hashes(windows, [0, windows.size], VALUES, SEED).to_rows()[0]
    counted = min(windows.size, 0xFFFF)
    packed = counted.to_bytes(2, "big") + bytes([value & 0xFF for value in values])
    return b2a_base64(packed, newline=False).translate(_URL_SAFE).decode()


_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")


def _windows(kept: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Hashes of the windows that count. Each is a polynomial over the bytes of a window, taken from one running sum."""
    size = kept.size
    sums = np.zeros(size + 1, np.uint64)
    np.cumsum(_SPREAD.take(kept) * _POWERS[:size], out=sums[1:])
    hashes = (sums[WINDOW:] - sums[:-WINDOW]) * _INVERSES[: size - WINDOW + 1]
    hashes ^= hashes >> _SHIFT
    hashes *= _MIXER
    digits = np.zeros(size + 1, np.uint8)  # digits before each byte, modulo 256: a window has fewer
    np.cumsum(_IS_DIGIT.take(kept), out=digits[1:])
    chosen: np.ndarray[tuple[int], np.dtype[np.uint64]] = hashes[
        (hashes < _SAMPLED) | (digits[WINDOW:] != digits[:-WINDOW])
    ]
    return chosen
