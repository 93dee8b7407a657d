"""The phones of an office: who sends over OpenRosa, which forms each was given, and what opens its door and its workspace.

A phone is a workspace in the office's folder, enrolled like a laptop: what it sends is signed with a key of its own, and comes
into the archive through the same door as every stick. Who they are stands in the archive's events. What is kept of a phone's
password lies under the archive's secret, among the office's keys, and so does the key for records that phones encrypt.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange import Exchange, HandingIn
from fieldkit.interop.openrosa.door import kept
from fieldkit.interop.openrosa.sealed import PrivateKey
from fieldkit.office.office import PHONE, Office
from fieldkit.store import Workspace
from fieldkit.store.keys import Cost
from sync.errors import refused
from sync.events import note, noted
from sync.files import sync_folder, write_file
from sync.sealing import shut, unshut

FOLDER = "phones"
_NAME = re.compile(r"[^\W_][\w .\-]{0,39}")
_DOORS = Path("keys", "phones")
_KEY = Path("keys", "phones.key")
_WORDS = "desk.key"
_ABOUT_DOOR, _ABOUT_KEY, _ABOUT_WORDS = (
    b"fieldkit phone",
    b"fieldkit key of phones",
    b"fieldkit phone's words",
)
_RANDOM = Cost(memory=64, passes=1)
"""What opens a phone's workspace is random, so that nobody can guess it however cheap a guess is."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone. name: what people call it; user: what it calls itself on the line. device: the id of its key. forms: the ids of
    those that it was given. since: ISO 8601. revoked: whether nothing is taken from it any more.
    """

    name: str
    user: str
    device: str
    forms: tuple[str, ...]
    since: str
    revoked: bool


def phones(office: Office) -> list[Phone]:
    """Every phone that sends or sent to this office, in the order they came. Raises SyncError."""
    found: dict[str, Phone] = {}
    for event in noted(office.archive, PHONE):
        facts = event.facts
        found[facts["user"]] = Phone(
            facts["name"], facts["user"], event.device, tuple(facts["forms"]), event.at, facts["revoked"]
        )
    return list(found.values())


def phone_of(office: Office, user: str) -> Phone | None:
    """The phone that calls itself so, None for none that is taken from. Raises SyncError."""
    return next((each for each in phones(office) if each.user == user and not each.revoked), None)


def add_phone(office: Office, name: str, forms: Iterable[str], *, by: str) -> tuple[Phone, str]:
    """Let a phone in: give it with its password, which is kept nowhere. forms: by id or file name.

    Raises FieldkitError("phone.name"), ("phone.exists"), ("form.unknown"), FormError, SyncError, StoreError.
    """
    if not _NAME.fullmatch(name) or name != name.strip(" ."):
        raise FieldkitError("phone.name", name=name)
    known = phones(office)
    taken = {each.name for each in known if not each.revoked} | {each.name for each in office.devices()}
    if name in taken:
        raise FieldkitError("phone.exists", name=name)
    given = tuple(dict.fromkeys(office.library.get(each).id for each in forms))
    user, password = f"phone{len(known) + 1}", secrets.token_urlsafe(18)
    door = office.folder / _DOORS / f"{user}.key"
    try:
        door.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, door) from error
    sealed = shut(office.archive.secret, kept(user, password).encode(), _ABOUT_DOOR + user.encode())
    write_file(door, sealed, private=True)
    made = _made(office, Phone(name, user, "", given, "", revoked=False), by=by)
    return made, password


def revoke_phone(office: Office, name: str, *, by: str) -> Phone:
    """Take nothing more from a phone; what it has sent stays, and what waits of it is taken in first where nobody serves it now.

    Raises FieldkitError("phone.unknown"), SyncError.
    """
    here = [each for each in phones(office) if not each.revoked]
    found = [each for each in here if each.name == name]
    if not found:
        raise FieldkitError("phone.unknown", name=name, known=", ".join(each.name for each in here))
    [phone] = found
    since = _note(office, phone, by=by, revoked=True)
    with suppress(OSError):
        (office.folder / _DOORS / f"{phone.user}.key").unlink(missing_ok=True)
    with suppress(StoreError), PhoneDesk(office, phone) as desk:
        desk.hand_in(declines=True)
    office.archive.revoke(phone.device)
    return replace(phone, since=since, revoked=True)


def door_of(office: Office, user: str) -> str | None:
    """What is kept of a phone's password, None where nothing is. Raises SyncError("sealed.damaged")."""
    if not re.fullmatch(r"phone[0-9]{1,9}", user):
        return None
    try:
        sealed = (office.folder / _DOORS / f"{user}.key").read_bytes()
    except OSError:
        return None
    return unshut(office.archive.secret, sealed, _ABOUT_DOOR + user.encode()).decode("ascii")


