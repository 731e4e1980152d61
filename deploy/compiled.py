"""Build hook of the wheel; `make wheel` asks for both, and without these variables, or editable, it does nothing.

NEWSTAPE_COMPILE=1 compiles extraction to machine code by mypyc. What is compiled goes from a temporary directory into
the wheel, beside its source, which tracebacks name; never into the checkout, where it would hide what is edited there.

NEWSTAPE_PREPARE=1 brings registry and rules prepared (`streams.engine`), so that the first start after an install is as
quick as later ones. The file serves every Python with the version of Unicode of the one that builds; others prepare
their own at their first start.
"""

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Of a record's time in the pure stages nearly all is extraction's. Its values of the contract stay as they are: orjson
# and msgspec read the annotations of their fields, of which mypyc keeps too little.
MODULES = "streams/extract/**/*.py"


class WheelHook(BuildHookInterface):
    """Adds compiled modules to the wheel, says for which interpreter and platform they are, and adds prepared data."""

    def dependencies(self) -> list[str]:
        """What compiling needs, mypyc and what the modules import, whose types it reads; and what preparing imports."""
        compiling = ["mypy>=1.19", "setuptools>=80"] if _wanted("NEWSTAPE_COMPILE") else []
        return [*compiling, *self.metadata.core.dependencies] if compiling or _wanted("NEWSTAPE_PREPARE") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile and prepare, where that is wanted."""
        if version == "editable":
            return
        self._made: list[tempfile.TemporaryDirectory[str]] = []
        if _wanted("NEWSTAPE_COMPILE"):
            self._add_compiled(build_data)
        if _wanted("NEWSTAPE_PREPARE"):
            self._add_prepared(build_data)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The wheel is written."""
        for made in getattr(self, "_made", ()):
            made.cleanup()

    def _add_prepared(self, build_data: dict[str, Any]) -> None:
        directory = tempfile.TemporaryDirectory(prefix="newstape-prepared-")
        self._made.append(directory)
        # A user's first start, with this cache directory: what it leaves there is what a wheel is to bring.
        environment = {**os.environ, "XDG_CACHE_HOME": directory.name, "PYTHONPATH": self.root}
        code = "from streams.engine import load_registry; load_registry()"
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)  # noqa: S603
        (path,) = Path(directory.name, "newstape").iterdir()
        path.chmod(0o644)
        build_data["force_include"][str(path)] = f"streams/prepared/{path.name}"

    def _add_compiled(self, build_data: dict[str, Any]) -> None:
        fault = lacking()
        if fault:
            self.app.abort(f"newstape can't be compiled here: {fault}\nOr build without NEWSTAPE_COMPILE.")
        root = Path(self.root)
        modules = sorted(str(p.relative_to(root)) for p in root.glob(MODULES) if p.name != "__init__.py")
        directory = tempfile.TemporaryDirectory(prefix="newstape-compiled-")
        self._made.append(directory)
        self.app.display_info(f"Compiling {len(modules)} modules, which takes a minute or two")
        built = Path(directory.name)
        with contextlib.chdir(root):
            _compile(modules, built)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        for path in sorted((built / "lib").rglob("*" + sysconfig.get_config_var("EXT_SUFFIX"))):
            build_data["force_include"][str(path)] = str(path.relative_to(built / "lib"))


def _wanted(variable: str) -> bool:
    return os.environ.get(variable, "") not in {"", "0"}


def lacking() -> str | None:
    """What compiling needs and this machine has not, with the mend; null where all is there."""
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    if shutil.which(compiler[0]) is None:
        return f"there is no C compiler `{compiler[0]}`. On Debian: apt-get install gcc libc6-dev; or name one in CC."
    headers = sysconfig.get_path("include")
    if not Path(headers, "Python.h").exists():
        return f"{headers} has no Python.h. On Debian: apt-get install python3-dev."
    look = [*compiler, "-E", f"-I{headers}", "-x", "c", "-"]
    done = subprocess.run(look, input="#include <Python.h>", capture_output=True, text=True, check=False)  # noqa: S603
    return f"{done.stderr.strip()}\nOn Debian: apt-get install libc6-dev." if done.returncode else None


def _compile(modules: list[str], built: Path) -> None:
    """The compiled modules of these paths, below `built/lib`. Ends the process where mypyc finds a fault."""
    from mypyc.build import mypycify  # noqa: PLC0415 - needed where something is compiled, and only there
    from setuptools import Distribution  # noqa: PLC0415
    from setuptools.command.build_ext import build_ext  # noqa: PLC0415

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    extensions = mypycify(
        ["--python-version", python, "--cache-dir", str(built / "types"), *modules],
        group_name="newstape",
        multi_file=True,  # half the compiler's time and a fraction of its memory
        opt_level=os.environ.get("MYPYC_OPT_LEVEL", "3"),
        debug_level="0",
        target_dir=str(built / "c"),
    )
    command = build_ext(Distribution({"name": "newstape", "ext_modules": extensions}))
    command.build_lib = str(built / "lib")
    command.build_temp = str(built / "objects")
    command.ensure_finalized()
    command.run()
