"""The records of a laptop on their way to another server, with the files attached to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from fieldkit.interop.client_office import form_for
from fieldkit.interop.client_profiles import Way
from fieldkit.interop.client_push import Outgoing
from fieldkit.interop.client_records import NO_FORM

if TYPE_CHECKING:
    from fieldkit.session.session import Session

_STICK = "stick"
"""Why a decline that no stick has carried yet stays: until then it has no place among the records."""


def outgoing(session: Session, forms: Collection[str], way: Way) -> Iterator[Outgoing]:
    """The records kept on a laptop, of some forms or all, each with what may leave of it. Raises StoreError."""
    for record in session.exchange.records():
        if forms and record.form not in forms:
            continue
        if record.state != "live":
            yield Outgoing(record.id, record.form, _STICK)
            continue
        form = form_for(session.library, record, session.exchange.made_with(record.id))
        leaves = NO_FORM if form is None else way(form, record)
        files = session.exchange.files(record.id)
        contents = {name: _content(session, file["id"]) for name, file in files.items()}
        yield Outgoing(record.id, record.form, leaves, contents)


def _content(session: Session, kept_id: str) -> Callable[[], bytes]:
    return lambda: session.attached(kept_id)
