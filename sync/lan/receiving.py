"""The bytes of a bundle as they come in: one request at a time writes a bundle, and nobody is waited for too long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from starlette.requests import Request

from sync.errors import SyncError
from sync.lan.limits import Limits
from sync.lan.spool import Upload

_WRITTEN = 1024 * 1024
Result = TypeVar("Result")


class Turn:
    """A request's turn to write a bundle."""

    def __init__(self) -> None:
        self._patience: asyncio.Timeout | None = None
        self._is_over = False

    def end(self) -> None:
        """Somebody newer wants to write: what has come of the body stays, and no more is waited for."""
        self._is_over = True
        if self._patience is not None:
            self._patience.reschedule(asyncio.get_running_loop().time())

    async def receive(self, request: Request, upload: Upload, length: int, seconds: float) -> None:
        """Write a body of `length` bytes as it comes; what has come stays, however it ends.

        seconds: the longest pause between two parts. Raises SyncError("lan.too-slow"), ("lan.malformed"), ("medium.…"),
        starlette.requests.ClientDisconnect.
        """
        part = bytearray()
        received = 0
        try:
            async with asyncio.timeout(0.0 if self._is_over else seconds) as self._patience:
                async for chunk in request.stream():
                    received += len(chunk)
                    if received > length:
                        raise SyncError("lan.malformed", reason="content-length")
                    part += chunk
                    if len(part) >= _WRITTEN:
                        ready, part = bytes(part), bytearray()
                        await surely(upload.append, ready)
                    if not self._is_over:
                        self._patience.reschedule(asyncio.get_running_loop().time() + seconds)
        except TimeoutError as error:
            raise SyncError("lan.too-slow", held=upload.held + len(part)) from error
        finally:
            self._patience = None
            await surely(_written, upload, bytes(part))


class Turns:
    """Who writes which bundle: of each one at a time, and `Limits.receiving` in all."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._latest: dict[tuple[str, str], Turn] = {}
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}

    @asynccontextmanager
    async def turn(self, device: str, sha256: str) -> AsyncIterator[Turn]:
        """The turn of a request that has just come: whoever still writes that bundle has a dead line, or its laptop has
        begun anew. Raises SyncError("lan.busy").
        """
        key, mine = (device, sha256), Turn()
        if (older := self._latest.get(key)) is not None:
            older.end()
        elif len(self._latest) >= self._limits.receiving:
            raise SyncError("lan.busy", seconds=1)
        self._latest[key] = mine
        lock = self._locks.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                yield mine
        finally:
            if self._latest.get(key) is mine:
                del self._latest[key]
                self._locks.pop(key, None)


def _written(upload: Upload, part: bytes) -> None:
    """Write the rest of a body, and see that all of it is on the disk."""
    if part:
        upload.append(part)
    upload.settle()


async def surely(do: Callable[..., Result], *arguments: Any) -> Result:
    """Do something in a thread to its end, even where nobody waits for it any more."""
    task = asyncio.ensure_future(asyncio.to_thread(do, *arguments))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
