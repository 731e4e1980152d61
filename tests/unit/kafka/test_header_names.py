"""Header names that are no UTF-8: aiokafka raises on them for ever, the records are read all the same."""

from typing import Any

import pytest
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords

from streams.kafka.internals import header_names

NONE, GZIP, ZSTD = 0, 1, 4


class _OddName(str):
    """A name that becomes other bytes than those of UTF-8, as clients in other languages send them."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return b"caf\xe9"


def batch(names: list[str], compression: int) -> bytes:
    """A batch with a record for each name, which is that of its header."""
    builder = _DefaultRecordBatchBuilderPy(
        magic=2, compression_type=compression, is_transactional=0, producer_id=-1, producer_epoch=-1,
        base_sequence=-1, batch_size=1_000_000,
    )  # fmt: skip
    for offset, name in enumerate(names):
        builder.append(offset, 1_000 + offset, b"key", None if offset == 1 else b"value", [("a", None), (name, b"x")])
    return bytes(builder.build())


def read(records: Any) -> list[tuple[Any, ...]]:
    """All records of a fetch."""
    found = []
    while records.has_next():
        of_batch = records.next_batch()
        assert of_batch.validate_crc()
        assert not of_batch.is_control_batch
        found += [(r.offset, r.timestamp, r.key, r.value, r.headers) for r in of_batch]
    return found


@pytest.mark.parametrize("compression", [NONE, GZIP, ZSTD])
def test_a_name_that_is_no_utf_8_is_written_out_and_its_neighbours_are_as_they_were(compression: int) -> None:
    """Records before and behind it in the batch, and the batches around, come once each and in order."""
    plain, odd = batch(["b", "c"], compression), batch(["b", _OddName("é"), "ü", _OddName("é")], compression)
    with pytest.raises(UnicodeDecodeError):
        read(MemoryRecords(plain + odd))
    found = read(header_names.Records(plain + odd + plain))
    assert found[:2] == found[6:] == read(MemoryRecords(plain))
    assert [offset for offset, *_ in found[2:6]] == [0, 1, 2, 3]
    assert [headers for *_, headers in found[2:6]] == [
        [("a", None), (name, b"x")] for name in ("b", r"caf\xe9", "ü", r"caf\xe9")
    ]
    assert found[3][:4] == (1, 1_001, b"key", None)


def test_consumers_read_by_it() -> None:
    """The fetcher of aiokafka makes what it reads of this class; a release that no longer does so fails here."""
    assert fetcher.MemoryRecords is header_names.Records


def test_half_a_batch_at_the_end_of_a_fetch_waits_for_the_next() -> None:
    """A broker cuts an answer off at the size asked for."""
    records = header_names.Records(batch(["b"], NONE) + batch(["b"], NONE)[:-1])
    assert len(read(records)) == 1
    assert not records.has_next()
