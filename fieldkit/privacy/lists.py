"""Lists with answers of one family of forms, which no other form may read (domain §0, rule 3)."""

from __future__ import annotations

from collections.abc import Mapping

_FAMILIES: Mapping[str, str] = {"participants": "screening"}


def family_of(name: str) -> str:
    """The family of forms that alone may read the list `name`; "" for lists that any form may read."""
    return _FAMILIES.get(name, "")


def may_read(name: str, family: str) -> bool:
    """Whether forms of `family` are handed the list `name`."""
    return family_of(name) in {"", family}
