"""`fieldkit export --profile case`: one person's case, sealed for one recipient."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import now, open_desk, open_session, show
from fieldkit.cli.export import at_office
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _, language

if TYPE_CHECKING:
    from fieldkit.records import Record
    from fieldkit.report.exports.case import Case
    from fieldkit.session.desk.desk import Desk
    from fieldkit.xforms import Form

_CARD = ".fkoffice"
_LARGEST_KEY = 4096


def write_case(options: argparse.Namespace) -> int:
    """Write the case into a new folder. Raises FieldkitError("exports.case-format"), ("exports.key"), as `case_of`."""
    from sync.sealing import check_recipients, seal_for

    if options.format != "csv":
        raise FieldkitError("exports.case-format")
    found = _at_office(options) if at_office(options) else _at_laptop(options)
    recipients = _recipients(options.to)
    check_recipients(recipients)
    case = _case(options, found)
    sealed = seal_for(recipients, case.content)
    _keep(options, found, case, sealed)
    facts = {
        "path": str(options.out), "recipient": case.transfer.recipient, "consent": case.transfer.consent,
        "until": case.transfer.until.isoformat(), "answers": case.rows,
    }  # fmt: skip
    text = _(
        "{count} {count:answer is|answers are} in {path}, sealed. Nobody but {recipient} can open it, who may use it until {until}.",
        count=case.rows,
        path=options.out,
        recipient=case.transfer.recipient,
        until=case.transfer.until,
    )
    show(options, facts, text)
    return 0


@dataclass(frozen=True, slots=True)
class _Found:
    """What the case is made of. hidden: tiers that whoever writes it may not see."""

    record: Record
    consent: Record
    form: Form
    hidden: frozenset[str]


def _at_laptop(options: argparse.Namespace) -> _Found:
    with open_session(options) as session:
        record = session.exchange.record(options.record)
        consent = session.exchange.record(options.consent) if options.consent else record
        form = session.library.known(options.form)
    if record is None or consent is None or form is None or record.form != form.id:
        raise FieldkitError("record.unknown", id=options.consent if record else options.record)
    return _Found(record, consent, form, frozenset())


def _at_office(options: argparse.Namespace) -> _Found:
    """What is shown to make the case is a look at the record, and written down as one."""
    from fieldkit.office.roles import Act

    desk = open_desk(options)
    try:
        desk.need(Act.LIAISE)
        return _shown(options, desk)
    finally:
        desk.close()


def _shown(options: argparse.Namespace, desk: Desk) -> _Found:
    from fieldkit.exchange import as_record

    look = desk.look(options.record, "export")
    other = desk.look(options.consent, "export") if options.consent else look
    if look is None or other is None or look.form is None or look.form.id != options.form:
        raise FieldkitError("record.unknown", id=options.record)
    return _Found(as_record(look.view), as_record(other.view), look.form, desk.hidden)


def _case(options: argparse.Namespace, found: _Found) -> Case:
    from fieldkit.report.exports.case import case_of

    return case_of(
        found.form, found.record, found.consent, recipient=options.recipient, items=options.item, hidden=found.hidden,
        on=now().date(), language=options.labels or language(),
    )  # fmt: skip


def _keep(options: argparse.Namespace, found: _Found, case: Case, sealed: bytes) -> None:
    """The sealed file and its manifest, which says nothing of the person."""
    from fieldkit.report.exports.case import FILE
    from fieldkit.report.exports.keeping import kept
    from fieldkit.report.exports.manifest import MANIFEST, Manifest, facts_of, verify

    with kept(options.out) as folder:
        (folder / FILE).write_bytes(sealed)
        manifest = Manifest(
            case.line, found.form.id, (found.form.version,), options.profile, options.format, options.labels or language(),
            now().date().isoformat(), "", (facts_of(folder / FILE, {}),),
        )  # fmt: skip
        (folder / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        verify(folder)


def _recipients(path: Path) -> tuple[str, ...]:
    """The age recipients of an office's card, or of a file with one on a line as age-keygen writes it."""
    from sync.enrolment import OfficeCard

    if path.suffix == _CARD:
        return OfficeCard.from_file(path).recipients
    try:
        text = path.read_bytes()[:_LARGEST_KEY].decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise FieldkitError("exports.key", path=str(path)) from error
    found = tuple(line.strip() for line in text.splitlines() if line.startswith("age1"))
    if not found:
        raise FieldkitError("exports.key", path=str(path))
    return found
