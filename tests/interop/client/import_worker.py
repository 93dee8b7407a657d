"""Takes a file in and is killed when something was made durable: a child for each line `workspace, file, number`, forked from one process that
has everything imported.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.conftest import NOW
from tests.durability.system import Killing, watched
from tests.interop.client.importing import taken


def main() -> None:
    for line in sys.stdin:
        folder, file, number = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            with watched(Path(folder), Killing("fdatasync", int(number), "after")):
                taken(Path(folder), Path(file), NOW)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
