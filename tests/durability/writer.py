"""Works on workspaces and is killed: a process that is forked for each kill, from one that has everything imported.

Reads orders, one JSON a line, and forks for each a child that walks a workspace. The child says before each step which
state it leads to ("try") and after it that it is done; what it said is all that anyone outside knows of it.
"""

from __future__ import annotations

import base64
import json
import os
import random
import signal
import sys
import zlib
from pathlib import Path

from tests.durability.system import Counted, Killing, watched
from tests.durability.walk import (
    Step,
    Walk,
    abandon,
    batch,
    close,
    compact,
    damage,
    erase,
    passphrase,
    patch,
    put,
    remove,
    reopen,
    script,
    tear,
)  # fmt: skip


def work(order: dict) -> None:
    """What a child does: the script, or from a state on, steps at random for as long as it lives."""
    hook = Killing(order["kind"], order["number"], order["when"]) if "kind" in order else Counted()
    folder = Path(order["folder"])
    walk = Walk(folder, hook, order.get("state"))
    with watched(folder.parent, hook):
        if "seed" in order:
            chance = random.Random(order["seed"])
            if chance.random() < 0.3:
                walk.run([damage()])
            walk.run([reopen()], told)
            walk.run((_any(chance) for _ in range(200)), told)
            os.kill(os.getpid(), signal.SIGKILL)  # the call aimed at never came
        walk.run(script(order["first"]), told)


def told(word: str, step: Step, then: dict) -> None:
    """Say it in one write."""
    say([word, step.name, then])


def say(what: list) -> None:
    """Write a line short enough (PIPE_BUF) that no kill can leave half of it."""
    line = base64.b64encode(zlib.compress(json.dumps(what).encode())) + b"\n"
    assert len(line) < 4096
    os.write(1, line)


def _any(chance: random.Random) -> Step:
    number = chance.randrange(30)
    return chance.choice([
        put(number), put(number, 6000), patch(number, chance.randrange(99)), patch(number, chance.randrange(99)),
        batch(number, chance.randrange(99)), batch(number, chance.randrange(99)), remove(number), erase(number),
        compact(), passphrase(str(chance.randrange(9))), close(), abandon(), tear(number), damage(), reopen(), reopen(),
    ])  # fmt: skip


def main() -> None:
    """Fork a child for every order; kill it after `seconds` where the order says so."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                work(order)
            except BaseException as error:
                say(["failed", repr(error)[:999], None])
            finally:
                os._exit(1)
        if "seconds" in order:
            signal.sigtimedwait([signal.SIGCHLD], order["seconds"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        signal.sigtimedwait([signal.SIGCHLD], 0)
        killed = os.WIFSIGNALED(status)
        say(["killed" if killed else "ended", "", None])


if __name__ == "__main__":
    main()
