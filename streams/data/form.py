"""In which form extraction runs: as source, or compiled to machine code (`make wheel`). Both give the same bytes."""

from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec

__all__ = ["is_compiled"]


def is_compiled() -> bool:
    """Whether what is installed here is compiled. Looks without loading it."""
    spec = find_spec("streams.extract.annotate")
    return spec is not None and str(spec.origin).endswith(tuple(EXTENSION_SUFFIXES))
