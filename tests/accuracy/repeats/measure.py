"""Accuracy of `novelty.repeat_of`: near-identical texts are told from different news of one form.

    python -m tests.accuracy.repeats.measure

Two texts are given to the comparison that tally makes. Repeats are made from each text by one small edit: a word
changed, the headline changed, a byline and a credit line added, the lines broken anew, a paragraph cut. Different news
are made from forms (`FORMS`, own-written): a market report, a flash and an earnings line with other figures for each
day. Of Reuters articles, where they are beside the project, the edits of every tenth, and `reuters.jsonl`: pairs that
came nearest to one another over the whole corpus, read and labelled, as ids and digests.
"""

import argparse
import gzip
import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Final

from schemas import Article, Order
from streams.extract.signature import text_signature
from streams.extract.text.document import read
from streams.tally.contributions import ContributionEntry, ContributionKey, ContributionsInMemory
from streams.tally.repeats import Repeats, TextMemory
from streams.tally.stories import StoryPlace

HERE: Final = Path(__file__).parent
SHARED: Final = HERE.parents[3] / "shared" / "data"
DAYS: Final = 12
SEED: Final = 11

FORMS: Final = {
    "market report": (
        "Tokyo stocks {went} on {day}, with the Nikkei 225 closing {points} points, or {percent} percent, {side} at "
        "{level}. The broader Topix {went} {other} percent to {topix}.\n\nTurnover on the main board came to "
        "{turnover} trillion yen, against {before} trillion yen the session before. {up} issues advanced "
        "and {down} declined.\n\n"
        "In the currency market the dollar stood at {dollar} yen at 5 p.m., compared with {was} yen late on the day "
        "before in New York. The yield on the 10-year government bond was {bond} percent."
    ),
    "money market": (
        "The central bank said it provided the money market with {turnover} billion in the afternoon session. It "
        "bought outright {percent} billion of band one bills at {bond} percent and {other} billion of band two bills "
        "at {before} percent. This brings the total help so far today to {dollar} billion against a shortage estimated "
        "at around {was} billion."
    ),
    "earnings": (
        "The company reported a net profit of {turnover} million for the quarter against {before} million a year "
        "earlier, and revenue of {level} thousand against {topix} thousand. Earnings per share were {percent} against "
        "{other}. The board declared a dividend of {bond} a share, payable to holders of record on the last trading "
        "day of the month, and kept its outlook for the year."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A headline and a body."""

    headline: str
    """May be empty."""
    body: str
    """The text compared."""


@dataclass(slots=True, kw_only=True)
class Figures:
    """Counts over pairs of texts."""

    pairs: Counter[str] = field(default_factory=Counter)
    """Pairs by kind: the edit's name, or that of the form for different news."""
    flagged: Counter[str] = field(default_factory=Counter)
    """Of these, taken for repeats."""

    def add(self, kind: str, *, flagged: bool) -> None:
        """Count a pair."""
        self.pairs[kind] += 1
        self.flagged[kind] += flagged

    @property
    def recall(self) -> float:
        """Share of the repeats that were flagged."""
        repeats = [kind for kind in self.pairs if kind in EDITS or kind == "repeat"]
        return sum(self.flagged[k] for k in repeats) / max(1, sum(self.pairs[k] for k in repeats))

    @property
    def alarm_rate(self) -> float:
        """Share of the pairs of different news that were flagged."""
        others = [kind for kind in self.pairs if kind not in EDITS and kind != "repeat"]
        return sum(self.flagged[k] for k in others) / max(1, sum(self.pairs[k] for k in others))

    @property
    def precision(self) -> float:
        """Share of the flagged pairs that are repeats; 1 where none is flagged."""
        right = sum(count for kind, count in self.flagged.items() if kind in EDITS or kind == "repeat")
        return right / self.flagged.total() if self.flagged.total() else 1.0


def a_word(text: Text, chance: random.Random) -> Text:
    """One word is another."""
    words = text.body.split(" ")
    if len(words) < 20:
        return text
    words[chance.randrange(len(words))] = chance.choice(("officials", "sharply", "quarter", "traders", "moderately"))
    return Text(headline=text.headline, body=" ".join(words))


def headline(text: Text, chance: random.Random) -> Text:
    """Another headline."""
    return Text(headline=f"UPDATE {chance.randint(1, 4)}-What we know so far", body=text.body)


def byline(text: Text, chance: random.Random) -> Text:
    """A byline before and a credit line after."""
    name = chance.choice(("Ann Field", "Kenji Mori", "Priya Nair"))
    return Text(
        headline=text.headline, body=f"By {name}\n\n{text.body}\n\n(Reporting by {name}; Editing by Tom Westbrook)"
    )


def lines(text: Text, chance: random.Random) -> Text:
    """The same words, broken into lines of another length."""
    width, out = chance.randint(40, 90), [""]
    for word in text.body.split():
        out[-1:] = [out[-1], word] if len(out[-1]) + len(word) > width else [f"{out[-1]} {word}".strip()]
    return Text(headline=text.headline, body="\n".join(out))


def a_paragraph(text: Text, chance: random.Random) -> Text:
    """One of four or more parts is cut: paragraphs, or sentences where there are no paragraphs."""
    mark = next((m for m in ("\n\n", "\n    ", ". ") if text.body.count(m) >= 3), None)
    if mark is None:
        return text
    parts = text.body.split(mark)
    del parts[chance.randrange(1, len(parts))]
    return Text(headline=text.headline, body=mark.join(parts))


EDITS: Final[dict[str, Callable[[Text, random.Random], Text]]] = {
    "a word changed": a_word,
    "headline changed": headline,
    "byline and credits added": byline,
    "lines broken anew": lines,
    "a paragraph cut": a_paragraph,
}


def signature(text: Text) -> str | None:
    """As extraction makes it."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return text_signature(read(Article(uri="t", published_at=moment, headline=text.headline, body=text.body)))


def is_repeat(one: Text, other: Text) -> bool:
    """Whether tally would say of the other that it repeats the one."""
    first, second = signature(one), signature(other)
    if first is None or second is None:
        return False
    contributions = ContributionsInMemory()
    order = Order(version=0, updated_at=0, partition=0, offset=0)
    place = StoryPlace(story="s", number=1, rank=1, minute=0, counts=())
    entry = ContributionEntry(order=order, observed_at=0, contribution=None, places=(place,), signature=first)
    contributions.put(ContributionKey("company:X", "one", 0, 0), entry)
    return Repeats(contributions, TextMemory()).find("company:X", "other", 60, second) == "one"


def edited(texts: list[Text]) -> Figures:
    """Each text long enough for a signature against each of its edits."""
    chance, figures = random.Random(SEED), Figures()
    for text in texts:
        if signature(text) is None:
            continue
        for name, edit in EDITS.items():
            other = edit(text, chance)
            if other != text:
                figures.add(name, flagged=is_repeat(text, other))
    return figures


@cache
def edited_samples() -> Figures:
    """The articles of the demo against their edits; compared once."""
    return edited(samples())


@cache
def dailies() -> Figures:
    """News of one form on different days, every pair of days."""
    figures = Figures()
    for name, form in FORMS.items():
        for one, other in combinations([_filled(form, day) for day in range(DAYS)], 2):
            figures.add(name, flagged=is_repeat(one, other))
    return figures


def _filled(form: str, day: int) -> Text:
    chance = random.Random(f"{SEED} {day}")
    rose = chance.random() < 0.5
    return Text(
        headline="Daily report",
        body=form.format(
            went="rose" if rose else "fell",
            side="higher" if rose else "lower",
            day=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")[day % 5],
            points=f"{chance.uniform(20, 900):.2f}",
            percent=f"{chance.uniform(0.1, 2.4):.2f}",
            other=f"{chance.uniform(0.1, 2.4):.2f}",
            level=f"{chance.uniform(48_000, 52_000):,.2f}",
            topix=f"{chance.uniform(3_200, 3_500):,.2f}",
            turnover=f"{chance.uniform(3, 7):.3f}",
            before=f"{chance.uniform(3, 7):.3f}",
            up=f"{chance.randint(300, 1_300):,}",
            down=f"{chance.randint(300, 1_300):,}",
            dollar=f"{chance.uniform(148, 156):.2f}",
            was=f"{chance.uniform(148, 156):.2f}",
            bond=f"{chance.uniform(1.4, 1.9):.3f}",
        ),
    )


def samples() -> list[Text]:
    """The articles of the demo, English and Japanese."""
    lines_of = files("streams.demo").joinpath("articles", "sample.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines_of]
    return [Text(headline=row.get("headline", ""), body=row["body"]) for row in rows if row.get("body")]


@cache
def reuters(folder: Path, step: int = 10) -> Figures:
    """Edits of every `step`-th article, and the labelled pairs. Raises ValueError where a text is another."""
    articles = {row["id"]: row for row in map(json.loads, _lines(folder / "reuters21578" / "articles.jsonl.gz"))}
    texts = {key: Text(headline=row["title"], body=row["body"]) for key, row in articles.items()}
    figures = edited(list(texts.values())[::step])
    for line in (HERE / "reuters.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pair = [texts[key] for key in row["ids"]]
        if [hashlib.sha256(text.body.encode()).hexdigest()[:16] for text in pair] != row["digests"]:
            raise ValueError(f"reuters21578 {row['ids']}: not the texts that were labelled")
        figures.add(row["label"], flagged=is_repeat(*pair))
    return figures


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path) as lines_of:
        yield from lines_of


def report(name: str, figures: Figures) -> str:
    """Lines of text."""
    each = "\n".join(f"    {kind}: {figures.flagged[kind]} of {count} flagged" for kind, count in figures.pairs.items())
    return (
        f"{name}: precision {figures.precision:.3f}, recall {figures.recall:.3f}, "
        f"alarms {figures.alarm_rate:.3f}\n{each}"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Accuracy of repeat_of.")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder with reuters21578")
    chosen = parser.parse_args()
    print(report("own, edited", edited_samples()))  # noqa: T201 - a command that prints its result
    print(report("own, daily forms", dailies()))  # noqa: T201 - as above
    if chosen.data.is_dir():
        print(report("Reuters", reuters(chosen.data)))  # noqa: T201 - as above


if __name__ == "__main__":
    main()
