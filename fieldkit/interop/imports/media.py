"""The files that answers name: which of them is of which record.

Central puts all into a folder `media`. Kobo hands them out as a zip of its own, each in a folder named by the record's uuid, as names
may come twice; it changes some of their signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from fieldkit.interop.imports.files import Entry, files_in

Reads = Mapping[str, Callable[[], bytes]]
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UNSAFE = re.compile(r"[^\w.-]")


@dataclass(frozen=True, slots=True)
class Media:
    """Files by name, and those of one record alone: uuid → name → what gives the bytes."""

    shared: Reads = field(default_factory=dict)
    own: Mapping[str, Reads] = field(default_factory=dict)

    def of(self, instance: str, answers: Mapping[str, object]) -> Reads:
        """The files that a record's answers may name: by their names as the answers say them."""
        found = {**self.shared, **self.own.get(instance.removeprefix("uuid:").lower(), {})}
        names = {each for each in answers.values() if isinstance(each, str) and each not in found}
        return found | {name: found[_stored(name)] for name in names if _stored(name) in found}


def media_in(path: Path) -> Media:
    """The media of a folder or zip. Raises FieldkitError as `files_in`."""
    return media_of(files_in(path))


def media_of(files: Mapping[str, Entry]) -> Media:
    """The media among files by their paths. What has a folder with a record's uuid around it is of that record alone; of others the
    first of a name counts.
    """
    shared: dict[str, Callable[[], bytes]] = {}
    own: dict[str, dict[str, Callable[[], bytes]]] = {}
    for name, entry in files.items():
        *folders, file = PurePosixPath(name).parts
        around = [each.removeprefix("uuid") for each in folders]
        uuids = [each for each in around if _UUID.fullmatch(each)]
        if uuids:
            own.setdefault(uuids[-1].lower(), {})[file] = entry.read
        else:
            shared.setdefault(file, entry.read)
    return Media(shared, own)


def _stored(name: str) -> str:
    """A name as Kobo keeps it."""
    return _UNSAFE.sub("", name.strip().replace(" ", "_"))
