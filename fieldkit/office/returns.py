"""What goes back to each laptop: receipt, worklist, lists, forms, comments, and what it may have lost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fieldkit.csv_rows import csv_rows
from fieldkit.errors import FieldkitError
from fieldkit.library import SUFFIXES
from fieldkit.office.handed import HandedOn
from fieldkit.office.reviews import KIND, State, review_of
from sync import Archive, Comment, Device, ReturnPack, Revision, spoken_code
from sync.derived import rows
from sync.own import own_revisions, taken_back, worked_on

COLUMNS = ("household", "due")
"""What a worklist says of each household, besides whatever else its file has."""
UNTIL = "until"
"""The column that may say how long the household is that laptop's."""

_LAST = 200
"""How many of a laptop's latest revisions go back with every pack, should it have been set back to an older copy."""
_MORE = 5000
"""How many where the archive has noticed that it was, or that it has a double."""


@dataclass(frozen=True, slots=True)
class WrittenPack:
    """A return pack that was written, and what it holds. sealed: whether its laptop had a key to seal it for; without
    one it holds receipt, enrolment and forms alone. worklist: the households that are its. handed: revisions of others about its households. code: see
    `spoken_code`.
    """

    path: Path
    device: str
    name: str
    sealed: bool
    worklist: int
    lists: tuple[str, ...]
    forms: tuple[str, ...]
    comments: int
    revisions: int
    handed: int
    code: str


def recipient_of(device: Device) -> str:
    """The age recipient of a laptop, "" where none is known."""
    return device.enrolment.device_recipient


def pack_for(
    archive: Archive,
    device: Device,
    handed: HandedOn,
    assigned: Callable[[str], Iterable[dict[str, str]]],
    *,
    copies: int,
    whole: bool,
    sealed: bool,
) -> ReturnPack:
    """What a laptop gets now. handed: what others made about the households on its worklist. assigned: what the office has
    given a laptop, by its id. copies: how many there are of the archive. whole: with all its own revisions, not the latest
    alone.

    Raises FieldkitError("worklist.…"), ("list.unreadable"), SyncError.
    """
    receipt = archive.receipt(device.id, copies)
    last = None if whole else _MORE if device.findings else _LAST
    folder = archive.folder
    forms = _files(folder / "forms", SUFFIXES)
    if not sealed:
        return ReturnPack(receipt, device.enrolment, forms=forms)
    worklist = joined(worklist_of(folder / "worklist", device), assigned(device.id))
    listed = dict.fromkeys(row["household"] for row in lasting(worklist, receipt.made))
    return ReturnPack(
        receipt,
        device.enrolment,
        worklist,
        _files(folder / "forms", {".csv"}) | _files(folder / "lists", {".csv"}),
        forms,
        tuple(comments_for(archive, device.id)),
        tuple(own_revisions(archive, device.id, last)),
        _once([*handed.to(device.id, listed), *taken_back(archive, device.id)]),
        asks=True,
    )


def _once(revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """Each of them once."""
    return tuple({each.id: each for each in revisions}.values())


def written(path: Path, device: Device, pack: ReturnPack, *, sealed: bool) -> WrittenPack:
    """What is told of a pack that lies in a file."""
    code = spoken_code(hashlib.sha256(path.read_bytes()).hexdigest())
    households = len(lasting(pack.worklist, pack.receipt.made))
    return WrittenPack(
        path, device.id, device.name, sealed, households, tuple(pack.lists), tuple(pack.forms), len(pack.comments),
        len(pack.revisions), len(pack.handed), code,
    )  # fmt: skip


def comments_for(archive: Archive, device: str) -> Iterator[Comment]:
    """What is asked of records that a laptop worked on and has no answer yet. The lists are to be up to date. Raises SyncError."""
    with archive.database.reading() as connection:
        queried = [row.record for row in rows(connection, KIND, states=[State.QUERIED.value])]
    for record in worked_on(archive, device, queried):
        for each in review_of(archive.revisions(record)).open:
            yield Comment(each.id, record, each.path, each.text, each.by, each.at, each.deadline)


def lasting(rows: Iterable[dict[str, str]], day: str) -> list[dict[str, str]]:
    """The rows of a worklist that have not ended by a day, or moment (ISO 8601)."""
    return [row for row in rows if row.get(UNTIL, day) >= day[:10]]


def joined(
    written: Sequence[dict[str, str]], assigned: Iterable[dict[str, str]]
) -> tuple[dict[str, str], ...]:
    """The rows of a laptop's file, then what it was given at a desk; for a household in both the file stands: somebody put
    it there for this laptop.
    """
    named = {row["household"] for row in written}
    return (*written, *(row for row in assigned if row["household"] not in named))


def worklist_of(folder: Path, device: Device) -> list[dict[str, str]]:
    """The rows of `<name of the laptop>.csv` or `<its id>.csv`, none without such a file.

    Raises FieldkitError("worklist.column"), ("worklist.cell"), ("list.unreadable"), naming row and column.
    """
    path = next(
        (path for name in (device.name, device.id) if (path := folder / f"{name}.csv").is_file()), None
    )
    if path is None:
        return []
    rows = csv_rows(path, COLUMNS, "worklist.column")
    return [_row(path, number, row) for number, row in enumerate(rows, 2)]


def _row(path: Path, number: int, row: Mapping[str, str | None]) -> dict[str, str]:
    household, due, until = ((row.get(column) or "").strip() for column in (*COLUMNS, UNTIL))
    if not household.isdecimal():
        raise FieldkitError("worklist.cell", path=str(path), row=number, column="household", text=household)
    found = {"household": household, "due": _day(path, number, "due", due)}
    if until:
        found[UNTIL] = _day(path, number, UNTIL, until)
        if found[UNTIL] < found["due"]:
            raise FieldkitError("worklist.cell", path=str(path), row=number, column=UNTIL, text=until)
    return found


def _day(path: Path, number: int, column: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise FieldkitError("worklist.cell", path=str(path), row=number, column=column, text=text) from None


def _files(folder: Path, suffixes: frozenset[str] | set[str]) -> dict[str, bytes]:
    """The files of a folder with these endings, by name."""
    if not folder.is_dir():
        return {}
    found = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in suffixes and path.is_file()]
    return {path.name: path.read_bytes() for path in found if not path.name.startswith(".")}
