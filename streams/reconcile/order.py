"""Which version of an article supersedes which."""

from schemas import Annotation, ArticleRef, Order, Position
from schemas.taxonomy import Status
from streams.reconcile.ledger import Change, LedgerEntry
from streams.reconcile.times import microseconds_of


def order_of(annotation: Annotation, position: Position, current: LedgerEntry | None) -> Order:
    """Where this version stands among the article's versions."""
    article = annotation.article
    version = article.version or 0
    updated_at = -1 if article.updated_at is None else microseconds_of(article.updated_at)
    if article.status is not Status.USABLE and current is not None:
        version, updated_at = _of_withdrawal(annotation, position, current, updated_at)
    return Order(version=version, updated_at=updated_at, partition=position.partition, offset=position.offset)


def _of_withdrawal(
    annotation: Annotation, position: Position, current: LedgerEntry, updated_at: int
) -> tuple[int, int]:
    """Version and time of a withdrawal, which takes over from the current entry what it does not name."""
    version, standing = annotation.article.version, current.order
    if version is None:
        latest = max(standing.updated_at, updated_at)
        earlier = (position.partition, position.offset) < (standing.partition, standing.offset)
        if earlier and latest == standing.updated_at and annotation.digest != current.digest:
            latest += 1  # from another partition, of which the number says nothing of what came first
        return standing.version, latest
    names_no_time = annotation.article.updated_at is None and position.partition == standing.partition
    return version, standing.updated_at if version == standing.version and names_no_time else updated_at


def stood_before(article: ArticleRef, position: Position, current: LedgerEntry) -> bool:
    """Whether a withdrawal that names no version is handed over again after a later record of its partition was taken.

    It takes over the version of what stood when it came, and that is gone; of what came later it says nothing.
    """
    names_none = article.status is not Status.USABLE and article.version is None
    return names_none and current.order.partition == position.partition and current.order.offset > position.offset


def withdrawn_while_held(article: ArticleRef, position: Position, current: LedgerEntry) -> bool:
    """Whether an embargoed version comes when a withdrawal behind it, which named no version, has taken it back.

    Where nothing of the article stood yet, the withdrawal had no version to take over, and any that comes later would
    be the newer.
    """
    says_nothing = not current.indices and all(outcome.change is Change.RETRACTED for outcome in current.events)
    came_before = current.order.partition == position.partition and current.order.offset > position.offset
    return article.embargoed_until is not None and came_before and says_nothing and current.order.version == 0
