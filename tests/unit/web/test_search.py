"""Entities by name, as somebody types it who knows no id."""

import pytest

from streams.web.answers import FoundEntity
from streams.web.search import Names
from tests.viewed import Named

ENTITIES = {
    "company:7203.T": Named("Toyota Motor Corporation", ("Toyota",), "JP"),
    "company:NDAQ": Named("Nasdaq, Inc."),
    "index:IXIC": Named("Nasdaq Composite", ("Nasdaq",)),
    "index:N225": Named("Nikkei 225", ("Nikkei Stock Average",), "JP"),
    "index:NKX": Named("JPX-Nikkei 400"),
    "country:JP": Named("Japan"),
    "person:x": Named("Nikkei Person"),
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nikkei", ["index:N225", "index:NKX"]),
        ("  NIKKEI  225 ", ["index:N225"]),
        ("n225", ["index:N225"]),
        ("index:n225", ["index:N225"]),
        ("toyota", ["company:7203.T"]),
        ("7203", ["company:7203.T"]),
        ("nasdaq", ["index:IXIC", "company:NDAQ"]),
        ("stock average", ["index:N225"]),
        ("jap", ["country:JP"]),
        ("nobody", []),
    ],
)
def test_a_name_finds_whom_it_means(text: str, found: list[str]) -> None:
    """By name, alias, ticker or id; whose name it is comes first, indices before companies; persons are no subjects."""
    assert [one.id for one in Names(ENTITIES).find(text, 20).entities] == found


def test_as_many_are_given_as_are_asked_for() -> None:
    """The best of them, with their names."""
    assert Names(ENTITIES).find("nikkei", 1).entities == (FoundEntity(id="index:N225", name="Nikkei 225"),)
