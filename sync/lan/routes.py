"""What an office answers, path by path (docs/network.md)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sync.errors import SyncError
from sync.keys import verify_signature
from sync.lan import PREFIX
from sync.lan.auth import TOKEN_SECONDS, Challenges, Tokens, statement
from sync.lan.desk import Desk, Pack
from sync.lan.limits import Buckets, Limits, counted_as
from sync.lan.receiving import Turns, surely
from sync.lan.site import Site
from sync.lan.spool import Spool, is_device, is_sha256

STATUS = {
    "lan.malformed": 400, "lan.token": 401, "lan.not-enrolled": 401, "lan.not-proven": 401, "lan.revoked": 403,
    "lan.unknown": 404, "lan.wrong-place": 409, "lan.too-slow": 408, "lan.too-large": 413, "lan.damaged": 422,
    "lan.busy": 429, "lan.office-failed": 500, "lan.no-room": 507,
}  # fmt: skip
"""The status of each refusal; what a disk says is the office's failure."""
_LONGEST_WAIT = 20.0
_READ = 256 * 1024

Endpoint = Callable[[Request], Awaitable[Response]]


class Routes:
    """The exchange of one office. certificate: what the server shows (DER)."""

    def __init__(self, site: Site, desk: Desk, spool: Spool, limits: Limits, certificate: bytes) -> None:
        self._site = site
        self._desk = desk
        self._spool = spool
        self._limits = limits
        self._certificate = certificate
        self._challenges = Challenges()
        self._tokens = Tokens()
        self._addresses = Buckets(limits.address)
        self._knocks = Buckets(limits.knock)
        self._devices = Buckets(limits.device)
        self._turns = Turns(limits)

    def table(self) -> list[Route]:
        """The paths; those of other protocols stand beside them."""
        paths: list[tuple[str, str, Endpoint]] = [
            ("/challenge", "POST", self._challenge),
            ("/session", "POST", self._session),
            ("/bundles/{sha256}", "GET", self._look),
            ("/bundles/{sha256}", "PUT", self._put),
            ("/return", "POST", self._make_return),
            ("/return/{sha256}", "GET", self._give_return),
        ]
        return [Route(PREFIX + path, self._guarded(end), methods=[how]) for path, how, end in paths]

    # -- who asks -----------------------------------------------------------------------------------------

    async def _challenge(self, request: Request) -> Response:
        """Something to sign, for whoever asks."""
        _spend(self._knocks, _host(request))
        return JSONResponse({"challenge": self._challenges.give(), "office": self._site.key.id})

    async def _session(self, request: Request) -> Response:
        """A token for a laptop that proves who it is."""
        _spend(self._knocks, _host(request))
        asked = await self._message(request)
        device, challenge, signature = (_text(asked, name) for name in ("device", "challenge", "signature"))
        try:
            signed = bytes.fromhex(signature)
        except ValueError as error:
            raise SyncError("lan.malformed", reason="signature") from error
        if not self._challenges.take(challenge):
            raise SyncError("lan.not-proven")
        known = await self._desk.look(self._site.laptop, device) if is_device(device) else None
        if known is None:
            raise SyncError("lan.not-enrolled")
        message = statement(self._site.key.id, device, challenge, self._certificate)
        if not verify_signature(known.public, message, signed):
            raise SyncError("lan.not-proven")
        if known.is_revoked:
            raise SyncError("lan.revoked", name=known.name)
        return JSONResponse({"token": self._tokens.give(device), "seconds": TOKEN_SECONDS})

    async def _who(self, request: Request) -> str:
        """The laptop that asks; whether the office still takes from it is looked up each time."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        device = self._tokens.device_of(token.strip()) if scheme.lower() == "bearer" else None
        if device is None:
            _spend(self._knocks, _host(request))
            raise SyncError("lan.token")
        _spend(self._devices, device)
        known = await self._desk.look(self._site.laptop, device)
        if known is None:
            raise SyncError("lan.not-enrolled")
        if known.is_revoked:
            raise SyncError("lan.revoked", name=known.name)
        return device

    # -- bundles ------------------------------------------------------------------------------------------

    async def _look(self, request: Request) -> Response:
        """How much of a bundle is here, and what became of it; `?wait=` so many seconds for that."""
        device, sha256 = await self._who(request), _sha256(request)
        seconds = min(_number(request, "wait", 0), _LONGEST_WAIT)
        state, answer = await self._desk.answer(device, sha256, seconds)
        held = 0
        if state == "part" and (upload := await asyncio.to_thread(self._spool.held, device, sha256)):
            held = upload.held
        return JSONResponse({"state": state, "held": held, "answer": answer.to_json() if answer else None})

    async def _put(self, request: Request) -> Response:
        """The bytes of a bundle from `?at=` on, of `?of=` in all; with the last of them it is taken in."""
        device, sha256 = await self._who(request), _sha256(request)
        at, size = _number(request, "at"), _number(request, "of")
        length = self._length(request)
        if at + length > size:
            raise SyncError("lan.malformed", reason="of")
        async with self._turns.turn(device, sha256) as turn:
            state, answer = await self._desk.answer(device, sha256, 0)
            if state == "part":
                upload = await surely(self._spool.begin, device, sha256, size)
                if upload.held != at:
                    raise SyncError("lan.wrong-place", held=upload.held)
                await turn.receive(request, upload, length, self._limits.pause_seconds)
                if upload.held == size:
                    await surely(self._spool.finish, upload)
                    self._desk.take(device, sha256)
                    state = "waiting"
                return JSONResponse({"state": state, "held": upload.held, "answer": None})
        return JSONResponse({"state": state, "held": 0, "answer": answer.to_json() if answer else None})

    # -- return packs -------------------------------------------------------------------------------------

    async def _make_return(self, request: Request) -> Response:
        """Make the return pack of the laptop that asks; where that takes longer than `?wait=`, it asks again."""
        device = await self._who(request)
        seconds = min(_number(request, "wait", 0), _LONGEST_WAIT)
        pack = await self._desk.make_pack(device, seconds)
        if pack is None:
            return JSONResponse({"state": "waiting"}, 202)
        return JSONResponse({"state": "done", "name": pack.name, "sha256": pack.sha256, "bytes": pack.bytes})

    async def _give_return(self, request: Request) -> Response:
        """The bytes of a return pack that was made for this laptop, from `Range: bytes=…-` on."""
        device, sha256 = await self._who(request), _sha256(request)
        pack = self._desk.pack(device, sha256)
        if pack is None:
            raise SyncError("lan.unknown")
        begin = _range(request)
        headers = {"etag": f'"{sha256}"', "accept-ranges": "bytes"}
        if begin is None:
            begin, status = 0, 200
        elif begin < pack.bytes:
            status = 206
            headers["content-range"] = f"bytes {begin}-{pack.bytes - 1}/{pack.bytes}"
        else:
            return Response(status_code=416, headers={"content-range": f"bytes */{pack.bytes}"})
        headers["content-length"] = str(pack.bytes - begin)
        return StreamingResponse(_parts(pack, begin), status, headers, "application/octet-stream")

    # -- requests -----------------------------------------------------------------------------------------

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint that says every refusal in the same way."""

        async def guarded(request: Request) -> Response:
            try:
                _spend(self._addresses, _host(request))
                return await endpoint(request)
            except SyncError as error:
                if error.code == "medium.full":
                    error = SyncError("lan.no-room", bytes=0)
                elif error.code not in STATUS:
                    self._site.fault(error)
                    error = SyncError("lan.office-failed")
                return said(error)
            except ClientDisconnect:
                return Response(status_code=400)
            except HTTPException:
                raise
            except Exception as error:
                self._site.fault(error)
                return said(SyncError("lan.office-failed"))

        return guarded

    def _length(self, request: Request) -> int:
        """The bytes that a piece says it has. Raises SyncError("lan.malformed"), ("lan.too-large")."""
        text = request.headers.get("content-length", "")
        if not text.isascii() or not text.isdecimal():
            raise SyncError("lan.malformed", reason="content-length")
        if len(text) > 18 or int(text) > self._limits.request:
            raise SyncError("lan.too-large", bytes=text[:18], most=self._limits.request)
        return int(text)

    async def _message(self, request: Request) -> dict[str, Any]:
        """A short body of JSON. Raises SyncError("lan.malformed"), ("lan.too-large"), ("lan.too-slow")."""
        body = b""
        try:
            async with asyncio.timeout(self._limits.pause_seconds):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > self._limits.message:
                        raise SyncError("lan.too-large", bytes=len(body), most=self._limits.message)
            asked = json.loads(body)
        except TimeoutError as error:
            raise SyncError("lan.too-slow") from error
        except (ValueError, RecursionError) as error:
            raise SyncError("lan.malformed", reason="body") from error
        if type(asked) is not dict:
            raise SyncError("lan.malformed", reason="body")
        return asked


