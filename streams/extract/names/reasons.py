"""The rules by which mentions count, each with its meaning as `newstape explain` shows it.

Each stage sets `Finds.because` to the rule that it is about to apply; every mention that is added keeps it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Because(StrEnum):
    """The rule by which a mention was found."""

    NAME = "name"
    SYMBOL = "symbol"
    SYMBOL_BESIDE = "symbol-beside"
    TICKER_IN_CAPITALS = "ticker-in-capitals"
    LONGER_INDEX = "longer-index"
    DESCRIPTION = "description"
    INDEX_WORDS = "index-words"
    FIRM_NOT_INDEX = "firm-not-index"
    VENUE = "venue"
    MEDIUM = "medium"
    RATER = "rater"
    LEGAL_FORM = "legal-form"
    FIRM_ELSEWHERE = "firm-elsewhere"
    FIRM_WORDS = "firm-words"
    ADJECTIVE = "adjective"
    GOVERNMENT_ACTS = "government-acts"
    ANGLE_BRACKETS = "angle-brackets"
    NAME_IN_CAPITALS = "name-in-capitals"
    FIRM_BY_LAST_WORD = "firm-by-last-word"
    FIRM_BY_PERSON = "firm-by-person"
    FIRM_BY_WORDS_BEHIND = "firm-by-words-behind"
    FIRM_BY_WORDS_BEFORE = "firm-by-words-before"
    FIRM_BY_NEIGHBOURS = "firm-by-neighbours"
    FIRM_BY_ROLE_AT = "firm-by-role-at"
    FIRM_BY_SHAPE = "firm-by-shape"
    WHOLE_NAME = "whole-name"
    SHORT_NAME = "short-name"
    PERSON_BY_WORDS = "person-by-words"
    PERSON_BY_ROLE = "person-by-role"
    PERSON_BY_GIVEN_NAME = "person-by-given-name"
    PERSON_BY_STYLE = "person-by-style"
    PERSON_BY_WORDS_BEHIND = "person-by-words-behind"
    PERSON_BY_FAMILY_NAME = "person-by-family-name"
    PERSON_BY_ROLE_BEHIND = "person-by-role-behind"
    PERSON_BY_COLON = "person-by-colon"
    PERSON_BY_SPEECH = "person-by-speech"
    OFFICE = "office"
    OFFICIAL_ALONE = "official-alone"
    SURNAME = "surname"


MEANINGS: Final[Mapping[Because, str]] = {
    Because.NAME: "a name of the registry that stands for this alone",
    Because.SYMBOL: "a ticker, RIC or cashtag",
    Because.SYMBOL_BESIDE: "a name with the symbol of this entity beside it",
    Because.TICKER_IN_CAPITALS: "a headline in capitals that opens with a name and its ticker",
    Because.LONGER_INDEX: "the name goes on to that of an index or gauge",
    Because.DESCRIPTION: "a description that fits the main index of the market that the article is about",
    Because.INDEX_WORDS: "a name that is also a firm's, exchange's or publisher's; the words around speak of an index",
    Because.FIRM_NOT_INDEX: "a name that is also an index's; the words around speak of a firm",
    Because.VENUE: "an exchange's name as the place of trading or source of a notice",
    Because.MEDIUM: "a publisher's name as the source of news",
    Because.RATER: "S&P where it rates",
    Because.LEGAL_FORM: "a legal form stands behind the name",
    Because.FIRM_ELSEWHERE: "an ordinary word, and the article names the firm surely elsewhere",
    Because.FIRM_WORDS: "an ordinary word where only a firm can stand",
    Because.ADJECTIVE: "a country as a modifier; counts for little",
    Because.GOVERNMENT_ACTS: "a capital or seat that acts as a government does",
    Because.ANGLE_BRACKETS: "angle brackets, as wires write firms",
    Because.NAME_IN_CAPITALS: "a headline in capitals that opens with a name and a legal form",
    Because.FIRM_BY_LAST_WORD: "ends in a word that firms' names end in",
    Because.FIRM_BY_PERSON: "the firm for which a person speaks",
    Because.FIRM_BY_WORDS_BEHIND: "the words behind it are said of firms only",
    Because.FIRM_BY_WORDS_BEFORE: "the words before it are said of firms only",
    Because.FIRM_BY_NEIGHBOURS: "stands among firms or beside the person who works there",
    Because.FIRM_BY_ROLE_AT: "somebody has an office there",
    Because.FIRM_BY_SHAPE: "has the shape of a firm's name, and the words around agree",
    Because.WHOLE_NAME: "the name of a firm found before, without its legal form",
    Because.SHORT_NAME: "short for a firm found before",
    Because.PERSON_BY_WORDS: "words that name a person",
    Because.PERSON_BY_ROLE: "an office or title stands before the name",
    Because.PERSON_BY_GIVEN_NAME: "begins with a given name",
    Because.PERSON_BY_STYLE: "words that name a person",
    Because.PERSON_BY_WORDS_BEHIND: "the words behind it are said of people only",
    Because.PERSON_BY_FAMILY_NAME: "ends with a family name",
    Because.PERSON_BY_ROLE_BEHIND: "an office stands behind the name",
    Because.PERSON_BY_COLON: "the headline quotes them behind a colon",
    Because.PERSON_BY_SPEECH: "is quoted",
    Because.OFFICE: "an office and a surname",
    Because.OFFICIAL_ALONE: "an official's surname who speaks, acts or owns",
    Because.SURNAME: "the surname of somebody named in full",
}
"""What each rule means."""
