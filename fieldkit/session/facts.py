"""What can be told of a workspace or an office to whoever asks for it on the telephone: where, who, with whom, which forms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from fieldkit.config import named_from_outside
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.session.doctor import examine_open, finding_line
from fieldkit.session.installation import examine_program
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.session import Session


def laptop_facts(session: Session) -> Iterator[str]:
    """What is known of a laptop; its forms come last, since they have to be read."""
    yield from _workspace(session)
    yield from _standing(session)
    yield from _outside()
    yield from _forms(session)


def office_facts(desk: Desk) -> Iterator[str]:
    """What is known of an office, and of the desk in it."""
    office = desk.office
    yield labelled(_("Name of the office"), office.name)
    yield labelled(_("Division code"), office.archive.division or "-")
    yield labelled(_("Folder"), str(office.folder))
    yield labelled(_("The office's key"), office.key.id)
    yield _("Kept with a passphrase") if office.is_sealed else _("Kept without encryption")
    yield labelled(_("This desk"), desk.who)
    yield labelled(_("The desk's key"), desk.device)
    yield labelled(_("Laptops enrolled"), str(len(office.devices())))
    yield from _outside()
    yield from _forms(desk.session)


def checkup_lines(session: Session) -> Iterator[str]:
    """What is found when an open workspace, the program and the terminal are looked over."""
    yield from map(finding_line, examine_open(session))
    yield from map(finding_line, examine_program().findings)


def _workspace(session: Session) -> Iterator[str]:
    yield labelled(_("Name of the laptop"), session.name)
    yield labelled(_("Folder"), str(session.folder))
    yield labelled(_("This laptop's key"), session.exchange.device.key.id)
    yield _("Kept without encryption") if session.is_open else _("Kept with a passphrase")
    minutes = int(session.lock.after_seconds // 60)
    if minutes:
        yield _("The screen locks after {count} {count:minute|minutes} without a key.", count=minutes)
    if session.demo:
        yield session.watermark


def _standing(session: Session) -> Iterator[str]:
    standing = session.enrolling.standing
    if standing is None:
        yield _("No office knows this laptop yet.")
        return
    yield _(
        "Enrolled with {office} since {since}; household numbers {first} to {last}.",
        office=standing.office,
        since=standing.since,
        first=standing.first,
        last=standing.last,
    )


def _outside() -> Iterator[str]:
    """What the environment says."""
    for name, value in named_from_outside():
        yield f"{name}={value}"


def _forms(session: Session) -> Iterator[str]:
    yield ""
    yield _("Forms, each with its id and version:")
    for file in session.library.files():
        with suppress(FieldkitError):
            form = session.library.read(file.path)
            yield f"  {session.form_title(form)}  {form.id}  {form.version}"
