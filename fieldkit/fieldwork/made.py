"""What is made of things only once somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeVar

_Made = TypeVar("_Made")


class MadeOnce(Mapping[str, _Made]):
    """What `make` makes of each of `keys`, at the first look, and the same again until it is to be made anew.

    May be looked at from several threads; what two of them make at once must be alike.
    """

    def __init__(self, keys: Collection[str], make: Callable[[str], _Made]) -> None:
        self._keys = keys
        self._make = make
        self._made: dict[str, _Made] = {}

    def __getitem__(self, key: str) -> _Made:
        if key not in self._keys:
            raise KeyError(key)
        if key not in self._made:
            return self._made.setdefault(key, self._make(key))
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._keys))

    def __len__(self) -> int:
        return len(self._keys)

    def anew(self, keys: Iterable[str]) -> None:
        """Make these again when they are next looked at."""
        for key in keys:
            self._made.pop(key, None)
