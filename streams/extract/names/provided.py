"""The symbols that the provider gives with an article: they are resolved and compared with the entities of the text.

A symbol is only a hint: an entity that only the provider names has no mentions and adds to no count, fact, sentiment
or event. Providers often tag an article with a whole sector; counting those tags would measure the tagging and not the
news.
"""

from collections.abc import Iterable
from dataclasses import replace

from schemas import Article, Entity, Symbol
from schemas.taxonomy import EntitySource
from streams.data.registry import Registry
from streams.extract.names.registry_names import RegistryNames
from streams.extract.names.symbols import find_cashtag, find_ric, find_yahoo


def with_provided(entities: tuple[Entity, ...], article: Article, names: RegistryNames) -> tuple[Entity, ...]:
    """The entities of the text, marked where the provider names them too, then the entities that only it names."""
    if not article.symbols:
        return entities
    provided = known_ids(article.symbols, names.registry)
    found = {entity.id for entity in entities}
    return (
        *(replace(entity, source=EntitySource.BOTH) if entity.id in provided else entity for entity in entities),
        *(_only_provided(entity, names) for entity in provided if entity not in found),
    )


def known_ids(symbols: Iterable[Symbol], registry: Registry) -> dict[str, None]:
    """The ids of the entities that the registry knows by these symbols, each once, in the order of the symbols."""
    return dict.fromkeys(found for symbol in symbols if (found := entity_of(symbol, registry)) is not None)


def entity_of(symbol: Symbol, registry: Registry) -> str | None:
    """The entity of a provider's symbol; None where the registry knows none."""
    value = symbol.value.strip()
    match symbol.scheme:
        case "ticker" | "cashtag":
            exchange, colon, ticker = value.removeprefix("$").upper().rpartition(":")
            if colon:
                return registry.find_ticker(exchange, ticker)
            return find_cashtag(registry, ticker) or find_ric(registry, ticker)
        case "ric":
            return find_ric(registry, value)
        case "yahoo":
            return find_yahoo(registry, value)
        case "isin":
            return registry.find_symbol("isin", value)
        case "figi":
            return registry.find_symbol("figi", value)
        case "mic-ticker":
            return registry.find_symbol("mic-ticker", value)
    return None


def _only_provided(entity: str, names: RegistryNames) -> Entity:
    known = names.registry.entities[entity]
    return Entity(
        id=entity,
        kind=known.kind,
        name=known.name,
        symbols=names.symbols(entity) or (),
        relevance=0.0,
        mention_count=0,
        mentions=(),
        source=EntitySource.PROVIDER,
    )
