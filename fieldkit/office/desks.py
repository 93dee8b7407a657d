"""The desks of an office: who works there, with which key, and in which role.

A desk is a workspace like a laptop's, in the office's folder, enrolled like one: whatever is decided or entered at the office
is a revision signed with its key, and comes into the archive through the same door as every stick. It keeps nothing once the
archive holds it. Roles stand in the archive's events, so that two machines on one archive agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange import Exchange
from fieldkit.office.keys import is_locked
from fieldkit.office.office import DESK, Office
from fieldkit.office.roles import EVERY, Act, Role, may, need
from fieldkit.store import Workspace, is_encrypted
from fieldkit.store.workspace import key_file
from sync.events import note, noted
from sync.office_facts import read_facts
from sync.sealing import shut, unshut

FOLDER = "desks"
KEEPER = "office"
"""The name of the desk of whoever keeps the office; it is there as soon as something is decided."""

_SEALED = "office.key"
_ABOUT = b"fieldkit desk"
_NAME = re.compile(r"[^\W_][\w .\-]{0,39}")

Passphrase = Callable[[], str] | None


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody at the office: name, the id of the desk's key, roles (none for whoever has left), and since when so."""

    name: str
    device: str
    roles: frozenset[Role]
    since: str


def workers(office: Office) -> list[Worker]:
    """Everybody who has or had a desk, in the order they came. Raises SyncError."""
    found: dict[str, Worker] = {}
    for event in noted(office.archive, DESK):
        facts = event.facts
        roles = frozenset(Role(each) for each in facts["roles"])
        found[event.device] = Worker(facts["name"], event.device, roles, event.at)
    return list(found.values())


def worker(office: Office, name: str) -> Worker:
    """Somebody who works there now. Raises FieldkitError("desk.unknown") naming who does, SyncError."""
    known = [each for each in workers(office) if each.roles]
    found = [each for each in known if each.name == name]
    if not found:
        raise FieldkitError("desk.unknown", name=name, known=", ".join(each.name for each in known))
    return found[-1]


def add_desk(
    office: Office, name: str, roles: Iterable[Role], passphrase: str | None, *, by: str, demo: bool = False
) -> Worker:
    """Make a desk. by: who decides that. A name whose desk is lost, or who has left, gets a new one.

    Raises FieldkitError("desk.name"), ("desk.exists"), ("desk.no-passphrase") where the office has one,
    ("desk.keeper-first"), SyncError, StoreError.
    """
    if not _NAME.fullmatch(name) or name != name.strip(" ."):
        raise FieldkitError("desk.name", name=name)
    folder = office.folder / FOLDER / name
    if folder.exists():
        raise FieldkitError("desk.exists", name=name)
    if office.is_sealed and passphrase is None:
        raise FieldkitError("desk.no-passphrase", name=name)
    with Workspace.create(
        folder, passphrase=passphrase, name=name, demo=demo, settings={"user": name, "office": office.name}
    ) as workspace:
        device = Exchange(workspace, office.now).device
        device.take_enrolment(office.enroll_card(device.card(), name=name), folder)
        if passphrase is not None and office.is_sealed:
            (folder / _SEALED).write_bytes(
                shut(key_file(folder).open(passphrase), office.archive.secret, _ABOUT)
            )
        return set_roles(office, device.key.id, name, roles, by=by)


def set_roles(office: Office, device: str, name: str, roles: Iterable[Role], *, by: str) -> Worker:
    """From now on a desk has these roles, none for whoever leaves; its key is not taken any more then. Raises SyncError."""
    given = frozenset(roles)
    facts = {"name": name, "roles": sorted(given), "by": by}
    event = note(office.archive, DESK, device, facts, office.now())
    if not given:
        office.archive.revoke(device)
    return Worker(name, device, given, event.at)


def open_as(
    folder: Path, acts: Sequence[Act], name: str, *, now: Callable[[], datetime], passphrase: Passphrase
) -> Office:
    """The office for somebody who wants to do one of these. name: of the desk, "" for whoever keeps the office, and for an office
    where one person does all.

    Raises FieldkitError("role.may-not"), ("desk.unknown"), ("desk.who") where an office without a passphrase has several
    people and none is named, StoreError, SyncError.
    """
    office = opened(folder, name, now=now, passphrase=passphrase)
    try:
        roles = roles_of(office, name)
        if not any(may(roles, act) for act in acts):
            need(roles, acts[0], name or KEEPER)
    except BaseException:
        office.close()
        raise
    return office


def roles_of(office: Office, name: str) -> frozenset[Role]:
    """The roles of whoever opened the office. Raises as `open_as`."""
    others = [each for each in workers(office) if each.roles and each.name != KEEPER]
    if name and name != KEEPER:
        return worker(office, name).roles
    if not others:
        return EVERY
    if not office.is_sealed and not name:
        raise FieldkitError("desk.who", known=", ".join(each.name for each in others))
    return next((each.roles for each in workers(office) if each.name == KEEPER), frozenset({Role.KEEPER}))


def opened(folder: Path, name: str, *, now: Callable[[], datetime], passphrase: Passphrase) -> Office:
    """The office, with the passphrase of somebody's desk, or its own without a name. Raises as `open_as`."""
    read_facts(folder)
    desk = desk_folder(folder, name)
    sealed = desk / _SEALED
    if not name or not sealed.is_file():
        office = Office.open(folder, now=now, passphrase=passphrase)
        if name and name != KEEPER and not desk.is_dir():
            known = ", ".join(each.name for each in workers(office) if each.roles)
            office.close()
            raise FieldkitError("desk.unknown", name=name, known=known)
        if name and is_encrypted(desk):
            _proven(desk, passphrase)
        return office
    return Office.open(folder, now=now, secret=unshut(_proven(desk, passphrase), sealed.read_bytes(), _ABOUT))


def desk_folder(folder: Path, name: str) -> Path:
    """Where the desk of that name lies. Raises FieldkitError("desk.name")."""
    if name and not _NAME.fullmatch(name):
        raise FieldkitError("desk.name", name=name)
    return folder / FOLDER / (name or KEEPER)


def is_asked(folder: Path, name: str) -> bool:
    """Whether a passphrase is needed to open the office as somebody. Raises FieldkitError("desk.name")."""
    desk = desk_folder(folder, name)
    return is_encrypted(desk) if desk.is_dir() else is_locked(folder)


def _proven(desk: Path, passphrase: Passphrase) -> bytes:
    """The key of a desk's workspace. Raises StoreError("workspace.needs-passphrase"), ("workspace.wrong-passphrase")."""
    if passphrase is None:
        raise StoreError("workspace.needs-passphrase", path=str(desk))
    return key_file(desk).open(passphrase())
