"""The records of an office on their way to another server."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from fieldkit.exchange import as_record
from fieldkit.interop.client_profiles import Way
from fieldkit.interop.client_push import Outgoing
from fieldkit.interop.client_records import GONE, NO_FORM
from fieldkit.library import FormLibrary
from fieldkit.office.looks import note_listed
from fieldkit.office.sent import SENT, attachments_of, files_of
from fieldkit.privacy.tiers import template_of
from fieldkit.records import Record
from fieldkit.xforms import Form

if TYPE_CHECKING:
    from fieldkit.interop.client_records import Leaving
    from fieldkit.office import Office

PUSHED = "push:"
"""What the log of looks gives as the reason, with the recipient behind it."""


def outgoing(office: Office, forms: Collection[str], way: Way) -> Iterator[Outgoing]:
    """The records of an office, of some forms or all, each with what may leave of it and the files that phones sent with it; also
    what is no more, since the server may have it.

    Raises SyncError.
    """
    office.lists.up_to_date()
    by_phone = {row.record for row in office.lists.rows(SENT)}
    for view in office.archive.views():
        if forms and view.form not in forms:
            continue
        if view.state != "live":
            yield Outgoing(view.record, view.form, GONE)
            continue
        record = as_record(view)
        form = form_for(office.library, record, view.form_hash)
        leaves = NO_FORM if form is None else way(form, record)
        files = files_of(office, record.id) if record.id in by_phone else {}
        contents = {name: _content(office, kept) for name, kept in files.items()}
        yield Outgoing(record.id, record.form, leaves, contents)


def _content(office: Office, kept: str) -> Callable[[], bytes]:
    return lambda: b"".join(attachments_of(office).read(kept))


def form_for(library: FormLibrary, record: Record, form_hash: str) -> Form | None:
    """The version of the form that a record was made with, else the one at hand if that has every question it answers."""
    exact = library.version(record.form, form_hash)
    if exact is not None:
        return exact
    known = library.known(record.form)
    if known is None:
        return None
    keys = (template_of(key.partition("/@")[0], known) for key in record.answers)
    return known if all(f"/{known.root}/{key}" in known.items for key in keys) else None


def note_shown(office: Office, leaves: Leaving, recipient: str, *, by: str, device: str) -> None:
    """Write down that contact or restricted answers of a record leave, to whom and by whom, before they do. Raises SyncError."""
    tiers = "".join(sorted(leaves.sensitive))
    note_listed(office, {leaves.record: leaves.form}, tiers, by=by, device=device, why=f"{PUSHED}{recipient}")
