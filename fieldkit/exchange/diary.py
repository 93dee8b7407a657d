"""Every exchange of this laptop, in the order of its clock: what left, what came, what was found out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tinydb import where

from fieldkit.store import Workspace
from sync import spoken_code

_NAME = "exchange"


class What(StrEnum):
    """The kinds of exchange."""

    EXPORT = "export"
    RETURN = "return"
    ENROLMENT = "enrolment"
    ROLLBACK = "rollback"
    PRUNING = "pruning"
    LEASE = "lease"
    CARRIED = "carried"
    NEIGHBOUR = "neighbour"


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange. at: ISO 8601. count: of what was exchanged: revisions written, records acknowledged, revisions that
    came back, bodies removed, households that are no longer this laptop's, revisions for or from other laptops. file: its name, "" for none. code: what laptop and office both say of that file.
    """

    at: str
    what: What
    count: int
    file: str = ""
    code: str = ""


class Diary:
    """The exchanges of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._meta = workspace.meta

    def note(self, what: What, at: str, count: int, *, file: str = "", sha256: str = "") -> None:
        """Write an exchange down. Raises StoreError."""
        self._meta.insert(
            {"name": _NAME, "what": what.value, "at": at, "count": count, "file": file, "sha256": sha256}
        )

    def entries(self) -> list[Entry]:
        """All of them, newest first; of the same time, those written later first."""
        entries = [*self._exports(), *self._noted()]
        return [
            each for _place, each in sorted(entries, key=lambda pair: (pair[1].at, pair[0]), reverse=True)
        ]

    def _noted(self) -> Iterator[tuple[int, Entry]]:
        for row in self._meta.search(where("name") == _NAME):
            code = spoken_code(row["sha256"]) if row["sha256"] else ""
            yield row.doc_id, Entry(row["at"], What(row["what"]), row["count"], row["file"], code)

    def _exports(self) -> Iterator[tuple[int, Entry]]:
        """Each bundle once, though it is noted for every chain in it."""
        seen = set()
        for row in self._meta.search(where("name") == "export"):
            if row["file"] not in seen:
                seen.add(row["file"])
                code = spoken_code(row["sha256"]) if row.get("sha256") else ""
                yield row.doc_id, Entry(row["at"], What.EXPORT, row["revisions"], row["file"], code)
