"""Mapping files are read, or refused with file, line and field."""

from pathlib import Path

import pytest

from streams.feeds.files import SHIPPED, MappingError, load_mappings, read_mapping
from streams.feeds.mapping import Format

GOOD = """\
description = "Example Wire"
items = "stories"

[article]
uri = { path = "id", prefix = "example:" }
published_at = "released"
headline = "title"
body = { path = ["text", "summary"], html = true }
symbols = { path = "tickers", scheme = "ticker" }
"""


def written(tmp_path: Path, text: str, name: str = "example-wire.toml") -> Path:
    """A mapping file."""
    path = tmp_path / name
    path.write_text(text)
    return path


def test_mapping_of_ten_lines_is_read(tmp_path: Path) -> None:
    """The least that a user writes."""
    mapping = read_mapping(written(tmp_path, GOOD))

    assert mapping.format is Format.JSON
    assert mapping.items == "stories"


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("description =", "descripton =", 1, "descripton: there is no such field, did you mean `description`?"),
        ('description = "Example Wire"', "", 0, "object missing required field `description`"),
        ('items = "stories"', 'format = "yaml"', 2, "format: invalid enum value 'yaml'"),
        ('items = "stories"', 'format = "xml"', 2, "format: xml needs items: the path of the article"),
        ('items = "stories"', 'items = "stories/"', 2, "items: expected a path such as source/name, found 'stories/'"),
        ('items = "stories"', 'items = ["a", "b]"]', 2, "items: expected / at character 2 of 'b]', found ']'"),
        ('items = "stories"', "items = ", 2, "expected TOML: invalid value"),
        ("html = true", 'html = "yes"', 8, "article.body.html: expected `bool`, got `str`"),
        ("html = true", "htlm = true", 8, "article.body.htlm: there is no such field, did you mean `html`?"),
        ('headline = "title"', "headline = 7", 7, "article.headline: expected a path or a table or several, got `int`"),
        ('headline = "title"', "headline = {}", 7, "article.headline: expected a path or a constant"),
        ('headline = "title"', 'titel = "title"', 7, "article.titel: there is no such field; there are uri"),
        ('published_at = "released"', "", 4, "article: object missing required field `published_at`"),
        ('"released"', '{ path = "r", zone = "EST" }', 6, 'article.published_at.zone: expected "UTC" or an offset'),
        ('"released"', "{ path = [] }", 6, "article.published_at.path: expected a path"),
        ('scheme = "ticker"', 'scheme = "cusip"', 9, "article.symbols.scheme: invalid enum value 'cusip'"),
        ('scheme = "ticker"', 'scheme = "ric", split = ""', 9, "article.symbols.split: expected a sign, got none"),
        ('prefix = "example:"', 'constant = "x"', 5, "article.uri.constant: expected none"),
        (
            'headline = "title"',
            'status = { path = "s", values = { gone = "deleted" } }',
            7,
            "article.status: expected usable | withheld | canceled, got 'deleted'",
        ),
    ],
)
def test_wrong_mapping_is_refused_with_file_line_and_field(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    """So that a user finds it."""
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new))

    with pytest.raises(MappingError) as refused:
        read_mapping(path)

    assert str(refused.value).startswith(f"{path}:{line}: {told}" if line else f"{path}: {told}")
    assert refused.value.line == line


def test_neither_headline_nor_body_is_refused(tmp_path: Path) -> None:
    """There would be nothing to read."""
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(("headline", "body")))

    with pytest.raises(MappingError, match=r"example-wire\.toml:4: article: expected headline or body"):
        read_mapping(written(tmp_path, text))


def test_table_of_an_array_names_its_line(tmp_path: Path) -> None:
    """Rules for symbols may be several."""
    text = GOOD.replace('symbols = { path = "tickers", scheme = "ticker" }', "") + (
        '[[article.symbols]]\npath = "tickers"\nscheme = "ticker"\n'
        '[[article.symbols]]\npath = "isin"\nscheme = "isim"\n'
    )

    with pytest.raises(MappingError, match=r"article\.symbols\[1\]\.scheme: invalid enum value 'isim'"):
        read_mapping(written(tmp_path, text))


def test_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Missing, or no UTF-8."""
    with pytest.raises(MappingError, match="can't be read: No such file or directory"):
        read_mapping(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"description = '\xff'")
    with pytest.raises(MappingError, match="expected UTF-8"):
        read_mapping(tmp_path / "bad.toml")


def test_name_of_the_file_is_the_feeds(tmp_path: Path) -> None:
    """It travels in headers and settings."""
    with pytest.raises(MappingError, match="small letters, digits and hyphens"):
        read_mapping(written(tmp_path, GOOD, "My Feed.toml"))


def test_own_mappings_stand_beside_the_shipped_and_may_replace_one(tmp_path: Path) -> None:
    """A folder stands for its files."""
    written(tmp_path, GOOD)
    written(tmp_path, GOOD, "tiingo.toml")

    found = load_mappings([tmp_path])

    assert found["example-wire"].path == tmp_path / "example-wire.toml"
    assert found["tiingo"].mapping.description == "Example Wire"
    assert found["alpaca"].path == SHIPPED / "alpaca.toml"


def test_every_shipped_mapping_names_its_documentation() -> None:
    """So that it can be held against it."""
    assert [name for name, found in load_mappings().items() if not found.mapping.documentation] == []
