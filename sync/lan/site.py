"""What an office's server may call on, and what it says of a bundle."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sync.errors import SyncError
from sync.keys import DeviceKey

if TYPE_CHECKING:
    import ssl

    from starlette.routing import Route

    from sync.devices import Known
    from sync.importing import MergeReport
    from sync.lan.address import Address


@dataclass(frozen=True, slots=True)
class Site:
    """An office as its server knows it.

    key: what it signs with. folder: where what arrives and leaves is kept on the way. laptop: who a laptop is, None for one
    that is not enrolled; asked anew for each request. take: takes a bundle in. pack: writes the return pack of a laptop
    into a folder. Both raise SyncError, or an error with a `code` of its own. rest: what is to be done once nothing more
    comes. fault: is told of what nobody expected. `take` and `rest` are called by one thread, one after another, `laptop`
    and `pack` by one more each.
    """

    key: DeviceKey
    folder: Path
    laptop: Callable[[str], Known | None]
    take: Callable[[Path], MergeReport]
    pack: Callable[[str, Path], Path]
    rest: Callable[[], None]
    fault: Callable[[Exception], None]


@dataclass(frozen=True, slots=True)
class Beside:
    """Another protocol on the office's port. routes: its paths. begin, end: around all of its requests. door: another address
    where only these paths are; tls: what is spoken there, None for nothing.
    """

    routes: Sequence[Route]
    begin: Callable[[], Awaitable[None]]
    end: Callable[[], Awaitable[None]]
    door: Address | None = None
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a bundle. counts: as in a merge report. refusal: the code of why nothing of it was taken in, ""
    where something was; params: what its sentence needs.
    """

    counts: Mapping[str, int]
    reasons: tuple[str, ...] = ()
    withdrawals: int = 0
    refusal: str = ""
    params: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, report: MergeReport) -> Self:
        """The office's report, without what is about records."""
        return cls(report.counts(), report.reasons, report.withdrawals)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        plain = {"counts": dict(self.counts), "reasons": list(self.reasons), "withdrawals": self.withdrawals}
        return plain | {"refusal": self.refusal, "params": dict(self.params or {})}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read it. Raises SyncError("lan.unexpected")."""
        try:
            counts = {str(name): int(count) for name, count in data["counts"].items()}
            reasons = tuple(str(each) for each in data["reasons"])
            params = {str(name): value for name, value in data["params"].items()}
            return cls(counts, reasons, int(data["withdrawals"]), str(data["refusal"]), params)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SyncError("lan.unexpected", reason="its answer is not readable") from error
