"""Records that other laptops made, handed on by the office with the worklist: about the households that are now this
laptop's, and gone again when they are not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from fieldkit.exchange.stored import stored
from fieldkit.store import Workspace
from sync import Operation, Revision

_HANDED = "handed_on"


def keep_handed(workspace: Workspace, revisions: Iterable[Revision]) -> list[Revision]:
    """Keep those that are not known here, and give them; the office holds them, so no export offers them again.

    Of a record that was erased, nothing but envelopes stays. Not inside a batch. Raises StoreError.
    """
    table = workspace.revisions
    known = {revision for (revision,) in table.columns("id")}
    new = {each.id: each for each in revisions if each.id not in known}
    erased = {each.envelope.record for each in new.values() if each.envelope.operation is Operation.ERASE}
    bare = {
        each.doc_id: each | {"body": "", "about": None, "files": []}
        for record in erased
        for each in table.find("record", record)
    }
    with workspace.db.batch():
        if bare:
            workspace.db.erase(table.name, bare, instead=bare)
        table.insert_multiple({**stored(each), _HANDED: True} for each in new.values())
    return list(new.values())


def forget_handed(
    workspace: Workspace, households: Collection[str], records: Collection[str] | None = None
) -> int:
    """Erase what was handed on about other households than these, or of other records (None: whatever the record), unless
    something of the record was made here, or an interview about the household is in progress; give how many records went.

    Not inside a batch. Raises StoreError.
    """
    table = workspace.revisions
    in_work = {household for (household,) in workspace.drafts.columns("household")}
    kept: dict[str, list[tuple[int, Any, Any]]] = {}
    for number, (record, about, given) in table.numbered("record", "about", _HANDED):
        kept.setdefault(record, []).append((number, about, given))
    going = []
    for record, rows in kept.items():
        named = {about for _number, about, _given in rows if about}
        is_wanted = named & {*households} and (records is None or record in records)
        if all(given for _number, _about, given in rows) and not is_wanted and not named & in_work:
            going.append([number for number, _about, _given in rows])
    if going:
        workspace.db.erase(table.name, [number for rows in going for number in rows])
    return len(going)
