"""Opening the segments of a large bundle in other processes, while the archive writes what the first ones held.

Such a process is this module run by itself: it is told the bundle, the identity and its turn, and answers with one pickle
a segment.
A bundle of everyday size is opened right here, sooner than a process would start.
"""

from __future__ import annotations

import contextlib
import gc
import pickle
import subprocess
import sys
from collections.abc import Generator
from functools import partial
from itertools import islice, starmap
from typing import IO, Any

from sync.errors import SyncError
from sync.reading import Bad, Bundle, Found, Segment, Stored, opened

_LARGE = 4 * 1024 * 1024
"""Bytes of a bundle from which on a second process pays."""
_VERY_LARGE = 24 * 1024 * 1024
"""And from which on a third one does."""
_PIPE = 1024 * 1024
"""So much the process may answer ahead, where the system lets us say it (Linux)."""
_FOUND = partial(tuple.__new__, Found)


def opened_segments(bundle: Bundle, identity: str) -> Generator[Segment]:
    """Every segment of a bundle that can be opened, in order; the manifest is read first.

    Raises SyncError("bundle.tampered") where a whole bundle has others, ("medium.…").
    """
    answers = _elsewhere(bundle, identity) if bundle.size >= _LARGE else _here(bundle, identity)
    with contextlib.closing(answers):
        for answer in answers:
            if isinstance(answer, Segment):
                yield answer
            elif bundle.whole:
                raise bundle.tampered(answer)


def _here(bundle: Bundle, identity: str, begin: int = 0, step: int = 1) -> Generator[Segment | str]:
    for stored in islice(bundle.segments(), begin, None, step):
        yield _answer(stored, identity)


def _answer(stored: Stored, identity: str) -> Segment | str:
    """An opened segment, or what is wrong with it."""
    try:
        return opened(stored, identity)
    except SyncError as error:
        return str(error)


def _elsewhere(bundle: Bundle, identity: str) -> Generator[Segment | str]:
    count = 2 if bundle.size >= _VERY_LARGE else 1
    readers = [_reader(bundle, identity, turn, count) for turn in range(count)]
    done = 0
    try:
        while (answer := pickle.load(_output(readers[done % count]))) is not None:  # noqa: S301 - our own process
            if isinstance(answer, dict):
                raise SyncError(answer.pop("code"), **answer)
            yield _received(answer)
            done += 1
    except (EOFError, OSError, pickle.UnpicklingError):  # one was killed: the rest is done without them
        yield from _here(bundle, identity, done)
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
            _output(reader).close()


def _reader(bundle: Bundle, identity: str, turn: int, count: int) -> subprocess.Popen[bytes]:
    """A process that opens every so-many-th segment, the one of its turn first."""
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    _widen(_output(process))
    with contextlib.suppress(OSError), process.stdin:
        pickle.dump((bundle, identity, turn, count), process.stdin)
    return process


def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout


def _widen(pipe: IO[bytes]) -> None:
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _sent(answer: Segment | str) -> tuple[Any, ...] | str:
    """An answer in plain tuples, which cross much faster than named ones."""
    if isinstance(answer, str):
        return answer
    packed, raw_length, found, bad = answer
    return packed, raw_length, list(map(tuple, found)), list(map(tuple, bad))


def _received(answer: tuple[Any, ...] | str) -> Segment | str:
    """The same on the other side."""
    if isinstance(answer, str):
        return answer
    packed, raw_length, found, bad = answer
    return Segment(packed, raw_length, list(map(_FOUND, found)), list(starmap(Bad, bad)))


def main() -> None:
    """Open the segments of a bundle for another process: an answer each, then None; a dictionary for an error."""
    send = partial(pickle.dump, file=sys.stdout.buffer, protocol=5)
    bundle, identity, turn, count = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    gc.disable()  # nothing here refers to itself, and there is much of it
    with contextlib.suppress(BrokenPipeError):
        try:
            for answer in _here(bundle, identity, turn, count):
                send(_sent(answer))
                sys.stdout.buffer.flush()
            send(None)
        except SyncError as error:
            send({"code": error.code, **error.params})
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
