"""A worker that may open 256 files, as under `ulimit -n 256`: `python -m tests.few_files_worker`."""

import resource

from streams.__main__ import main

FILES = 256

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    main()
