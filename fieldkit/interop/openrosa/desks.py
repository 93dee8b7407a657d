"""The workspaces of phones, opened: what keeps and signs what a phone sent, and who may open them."""

from __future__ import annotations

import hmac
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange import Exchange, HandingIn
from fieldkit.interop.openrosa.phones import FOLDER, Phone, folder_of, put_down
from fieldkit.interop.openrosa.traces import Traces
from fieldkit.interop.openrosa.waiting import Waiting
from fieldkit.office import Office
from fieldkit.store import Workspace
from fieldkit.store.keys import Cost
from fieldkit.store.lock import Lock
from fieldkit.xforms import Form
from fieldkit.xforms.answers import Answer
from sync.errors import refused
from sync.files import sync_folder, write_file
from sync.sealing import shut, unshut

_LOCK = "serving.lock"
_WORDS = "desk.key"
_ABOUT_WORDS = b"fieldkit phone's words"
_DECLINED = "declined"
"""What a phone's workspace calls its list of declines that came, by which nobody can find the record."""
_RANDOM = Cost(memory=64, passes=1)
"""What opens a phone's workspace is random, so that nobody can guess it however cheap a guess is."""


def hold(office: Office) -> Lock:
    """Be the one process that takes from the phones of an office, until it is released.

    Raises StoreError("workspace.locked") with who is, ("medium.…"); SyncError("medium.…").
    """
    folder = office.folder / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise refused(error, folder) from error
    return Lock(folder / _LOCK)


def served_since(office: Office) -> str:
    """Since when some process takes from the phones of an office (ISO 8601), "" where none does. Raises SyncError, StoreError."""
    try:
        hold(office).release()
    except StoreError as error:
        if error.code != "workspace.locked":
            raise
        return str(error.params["since"])
    return ""


def traces_of(office: Office, phone: Phone) -> Traces:
    """What is remembered of a phone."""
    return Traces(folder_of(office, phone))


def waiting_of(office: Office, phone: Phone) -> Waiting:
    """The encrypted records of a phone that wait."""
    return Waiting(folder_of(office, phone) / "waiting")


class PhoneDesk:
    """The workspace of one phone, open. After a backup it is made anew, with a new key."""

    def __init__(self, office: Office, phone: Phone) -> None:
        self.office = office
        self.phone = phone
        folder = folder_of(office, phone)
        if not folder.is_dir():
            self.phone = made(office, phone, by=phone.name)
        words = unshut(office.archive.secret, _read(folder / _WORDS), _ABOUT_WORDS).decode("ascii")
        self.workspace = Workspace.open(folder, passphrase=lambda: words)
        self.exchange = Exchange(self.workspace, office.now)
        if (
            self.exchange.device.key.id != self.phone.device
        ):  # made anew, and the program ended before that was noted
            self.phone = replace(self.phone, device=self.exchange.device.key.id)
            put_down(office, self.phone, by=phone.name, revoked=False)
        self._handing_in = HandingIn(self.exchange, self.workspace, office.now)
        self.traces = traces_of(office, phone)
        self.waiting = waiting_of(office, phone)

    def hand_in(self, *, declines: bool = False) -> bool:
        """Bring what waits into the archive, and keep nothing of it; give whether anything did. declines: those too, shuffled.

        Raises SyncError, StoreError; then it stays here.
        """
        with self._handing_in.bundle(declines=declines) as path:
            if path is not None:
                self.office.archive.import_bundle(path)
            return path is not None

    def mark(self, text: str) -> str:
        """What a text is known by here, so that nobody can find it who does not have the phone's key."""
        return hmac.digest(self.exchange.device.key.to_bytes(), text.encode("utf-8"), "sha256").hex()

    def has_declined(self, instance: str) -> bool:
        """Whether a submission of that id came, and was a decline."""
        return self.mark(instance) in self.exchange.device.state.get(_DECLINED, {})

    def is_held_decline(self, instance: str, told: str) -> bool:
        """Whether it is a decline that came already; told: the hash of its XML. Raises FieldkitError("openrosa.other-content")."""
        known = self.exchange.device.state.get(_DECLINED, {}).get(self.mark(instance))
        if known is not None and known != self.mark(told):
            raise FieldkitError("openrosa.other-content")
        return known is not None

    def keep_decline(self, form: Form, answers: Mapping[str, Answer], instance: str, told: str) -> None:
        """Keep a decline apart, and that it came, so that it is not counted twice; nothing ties the one to the other."""
        device = self.exchange.device
        known = {**device.state.get(_DECLINED, {}), self.mark(instance): self.mark(told)}
        with device.batch():
            self.exchange.keep_decline(form, answers, erase_draft="")
            device.remember(**{_DECLINED: dict(sorted(known.items()))})

    def close(self) -> None:
        """Let go of the workspace."""
        self.workspace.close()

    def __enter__(self) -> Self:
        """Itself, to be closed at the end."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go."""
        self.close()


def made(office: Office, phone: Phone, *, by: str) -> Phone:
    """Make the workspace of a phone, enrolled, and note it."""
    folder, words = folder_of(office, phone), secrets.token_hex(32)
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
        made = replace(phone, device=device.key.id, since="", revoked=False)
    begun.rename(folder)
    sync_folder(folder.parent)
    since = put_down(office, made, by=by, revoked=False)
    return replace(made, since=since)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise refused(error, path) from error
