"""The office on the local network: what its server calls on, and what is told of each exchange."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.office.office import Office
from fieldkit.office.returns import WrittenPack
from sync import MergeReport, SyncError
from sync.lan.address import Address
from sync.lan.site import Beside, Site

if TYPE_CHECKING:
    from sync.devices import Known
    from sync.lan.server import OfficeServer


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A bundle that was not taken in at all, and why."""

    path: Path
    error: SyncError


Happened = MergeReport | NotTaken | WrittenPack | Exception
"""A bundle that was taken in, one that was not, a pack that was made, or what went wrong in the office itself."""


class Serving:
    """An office that laptops reach over the network. copies: as for `Office.write_returns`. told: is given each exchange,
    from whatever thread it happens in.
    """

    def __init__(self, office: Office, told: Callable[[Happened], None], *, copies: int = 1) -> None:
        self._office = office
        self._told = told
        self._copies = copies

    def server(self, address: Address, beside: Beside | None = None) -> OfficeServer:
        """Its server at an address of this computer. beside: what else is served there."""
        from sync.lan.server import OfficeServer

        office = self._office
        site = Site(office.key, office.folder, self._laptop, self._take, self._pack, self._rest, self._told)
        return OfficeServer(site, address, beside=beside)

    def _laptop(self, device: str) -> Known | None:
        return self._office.known(device)

    def _take(self, path: Path) -> MergeReport:
        """Take a bundle in as from a stick. Raises SyncError."""
        summary = self._office.merge([path])
        if summary.refusals:
            [(_path, error)] = summary.refusals
            if error.code.startswith("bundle."):
                self._told(NotTaken(path, error))
            raise error
        [(_path, report)] = summary.reports
        self._told(report)
        return report

    def _pack(self, device: str, folder: Path) -> Path:
        """Write a laptop's return pack as for a stick. Raises as `Office.write_returns`."""
        [pack] = self._office.write_returns(folder, device, copies=self._copies)
        self._told(pack)
        return pack.path

    def _rest(self) -> None:
        """Bring the flat tables up to date, and take out of the kept bundles what was erased, once for all bundles that came
        one after another. Raises SyncError.
        """
        self._office.tend_bundles()
        self._office.keep_tables()
