"""The desks of an office: who works there, with which key, and in which role.

A desk is a workspace like a laptop's, in the office's folder, enrolled like one: whatever is decided or entered at the office
is a revision signed with its key, and comes into the archive through the same door as every stick. It keeps nothing once the
archive holds it. Roles stand in the archive's events, so that two machines on one archive agree.

The archive's secret lies in a desk under the key of its workspace, so a desk's passphrase opens both, and another passphrase
changes neither. The keeper's desk is the other way round: the office's passphrase opens it, since its key lies under the secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
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
from sync.errors import refused
from sync.events import note, noted
from sync.files import sync_folder, write_file
from sync.office_facts import read_facts
from sync.sealing import shut, unshut

FOLDER = "desks"
KEEPER = "office"
"""The name of the desk of whoever keeps the office; it is there as soon as something is decided."""

_SEALED = "office.key"
_ABOUT = b"fieldkit desk"
_KEEPERS = "desk.key"
_ABOUT_KEEPERS = b"fieldkit desk of the keeper"
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
    """Make a desk. by: who decides that. A name whose desk is not in this folder, or who has left, gets a new one.

    Raises FieldkitError("desk.name"), ("desk.exists"), ("desk.no-passphrase") where the office has one, SyncError, StoreError.
    """
    if not _NAME.fullmatch(name) or name != name.strip(" ."):
        raise FieldkitError("desk.name", name=name)
    folder = office.folder / FOLDER / name
    if folder.exists() and name in {each.name for each in workers(office) if each.roles}:
        raise FieldkitError("desk.exists", name=name)
    if office.is_sealed and passphrase is None:
        raise FieldkitError("desk.no-passphrase", name=name)
    _set_aside(folder)
    with Workspace.create(
        folder, passphrase=passphrase, name=name, demo=demo, settings={"user": name, "office": office.name}
    ) as workspace:
        device = Exchange(workspace, office.now).device
        device.take_enrolment(office.enroll_card(device.card(), name=name), folder)
        if passphrase is not None and office.is_sealed:
            key, secret = key_file(folder).open(passphrase), office.archive.secret
            if name == KEEPER:
                write_file(folder / _KEEPERS, shut(secret, key, _ABOUT_KEEPERS), private=True)
            else:
                write_file(folder / _SEALED, shut(key, secret, _ABOUT), private=True)
        return set_roles(office, device.key.id, name, roles, by=by)


def renew_desk(office: Office, name: str, passphrase: str | None, *, by: str) -> Worker:
    """A new desk with the same roles for somebody whose desk is lost, or whose passphrase is forgotten; the key of the old one
    is not taken any more. What it had not handed in stays aside, sealed. Raises as `add_desk`, ("desk.unknown").
    """
    known = worker(office, name)
    if office.is_sealed and passphrase is None:
        raise FieldkitError("desk.no-passphrase", name=name)
    _set_aside(office.folder / FOLDER / name)
    made = add_desk(office, name, known.roles, passphrase, by=by)
    for each in workers(office):
        if each.name == name and each.roles and each.device != made.device:
            set_roles(office, each.device, name, (), by=by)
    return made


def give_roles(office: Office, name: str, roles: Iterable[Role], *, by: str) -> Worker:
    """Give somebody other roles, none for whoever leaves: then their passphrase opens the archive here no more.

    Raises FieldkitError("desk.unknown"), ("desk.last-keeper") where nobody would keep the office, SyncError.
    """
    given = frozenset(roles)
    known = worker(office, name)
    here = [each for each in workers(office) if each.roles]
    kept = {each.name for each in here if Role.KEEPER in each.roles} | (
        {KEEPER} if Role.KEEPER in _keepers(here) else set()
    )
    if Role.KEEPER not in given and kept <= {name}:
        raise FieldkitError("desk.last-keeper", name=name)
    for each in here:
        if each.name == name:
            known = set_roles(office, each.device, name, given, by=by)
    if not given:
        _forget_secret(office.folder / FOLDER / name)
    return known


def set_roles(office: Office, device: str, name: str, roles: Iterable[Role], *, by: str) -> Worker:
    """From now on a desk has these roles, none for whoever leaves; its key is not taken any more then. Raises SyncError."""
    given = frozenset(roles)
    facts = {"name": name, "roles": sorted(given), "by": by}
    event = note(office.archive, DESK, device, facts, office.now())
    if not given:
        office.archive.revoke(device)
    return Worker(name, device, given, event.at)


def roles_now(office: Office, name: str) -> frozenset[Role]:
    """The roles of whoever sits at a desk, as the archive has them at this moment; none for whoever has left.

    Raises SyncError.
    """
    try:
        return roles_of(office, name)
    except FieldkitError as error:
        if error.code != "desk.unknown":
            raise
        return frozenset()


def keepers_passphrase(office: Office, passphrase: str) -> bool:
    """Let the office's passphrase open the keeper's desk, which knows another; false where it has no desk here.

    Raises StoreError, SyncError.
    """
    folder = office.folder / FOLDER / KEEPER
    if not (folder / _KEEPERS).is_file():
        return False
    key = unshut(office.archive.secret, (folder / _KEEPERS).read_bytes(), _ABOUT_KEEPERS)
    key_file(folder).change(key, passphrase)
    return True


def _keepers(here: Sequence[Worker]) -> frozenset[Role]:
    """The roles of whoever opens the office with its own passphrase."""
    desks = [each.roles for each in here if each.name == KEEPER]
    return desks[-1] if desks else frozenset({Role.KEEPER})


def _set_aside(folder: Path) -> None:
    """Give a desk that is nobody's any more another name, and let it open the archive no more."""
    if not folder.exists():
        return
    _forget_secret(folder)
    number = 1
    while (aside := folder.with_name(f".{folder.name}.{number}")).exists():
        number += 1
    try:
        folder.rename(aside)
        sync_folder(folder.parent)
    except OSError as error:
        raise refused(error, folder) from error


