"""How much an office takes at once, and from whom: so that neither a fault nor a stranger fills its memory or its disk."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

_MB = 1024 * 1024
_KNOWN = 4096


class Rate(NamedTuple):
    """So many requests at once, and so many more each second."""

    burst: int
    each_second: float


_OF_AN_ADDRESS, _OF_A_LAPTOP, _KNOCKS = Rate(600, 200.0), Rate(300, 50.0), Rate(120, 4.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """bundle: bytes of one bundle; request: of one piece of it; message: of any other body; head: of a request's headers.

    parts: unfinished or waiting bundles of one laptop; part_days: how long an unfinished one is kept; room: bytes that stay
    free on the disk. receiving: pieces on their way at once. connections, connections_each: in all, and from one address.
    head_seconds: for the headers; pause_seconds: between two parts of a body; request_seconds: for a whole request and its
    answer. address, device, knock: requests of one address, of one laptop, and of one address that asks to be let in.
    """

    bundle: int = 1024 * _MB
    request: int = 9 * _MB
    message: int = 4096
    head: int = 16 * 1024
    parts: int = 3
    part_days: float = 7.0
    room: int = 512 * _MB
    receiving: int = 16
    connections: int = 128
    connections_each: int = 64
    head_seconds: float = 10.0
    pause_seconds: float = 20.0
    request_seconds: float = 300.0
    address: Rate = _OF_AN_ADDRESS
    device: Rate = _OF_A_LAPTOP
    knock: Rate = _KNOCKS


class Buckets:
    """A bucket of requests for each of whom something is asked; those who asked longest ago are forgotten."""

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, who: str) -> float:
        """Take one request out of a bucket: 0.0, or the seconds until there is one again, where it was empty."""
        now = self._now()
        left, since = self._left.get(who, (float(self._rate.burst), now))
        left = min(float(self._rate.burst), left + (now - since) * self._rate.each_second)
        enough = left >= 1.0
        self._left[who] = (left - 1.0 if enough else left), now
        self._left.move_to_end(who)
        if len(self._left) > _KNOWN:
            self._left.popitem(last=False)
        return 0.0 if enough else (1.0 - left) / self._rate.each_second


def counted_as(host: str) -> str:
    """What an address is counted as: of IPv6 the network, since one computer has as many addresses as it likes."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address.packed[:8] + bytes(8), 64)))
    return str(address)
