"""A desk: somebody's place at the office, with the archive before them and a workspace of their own behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange import Operation, as_record
from fieldkit.fieldwork.households import HOUSEHOLD
from fieldkit.i18n import N_, _
from fieldkit.office import Office
from fieldkit.office.desks import (
    KEEPER,
    add_desk,
    desk_folder,
    keepers_passphrase,
    opened,
    roles_now,
    roles_of,
)
from fieldkit.office.flat import up_to_date
from fieldkit.office.households import registrations
from fieldkit.office.keys import change_passphrase
from fieldkit.office.looks import Look, look_at
from fieldkit.office.roles import ASKING, Act, Role, hidden_tiers, may, need
from fieldkit.office.stages import Stage, Told, untold
from fieldkit.session.desk.parts import DeskParts
from fieldkit.session.desk.told import told
from fieldkit.session.desk.words import called
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
        self._known_roles = roles

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
                add_desk(office, name or KEEPER, roles, words, by=name or KEEPER)
            session = _opened(office, home, passphrase, now)
            session.use_forms_of(office.library)
        except BaseException:
            office.close()
            raise
        desk = cls(office, session, name or KEEPER, roles)
        try:
            desk.hand_in(declines=True)
        except BaseException:
            desk._let_go()
            raise
        return desk

    def close(self) -> None:
        """Hand in who declined meanwhile, and let go of archive and workspace; what cannot be handed in now is the next time."""
        with suppress(FieldkitError):
            self.hand_in(declines=True)
        self._let_go()

    def _let_go(self) -> None:
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

    @told()
    def go_by_roles(self) -> frozenset[Role]:
        """Go from now on by the roles that whoever sits here has now; give them. Raises FieldkitError."""
        self.roles = self._known_roles = roles_now(self.office, self.name)
        return self.roles

    def _see_roles(self) -> None:
        """Notice that somebody changed the roles meanwhile. Raises FieldkitError("desk.other-roles"), ("desk.closed")."""
        before = self._known_roles
        if roles_now(self.office, self.name) != before:
            if not self.go_by_roles():
                raise FieldkitError("desk.closed", name=self.name)
            raise FieldkitError("desk.other-roles", roles=role_words(self.roles))

    @told()
    def change_passphrase(self, old: str, new: str) -> None:
        """Let another passphrase open this desk and, for its keeper, the office. Everybody may do that with their own.

        Raises StoreError("workspace.wrong-passphrase"), ("workspace.not-encrypted"), FieldkitError("passphrase.empty").
        """
        if not new:
            raise FieldkitError("passphrase.empty")
        if self.session.is_open:
            raise StoreError("workspace.not-encrypted", path=str(self.session.folder))
        if not self.session.opens_with(old):
            raise StoreError("workspace.wrong-passphrase", path=str(self.session.folder))
        if self.name == KEEPER:
            change_passphrase(self.office.folder, lambda: old, None, new)
        self.session.change_passphrase(new)

    def need_any(self, *acts: Act) -> None:
        """See that whoever sits here may do one of these. Raises FieldkitError("role.may-not")."""
        if not any(self.may(act) for act in acts):
            self.need(acts[0])

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
        return labelled(called(self.name), role_words(self.roles))

    @property
    def device(self) -> str:
        """The id of this desk's key."""
        return self.session.exchange.device.key.id

    @property
    def last_decided(self) -> str:
        """The id of the revision that was made at this desk last."""
        return self.session.exchange.device.tip[2]

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

        answers: what stands at the `changed` paths from now on; "" takes an answer away. note: what belongs to it, beside who decides.
        Raises FieldkitError("decision.overtaken") where somebody has changed the record meanwhile, with who and when,
        ("desk.other-roles") or ("desk.closed") where whoever sits here has other roles by now: then nothing was written.
        FieldkitError of the archive, StoreError: then it is kept here, and handed in when the archive can be reached.
        """
        written = {path: answer for path, answer in (answers or {}).items() if answer != ""}
        whole = {**seen.fields, **written}
        gone = {path for path, answer in (answers or {}).items() if answer == ""}
        whole = {path: answer for path, answer in whole.items() if path not in gone}
        with self.alone():
            self._see_again(seen)
            said = {"by": self.name, **note}
            self.session.exchange.decide(seen, operation, whole, changed=changed, note=said)
            self._hand_in()
        return self._held(seen.record)

    @told()
    def together(self, seen: Iterable[RecordView], write: Callable[[], None]) -> None:
        """Write decisions about several records at once, as they were `seen`, in one bundle: either all of them or none.

        write: seals them at this desk. Raises as `decide`, and what `write` does before it has sealed anything.
        """
        with self.alone():
            for each in seen:
                self._see_again(each)
            write()
            self._hand_in()

    def undo(self, record: str, revision: str, reason: str = "") -> RecordView:
        """Undo a decision, named by the id of its revision, or an undoing; the record stands then as it would without it.

        Raises FieldkitError("decision.unknown"), and as `decide`.
        """
        seen = self._held(record)
        if revision not in seen.revisions:
            raise FieldkitError("decision.unknown", id=revision[:8])
        note: dict[str, Any] = {"undoes": [revision]}
        return self.decide(seen, Operation.RESOLVE, note=note | ({"reason": reason} if reason else {}))

    @told()
    def borrow(self, record: str, why: str) -> None:
        """Have a record of the archive at this desk until it is handed in, so that it can be corrected in its own form.

        why: for the log. Raises FieldkitError("record.unknown"), ("role.hidden") where it holds answers that whoever sits here
        may not see, ("role.may-not") for whoever is asked nothing at a desk, StoreError.
        """
        self.need_any(*ASKING)
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
        self.need_any(*ASKING)
        for record in registrations(self.office, number):
            look = self.look(record, why)
            if look is not None and not look.hidden:
                self.session.handing_in.borrow(self.office.archive.revisions(record))
                self.session.forget_registry()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else at this archive decides anything meanwhile, and whoever sits here has the roles they are known to have.

        Raises FieldkitError("desk.other-roles"), ("desk.closed"), SyncError.
        """
        with self.office.archive.database.alone():
            self._see_roles()
            yield

    @told()
    def bring_lists_up_to_date(self, far: Told = untold) -> None:
        """See to it that lists show what the records say now; after a new version all are made anew, which takes a while.

        far: how far it is; what it raises stops it. Raises FieldkitError.
        """
        self.office.lists.up_to_date(partial(far, Stage.LISTS))

    @told()
    def bring_tables_up_to_date(self, far: Told = untold) -> None:
        """See to it that the flat tables show what the records say now. far, raises: as `bring_lists_up_to_date`."""
        if not up_to_date(self.office, quickly=True):
            self.office.keep_tables(told=far)

    @told()
    def hand_in(self, *, declines: bool = False) -> None:
        """Bring what was entered or decided here into the archive, and keep nothing of it.

        declines: too, which is when the desk is opened or closed, so that nothing tells who it was.
        Raises FieldkitError("desk.closed") for whoever has left: then it stays here; StoreError.
        """
        if self.session.handing_in.waits:
            if not roles_now(self.office, self.name):
                raise FieldkitError("desk.closed", name=self.name)
            self._hand_in(declines=declines)
        self.session.handing_in.give_back()
        self.session.forget_registry()

    def _hand_in(self, *, declines: bool = False) -> None:
        with self.session.handing_in.bundle(declines=declines) as path:
            if path is not None:
                self.office.take_decision(path)

    def _see_again(self, seen: RecordView) -> None:
        now = self.office.view(seen.record)
        if now is not None and now.heads != seen.heads:
            raise FieldkitError("decision.overtaken", record=seen.record, **self.last_to_change(now))

    def last_to_change(self, view: RecordView) -> dict[str, str]:
        """Who changed a record last, and when, as "decision.overtaken" tells it. Raises SyncError."""
        last = self.office.archive.revisions(view.record)
        newest = max(last, key=lambda each: (each.envelope.hlc, each.id)).envelope
        who = called(newest.user) or self.words.laptop(newest.device)
        return {"who": who, "at": newest.wall[:16].replace("T", " ")}

    def _held(self, record: str) -> RecordView:
        view = self.office.view(record)
        if view is None:
            raise FieldkitError("record.unknown", id=record)
        return view


def _opened(
    office: Office, home: Path, passphrase: Callable[[], str] | None, now: Callable[[], datetime]
) -> Session:
    """The workspace of a desk; that of the keeper with the passphrase of the office, whatever its own was."""
    try:
        return Session.open(home, passphrase, now)
    except StoreError as error:
        is_keepers = home.name == KEEPER and passphrase is not None
        if error.code != "workspace.wrong-passphrase" or not is_keepers:
            raise
        assert passphrase is not None
        if not keepers_passphrase(office, passphrase()):
            raise
        return Session.open(home, passphrase, now)


def _once(ask: Callable[[], str] | None) -> Callable[[], str] | None:
    """A passphrase that is asked for at most once: office and workspace open with the same."""
    said: list[str] = []

    def answer() -> str:
        if not said:
            assert ask is not None
            said.append(ask())
        return said[0]

    return answer if ask is not None else None