def _forget_secret(folder: Path) -> None:
    with suppress(FileNotFoundError):
        (folder / _SEALED).unlink()


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
        raise FieldkitError("desk.who", known=", ".join([KEEPER, *(each.name for each in others)]))
    return _keepers([each for each in workers(office) if each.roles])


def opened(folder: Path, name: str, *, now: Callable[[], datetime], passphrase: Passphrase) -> Office:
    """The office, with the passphrase of somebody's desk, or its own for its keeper. Raises as `open_as`, ("desk.lost") for
    somebody whose desk is not in this folder, ("desk.closed") for one who has left.
    """
    read_facts(folder)
    desk = desk_folder(folder, name)
    if name in {"", KEEPER}:
        return Office.open(folder, now=now, passphrase=passphrase)
    sealed = desk / _SEALED
    if sealed.is_file():
        secret = unshut(_proven(desk, passphrase), sealed.read_bytes(), _ABOUT)
        return Office.open(folder, now=now, secret=secret)
    if is_locked(folder):
        raise FieldkitError("desk.closed" if desk.is_dir() else "desk.lost", name=name)
    office = Office.open(folder, now=now)
    try:
        worker(office, name)
        if not desk.is_dir():
            raise FieldkitError("desk.lost", name=name)
        if is_encrypted(desk):
            _proven(desk, passphrase)
    except BaseException:
        office.close()
        raise
    return office


def desk_folder(folder: Path, name: str) -> Path:
    """Where the desk of that name lies. Raises FieldkitError("desk.name")."""
    if name and not _NAME.fullmatch(name):
        raise FieldkitError("desk.name", name=name)
    return folder / FOLDER / (name or KEEPER)


def is_asked(folder: Path, name: str) -> bool:
    """Whether a passphrase is needed to open the office as somebody. Raises FieldkitError("desk.name")."""
    desk = desk_folder(folder, name)
    return is_locked(folder) if name in {"", KEEPER} else is_encrypted(desk)


def _proven(desk: Path, passphrase: Passphrase) -> bytes:
    """The key of a desk's workspace. Raises StoreError("workspace.needs-passphrase"), ("workspace.wrong-passphrase")."""
    if passphrase is None:
        raise StoreError("workspace.needs-passphrase", path=str(desk))
    return key_file(desk).open(passphrase())
