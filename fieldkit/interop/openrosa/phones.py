"""The phones of an office: who sends over OpenRosa, which forms each was given, and what opens its door.

A phone is a workspace in the office's folder, enrolled like a laptop: what it sends is signed with a key of its own, and comes
into the archive through the same door as every stick. Who they are stands in the archive's events. What is kept of a phone's
password lies under the archive's secret, among the office's keys, and so does the key for records that phones encrypt.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.office.office import PHONE, Office
from sync.errors import refused
from sync.events import note, noted
from sync.files import write_file
from sync.sealing import shut, unshut

FOLDER = "phones"
_DOORS = Path("keys", "phones")
_ABOUT_DOOR = b"fieldkit phone"


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone. name: what people call it; user: what it calls itself on the line. device: the id of its key. forms: the ids of
    those that it was given. villages: the codes of those whose households it may look up. since: ISO 8601. revoked: whether
    nothing is taken from it any more.
    """

    name: str
    user: str
    device: str
    forms: tuple[str, ...]
    villages: tuple[str, ...]
    since: str
    revoked: bool


def phones(office: Office) -> list[Phone]:
    """Every phone that sends or sent to this office, in the order they came. Raises SyncError."""
    found: dict[str, Phone] = {}
    for event in noted(office.archive, PHONE):
        facts = event.facts
        found[facts["user"]] = Phone(
            facts["name"], facts["user"], event.device, tuple(facts["forms"]), tuple(facts.get("villages", ())), event.at,
            facts["revoked"],
        )  # fmt: skip
    return list(found.values())


def phone_of(office: Office, user: str) -> Phone | None:
    """The phone that calls itself so, None for none that is taken from. Raises SyncError."""
    return next((each for each in phones(office) if each.user == user and not each.revoked), None)


def named(office: Office, name: str) -> Phone:
    """The phone of that name that is taken from. Raises FieldkitError("phone.unknown"), SyncError."""
    here = [each for each in phones(office) if not each.revoked]
    found = [each for each in here if each.name == name]
    if not found:
        raise FieldkitError("phone.unknown", name=name, known=", ".join(each.name for each in here))
    return found[0]


def folder_of(office: Office, phone: Phone) -> Path:
    """Where the workspace of a phone lies."""
    return office.folder / FOLDER / phone.user


def door_of(office: Office, user: str) -> str | None:
    """What is kept of a phone's password, None where nothing is. Raises SyncError("sealed.damaged")."""
    if not re.fullmatch(r"phone[0-9]{1,9}", user):
        return None
    try:
        sealed = (office.folder / _DOORS / f"{user}.key").read_bytes()
    except OSError:
        return None
    return unshut(office.archive.secret, sealed, _ABOUT_DOOR + user.encode()).decode("ascii")


def put_door(office: Office, user: str, kept: str) -> None:
    """Keep what is kept of a phone's password. Raises SyncError("medium.…")."""
    door = office.folder / _DOORS / f"{user}.key"
    try:
        door.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, door) from error
    write_file(door, shut(office.archive.secret, kept.encode(), _ABOUT_DOOR + user.encode()), private=True)


def shut_door(office: Office, user: str) -> None:
    """Keep nothing of a phone's password any more."""
    with suppress(OSError):
        (office.folder / _DOORS / f"{user}.key").unlink(missing_ok=True)


def put_down(office: Office, phone: Phone, *, by: str, revoked: bool) -> str:
    """Put down in the archive's events what a phone may do now; give when (ISO 8601). Raises SyncError."""
    facts = {
        "name": phone.name, "user": phone.user, "forms": list(phone.forms), "villages": list(phone.villages),
        "revoked": revoked, "by": by,
    }  # fmt: skip
    return note(office.archive, PHONE, phone.device, facts, office.now()).at