def make_key(office: Office) -> PrivateKey:
    """The key pair for records that phones encrypt; the one that is there, where there is one. Raises SyncError."""
    known = key_of(office)
    if known is not None:
        return known
    made = PrivateKey.new()
    write_file(office.folder / _KEY, shut(office.archive.secret, made.to_bytes(), _ABOUT_KEY), private=True)
    return made


def key_of(office: Office) -> PrivateKey | None:
    """The key for records that phones encrypt, None where nobody has made one. Raises SyncError("sealed.damaged")."""
    try:
        sealed = (office.folder / _KEY).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refused(error, office.folder / _KEY) from error
    return PrivateKey.of(unshut(office.archive.secret, sealed, _ABOUT_KEY))


class PhoneDesk:
    """The workspace of one phone, open. After a backup it is made anew, with a new key."""

    def __init__(self, office: Office, phone: Phone) -> None:
        self.office = office
        self.phone = phone
        folder = office.folder / FOLDER / phone.user
        if not folder.is_dir():
            self.phone = _made(office, phone, by=phone.name)
        words = unshut(office.archive.secret, _read(folder / _WORDS), _ABOUT_WORDS).decode("ascii")
        self.workspace = Workspace.open(folder, passphrase=lambda: words)
        self.exchange = Exchange(self.workspace, office.now)
        if (
            self.exchange.device.key.id != self.phone.device
        ):  # made anew, and the program ended before that was noted
            self.phone = replace(self.phone, device=self.exchange.device.key.id)
            _note(office, self.phone, by=phone.name, revoked=False)
        self._handing_in = HandingIn(self.exchange, self.workspace, office.now)

    def hand_in(self, *, declines: bool = False) -> bool:
        """Bring what waits into the archive, and keep nothing of it; give whether anything did. declines: those too, shuffled.

        Raises SyncError, StoreError; then it stays here.
        """
        with self._handing_in.bundle(declines=declines) as path:
            if path is not None:
                self.office.archive.import_bundle(path)
            return path is not None

    def close(self) -> None:
        """Let go of the workspace."""
        self.workspace.close()

    def __enter__(self) -> Self:
        """Itself, to be closed at the end."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go."""
        self.close()


def _made(office: Office, phone: Phone, *, by: str) -> Phone:
    """Make the workspace of a phone, enrolled, and note it."""
    folder, words = office.folder / FOLDER / phone.user, secrets.token_hex(32)
    # What an earlier attempt left there never sent anything: its phone is in no event.
    for left in (begun := folder.with_name(f".{phone.user}")), folder:
        if left.exists():
            shutil.rmtree(left)
    settings = {"user": phone.name, "office": office.name}
    with Workspace.create(
        begun, passphrase=words, name=phone.name, settings=settings, cost=_RANDOM
    ) as workspace:
        write_file(begun / _WORDS, shut(office.archive.secret, words.encode(), _ABOUT_WORDS), private=True)
        device = Exchange(workspace, office.now).device
        device.take_enrolment(office.enroll_card(device.card(), name=phone.name), begun)
        made = Phone(phone.name, phone.user, device.key.id, phone.forms, "", revoked=False)
    begun.rename(folder)
    sync_folder(folder.parent)
    since = _note(office, made, by=by, revoked=False)
    return replace(made, since=since)


def _note(office: Office, phone: Phone, *, by: str, revoked: bool) -> str:
    facts = {
        "name": phone.name, "user": phone.user, "forms": list(phone.forms), "revoked": revoked, "by": by,
    }  # fmt: skip
    return note(office.archive, PHONE, phone.device, facts, office.now()).at


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise refused(error, path) from error
