"""Phones on the office's port: what the server calls on, in a thread of its own, and what is told of each submission."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from fieldkit.errors import FieldkitError
from fieldkit.interop.openrosa.offers import Offer
from fieldkit.interop.openrosa.phones import Phone, door_of, phone_of
from fieldkit.interop.openrosa.receiving import Receiving, Taken
from fieldkit.interop.openrosa.routes import Routes
from fieldkit.office import Office
from sync.lan.limits import Limits
from sync.lan.receiving import surely
from sync.lan.site import Beside

if TYPE_CHECKING:
    import ssl

    from sync.lan.address import Address

_REST_AFTER = 10.0
"""Seconds after a submission until tables follow, for all that come meanwhile."""
Result = TypeVar("Result")


class Phones:
    """The phones of one office while it is served. told: is given each submission and each fault, from whatever thread."""

    def __init__(self, office: Office, told: Callable[[Taken | Exception], None]) -> None:
        self._office = office
        self._told = told
        self._receiving: Receiving | None = None
        self._thread = ThreadPoolExecutor(1, "phones")
        self._resting: asyncio.TimerHandle | None = None

    def beside(
        self, door: Address | None, tls: ssl.SSLContext | None, limits: Limits | None = None
    ) -> Beside:
        """What the office's server serves beside laptops. door: another address for phones alone, with `tls` or without."""
        routes = Routes(self, limits or Limits())
        return Beside(routes.table(), self._begin, self._end, door, tls)

    async def look(self, user: str) -> tuple[Phone, str] | None:
        """A phone that is taken from, and what is kept of its password; looked up anew for each request. Raises SyncError."""
        return await asyncio.to_thread(self._looked, user)

    async def offers(
        self, phone: Phone, *, safe: bool, form_id: str = "", all_versions: bool = False
    ) -> list[Offer]:
        """The forms that a phone may have over this line."""
        asked = partial(self._open.offers.of, phone, safe=safe, form_id=form_id, all_versions=all_versions)
        return await self._done(lambda: self._for(phone, asked))

    async def offer(self, phone: Phone, form_hash: str, *, safe: bool) -> Offer | None:
        """One of them."""
        return await self._done(
            lambda: self._for(phone, lambda: self._open.offers.one(phone, form_hash, safe=safe))
        )

    async def take(self, phone: Phone, xml: bytes, files: dict[str, bytes], *, safe: bool) -> Taken:
        """Take a submission in, to its end, even where nobody waits for the answer any more."""
        taken = await surely(self._taken, phone, xml, files, safe)
        self._rest_soon()
        return taken

    async def refused(self, phone: Phone, error: FieldkitError) -> None:
        """Remember what was refused before it was a submission: more than is taken at once, or nothing that is understood."""
        await self._done(lambda: self._open.refuse(phone, error))

    def fault(self, error: Exception) -> None:
        """Tell what nobody expected."""
        self._told(error)

    # -- inside -------------------------------------------------------------------------------------------

    @property
    def _open(self) -> Receiving:
        assert self._receiving is not None
        return self._receiving

    def _looked(self, user: str) -> tuple[Phone, str] | None:
        known = door_of(self._office, user)
        phone = phone_of(self._office, user) if known else None
        return (phone, known) if phone and known else None

    def _for(self, phone: Phone, do: Callable[[], Result]) -> Result:
        self._open.here(phone)
        return do()

    def _taken(self, phone: Phone, xml: bytes, files: dict[str, bytes], safe: bool) -> Taken:
        taking = partial(self._open.take, phone, xml, files, safe=safe)
        done = self._thread.submit(self._for, phone, taking).result()
        self._told(done)
        return done

    async def _begin(self) -> None:
        await self._done(self._opened)

    def _opened(self) -> None:
        office = Office.open(self._office.folder, now=self._office.now, secret=self._office.archive.secret)
        self._receiving = Receiving(office)
        self._receiving.open()

    async def _end(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
        await self._done(self._closed)
        self._thread.shutdown(wait=True)

    def _closed(self) -> None:
        if self._receiving is not None:
            self._receiving.close()

    def _rest_soon(self) -> None:
        if self._resting is None:
            self._resting = asyncio.get_running_loop().call_later(_REST_AFTER, self._rests)

    def _rests(self) -> None:
        self._resting = None
        self._thread.submit(self._rested)

    def _rested(self) -> None:
        try:
            self._open.rest()
        except Exception as error:
            self._told(error)

    async def _done(self, do: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, do)
