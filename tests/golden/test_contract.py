"""The contract's examples are real outputs, and what its guide shows runs."""

import re
from pathlib import Path
from types import SimpleNamespace

from jsonschema import Draft202012Validator

from schemas import WireError
from schemas.wire import loads
from streams.contract import files, json_schema
from streams.contract.examples import OBSERVED, run
from streams.contract.messages import ANNOTATION, DEAD_LETTER, INDEX_ACTIVITY, MARKET_EVENT
from streams.demo.articles import broken_articles, sample_articles
from tests import shipped

# Beside the schema: no field that it does not know.
CLOSED = {"unevaluatedProperties": False}
GUIDE = Path(__file__).parents[2] / "schemas" / "README.md"


def is_json(line: bytes) -> bool:
    """Whether a line is an object."""
    try:
        return isinstance(loads(line), dict)
    except WireError:
        return False


def test_the_examples_are_what_the_stages_say() -> None:
    """Run `newstape contract --update` after a change that means to change them."""
    assert files.stored_examples(files.directory()) == run(shipped.extractor())


def test_what_the_stages_make_of_the_sample_articles_is_valid_by_the_schemas() -> None:
    """Every annotation, event and count of a week of invented news, in two languages and all forms of article."""
    lines = [*sample_articles(now=OBSERVED), *broken_articles()]
    records = [(str(number), loads(line)) for number, line in enumerate(lines) if is_json(line)]
    found = run(shipped.extractor(), records)
    for kind in (ANNOTATION, MARKET_EVENT, INDEX_ACTIVITY, DEAD_LETTER):
        schema = json_schema.document(kind)
        validator = Draft202012Validator({**schema, "$id": f"{schema['$id']}:closed", **CLOSED})
        assert found[kind.name]
        for example in found[kind.name]:
            value = example.headers if kind is DEAD_LETTER else example.value
            assert [error.json_path for error in validator.iter_errors(value)] == [], example.name


def test_the_lines_of_the_guide_run() -> None:
    """On a real record; the last line's values are those of the example."""
    (code,) = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    *lines, last = code.strip().splitlines()
    value = files.text(files.stored_examples(files.directory())["market-event"][0].value).encode()
    names = {"record": SimpleNamespace(value=value)}
    exec("\n".join(lines), names)
    assert eval(last, names) == ("Nikkei 225", 1.2)
