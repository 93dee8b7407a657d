"""The system calls that the store makes below one folder, each passed to a hook that may refuse it, die in it or note it.

What the store writes through Python's buffered files comes out as `os.write` too, so that there is one place for each.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import fieldkit.store.journal

KINDS = ("open", "write", "fsync", "fdatasync", "rename", "unlink", "link", "ftruncate", "mkdir")
REAL_WRITE = os.write


class Call(NamedTuple):
    """One system call: `run` makes it; `name` is its first argument, a path or a handle."""

    kind: str
    name: Any
    arguments: tuple[Any, ...]
    run: Callable[[], Any]


Hook = Callable[[Call], Any]


class _Unbuffered(io.RawIOBase):
    """A file opened for writing, each write of which is a call of `os.write`."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def fileno(self) -> int:
        return self._handle

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return os.write(self._handle, bytes(data))

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.close(self._handle)


@contextmanager
def watched(folder: Path, hook: Hook) -> Iterator[None]:
    """While inside, `hook` makes every call that touches a file below `folder`."""
    inside: set[int] = set()

    def through(kind: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(name: Any, *arguments: Any, **named: Any) -> Any:
            ours = name in inside if isinstance(name, int) else Path(name).is_relative_to(folder)
            if not ours:
                return real(name, *arguments, **named)
            given = hook(Call(kind, name, arguments, lambda: real(name, *arguments, **named)))
            if kind == "open" and isinstance(given, int):
                inside.add(given)
            return given

        return call

    def closed(handle: int) -> None:
        inside.discard(handle)
        real_close(handle)

    def opened(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if isinstance(file, int) or not Path(file).is_relative_to(folder):
            return real_open(file, mode, *arguments, **named)
        if mode == "wb":
            return io.BufferedWriter(_Unbuffered(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)))
        return hook(Call("open", file, (os.O_RDONLY,), lambda: real_open(file, mode, *arguments, **named)))

    def of_handle(handle: int, mode: str, *_arguments: Any) -> Any:
        assert mode == "wb"
        return io.BufferedWriter(_Unbuffered(handle))

    real_close, real_open = os.close, io.open
    with contextlib.ExitStack() as stack:
        for kind, names in {"rename": ("replace", "rename"), "unlink": ("unlink", "remove")}.items():
            for name in names:
                stack.enter_context(mock.patch.object(os, name, through(kind, getattr(os, name))))
        for name in ("open", "write", "fsync", "fdatasync", "link", "ftruncate", "mkdir"):
            stack.enter_context(mock.patch.object(os, name, through(name, getattr(os, name))))
        stack.enter_context(mock.patch.object(fieldkit.store.journal, "_sync", os.fdatasync))
        stack.enter_context(mock.patch.object(os, "close", closed))
        stack.enter_context(mock.patch.object(os, "fdopen", of_handle))
        stack.enter_context(mock.patch.object(io, "open", opened))
        stack.enter_context(mock.patch.object(builtins, "open", opened))
        # Copies of files are then made with reads and writes.
        stack.enter_context(mock.patch("shutil._USE_CP_SENDFILE", new=False))
        yield


class Counted:
    """Makes every call, and counts them by kind. The others count as it does; `paused` calls are not theirs."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.paused = False

    def __call__(self, call: Call) -> Any:
        if self.paused:
            return call.run()
        self.seen[call.kind] += 1
        return self.meet(call, self.seen[call.kind])

    def meet(self, call: Call, number: int) -> Any:
        """Make a call, the `number`-th of its kind."""
        return call.run()

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Let what a test does itself pass."""
        self.paused, before = True, self.paused
        try:
            yield
        finally:
            self.paused = before


class Refusing(Counted):
    """Refuses the `number`-th call of a kind (None: of any) with an error, and all after it where `lasting`."""

    def __init__(self, kind: str | None, number: int, error: int, *, lasting: bool) -> None:
        super().__init__()
        self._kind, self._number, self._error, self._lasting = kind, number, error, lasting
        self.refused = 0

    def meet(self, call: Call, number: int) -> Any:
        if self._kind in {None, call.kind}:
            place = self.seen.total() if self._kind is None else number
            if place == self._number or (self._lasting and place > self._number):
                self.refused += 1
                raise OSError(self._error, os.strerror(self._error))
        return call.run()


class Killing(Counted):
    """Kills its own process at the `number`-th call of a kind: before it, after it, or in the middle of a write."""

    def __init__(self, kind: str, number: int, when: str) -> None:
        super().__init__()
        self._kind, self._number, self._when = kind, number, when

    def meet(self, call: Call, number: int) -> Any:
        if (call.kind, number) != (self._kind, self._number):
            return call.run()
        if self._when == "inside":
            data = bytes(call.arguments[0])
            # Of a frame with room behind it, half of all bytes would be the whole frame.
            REAL_WRITE(call.name, data[: len(data.rstrip(b"\0")) // 2])
        elif self._when == "after":
            with contextlib.suppress(OSError):
                call.run()
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError
