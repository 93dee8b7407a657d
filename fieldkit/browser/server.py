"""The page, what it is made of, and the line to an app process for each tab; all of it behind the gate."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from http import HTTPStatus
from pathlib import Path

import textual_serve
from aiohttp import WSCloseCode, WSMsgType, web

from fieldkit.browser.gate import Gate
from fieldkit.browser.tab import Tab
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _, language

MOST_TABS = 4
"""App processes at a time."""
_HERE = Path(__file__).parent
_ASSETS = Path(textual_serve.__file__).parent / "static"
_LONGEST = 1 << 20
_WIDEST = 1000
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is served. words: the command of the app. title: of the page."""

    words: Sequence[str]
    title: str


class PageServer:
    """Serves one app to browsers until it is stopped."""

    def __init__(self, shown: Shown, host: str, port: int) -> None:
        self._shown = shown
        self._host, self._port = host, port
        self._gate = Gate(host, port)
        self._tabs: dict[Tab, web.WebSocketResponse] = {}

    def run(self, ready: Callable[[Gate], None]) -> None:
        """Serve until Ctrl+C, SIGTERM or the terminal is closed; ready: is told where.

        Raises FieldkitError("serve.cannot-listen").
        """
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: Callable[[Gate], None]) -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            with contextlib.suppress(NotImplementedError, AttributeError):  # Windows: Ctrl+C ends the loop
                loop.add_signal_handler(getattr(signal, name), stop.set)
        app = web.Application(middlewares=[self._guard])
        app.on_response_prepare.append(_with_headers)
        app.on_shutdown.append(self._end_all)
        room = self._gate.path
        app.add_routes(
            [web.get("/", self._enter), web.get(room, self._page), web.get(f"{room}ws", self._line)]
        )
        app.router.add_get(room + "{name:page\\.(?:css|js)}", self._part)
        app.router.add_static(f"{room}assets", _ASSETS)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=10)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self._host, self._port)
            try:
                await site.start()
            except OSError as error:
                raise FieldkitError(
                    "serve.cannot-listen",
                    address=f"{self._host}:{self._port}",
                    reason=error.strerror or str(error),
                ) from error
            self._gate = replace(self._gate, port=runner.addresses[0][1])
            ready(self._gate)
            await stop.wait()
        finally:
            await runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Refuse, in a sentence, whoever comes by another name or without key and cookie."""
        gate, called = self._gate, request.headers.get("Host")
        if not gate.is_ours(called):
            return _refused(_("fieldkit is not at this address. Open the one that “fieldkit serve” shows."))
        has_key = request.path == "/" and gate.has_key(request.query.get("key"))
        if not (has_key or gate.has_cookie(request.cookies.get(gate.cookie_name))):
            return _refused(
                _(
                    "Without its key this page shows nothing. Open the whole address that “fieldkit serve” shows."
                )
            )
        return await handler(request)

    async def _enter(self, _request: web.Request) -> web.Response:
        """Give a cookie for the key, and lead to where the page is, so that the key stands in the address no longer."""
        gate = self._gate
        response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": gate.path})
        response.set_cookie(gate.cookie_name, gate.cookie, httponly=True, samesite="Strict", path=gate.path)
        return response

    async def _page(self, _request: web.Request) -> web.Response:
        words = {
            "language": {"zh": "zh-CN"}.get(language(), language()),
            "title": self._shown.title,
            "opening": _("One moment: fieldkit is opening …"),
            "closed": _("fieldkit is closed here. Everything shown as stored is stored."),
            "again": _("Open again"),
        }
        text = (_HERE / "page.html").read_text(encoding="utf-8")
        page = text.format_map({name: escape(word) for name, word in words.items()})
        return web.Response(text=page, content_type="text/html")

    async def _part(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(_HERE / request.match_info["name"])

    async def _line(self, request: web.Request) -> web.StreamResponse:
        """Start an app for a tab, and end it with the tab; or the other way round."""
        if not self._gate.is_own_page(request.headers.get("Origin"), request.headers.get("Host")):
            return _refused(_("Only the page of fieldkit itself can open the app."))
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=_LONGEST)
        await socket.prepare(request)
        tab = Tab(self._shown.words, language(), socket)
        if sum(not each.is_leaving for each in self._tabs) >= MOST_TABS:
            await tab.farewell(
                _(
                    "fieldkit is open in {count} {count:window|windows}, which is all there can be. Close one.",
                    count=MOST_TABS,
                )
            )
            await socket.close()
            return socket
        before = [each for each in self._tabs if each.is_leaving]
        self._tabs[tab] = socket
        try:
            for each in before:
                await each.gone.wait()  # what it still holds is wanted here
            await tab.start(_size(request.query.get("width"), 80), _size(request.query.get("height"), 24))
            listening = asyncio.create_task(_listen(socket, tab))
            ended = asyncio.create_task(tab.ended())
            await asyncio.wait({listening, ended}, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                await tab.farewell(tab.said)
                await socket.close()
            await listening
        finally:
            await asyncio.shield(tab.stop())
            del self._tabs[tab]
        return socket

    async def _end_all(self, _app: web.Application) -> None:
        """End every app, all at once, and say so on its page."""
        for tab in self._tabs:
            await tab.farewell(_("“fieldkit serve” was stopped. Everything shown as stored is stored."))
        await asyncio.gather(*(tab.stop() for tab in self._tabs))
        await asyncio.gather(*(line.close(code=WSCloseCode.GOING_AWAY) for line in self._tabs.values()))


async def _listen(socket: web.WebSocketResponse, tab: Tab) -> None:
    """Hand on what somebody does in a tab until it is closed. What is none of our page's messages is left alone."""
    async for message in socket:
        if message.type != WSMsgType.TEXT:
            continue
        try:
            said = json.loads(message.data)
        except ValueError:
            continue
        match said:
            case ["stdin", str(keys)]:
                await tab.type(keys)
            case ["resize", {"width": width, "height": height}]:
                await tab.set_terminal_size(_size(width, 80), _size(height, 24))
            case ["ping", str(when)]:
                await socket.send_json(["pong", when])
            case ["blur"]:
                await tab.blur()
            case ["focus"]:
                await tab.focus()
    tab.is_leaving = True


async def _with_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)


def _refused(sentence: str) -> web.Response:
    return web.Response(status=403, text=sentence + "\n")


def _size(given: object, otherwise: int) -> int:
    try:
        return min(max(int(str(given)), 1), _WIDEST)
    except ValueError:
        return otherwise
