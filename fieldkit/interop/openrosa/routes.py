"""The paths that phones ask for (ODK, "OpenRosa HTTP API")."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.interop.openrosa.answers import asked_who, form_list, headed, integrity, manifest, said
from fieldkit.interop.openrosa.door import Door, claim_in, kept
from fieldkit.interop.openrosa.multipart import parts_of
from fieldkit.interop.openrosa.offers import Media, Offer
from fieldkit.interop.openrosa.phones import Phone
from fieldkit.interop.openrosa.reading import is_refusal
from fieldkit.interop.openrosa.receiving import Taken
from sync import SyncError
from sync.lan.limits import Buckets, Limits, counted_as

PREFIX = "/openrosa"
LARGEST_BODY = 32 * 1024 * 1024
"""More than phones are told, since one large photograph comes whole whatever they are told."""
_AT_ONCE = 4
"""Submissions whose bodies are in memory."""
_RECORD = "xml_submission_file"
_REFUSED = "submit_failure"
_HOST = re.compile(r"[A-Za-z0-9.\-_\[\]:]{1,255}")
STATUS = {
    "openrosa.not-given": 403, "openrosa.needs-tls": 403, "openrosa.unknown-form": 404, "openrosa.unknown-edit": 404,
    "openrosa.other-content": 409, "openrosa.not-current": 409, "openrosa.taken-back": 409, "openrosa.declining": 409,
    "openrosa.no-key": 500, "openrosa.too-large": 413, "openrosa.too-slow": 408, "openrosa.busy": 429, "openrosa.too-many": 507,
}  # fmt: skip
"""The status of refusals; any other of what was sent is 400, and what a disk or the archive says is the office's own fault."""
_WORDS = {
    "new": N_("The office has it."),
    "held": N_("The office has had it already."),
    "amended": N_("The office has the correction."),
    "files": N_("The office has the files."),
    "declined": N_("The office has it."),
    "part": N_("The office keeps it until the other files come."),
}

Endpoint = Callable[[Request], Awaitable[Response]]


class Archive(Protocol):
    """What phones reach, as `fieldkit.interop.openrosa.serving.Phones`."""

    async def look(self, user: str) -> tuple[Phone, str] | None:
        """A phone, and what is kept of its password."""
        ...

    async def offers(
        self, phone: Phone, *, safe: bool, form_id: str = "", all_versions: bool = False
    ) -> list[Offer]:
        """The forms that it may have."""
        ...

    async def offer(self, phone: Phone, form_hash: str, *, safe: bool) -> Offer | None:
        """One of them."""
        ...

    async def take(self, phone: Phone, xml: bytes, files: dict[str, bytes], *, safe: bool) -> Taken:
        """Take a submission in."""
        ...

    async def refused(self, phone: Phone, error: FieldkitError) -> None:
        """Remember what was refused before it was a submission."""
        ...

    def fault(self, error: Exception) -> None:
        """Tell what nobody expected."""
        ...


