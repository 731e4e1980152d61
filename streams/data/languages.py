"""Which language a text is in, told by `py3langid`: a naive Bayes model over bytes that comes with its package.

The model is used only for articles that name no language, and only with languages in which markets are written about:
with all its 140 languages it takes a short headline full of names for anything. A language is named only where the
model is sure, since an English text taken for another language would lose all its events. At the limit below none of
8,000 articles of Reuters-21578 is taken for another language, and four are when only their headlines are read.

Library and model are loaded at the first use, which takes half a second: most feeds name the language.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES: Final = (
    *("ar", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "no"),
    *("pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"),
)
"""The languages that are distinguished: ISO 639-1 codes."""

LEAST_PROBABILITY: Final = 0.95

# A language shows in its first sentences; more would only cost time.
MOST_CHARS: Final = 500


def language_of(text: str) -> str | None:
    """The code of the language that `text` is in; None where that is not certain. It depends on the text alone."""
    code, probability = _model().classify(text[:MOST_CHARS])
    return str(code) if probability >= LEAST_PROBABILITY else None


@lru_cache(maxsize=1)
def _model() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  see above

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(LANGUAGES)
    return model
