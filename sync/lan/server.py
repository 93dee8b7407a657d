"""The office's side of the local network: HTTP over TLS with the office's own certificate."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import logging
import os
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import h11
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from sync.errors import SyncError
from sync.lan.address import Address
from sync.lan.desk import Desk
from sync.lan.limits import Limits, counted_as
from sync.lan.routes import Routes, unknown
from sync.lan.site import Beside, Site
from sync.lan.spool import Spool
from sync.lan.tls import server_context

_KEEP_ALIVE = 15
_LAST_ANSWERS = 10
"""Seconds that requests under way have when the server stops."""


class OfficeServer:
    """Serves one office until it is stopped."""

    def __init__(
        self, site: Site, address: Address, limits: Limits | None = None, beside: Beside | None = None
    ) -> None:
        self._site = site
        self._address = address
        self._limits = limits or Limits()
        self._beside = beside
        self._server: _Server | None = None

    def run(self, ready: Callable[[Address], None]) -> None:
        """Serve until `stop`, Ctrl+C or SIGTERM; an import under way is finished then.

        ready: is told where, once laptops can come. Raises SyncError("lan.cannot-listen").
        """
        with contextlib.ExitStack() as at_end:
            sock = at_end.enter_context(_listening(self._address))
            host, port = sock.getsockname()[:2]
            door = self._beside.door if self._beside else None
            another = at_end.enter_context(_listening(door)) if door else None
            asyncio.run(self._serve(sock, another, functools.partial(ready, Address(host, port))))

    def stop(self) -> None:
        """Stop serving; from any thread."""
        if self._server is not None:
            self._server.should_exit = True

    async def _serve(
        self, sock: socket.socket, another: socket.socket | None, ready: Callable[[], None]
    ) -> None:
        context, certificate = server_context(self._site.key)
        inbox = self._site.folder / "inbox"
        spool = Spool(inbox, self._limits)
        desk = Desk(self._site, spool, inbox / ".packs")
        routes = Routes(self._site, desk, spool, self._limits, certificate)
        beside = self._beside
        others = list(beside.routes) if beside else []
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)
        loop = asyncio.get_running_loop()
        # uvicorn leaves a minute for a handshake, in which a stranger could hold as many lines as he likes.
        loop.create_server = _patient(loop.create_server, self._limits.head_seconds)  # type: ignore[method-assign]
        loop.set_exception_handler(self._unexpected)
        self._server = _Server(self._config([*routes.table(), *others], context), ready)
        door = (
            _Server(self._config(others, beside.tls), lambda: None, is_main=False)
            if beside and another
            else None
        )
        desk.open()
        try:
            if beside:
                await beside.begin()
            served = asyncio.ensure_future(door.serve([another])) if door and another else None
            await self._server.serve([sock])
            if door and served:
                door.should_exit = True
                await served
        finally:
            if beside:
                await beside.end()
            await desk.close()

    def _config(self, routes: list[Route], context: ssl.SSLContext | None) -> _Config:
        app = Starlette(routes=routes, exception_handlers={HTTPException: unknown})
        app.router.redirect_slashes = False
        limits = self._limits
        tls = {"ssl_context_factory": lambda *_: context} if context else {}
        return _Config(
            app, limits, http=_Line, ws="none", lifespan="off", loop="asyncio", log_config=None,
            access_log=False, proxy_headers=False, server_header=False, date_header=False,
            limit_concurrency=limits.connections, h11_max_incomplete_event_size=limits.head,
            timeout_keep_alive=_KEEP_ALIVE, timeout_graceful_shutdown=_LAST_ANSWERS, **tls,
        )  # fmt: skip

    def _unexpected(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What lines that break leave behind is nothing to tell."""
        error = context.get("exception")
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self._site.fault(error)


class _Config(uvicorn.Config):
    """What a server and its lines are told."""

    def __init__(self, app: Starlette, limits: Limits, **named: Any) -> None:
        super().__init__(app, **named)
        self.limits = limits


class _Server(uvicorn.Server):
    """A server that says when it is ready, and whose signals end it without ending the program."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], *, is_main: bool = True) -> None:
        super().__init__(config)
        self._ready = ready
        self._is_main = is_main

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await asyncio.to_thread(self._ready)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if not self._is_main or threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


class _Door(socket.socket):
    """Listens. Whoever knocks when the system gives no more lines is turned away, for which one is kept back; left in the
    queue, he would be asked in again without end.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._spare = _spare()

    def accept(self) -> tuple[socket.socket, Any]:
        try:
            return super().accept()
        except OSError as error:
            if error.errno not in {errno.EMFILE, errno.ENFILE}:
                raise
            self._turn_away()
            raise BlockingIOError from error

    def _turn_away(self) -> None:
        with contextlib.suppress(OSError):  # somebody else was quicker to take what was kept back
            self._spare.close()
            super().accept()[0].close()
        with contextlib.suppress(OSError):
            self._spare = _spare()

    def close(self) -> None:
        self._spare.close()
        super().close()


def _spare() -> BinaryIO:
    """What takes the place of a line."""
    return Path(os.devnull).open("rb")


class _Line(H11Protocol):
    """One connection, which may not keep others waiting: neither by silence nor by slowness, nor by being one of many."""

    def __init__(self, config: _Config, *args: Any, **named: Any) -> None:
        super().__init__(config, *args, **named)
        self._limits = config.limits
        self._timer: asyncio.TimerHandle | None = None
        self._was_idle = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        own = _counted_as(self)
        alike = [each for each in self.connections if isinstance(each, _Line) and _counted_as(each) == own]
        if len(alike) > self._limits.connections_each:
            transport.abort()
            return
        self._watch()

    def handle_events(self) -> None:
        try:
            super().handle_events()
        except h11.LocalProtocolError:
            self.transport.abort()  # what follows an answer is malformed, and cannot be answered once more
        self._watch()

    def send_400_response(self, msg: str) -> None:
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:  # it was answered already, and what came then is no request
            self.transport.abort()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Give it its time: for a request to come, or for one to be answered."""
        cycle: Any = self.cycle  # None before the first request, though uvicorn does not say so
        is_idle = cycle is None or cycle.response_complete
        if self._timer is not None and is_idle == self._was_idle:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._was_idle = is_idle
        seconds = self._limits.head_seconds + (0 if cycle is None else _KEEP_ALIVE)
        self._timer = self.loop.call_later(
            seconds if is_idle else self._limits.request_seconds, self.transport.abort
        )


def _patient(create: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    """What creates servers, with so many seconds for a handshake where there is one."""

    def created(*given: Any, **named: Any) -> Any:
        return create(*given, **named, **({"ssl_handshake_timeout": seconds} if named.get("ssl") else {}))

    return created


def _counted_as(line: _Line) -> str:
    return counted_as(line.client[0]) if line.client else ""


def _listening(address: Address) -> socket.socket:
    """A socket that listens there. Raises SyncError("lan.cannot-listen")."""
    try:
        [(family, kind, proto, _name, where), *_others] = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        sock = _Door(family, kind, proto)
        try:
            if os.name != "nt":  # where it would let two programs have the port
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(where)
        except BaseException:
            sock.close()
            raise
    except OSError as error:
        raise SyncError(
            "lan.cannot-listen", address=str(address), reason=error.strerror or str(error)
        ) from error
    return sock
