"""What phones sent over OpenRosa (`fieldkit.interop.openrosa`): which record each submission became, and the files beside it.

The revision of a submission says in its note what it was: `sent`, its instanceID and the SHA-256 of its XML; `files`; `unfit`,
where its answers break a rule of their form; and `parallel`, where they clash with what others said of the same entity. The files lie in the office's folder, encrypted under the archive's secret.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from fieldkit.store.attachments import Attachments
from sync import Operation, RecordView, Revision
from sync.derived import Derivation, Row
from sync.errors import refused

if TYPE_CHECKING:
    from fieldkit.office.office import Office

SENT = "sent"
"""The kind of rows, one for each submission; and what notes call it."""
UNFIT = "unfit"
"""What notes call the answers that break a rule of their form."""
PARALLEL = "parallel"
"""What notes call the answers that say something else of an entity than others said since its author saw it."""
CURRENT, FORMER = "current", "former"
FOLDER = "attachments"
_PURPOSE = b"fieldkit attachments of phones"
_SETTLED = 3600.0
"""Seconds after which a file that no record names is one that nobody will name any more."""


def derivation() -> Derivation:
    """One row for each submission of a record; key: its instanceID."""
    return Derivation(SENT, "1", _rows, operation=Operation.PUT)


def attachments_of(office: Office) -> Attachments:
    """The files that phones sent with records."""
    key = hmac.digest(office.archive.secret, _PURPOSE, "sha256")
    return Attachments(office.folder / FOLDER, key)


def sweep(office: Office) -> None:
    """Remove the files that no record names: of records that were erased. Raises SyncError, StoreError."""
    attachments = attachments_of(office)
    kept = attachments.ids()
    if not kept:
        return
    office.lists.up_to_date()
    named = {each for row in office.lists.rows(SENT) for each in row.facts["files"]}
    attachments.remove(each for each in kept - named if attachments.age(each) > _SETTLED)


def key_of(instance: str) -> str:
    """What the rows call a submission: ids may be as long and as odd as their makers like."""
    return hashlib.sha256(instance.encode("utf-8")).hexdigest()


def _rows(view: RecordView, revisions: Sequence[Revision]) -> Iterator[Row]:
    found: dict[str, Row] = {}
    for each in sorted(revisions, key=lambda each: (each.envelope.hlc, each.id)):
        note = each.body.note if each.body is not None else {}
        said = note.get(SENT)
        if not isinstance(said, dict):
            continue
        files = sorted(str(file["id"]) for file in note.get("files", {}).values())
        facts = {"revision": each.id, "xml": str(said["xml"]), "form": each.envelope.form, "files": files}
        key = key_of(str(said["instance"]))
        found.pop(key, None)
        found[key] = Row(view.record, key, FORMER, "", each.envelope.wall, facts)
    for number, row in enumerate(found.values(), 1):
        state = CURRENT if number == len(found) else FORMER
        yield Row(row.record, row.key, state, row.place, row.at, row.facts)


def files_of(office: Office, record: str) -> dict[str, str]:
    """The files that phones sent with a record: the name that stands as the answer → its id here. Raises SyncError."""
    found: dict[str, str] = {}
    for each in office.archive.revisions(record):
        note = each.body.note if each.body is not None else {}
        if SENT in note:
            found |= {name: str(file["id"]) for name, file in note.get("files", {}).items()}
    return found


def write_files(office: Office, record: str, folder: Path) -> list[Path]:
    """Write the files of a record into a folder, each under its own name; give where they are.

    Raises SyncError, StoreError("attachment.…"), ("medium.…").
    """
    attachments = attachments_of(office)
    found = files_of(office, record)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, folder) from error
    return [attachments.write(kept, folder / _file_name(name, kept)) for name, kept in sorted(found.items())]


def _file_name(name: str, kept: str) -> str:
    """What a file is called outside: its own name, which says nothing of folders."""
    own = PurePath(name.replace("\\", "/")).name
    return kept if own in {"", ".", ".."} else own
