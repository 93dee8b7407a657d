"""A desk: somebody's place at the office, with the archive before them and a workspace of their own behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation, as_record
from fieldkit.fieldwork.households import HOUSEHOLD
from fieldkit.i18n import N_, _
from fieldkit.office import Office
from fieldkit.office.desks import KEEPER, add_desk, desk_folder, opened, roles_of
from fieldkit.office.households import registrations
from fieldkit.office.looks import Look, look_at
from fieldkit.office.roles import EVERY, Act, Role, hidden_tiers, may, need
from fieldkit.session.desk.parts import DeskParts
from fieldkit.session.desk.told import told
from fieldkit.session.session import Session
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from sync import Answer, RecordView


ROLES = {
    Role.KEEPER: N_("keeper of the office"),
    Role.CLERK: N_("clerk"),
    Role.REVIEWER: N_("reviewer"),
    Role.VERIFIER: N_("verifier"),
    Role.READER: N_("reader"),
}


def role_words(roles: Iterable[Role]) -> str:
    """Roles in words."""
    return _(", ").join(_(ROLES[role]) for role in Role if role in roles)


class Desk(DeskParts):
    """The desk of one person. office: the archive; session: over the desk's own workspace, for whatever is asked there.

    Every part asks `need` before it does anything, and writes through `decide` alone.
    """

    def __init__(self, office: Office, session: Session, name: str, roles: frozenset[Role]) -> None:
        self.office = office
        self.session = session
        self.name = name
        self.roles = roles

    @classmethod
    @told()
    def open(
        cls,
        folder: Path,
        name: str = "",
        *,
        now: Callable[[], datetime],
        passphrase: Callable[[], str] | None = None,
    ) -> Self:
        """The desk of that name, without one that of whoever keeps the office, which is made where it is not there yet.

        What was decided when the archive could not be reached is handed in.
        Raises FieldkitError("desk.unknown"), ("desk.who"), those of the archive, StoreError.
        """
        passphrase = _once(passphrase)
        office = opened(folder, name, now=now, passphrase=passphrase)
        try:
            roles = roles_of(office, name)
            home = desk_folder(folder, name)
            if not home.is_dir():
                words = passphrase() if passphrase is not None and office.is_sealed else None
                add_desk(office, name or KEEPER, EVERY, words, by=name or KEEPER)
            session = Session.open(home, passphrase, now)
            session.use_forms_of(office.library)
        except BaseException:
            office.close()
            raise
        desk = cls(office, session, name or KEEPER, roles)
        try:
            desk.hand_in()
        except BaseException:
            desk.close()
            raise
        return desk

    def close(self) -> None:
        """Let go of archive and workspace."""
        self.session.close()
        self.office.close()

    def __enter__(self) -> Self:
        """Itself, to be closed at the end."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go."""
        self.close()

    # -- who may ------------------------------------------------------------------------------------------

    def may(self, act: Act) -> bool:
        """Whether whoever sits here may do that."""
        return may(self.roles, act)

    def need(self, act: Act) -> None:
        """See that whoever sits here may do that. Raises FieldkitError("role.may-not")."""
        need(self.roles, act, self.name)

    @property
    def hidden(self) -> frozenset[str]:  # type: ignore[override]
        """The tiers that are not shown here."""
        return hidden_tiers(self.roles)

    @told()
    def look(self, record: str, why: str) -> Look | None:
        """A record as it stands, without the tiers that whoever sits here may not see; None where it is not held.

        why: a word for the log, into which every look goes that shows a restricted or contact answer. Raises FieldkitError.
        """
        return look_at(self.office, record, self.hidden, by=self.name, device=self.device, why=why)

    @property
    def who(self) -> str:
        """Who sits here, and as what."""
        return labelled(self.name, role_words(self.roles))

    @property
    def device(self) -> str:
        """The id of this desk's key."""
        return self.session.exchange.device.key.id

    # -- deciding -----------------------------------------------------------------------------------------

    @told()
    def decide(
        self,
        seen: RecordView,
        operation: Operation,
        answers: Mapping[str, Answer] | None = None,
        *,
        changed: Iterable[str] = (),
        note: Mapping[str, Any],
    ) -> RecordView:
        """Write down what was decided about a record as it was `seen`; give how it stands then.

        answers: what stands at the `changed` paths from now on; "" takes an answer away. note: what belongs to it.
        Raises FieldkitError("decision.overtaken") where somebody has changed the record meanwhile, with who and when: then
        nothing was written. FieldkitError of the archive, StoreError: then it is kept here, and handed in when the archive can be reached.
        """
        written = {path: answer for path, answer in (answers or {}).items() if answer != ""}
        whole = {**seen.fields, **written}
        gone = {path for path, answer in (answers or {}).items() if answer == ""}
        whole = {path: answer for path, answer in whole.items() if path not in gone}
        with self.alone():
            self._see_again(seen)
            self.session.exchange.decide(seen, operation, whole, changed=changed, note=note)
            self._hand_in()
        return self._held(seen.record)

    def undo(self, record: str, revision: str, reason: str = "") -> RecordView:
        """Undo a decision, named by the id of its revision, or an undoing; the record stands then as it would without it.

        Raises FieldkitError("decision.unknown"), and as `decide`.
        """
        seen = self._held(record)
        if revision not in seen.revisions:
            raise FieldkitError("decision.unknown", id=revision[:8])
        note: dict[str, Any] = {"undoes": [revision], "by": self.name}
        return self.decide(seen, Operation.RESOLVE, note=note | ({"reason": reason} if reason else {}))

    @told()
    def borrow(self, record: str, why: str) -> None:
        """Have a record of the archive at this desk until it is handed in, so that it can be corrected in its own form.

        why: for the log. Raises FieldkitError("record.unknown"), ("role.hidden") where it holds answers that whoever sits here
        may not see, StoreError.
        """
        look = self.look(record, why)
        if look is None:
            raise FieldkitError("record.unknown", id=record)
        if look.hidden:
            raise FieldkitError("role.hidden", who=self.name, count=len(look.hidden))
        self.session.handing_in.borrow(self.office.archive.revisions(record))
        self.session.forget_registry()
        number = as_record(look.view).household
        if number and look.view.form != HOUSEHOLD:
            self.borrow_household(number, why)

    @told()
    def borrow_household(self, number: str, why: str) -> None:
        """Have the registration of a household at this desk, so that forms that ask for it know its people; where whoever sits
        here may not see all of it, it stays in the archive. why: for the log. Raises FieldkitError, StoreError.
        """
        for record in registrations(self.office, number):
            look = self.look(record, why)
            if look is not None and not look.hidden:
                self.session.handing_in.borrow(self.office.archive.revisions(record))
                self.session.forget_registry()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else at this archive decides anything meanwhile. Raises SyncError."""
        with self.office.archive.database.alone():
            yield

    @told()
    def hand_in(self) -> None:
        """Bring what was entered or decided here into the archive, and keep nothing of it. Raises FieldkitError, StoreError."""
        if self.session.handing_in.waits:
            self._hand_in()
        self.session.handing_in.give_back()
        self.session.forget_registry()

    def _hand_in(self) -> None:
        with self.session.handing_in.bundle() as path:
            if path is not None:
                self.office.take_decision(path)

    def _see_again(self, seen: RecordView) -> None:
        now = self.office.view(seen.record)
        if now is not None and now.heads != seen.heads:
            last = self.office.archive.revisions(seen.record)
            newest = max(last, key=lambda each: (each.envelope.hlc, each.id)).envelope
            who = newest.user or self.words.laptop(newest.device)
            at = newest.wall[:16].replace("T", " ")
            raise FieldkitError("decision.overtaken", record=seen.record, who=who, at=at)

    def _held(self, record: str) -> RecordView:
        view = self.office.view(record)
        if view is None:
            raise FieldkitError("record.unknown", id=record)
        return view


def _once(ask: Callable[[], str] | None) -> Callable[[], str] | None:
    """A passphrase that is asked for at most once: office and workspace open with the same."""
    said: list[str] = []

    def answer() -> str:
        if not said:
            assert ask is not None
            said.append(ask())
        return said[0]

    return answer if ask is not None else None
