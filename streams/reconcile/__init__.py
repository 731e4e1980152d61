"""From annotations to claims: tells new, repeated, stale, corrected and withdrawn versions of one article apart.

The ledger keeps, per article and source position, an immutable entry. The rules:

* The current entry of an article is the greatest in `Order`. A version below it is stale and changes nothing; one with
  the same digest, version and `updated_at` is a duplicate and changes nothing.
* An entry holds what became of each event at its position, retracted ones included, so the claims sent for a position
  are a function of the entry and the record. A record handed over again therefore gives the same claims.
* A null value names no version. It takes over version and `updated_at` of the current entry and withdraws it; so does a
  withdrawal that names no version, from whatever partition. One that names the current version and no `updated_at`
  takes over that. A usable article that names no version counts as version 0.
* A version held back by its embargo stands where it first stood: a withdrawal that came meanwhile is after it.
* An event's identity leaves its numbers out, so that a corrected number corrects the event. Whether it changed is
  judged by all it says, the time it was published at included, except where in the text it stands: the published event
  names the version its offsets count in.
* Whether an event stands or was called off is left out of its identity like its numbers: an article that first tells of
  a merger and in its next version of the merger's end corrects the one event, so that who keeps the newest revision by
  `event_id` holds no merger any more. It is another story (`similarity_key`), since who says that it is off does not
  repeat those who said that it is on.
"""

from streams.reconcile.identity import subject_key
from streams.reconcile.ledger import Change, LedgerEntry, Outcome
from streams.reconcile.order import order_of
from streams.reconcile.verdict import Reconciled, Verdict, reconcile

__all__ = ["Change", "LedgerEntry", "Outcome", "Reconciled", "Verdict", "order_of", "reconcile", "subject_key"]
