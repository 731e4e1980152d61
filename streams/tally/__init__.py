"""From claims to counts and market events: what was said of each index in every window, and how new each event is.

State is kept per claim and article, never as a sum: an entry is immutable and keyed by entity, article and source
position, so that writing it again changes nothing and no value grows with traffic. Sums per minute are derived from
the entries and counted again at a start (`Tally.count`). Stories and texts are looked up in the entries by marks, so
that nothing else must be rebuilt and memory does not grow with the number of articles. The rules:

* The current entry of (entity, article) is the greatest in order. A claim below it is stale and changes nothing.
* A claim whose order equals the current one was delivered again: it gives the same entry and the same events.
* A window of w minutes ending at `as_of` holds the minutes [as_of - w, as_of) of event time.
* An event's rank in its story is fixed when first published and kept through its article's corrections and withdrawal
  (`streams.tally.stories`); so is the article whose text it repeats (`streams.tally.repeats`). A correction that comes
  when the entry has expired has no novelty: the rank is no longer known, and a new one would call old news new.

All claims about an entity are on one partition, and each partition has one tally. Sentiment is summed as integers
of 1/10,000, so that no order of additions changes a mean.
"""

from streams.tally.contributions import MARK_BYTES, ContributionEntry, ContributionKey, marks
from streams.tally.counts import Counts, event_time, is_late, minute_of
from streams.tally.tally import KEPT_MINUTES, Memory, Tallied, Tally
from streams.tally.usual import Usual, usual

__all__ = [
    "KEPT_MINUTES",
    "MARK_BYTES",
    "ContributionEntry",
    "ContributionKey",
    "Counts",
    "Memory",
    "Tallied",
    "Tally",
    "Usual",
    "event_time",
    "is_late",
    "marks",
    "minute_of",
    "usual",
]
