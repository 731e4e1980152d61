"""What a figure on an unseen set is worth hangs on nobody having written code or tests after its sentences."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# So many words in a row are no chance: "the FTSE 100 share index" may stand in any text.
RUN = 6
_WORD = re.compile(r"\w(?:[\w.,'%]*\w)?")


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of `RUN` words of a text."""
    words = _WORD.findall(text.lower())
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def held_back() -> Iterator[str]:
    """The texts of the sets that were written to be run once before anybody looked at them."""
    for path in sorted((ROOT / "tests" / "accuracy").glob("*/*.jsonl")):
        if path.name.startswith(("unseen", "later")) and "gold" not in path.name:
            for line in path.read_text(encoding="utf-8").splitlines():
                passage = json.loads(line)
                yield from (str(passage[name]) for name in ("title", "headline", "body", "text") if name in passage)


def quoted(source: str) -> Iterator[str]:
    """The texts in the code of a test."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_unit_test_quotes_a_set_that_was_held_back() -> None:
    """A unit test that quotes such a sentence proves only that it was looked at."""
    known = set().union(*map(runs, held_back()))
    assert len(known) > 3_000

    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted((ROOT / "tests" / "unit").rglob("*.py"))
        for text in quoted(path.read_text(encoding="utf-8"))
        if runs(text) & known
    ]

    assert found == []


def test_a_sentence_of_such_a_set_is_known_again_within_another_one() -> None:
    """However it is broken into lines, and whatever its capitals."""
    sentence = next(text for text in held_back() if len(runs(text)) > RUN)

    assert runs(f"So they said:\n{sentence.upper()}") & runs(sentence)
    assert not runs("The DAX rose 1% on Monday and stayed there.") & runs(sentence)