class Routes:
    """The exchange with phones."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._door = Door()
        self._knocks = Buckets(limits.knock)
        self._addresses = Buckets(limits.address)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def table(self) -> list[Route]:
        """The paths."""
        paths: list[tuple[str, list[str], Callable[[Request, Phone], Awaitable[Response]]]] = [
            ("/formList", ["GET"], self._list),
            ("/forms/{hash}/form.xml", ["GET"], self._form),
            ("/forms/{hash}/manifest", ["GET"], self._manifest),
            ("/forms/{hash}/media/{name}", ["GET"], self._media),
            ("/forms/{hash}/media/{name}/integrity", ["GET"], self._integrity),
            ("/submission", ["HEAD", "POST"], self._submission),
        ]
        return [Route(PREFIX + path, self._guarded(end), methods=how) for path, how, end in paths]

    # -- forms --------------------------------------------------------------------------------------------

    async def _list(self, request: Request, phone: Phone) -> Response:
        asked = request.query_params
        found = await self._archive.offers(
            phone, safe=_is_safe(request), form_id=asked.get("formID", ""), all_versions=_is_true(asked.get("listAllVersions"))
        )  # fmt: skip
        return form_list(found, _url(request), verbose=_is_true(asked.get("verbose")))

    async def _form(self, request: Request, phone: Phone) -> Response:
        offer = await self._offer(request, phone)
        return headed(Response(offer.xml, media_type="text/xml; charset=utf-8"))

    async def _manifest(self, request: Request, phone: Phone) -> Response:
        return manifest(await self._offer(request, phone), _url(request))

    async def _media(self, request: Request, phone: Phone) -> Response:
        media = await self._file(request, phone)
        return headed(Response(media.content, media_type="application/octet-stream"))

    async def _integrity(self, request: Request, phone: Phone) -> Response:
        media = await self._file(request, phone)
        asked = filter(None, request.query_params.get("id", "").split(","))
        return integrity(media.entities or frozenset(), [each for each in asked if each.isprintable()])

    async def _file(self, request: Request, phone: Phone) -> Media:
        offer = await self._offer(request, phone)
        media = offer.media.get(str(request.path_params["name"]))
        if media is None:
            raise FieldkitError("openrosa.unknown-form", form=offer.form.id, version=offer.form.version)
        return media

    async def _offer(self, request: Request, phone: Phone) -> Offer:
        asked = str(request.path_params["hash"])
        offer = await self._archive.offer(phone, asked, safe=_is_safe(request))
        if offer is None:
            raise FieldkitError("openrosa.unknown-form", form=asked[:8], version="")
        return offer

    # -- submissions --------------------------------------------------------------------------------------

    async def _submission(self, request: Request, phone: Phone) -> Response:
        if request.method == "HEAD":
            answer = headed(Response(status_code=204))
            answer.headers["location"] = _url(request)(at="submission")
            return answer
        async with self._turns:
            try:
                xml, files = _record_in(request.headers.get("content-type", ""), await self._body(request))
            except FieldkitError as error:
                await self._archive.refused(phone, error)
                raise
            taken = await self._archive.take(phone, xml, files, safe=_is_safe(request))
        return said(_(_WORDS[taken.what]), 202 if taken.what in {"held", "part"} else 201)

    async def _body(self, request: Request) -> bytes:
        """A whole body, in memory. Raises FieldkitError("openrosa.too-large"), ("openrosa.too-slow")."""
        told = request.headers.get("content-length", "")
        if told.isdecimal() and int(told[:18]) > LARGEST_BODY:
            raise FieldkitError("openrosa.too-large", megabytes=LARGEST_BODY >> 20)
        body = bytearray()
        seconds = self._limits.pause_seconds
        try:
            async with asyncio.timeout(seconds) as patience:
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > LARGEST_BODY:
                        raise FieldkitError("openrosa.too-large", megabytes=LARGEST_BODY >> 20)
                    patience.reschedule(asyncio.get_running_loop().time() + seconds)
        except TimeoutError as error:
            raise FieldkitError("openrosa.too-slow") from error
        return bytes(body)

    # -- who asks -----------------------------------------------------------------------------------------

    def _guarded(self, endpoint: Callable[[Request, Phone], Awaitable[Response]]) -> Endpoint:
        """An endpoint that knows who asks, and says every refusal in the same way."""

        async def guarded(request: Request) -> Response:
            try:
                if self._addresses.wait(_host(request)):
                    raise FieldkitError("openrosa.busy")
                phone = await self._who(request)
                return await endpoint(request, phone) if isinstance(phone, Phone) else phone
            except ClientDisconnect:
                return Response(status_code=400)
            except HTTPException:
                raise
            except SyncError as error:
                self._archive.fault(error)
                return said(
                    _("The office could not keep it; its own screen says why. Send it again later."),
                    500,
                    _REFUSED,
                )
            except FieldkitError as error:
                if is_refusal(error):
                    return _refused(error)
                self._archive.fault(error)
                return said(
                    _("The office could not keep it; its own screen says why. Send it again later."),
                    500,
                    _REFUSED,
                )
            except Exception as error:
                self._archive.fault(error)
                return said(
                    _("The office could not keep it; its own screen says why. Send it again later."),
                    500,
                    _REFUSED,
                )

        return guarded

    async def _who(self, request: Request) -> Phone | Response:
        """The phone that asks, or the answer that asks who it is. Raises FieldkitError("openrosa.busy")."""
        safe, stale = _is_safe(request), False
        claim = claim_in(request.headers.get("authorization", ""), basic=safe)
        if claim is not None:
            found = await self._archive.look(claim.user)
            # Who is not known costs as long as who is.
            phone, known = found or (None, kept("", ""))
            is_proven = self._door.is_proven(claim, known, request.method, _target(request))
            if phone is not None and is_proven:
                if self._door.is_fresh(claim):
                    return phone
                stale = True
        if not stale and self._knocks.wait(_host(request)):
            raise FieldkitError("openrosa.busy")
        words = _(
            "The office does not know this phone. Scan its code again, or ask whoever keeps the office."
        )
        return asked_who(self._door.challenges(stale=stale, basic=safe), words)


def _refused(error: FieldkitError) -> Response:
    answer = said(explain(error), STATUS.get(error.code, 400), _REFUSED)
    if error.code == "openrosa.busy":
        answer.headers["retry-after"] = "2"
    return answer


def _record_in(content_type: str, body: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The record of a request, and the files beside it by name. Raises FieldkitError("openrosa.malformed")."""
    records = []
    files: dict[str, bytes] = {}
    for part in parts_of(content_type, body):
        if part.name == _RECORD:
            records.append(part.content)
        elif name := part.filename or part.name:
            files[name.replace("\\", "/").rpartition("/")[2]] = part.content
    if len(records) != 1:
        raise FieldkitError("openrosa.malformed", reason=_RECORD)
    return records[0], files


def _is_safe(request: Request) -> bool:
    return request.url.scheme == "https"


def _is_true(text: str | None) -> bool:
    return (text or "").lower() in {"true", "1"}


def _target(request: Request) -> str:
    """The path and query as they were asked for."""
    raw = bytes(request.scope.get("raw_path") or b"").decode("latin-1")
    query = bytes(request.scope.get("query_string") or b"").decode("latin-1")
    return f"{raw}?{query}" if query else raw


def _host(request: Request) -> str:
    return counted_as(request.client.host) if request.client else ""


def _url(request: Request) -> Callable[..., str]:
    """How to write whole addresses: of forms by their parts, or of another path."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        raise FieldkitError("openrosa.malformed", reason="Host")
    base = f"{request.url.scheme}://{host}{PREFIX}"

    def url(*parts: str, at: str = "forms") -> str:
        return "/".join([base, at, *(quote(part, safe="") for part in parts)])

    return url
