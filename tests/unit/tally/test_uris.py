"""Very many uris in their order: what comes back is what a list would give, in a fraction of its memory."""

from hypothesis import given
from hypothesis import strategies as st

from streams.tally.uris import BLOCK, PLAIN_BYTES, Uris

CHANGES = st.lists(st.tuples(st.floats(0, 1), st.text(max_size=3) | st.none()), max_size=30)


@given(st.integers(0, 5 * BLOCK), CHANGES)
def test_uris_are_a_list(begin: int, changes: list[tuple[float, str | None]]) -> None:
    """Put in and taken out anywhere, blocks that become empty included."""
    plain = [f"urn:a:{number}" for number in range(begin)]
    uris = Uris()
    for at, uri in enumerate(plain):
        uris.insert(at, uri)
    for where, uri in changes:
        at = int(where * len(plain))
        if uri is not None:
            plain.insert(at, uri)
            uris.insert(at, uri)
        elif at < len(plain):
            del plain[at]
            uris.remove(at)
    assert len(uris) == len(plain)
    assert uris.slice(0, len(plain)) == plain
    middle = len(plain) // 2
    assert uris.slice(middle, middle + 50) == plain[middle : middle + 50]


def test_all_can_be_taken_out_again() -> None:
    """Expiry takes the oldest first, block by block."""
    uris = Uris()
    for at in range(4 * BLOCK):
        uris.insert(at, f"urn:newsml:example.com:20261128:nL8N3{at:05}")
    assert uris.bytes < 3 * BLOCK * PLAIN_BYTES
    for left in range(4 * BLOCK, 0, -1):
        assert len(uris) == left
        uris.remove(0)
    assert (len(uris), uris.bytes, uris.slice(0, 5)) == (0, 0, [])
