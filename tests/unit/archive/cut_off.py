"""A commit cut off before each of its steps, in a process of its own: `cut_off.py FOLDER`.

FOLDER/before is an archive, FOLDER/records.pickle what is archived next. Step by step a copy of the archive is made,
and a fork of this process archives into it until that step, where it ends as if it were killed. This process itself
uses no Arrow, so that it has one thread and can be forked.
"""

import itertools
import os
import pickle
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.archived import archive

STEPS = frozenset(("os.rename", "os.mkdir", "os.remove"))
CUT_OFF = 9


def cut_off_at(step: int, archived: Path, records: list[object]) -> bool:
    """Archive in a fork that ends before this step; whether it came so far."""
    child = os.fork()
    if child == 0:
        number = itertools.count()

        def end(event: str, arguments: tuple[Any, ...]) -> None:
            writes = event in STEPS or (event == "open" and arguments[2] & os.O_CREAT)
            if writes and str(archived) in str(arguments[0]) and next(number) == step:
                os._exit(CUT_OFF)

        sys.addaudithook(end)
        archive(archived, records)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == CUT_OFF


def main(folder: Path) -> None:
    """Cut off at every step until there is none left."""
    records = pickle.loads((folder / "records.pickle").read_bytes())
    for step in itertools.count():
        copy = folder / f"cut-{step:03}"
        if (folder / "before").exists():
            shutil.copytree(folder / "before", copy)
        if not cut_off_at(step, copy, records):
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
