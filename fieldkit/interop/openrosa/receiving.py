"""What phones send becomes records: kept in the phone's workspace, signed, and taken into the archive before anybody says yes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from fieldkit.errors import FieldkitError
from fieldkit.interop.openrosa.entities import Entities
from fieldkit.interop.openrosa.offers import Offers, is_restricted
from fieldkit.interop.openrosa.phones import FOLDER, Phone, PhoneDesk, key_of, phones
from fieldkit.interop.openrosa.reading import Head, Read, head_of, parsed, read_record, record_id
from fieldkit.interop.openrosa.rows import with_lasting_ids
from fieldkit.interop.openrosa.sealed import manifest_in, opened, secret_of
from fieldkit.interop.openrosa.waiting import Waiting
from fieldkit.office import Office
from fieldkit.office.sent import CURRENT, SENT, attachments_of
from fieldkit.office.sent import key_of as sent_key
from fieldkit.records import Record
from fieldkit.store.attachments import Attachments
from fieldkit.xforms import Form
from sync import RecordView, Revision

_DECLINED = "declined"
"""What a phone's workspace calls its list of declines that came, by which nobody can find the record."""
_WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a submission. what: "new", "held", "amended", "files", "declined" or "part". phone: who sent it. form: its id.
    unfit: how many answers break a rule. missing: how many files are still to come.
    """

    what: str
    phone: str
    form: str
    unfit: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class _Held:
    """A submission that the archive has: its record, the revision it became, the SHA-256 of its XML, whether it is the last of its
    record.
    """

    record: str
    revision: str
    xml: str
    current: bool


class Receiving:
    """The phones of one office, while it is being served: one submission after another, by one thread."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._key = key_of(office)
        self.entities = Entities(office)
        self.offers = Offers(office.library, self._key.public if self._key else "", self.entities)
        self._attachments: Attachments = attachments_of(office)
        self._desks: dict[str, PhoneDesk] = {}
        self._declines_on: date | None = None

    def open(self) -> None:
        """Take in what a process that was killed left in the workspaces of phones. Raises SyncError, StoreError."""
        for phone in phones(self.office):
            if not phone.revoked:
                self._desk(phone).hand_in(declines=True)
        self._declines_on = self.office.now().date()
        self.office.lists.up_to_date()

    def close(self) -> None:
        """Take in who declined, and let go of the workspaces. Raises SyncError, StoreError."""
        try:
            self._declines_on = None
            self.rest()
        finally:
            for desk in self._desks.values():
                desk.close()
            self.office.close()

    def __enter__(self) -> Self:
        """Itself, opened."""
        self.open()
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go."""
        self.close()

    def rest(self) -> None:
        """What is done once nothing more comes: tables, and the files of what was erased. Raises SyncError, StoreError."""
        today = self.office.now().date()
        if today != self._declines_on:
            for desk in self._desks.values():
                desk.hand_in(declines=True)
            self._declines_on = today
        self.office.tend_bundles()
        self.office.keep_tables()

    def take(self, phone: Phone, xml: bytes, files: Mapping[str, bytes], *, safe: bool) -> Taken:
        """Take one submission in; it is durable on return. safe: whether the line was encrypted.

        Raises FieldkitError: "submission.…", "openrosa.…"; SyncError and StoreError where it could not be kept.
        """
        desk = self._desk(phone)
        root = parsed(xml)
        manifest = manifest_in(root)
        if manifest is None:
            head = head_of(root)
            form = self._form(phone, head)
            if is_restricted(form) and not safe:
                raise FieldkitError("openrosa.needs-tls", form=form.title or form.id)
            return self._take(desk, form, head, xml, files)
        if self._key is None:
            raise FieldkitError("openrosa.not-for-us")
        form = self._form(phone, Head(manifest.form, manifest.version, manifest.instance, ""))
        if self._is_known(desk, form, manifest.instance):
            return Taken("held", phone.name, form.id)
        secret_of(manifest, self._key)  # what nobody here can open need not wait
        waiting = Waiting(self.office.folder / FOLDER / phone.user / _WAITING)
        come = waiting.add(manifest, xml, files)
        if come is None:
            return Taken("part", phone.name, manifest.form)
        try:
            inside, attached = opened(manifest, come, self._key)
            head = head_of(parsed(inside))
            taken = self._take(desk, self._form(phone, head), head, inside, attached)
        except FieldkitError as error:
            if error.code.startswith(("openrosa.", "submission.")):
                waiting.remove(manifest)  # the phone has it still, and is told
            raise
        waiting.remove(manifest)
        return taken

    # -- one submission -----------------------------------------------------------------------------------

    def _take(self, desk: PhoneDesk, form: Form, head: Head, xml: bytes, files: Mapping[str, bytes]) -> Taken:
        self._hand_in(desk)
        told = hashlib.sha256(xml).hexdigest()
        held = self._held(form, head.instance, edited=bool(head.deprecated))
        if held is not None:
            if held.xml != told:
                raise FieldkitError("openrosa.other-content")
            return self._add_files(desk, form, held, xml, files)
        if self._has_declined(desk, head.instance, told):
            return Taken("held", desk.phone.name, form.id)
        before = self._replaced(form, head) if head.deprecated else None
        read = read_record(form, xml, self.office.now, self.entities.lists(form))
        if read.declined:
            if before is not None:
                raise FieldkitError("openrosa.declining")
            self._keep_decline(desk, form, read, head.instance, told)
            return Taken("declined", desk.phone.name, form.id)
        record = before.id if before else record_id(form.id, head.instance)
        view = self.office.view(record)
        if view is not None and view.state != "live":
            raise FieldkitError("openrosa.taken-back")
        answers = with_lasting_ids(form, read.answers, before.answers) if before else read.answers
        note = self._note(head.instance, told, read, self._kept(read.files, files, {}))
        self._write(
            desk,
            form,
            before or Record(record, form.id, {}, frozenset(), self.office.now().date()),
            answers,
            note,
            view,
        )
        missing = len(read.files - note.get("files", {}).keys())
        what = "amended" if before else "new"
        return Taken(what, desk.phone.name, form.id, len(read.unfit), missing)

    def _add_files(
        self, desk: PhoneDesk, form: Form, held: _Held, xml: bytes, files: Mapping[str, bytes]
    ) -> Taken:
        """The same submission again: only files that have not come yet are new in it."""
        view, revision = self._revision(held)
        assert revision.body is not None
        known = dict(revision.body.note.get("files", {}))
        read = read_record(form, xml, self.office.now, self.entities.lists(form))
        wanted = {name: data for name, data in files.items() if name in read.files and name not in known}
        missing = len(read.files - known.keys() - wanted.keys())
        if not wanted or view.state != "live":
            return Taken("held", desk.phone.name, form.id, 0, missing)
        note = {**revision.body.note, "files": self._kept(read.files, wanted, known)}
        self._write(desk, form, _as_sent(view, revision), dict(revision.body.answers), note, view)
        return Taken("files", desk.phone.name, form.id, 0, missing)

    def _write(
        self, desk: PhoneDesk, form: Form, before: Record, answers: Mapping[str, Any], note: Mapping[str, Any],
        view: RecordView | None,
    ) -> None:  # fmt: skip
        """Seal it, and take it into the archive."""
        if view is not None:
            now = int(self.office.now().timestamp() * 1000)
            desk.exchange.device.clock.observe(view.hlc, now)
        desk.exchange.amend(form, before, answers, note=note, remove_draft="")
        self._hand_in(desk)

    def _kept(
        self, named: frozenset[str], files: Mapping[str, bytes], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The files that a record names, with those that come now; others are not taken."""
        found = dict(known)
        for name, content in files.items():
            if name in named and name not in found:
                kept = self._attachments.put_bytes(content)
                found[name] = {"id": kept.id, "sha256": kept.sha256, "bytes": kept.bytes}
        return found

    @staticmethod
    def _note(instance: str, told: str, read: Read, files: Mapping[str, Any]) -> dict[str, Any]:
        note: dict[str, Any] = {SENT: {"instance": instance, "xml": told}}
        if files:
            note["files"] = dict(files)
        if read.unfit:
            note["unfit"] = list(read.unfit)
        return note

    # -- what is known already ----------------------------------------------------------------------------

    def _form(self, phone: Phone, head: Head) -> Form:
        """The form of a record. Raises FieldkitError("openrosa.not-given"), ("openrosa.unknown-form")."""
        if head.form not in phone.forms:
            known = self.office.library.known(head.form)
            if known is None:
                raise FieldkitError("openrosa.unknown-form", form=head.form, version=head.version)
            raise FieldkitError("openrosa.not-given", form=known.title or known.id, name=phone.name)
        form = self.offers.form(head.form, head.version)
        if form is None:
            raise FieldkitError("openrosa.unknown-form", form=head.form, version=head.version)
        return form

    def _held(self, form: Form, instance: str, *, edited: bool) -> _Held | None:
        """A submission that the archive has. edited: whether it may have taken the place of another; else its record has its id."""
        begun = record_id(form.id, instance)
        rows = self.office.lists.rows(SENT, record=begun)
        rows = rows or (self.office.lists.rows(SENT) if edited else [])
        found = [row for row in rows if row.key == sent_key(instance) and row.facts["form"] == form.id]
        if not found:
            return None
        row = found[0]
        return _Held(row.record, row.facts["revision"], row.facts["xml"], row.state == CURRENT)

    def _is_known(self, desk: PhoneDesk, form: Form, instance: str) -> bool:
        """Whether an encrypted record has come whole before."""
        declined = desk.exchange.device.state.get(_DECLINED, {})
        return _mark(desk, instance) in declined or self._held(form, instance, edited=True) is not None

    def _replaced(self, form: Form, head: Head) -> Record:
        """The record that an edit is of, as it was last sent: what somebody changed since stands beside it, and is not undone.

        Raises FieldkitError("openrosa.unknown-edit"), ("openrosa.not-current"), ("openrosa.taken-back").
        """
        held = self._held(form, head.deprecated, edited=True)
        if held is None:
            gone = self.office.view(record_id(form.id, head.deprecated))
            raise FieldkitError("openrosa.taken-back" if gone is not None else "openrosa.unknown-edit")
        if not held.current:
            raise FieldkitError("openrosa.not-current")
        view, revision = self._revision(held)
        if view.state != "live":
            raise FieldkitError("openrosa.taken-back")
        return _as_sent(view, revision)

    def _revision(self, held: _Held) -> tuple[RecordView, Revision]:
        view = self.office.view(held.record)
        assert view is not None
        revision = next(
            each for each in self.office.archive.revisions(held.record) if each.id == held.revision
        )
        if revision.body is None:
            raise FieldkitError("openrosa.taken-back")
        return view, revision

    # -- declines -----------------------------------------------------------------------------------------

    def _keep_decline(self, desk: PhoneDesk, form: Form, read: Read, instance: str, told: str) -> None:
        """Keep a decline apart, and that it came, so that it is not counted twice; nothing ties the one to the other."""
        device = desk.exchange.device
        known = dict(device.state.get(_DECLINED, {}))
        known[_mark(desk, instance)] = _mark(desk, told)
        with device.batch():
            desk.exchange.keep_decline(form, read.answers, erase_draft="")
            device.remember(**{_DECLINED: dict(sorted(known.items()))})

    @staticmethod
    def _has_declined(desk: PhoneDesk, instance: str, told: str) -> bool:
        """Whether it is a decline that came already. Raises FieldkitError("openrosa.other-content")."""
        known = desk.exchange.device.state.get(_DECLINED, {}).get(_mark(desk, instance))
        if known is not None and known != _mark(desk, told):
            raise FieldkitError("openrosa.other-content")
        return known is not None

    # -- desks --------------------------------------------------------------------------------------------

    def _desk(self, phone: Phone) -> PhoneDesk:
        if phone.user not in self._desks:
            self._desks[phone.user] = PhoneDesk(self.office, phone)
        return self._desks[phone.user]

    def _hand_in(self, desk: PhoneDesk) -> None:
        if desk.hand_in():
            self.office.lists.up_to_date()


def _as_sent(view: RecordView, revision: Revision) -> Record:
    """A record as a phone sent it last."""
    assert revision.body is not None
    made = date.fromisoformat(revision.envelope.wall[:10])
    return Record(
        view.record, view.form, revision.body.answers, frozenset(), made, (revision.id,), view.state
    )


def _mark(desk: PhoneDesk, text: str) -> str:
    return hmac.digest(desk.exchange.device.key.to_bytes(), text.encode("utf-8"), "sha256").hex()
