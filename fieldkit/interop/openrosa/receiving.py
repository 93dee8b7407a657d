"""What phones send becomes records: kept in the phone's workspace, signed, and taken into the archive before anybody says yes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from fieldkit.errors import FieldkitError
from fieldkit.interop.openrosa.desks import PhoneDesk, hold
from fieldkit.interop.openrosa.keys import PhonesKey
from fieldkit.interop.openrosa.offers import Offers, is_restricted
from fieldkit.interop.openrosa.phones import Phone, phones
from fieldkit.interop.openrosa.reading import Head, Read, head_of, is_refusal, parsed, read_record, record_id
from fieldkit.interop.openrosa.rows import with_lasting_ids
from fieldkit.interop.openrosa.sealed import Manifest, PrivateKey, manifest_in, opened, secret_of
from fieldkit.office import Office
from fieldkit.office.sent import CURRENT, PARALLEL, SENT, UNFIT, attachments_of
from fieldkit.office.sent import key_of as sent_key
from fieldkit.records import Record
from fieldkit.store.attachments import Attachments
from fieldkit.store.lock import Lock
from fieldkit.xforms import Form
from sync import RecordView, Revision

_NO_KEY = "openrosa.no-key"


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


@dataclass(slots=True)
class _Said:
    """What a submission says of itself, as soon as it is known: its form's id and its own."""

    form: str = ""
    instance: str = ""


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
    """The phones of one office, while it is being served: one submission after another, by one thread.

    taken_at_start: how many records that waited were taken in when it was opened.
    """

    def __init__(self, office: Office) -> None:
        self.office = office
        self._key = PhonesKey(office)
        self.offers = Offers(office, self._key.public)
        self._attachments: Attachments = attachments_of(office)
        self._desks: dict[str, PhoneDesk] = {}
        self._declines_on: date | None = None
        self._hold: Lock | None = None
        self.taken_at_start = 0

    def open(self) -> None:
        """Take in what a process that was killed left in the workspaces of phones, and what waited for the key.

        Raises StoreError("workspace.locked") where another process takes from the phones; SyncError, StoreError.
        """
        self._hold = hold(self.office)
        for phone in phones(self.office):
            if not phone.revoked:
                self._desk(phone).hand_in(declines=True)
        self._declines_on = self.office.now().date()
        self.office.lists.up_to_date()
        self.taken_at_start = self.take_waiting()

    def close(self) -> None:
        """Take in who declined, and let go of the workspaces. Raises SyncError, StoreError."""
        try:
            if self._hold is not None:
                self._declines_on = None
                self.rest()
        finally:
            for desk in self._desks.values():
                desk.close()
            if self._hold is not None:
                self._hold.release()
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
        self.take_waiting()
        self.office.tend_bundles()
        self.office.keep_tables()

    def here(self, phone: Phone) -> None:
        """A phone asked for something."""
        self._desk(phone).traces.here(self.office.now())

    def refuse(self, phone: Phone, error: FieldkitError) -> None:
        """Remember that something was refused before anybody could see which record it was. Raises SyncError, StoreError."""
        self._desk(phone).traces.refuse("", "", error, self.office.now())

    def take(self, phone: Phone, xml: bytes, files: Mapping[str, bytes], *, safe: bool) -> Taken:
        """Take one submission in; it is durable on return. safe: whether the line was encrypted.

        Raises FieldkitError: "submission.…", "openrosa.…", which are remembered until the record is taken; SyncError and
        StoreError where it could not be kept.
        """
        desk = self._desk(phone)
        said = _Said()
        try:
            taken = self._took(desk, xml, files, said, safe=safe)
        except FieldkitError as error:
            if is_refusal(error) and error.code != _NO_KEY:
                desk.traces.refuse(
                    desk.mark(said.instance) if said.instance else "", said.form, error, self.office.now()
                )
            raise
        desk.traces.took(desk.mark(said.instance))
        return taken

    def take_waiting(self) -> int:
        """Take in the encrypted records that wait though all of them is here: the key was missing, or a disk refused. Give how
        many were; what is not understood goes on waiting. Raises SyncError, StoreError.
        """
        key, count = self._key.now(), 0
        for phone in phones(self.office) if key is not None else ():
            desk = None if phone.revoked else self._desk(phone)
            for kept in desk.waiting.all() if desk else ():
                if desk and key and not kept.missing:
                    with suppress(FieldkitError):
                        self._open_sealed(desk, kept.manifest, kept.read(), key)
                        desk.waiting.remove(kept.manifest)
                        count += 1
        return count

    def _took(
        self, desk: PhoneDesk, xml: bytes, files: Mapping[str, bytes], said: _Said, *, safe: bool
    ) -> Taken:
        root = parsed(xml)
        manifest = manifest_in(root)
        head = (
            head_of(root)
            if manifest is None
            else Head(manifest.form, manifest.version, manifest.instance, "")
        )
        said.form, said.instance = head.form, head.instance
        form = self._form(desk.phone, head)
        if manifest is not None:
            return self._take_sealed(desk, form, manifest, xml, files)
        if is_restricted(form) and not safe:
            raise FieldkitError("openrosa.needs-tls", form=form.title or form.id)
        return self._take(desk, form, head, xml, files)

    def _take_sealed(
        self, desk: PhoneDesk, form: Form, manifest: Manifest, xml: bytes, files: Mapping[str, bytes]
    ) -> Taken:
        """What came encrypted; where the key is missing it is put aside as it is, and the phone is to keep it too."""
        if self._is_known(desk, form, manifest.instance):
            return Taken("held", desk.phone.name, form.id)
        key = self._key.now()
        if key is not None:
            secret_of(manifest, key)  # what nobody here can open need not wait
        come = desk.waiting.add(manifest, xml, files)
        if key is None:
            raise FieldkitError(_NO_KEY)
        if come is None:
            return Taken("part", desk.phone.name, form.id)
        try:
            taken = self._open_sealed(desk, manifest, come, key)
        except FieldkitError as error:
            if is_refusal(error):
                desk.waiting.remove(manifest)  # the phone has it still, and is told
            raise
        desk.waiting.remove(manifest)
        return taken

    def _open_sealed(
        self, desk: PhoneDesk, manifest: Manifest, come: Mapping[str, bytes], key: PrivateKey
    ) -> Taken:
        inside, attached = opened(manifest, come, key)
        head = head_of(parsed(inside))
        return self._take(desk, self._form(desk.phone, head), head, inside, attached)

    # -- one submission -----------------------------------------------------------------------------------

    def _take(self, desk: PhoneDesk, form: Form, head: Head, xml: bytes, files: Mapping[str, bytes]) -> Taken:
        self._hand_in(desk)
        told = hashlib.sha256(xml).hexdigest()
        held = self._held(form, head.instance, edited=bool(head.deprecated))
        if held is not None:
            if held.xml != told:
                raise FieldkitError("openrosa.other-content")
            return self._add_files(desk, form, held, xml, files)
        if desk.is_held_decline(head.instance, told):
            return Taken("held", desk.phone.name, form.id)
        before = self._replaced(form, head) if head.deprecated else None
        read = read_record(form, xml, self.office.now, self.offers.lists(form, desk.phone))
        if read.declined:
            if before is not None:
                raise FieldkitError("openrosa.declining")
            desk.keep_decline(form, read.answers, head.instance, told)
            return Taken("declined", desk.phone.name, form.id)
        record = before.id if before else record_id(form.id, head.instance)
        view = self.office.view(record)
        if view is not None and view.state != "live":
            raise FieldkitError("openrosa.taken-back")
        answers = with_lasting_ids(form, read.answers, before.answers) if before else read.answers
        note = self._note(head.instance, told, read, self._kept(read.files, files, {}))
        if before is None and (clashing := self.offers.clashing(form, answers)):
            note[PARALLEL] = list(clashing)
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
        read = read_record(form, xml, self.office.now, self.offers.lists(form, desk.phone))
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
            note[UNFIT] = list(read.unfit)
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
        return desk.has_declined(instance) or self._held(form, instance, edited=True) is not None

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

    # -- desks --------------------------------------------------------------------------------------------

    def _desk(self, phone: Phone) -> PhoneDesk:
        """Its workspace, with what it may do now."""
        if phone.user not in self._desks:
            self._desks[phone.user] = PhoneDesk(self.office, phone)
        desk = self._desks[phone.user]
        desk.phone = replace(phone, device=desk.phone.device)
        return desk

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
