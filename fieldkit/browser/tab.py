"""One app process, and the line between it and the tab of a browser."""

from __future__ import annotations

import asyncio
import contextlib
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from fieldkit.terminal import BROWSER

_PATIENCE = 5.0
"""Seconds that a process has to end by itself."""
_MOST_WORDS = 4000
_ESCAPE = "\x1b"
_ESCAPE_FOR_SURE = "\x1b[27u"
"""The key as Kitty's protocol spells it: the bare sign and a key that follows at once would be another key."""


class Tab(AppService):
    """An app process that a tab shows. words: the command. `said`: what it had to say when it ended."""

    def __init__(self, words: Sequence[str], language: str, socket: web.WebSocketResponse) -> None:
        super().__init__(
            " ".join(words),
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=self._go_on,
            download_manager=DownloadManager(),
        )
        self.said = ""
        self.gone = asyncio.Event()
        self.is_leaving = False
        self._words = words
        self._language = language

    async def type(self, keys: str) -> None:
        """Give what the page sent for one deed at the keyboard: a key's sequence, or a text."""
        if keys:  # nothing at all would be the end of all keys
            sent = _ESCAPE_FOR_SURE if keys == _ESCAPE else keys
            await self.send_bytes(sent.encode("utf-8", "replace"))

    async def ended(self) -> None:
        """Wait until the process has ended by itself."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def stop(self) -> None:
        """End the process as its own quit key does; one that does not answer is ended all the same."""
        self.is_leaving = True
        try:
            if self._task is None or self._process is None:
                return
            await self.send_meta({"type": "quit"})
            await asyncio.wait({self._task}, timeout=_PATIENCE)
            if self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
            await self._task
        finally:
            self.gone.set()

    async def run(self) -> None:
        """Hand on what the process draws until it ends."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        assert process.stderr is not None
        complaints = asyncio.create_task(process.stderr.read())
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
            await process.stdout.readuntil(b"__GANGLION__\n")
            while True:
                kind, size = await process.stdout.readexactly(1), await process.stdout.readexactly(4)
                payload = await process.stdout.readexactly(int.from_bytes(size, "big"))
                if kind == b"D":
                    await self.on_data(payload)
        # A tab that is closed draws no more; what the process still writes must not hold it up.
        while await process.stdout.read(65536):
            pass
        self.said = (await complaints).decode("utf-8", "replace").strip()[-_MOST_WORDS:]
        await process.wait()

    async def farewell(self, text: str) -> None:
        """Tell the page what to say instead of the app."""
        with contextlib.suppress(ConnectionError):
            await self.remote_write_str(json.dumps(["ended", text]))

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return super()._build_environment(width, height) | {
            "TEXTUAL_DRIVER": BROWSER,
            "TERM": "xterm-256color",
            "FIELDKIT_LANG": self._language,
            "PYTHONUTF8": "1",
        }

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            *self._words, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=self._build_environment(width, height)
        )
        self._stdin = self._process.stdin
        return self._process

    async def _go_on(self) -> None:
        """The line is closed by the server, after the last words."""
