"""Finding an office on the local network by its id (DNS-SD over multicast, RFC 6762 and 6763).

A laptop asks for its own office alone; what answers is believed only once it has proven to be that office (`tls`).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from zeroconf import Error, IPVersion, NonUniqueNameException, ServiceInfo, Zeroconf

from sync.enrolment import Enrolment
from sync.errors import SyncError
from sync.lan.address import Address, reached_at

_TYPE = "_fieldkit._tcp.local."
_SECONDS = 5


def find_office(enrolment: Enrolment, seconds: int = _SECONDS) -> Address:
    """Where the office of an enrolment says it is. Raises SyncError("lan.not-found"), ("lan.no-network")."""
    info = ServiceInfo(_TYPE, f"{enrolment.office}.{_TYPE}")
    try:
        with Zeroconf() as network:
            is_there = info.request(network, seconds * 1000)
    except OSError as error:
        raise SyncError("lan.no-network", reason=error.strerror or str(error)) from error
    found = info.parsed_scoped_addresses(IPVersion.V4Only) or info.parsed_scoped_addresses()
    if not is_there or not found or not info.port:
        raise SyncError("lan.not-found", office=enrolment.office_name, seconds=seconds)
    return Address(found[0], info.port)


@contextmanager
def announced(office: str, address: Address) -> Iterator[None]:
    """Answers laptops that look for an office which listens at `address`. Raises SyncError("lan.no-network")."""
    here = reached_at(address)
    info = ServiceInfo(
        _TYPE, f"{office}.{_TYPE}", port=address.port, server=f"{office}.local.",
        addresses=[ipaddress.ip_address(each).packed for each in here],
    )  # fmt: skip
    try:
        network = Zeroconf(interfaces=[each for each in here if ":" not in each] or here)
        network.register_service(info)
    except (OSError, Error) as error:
        reason = "two" if isinstance(error, NonUniqueNameException) else str(error)
        raise SyncError("lan.no-network", reason=reason) from error
    try:
        yield
    finally:
        with suppress(OSError, Error):
            network.unregister_service(info)
        network.close()
