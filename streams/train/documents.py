"""Which document a labelled passage is from, and which documents nothing is tuned or trained on.

The given sets of real news are split by document: a document whose digest falls into the first quarter is frozen. Rules
are written, and weights are trained, on the other three quarters.
"""

import hashlib
from typing import Final

__all__ = ["document", "is_frozen"]

_SHARE: Final = 64  # of the 256 values that the first byte of a digest takes


def document(uri: str) -> str:
    """The document of a passage: its uri up to the last colon, or the whole uri where that is all there is."""
    head, _, _ = uri.rpartition(":")
    return head if ":" in head else uri


def is_frozen(uri: str) -> bool:
    """Whether the passage of this uri belongs to the frozen quarter."""
    return hashlib.sha256(f"unseen/{document(uri)}".encode()).digest()[0] < _SHARE
