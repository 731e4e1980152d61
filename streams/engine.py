"""Loads what extraction needs: registry, rules and weights, once per process.

The first start reads and checks the files of the registry and of the rules and keeps what they come to as a prepared
file in the user's cache directory; later starts read that, which takes a tenth of the time. Its key holds a digest of
all files, of the code that reads them and the version of Unicode by which names are folded: a change of any is a new
start. A wheel built by `make wheel` and the image of a container bring their prepared file beside the package.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas import taxonomy
from streams.data import event_rules, prepared, prepared_file
from streams.data.registry import Registry, RegistrySources, build_registry, registry_sources

if TYPE_CHECKING:
    from streams.extract.annotate import Extractor

__all__ = ["is_compiled", "load_extractor", "load_registry"]

DETECT: Final = "detect"
"""Setting of the language of articles that name none: it is told from their text."""

# The code that reads the files; a change of it may change what it makes of them.
_CODE: Final = Path(event_rules.__file__).parent
# Where an installation may bring a prepared file with it.
_BESIDE: Final = Path(__file__).parent / "prepared"


def load_extractor(
    registry_files: Sequence[Path] = (),
    *,
    rule_files: Sequence[Path] = (),
    quotes: bool = True,
    language: str = DETECT,
    min_confidence: float | None = None,
) -> "Extractor":
    """The extractor with newstape's data and your files; `language` and `min_confidence` are the settings of these
    names.

    Raises RegistryError, EventRuleError where a file of yours is wrong.
    """
    from streams.data.event_weights import load_event_weights  # noqa: PLC0415
    from streams.data.languages import language_of  # noqa: PLC0415
    from streams.data.sentiment import load_model  # noqa: PLC0415  asking for the version needs none of this
    from streams.extract.annotate import Extractor  # noqa: PLC0415

    content = _content(registry_files, rule_files)
    rules, weights = prepared.read_rules(content), load_event_weights()
    made = Extractor.of(prepared.read_registry(content), rules, load_model(), weights, quotes=quotes)
    if min_confidence is not None:
        made = replace(made, min_confidence=min_confidence)
    if language == DETECT:
        return replace(made, detect_language=language_of)
    return replace(made, assumed_language=language)


def load_registry(registry_files: Sequence[Path] = (), *, rule_files: Sequence[Path] = ()) -> Registry:
    """The registry of `load_extractor` alone; with the same files of rules it is read from the same prepared file."""
    return prepared.read_registry(_content(registry_files, rule_files))


def is_compiled() -> bool:
    """Whether the extraction installed here is compiled (`make wheel`), told without loading it; both forms give the
    same bytes.
    """
    spec = find_spec("streams.extract.annotate")
    return spec is not None and str(spec.origin).endswith(tuple(EXTENSION_SUFFIXES))


def _content(registry_files: Sequence[Path], rule_files: Sequence[Path]) -> bytes:
    """Registry and rules prepared: kept from an earlier start, else made now."""
    sources, own_rules = registry_sources(registry_files), event_rules.own_rule_sources(rule_files)
    key = _key(sources, own_rules)
    own = prepared_file.cache_directory()
    # Who may write beside the package may change its code as well: that file is as good as the code.
    content = prepared_file.kept(_BESIDE, key, anybodys=True)
    if content is None and own is not None:
        content = prepared_file.kept(own, key)
    if content is not None:
        return content
    content = prepared.prepared(build_registry(sources), event_rules.load_event_rules(own=own_rules))
    if own is not None:
        prepared_file.keep(own, key, content)
    return content


def _key(sources: RegistrySources, own_rules: Sequence[event_rules.RuleSource]) -> str:
    digest = hashlib.blake2b(f"{unicodedata.unidata_version} {sources.version}".encode())
    for file in sources.files:
        digest.update(f"{file.origin} {len(file.content)} ".encode())
    for path in (Path(taxonomy.__file__), *sorted(_CODE.glob("*.py")), *sorted(event_rules.SHIPPED.glob("*.toml"))):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)} ".encode() + content)
    for source in own_rules:
        digest.update(f"own {len(source.content)} ".encode() + source.content)
    return digest.hexdigest()[:32]
