"""Where an office listens, as people type it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self

from sync.errors import SyncError
from sync.lan import PORT

_TYPED = re.compile(
    r"(?:https://)?(?:\[(?P<six>[0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|(?P<name>[^\s:/\[\]@]+))(?::(?P<port>[0-9]{1,5}))?/?\Z"
)
_LARGEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """host: a name or a number of IPv4 or IPv6."""

    host: str
    port: int = PORT

    @classmethod
    def parse(cls, text: str) -> Self:
        """An address as it was typed: `192.168.1.5`, `office.local:8420`, `[fe80::1]:8420`.

        Raises SyncError("lan.bad-address").
        """
        found = _TYPED.match(text.strip())
        port = int(found["port"] or PORT) if found else 0
        if not found or not 0 < port <= _LARGEST_PORT:
            raise SyncError("lan.bad-address", text=text.strip())
        return cls(found["six"] or found["name"], port)

    def __str__(self) -> str:
        """As it is typed."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def reached_at(address: Address) -> list[str]:
    """The addresses of this computer that laptops can type, where it listens at `address`."""
    import ifaddr

    try:
        listens = ipaddress.ip_address(address.host)
    except ValueError:
        return [address.host]
    if not listens.is_unspecified:
        return [address.host]
    found = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str)]
    return [each for each in found if not ipaddress.ip_address(each).is_loopback] or ["127.0.0.1"]