def said(error: SyncError) -> Response:
    """A refusal as an answer."""
    headers = {"retry-after": str(error.params["seconds"])} if "seconds" in error.params else {}
    return JSONResponse({"code": error.code, "params": error.params}, STATUS[error.code], headers)


async def unknown(_request: Request, error: Exception) -> Response:
    """A path or a method that is none of ours."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    headers = error.headers if isinstance(error, HTTPException) else None
    return JSONResponse({"code": "lan.unknown", "params": {}}, status, headers)


async def _parts(pack: Pack, begin: int) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(pack.path.open, "rb")
    try:
        await asyncio.to_thread(file.seek, begin)
        while part := await asyncio.to_thread(file.read, _READ):
            yield part
    finally:
        file.close()


def _spend(buckets: Buckets, who: str) -> None:
    """Raises SyncError("lan.busy") where somebody asks too often."""
    if seconds := buckets.wait(who):
        raise SyncError("lan.busy", seconds=max(1, round(seconds + 0.5)))


def _host(request: Request) -> str:
    return counted_as(request.client.host) if request.client else ""


def _sha256(request: Request) -> str:
    text = str(request.path_params["sha256"])
    if not is_sha256(text):
        raise SyncError("lan.unknown")
    return text


def _number(request: Request, name: str, default: int | None = None) -> int:
    """A number of the query. Raises SyncError("lan.malformed")."""
    text = request.query_params.get(name)
    if text is None and default is not None:
        return default
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise SyncError("lan.malformed", reason=name)
    return int(text)


def _text(asked: dict[str, Any], name: str) -> str:
    text = asked.get(name)
    if type(text) is not str:
        raise SyncError("lan.malformed", reason=name)
    return text


def _range(request: Request) -> int | None:
    """Where the bytes asked for begin; None where all are, or where it is not understood."""
    unit, _, asked = request.headers.get("range", "").partition("=")
    first, _, last = asked.partition("-")
    known = unit.strip() == "bytes" and not last and first.isascii() and first.isdecimal() and len(first) < 16
    return int(first) if known else None
