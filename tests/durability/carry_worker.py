"""Carries at a stick and is killed at one system call: a child for each line `folder, number`, forked from one process
that has everything imported.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.durability.system import Counted, watched
from tests.exchange.tent import Tent


class Killed(Counted):
    """Dies before the `number`-th call of any kind."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def meet(self, call, _number):
        if self.seen.total() == self._number:
            os.kill(os.getpid(), signal.SIGKILL)
        return call.run()


def main() -> None:
    for line in sys.stdin:
        folder, number = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            tent = Tent(Path(folder), "AB")
            with watched(Path(folder), Killed(int(number))):
                tent.carry("B")
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
