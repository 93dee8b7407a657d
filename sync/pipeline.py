"""Opening the segments of a large bundle in a second process, while the archive writes what the first ones held.

The process is this module run by itself: it reads pickled segments from its input and answers in the same order, and
ends with its input. A bundle of everyday size is opened right here, sooner than a process would start.
"""

from __future__ import annotations

import contextlib
import pickle
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from functools import partial
from itertools import islice
from queue import Queue
from typing import IO, Any

from sync.errors import SyncError
from sync.reading import Bad, Bundle, Found, Segment, Stored, opened

_LARGE = 4 * 1024 * 1024
"""Bytes of a bundle from which on a second process pays."""
_AHEAD = 4
_FOUND = partial(tuple.__new__, Found)


def opened_segments(bundle: Bundle, identity: str) -> Generator[Segment]:
    """Every segment of a bundle that can be opened, in order; the manifest is read first.

    Raises SyncError("bundle.tampered") where a whole bundle has others.
    """
    answers = _elsewhere(bundle, identity) if bundle.size >= _LARGE else _here(bundle, identity)
    with contextlib.closing(answers):
        for answer in answers:
            if isinstance(answer, Segment):
                yield answer
            elif bundle.whole:
                raise bundle.tampered(answer)


def _here(bundle: Bundle, identity: str, begin: int = 0) -> Generator[Segment | str]:
    for stored in islice(bundle.segments(), begin, None):
        yield _answer(stored, identity)


def _answer(stored: Stored, identity: str) -> Segment | str:
    """An opened segment, or what is wrong with it."""
    try:
        return opened(stored, identity)
    except SyncError as error:
        return str(error)


def _elsewhere(bundle: Bundle, identity: str) -> Generator[Segment | str]:
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    sent: Queue[SyncError | bool] = Queue(_AHEAD)
    """True for each segment that was sent, False at the end, or what stopped the reading of the file."""
    feeder = threading.Thread(
        target=_feed, args=(bundle.segments(), identity, process.stdin, sent), daemon=True
    )
    feeder.start()
    done = 0
    try:
        while (said := sent.get()) is True:
            yield _received(pickle.load(process.stdout))  # noqa: S301 - from our own process
            done += 1
        if isinstance(said, SyncError):
            raise said
    except EOFError:  # it was killed: the rest is done without it
        yield from _here(bundle, identity, done)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _feed(segments: Iterator[Stored], identity: str, to: IO[bytes], sent: Queue[SyncError | bool]) -> None:
    try:
        pickle.dump(identity, to)
        for stored in segments:
            pickle.dump(stored, to, protocol=5)
            to.flush()
            sent.put(True)
    except SyncError as error:
        sent.put(error)
    except OSError:
        return  # nobody listens any more
    else:
        sent.put(False)


def _sent(answer: Segment | str) -> tuple[Any, ...] | str:
    """An answer in plain tuples, which cross much faster than named ones."""
    return (
        (answer.packed, answer.raw_length, [tuple(each) for each in answer.found])
        if isinstance(answer, Segment)
        else answer
    )


def _received(answer: tuple[Any, ...] | str) -> Segment | str:
    """The same on the other side."""
    if isinstance(answer, str):
        return answer
    packed, raw_length, rows = answer
    wrong = len(Bad._fields)
    return Segment(packed, raw_length, [Bad(*row) if len(row) == wrong else _FOUND(row) for row in rows])


def main() -> None:
    """Open segments for another process until there are no more."""
    source, to = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(EOFError, BrokenPipeError):
        identity = pickle.load(source)  # noqa: S301 - from our own process
        while True:
            pickle.dump(_sent(_answer(pickle.load(source), identity)), to, protocol=5)  # noqa: S301 - the same
            to.flush()


if __name__ == "__main__":
    main()
