"""A workspace: one folder that holds everything of one laptop, wherever it lies."""

from __future__ import annotations

import contextlib
import tomllib
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from fieldkit.errors import StoreError
from fieldkit.store.attachments import Attachments
from fieldkit.store.database import JournalDB
from fieldkit.store.files import is_free, refused, sync_folder, write_file
from fieldkit.store.journal import Journal
from fieldkit.store.keys import DEFAULT_COST, Cost, KeyFile
from fieldkit.store.lock import Lock
from fieldkit.store.repair import Repair, repair
from fieldkit.store.ring import Ring
from fieldkit.store.storage import JournalStorage
from fieldkit.store.table import JournalTable

if TYPE_CHECKING:  # pydantic takes longer to import than everything else here
    from fieldkit.store.settings import Settings

_JOURNAL = "journal.fkj"
_FOLDERS = ("data", "forms", "outbox", "inbox", "reports")


class Workspace:
    """An open workspace; the only one with these files until it is closed.

    settings: what `workspace.toml` says. db: the TinyDB on its journal. repaired: what was mended when opening.
    attachments: the files that belong to answers.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        db: JournalDB,
        lock: Lock | None,
        key: bytes | None,
        repaired: Repair | None = None,
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.db = db
        self.repaired = repaired
        self.attachments = Attachments(folder / "data" / "attachments", key)
        self._lock = lock
        self._key = key

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        passphrase: str | None,
        name: str,
        demo: bool = False,
        settings: Mapping[str, Any] | None = None,
        cost: Cost = DEFAULT_COST,
    ) -> Self:
        """Make a new workspace in an empty or new folder; without a passphrase it is open to every reader.

        Raises StoreError("workspace.exists"), ("workspace.not-empty"), ("medium.…").
        """
        from fieldkit.store.settings import FORMAT, Settings, settings_text

        made = Settings(
            id=str(uuid.uuid4()),
            format=FORMAT,
            name=name,
            created=datetime.now().astimezone().isoformat(timespec="seconds"),
            demo=demo,
            **(settings or {}),
        )
        refuse_place(folder)
        try:
            fresh = [each for each in (folder, *folder.parents) if not each.exists()]
            for part in _FOLDERS:
                (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            for each in fresh:
                sync_folder(each.parent)
        except OSError as error:
            raise refused(error, folder) from error
        data = folder / "data"
        with Lock(data / "lock").kept_if_done() as lock:
            key = None if passphrase is None else key_file(folder).create(passphrase, cost)
            db = JournalDB(data / _JOURNAL, key, ring_of(folder))
            try:
                # Last, since it is what makes the folder a workspace.
                write_file(folder / "workspace.toml", settings_text(made).encode("utf-8"))
            except BaseException:
                db.close()
                raise
        return cls(folder, made, db, lock, key)

    @classmethod
    def open(cls, folder: Path, *, passphrase: Callable[[], str] | None = None) -> Self:
        """Open a workspace; `passphrase` is asked for only where one is needed.

        A damaged journal is mended first, from what it still says and from its copies; `repaired` tells. On a medium
        that takes nothing it can be read and exported, and every change is refused.
        Raises StoreError: workspace.none, .unreadable, .locked, .needs-passphrase, .wrong-passphrase,
        .newer-format, journal.gone, journal.foreign-key, keys.unreadable, medium.….
        """
        settings = read_settings(folder)
        data = folder / "data"
        try:
            lock = Lock(data / "lock")
        except StoreError as error:
            if error.code != "medium.read-only":
                raise
            key = _unlocked(folder, passphrase)
            return cls(folder, settings, JournalDB(data / _JOURNAL, key, read_only=True), None, key)
        with lock.kept_if_done():
            key = _unlocked(folder, passphrase)
            db, repaired = _opened(data / _JOURNAL, key, ring_of(folder))
        workspace = cls(folder, settings, db, lock, key, repaired)
        workspace.attachments.sweep()
        return workspace

    @property
    def is_open(self) -> bool:
        """Whether it is kept without encryption."""
        return self._key is None

    @property
    def is_read_only(self) -> bool:
        """Whether its medium takes nothing."""
        return self._lock is None

    @property
    def name(self) -> str:
        """What its people call it."""
        return self.settings.name

    @property
    def demo(self) -> bool:
        """Whether everything in it is invented."""
        return self.settings.demo

    @property
    def notices(self) -> list[tuple[str, dict[str, Any]]]:
        """What a person should be told after opening: codes with parameters, as for errors."""
        found: list[tuple[str, dict[str, Any]]] = []
        if self.is_read_only:
            found.append(("workspace.read-only", {"path": str(self.folder)}))
        if self.repaired is not None:
            lost = sum(self.repaired.found.lost.values())
            code = "journal.mended-with-loss" if lost else "journal.mended"
            found.append((code, {"bytes": lost, "path": str(self.repaired.aside or "")}))
        if self._journal.torn:
            torn = {"bytes": self._journal.torn, "path": str(self._journal.aside)}
            found.append(("journal.torn-tail", torn))
        return found

    def change_passphrase(self, passphrase: str, cost: Cost = DEFAULT_COST) -> None:
        """Let another passphrase open it from now on; the data stays as it is written.

        Raises StoreError("workspace.not-encrypted"), ("medium.…").
        """
        if self._key is None:
            raise StoreError("workspace.not-encrypted", path=str(self.folder))
        key_file(self.folder).change(self._key, passphrase, cost)

    def opens_with(self, passphrase: str) -> bool:
        """Whether this is its passphrase. Raises StoreError("keys.unreadable")."""
        try:
            return key_file(self.folder).open(passphrase) == self._key
        except StoreError as error:
            if error.code != "workspace.wrong-passphrase":
                raise
            return False

    def seal_for(self, recipients: Sequence[str]) -> None:
        """Let the holders of these age recipients open it when the passphrase is forgotten; an open one needs none.

        Raises StoreError("keys.bad-recipient"), ("medium.…").
        """
        keys = key_file(self.folder)
        if self._key is not None and recipients and keys.recipients != tuple(recipients):
            keys.seal_for(self._key, recipients)

    def tidy(self) -> None:
        """Make the journal small again if it is mostly of the past; for moments when nobody waits. Raises StoreError."""
        self._journal.tidy()

    @property
    def drafts(self) -> JournalTable:
        """Interviews in progress."""
        return self._table("drafts")

    @property
    def revisions(self) -> JournalTable:
        """Revisions, only ever added to."""
        return self._table("revisions")

    @property
    def declines(self) -> JournalTable:
        """Declined visits that no stick has carried yet."""
        return self._table("declines")

    @property
    def imported(self) -> JournalTable:
        """What declines came in from files of other programs: a mark for each, since nothing else tells them again."""
        return self._table("imported")

    @property
    def receipts(self) -> JournalTable:
        """The office's receipts."""
        return self._table("receipts")

    @property
    def worklist(self) -> JournalTable:
        """Households to visit."""
        return self._table("worklist")

    @property
    def comments(self) -> JournalTable:
        """What the office says of records."""
        return self._table("comments")

    @property
    def meta(self) -> JournalTable:
        """This laptop's key, enrolment and counters."""
        return self._table("meta")

    @property
    def forms(self) -> Path:
        """The folder of form definitions."""
        return self.path("forms")

    @property
    def outbox(self) -> Path:
        """The folder of what leaves this laptop."""
        return self.path("outbox")

    @property
    def inbox(self) -> Path:
        """The folder of what came from the office."""
        return self.path("inbox")

    @property
    def reports(self) -> Path:
        """The folder of finished reports."""
        return self.path("reports")

    @property
    def _journal(self) -> Journal:
        storage = self.db.storage
        assert isinstance(storage, JournalStorage)
        return storage.journal

    def path(self, part: str) -> Path:
        """One of its folders: forms, outbox, inbox, reports."""
        return self.folder / part

    def close(self) -> None:
        """Seal the journal and let the next one in. Closing twice is harmless."""
        try:
            self.db.close()
        finally:
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> Self:
        """Close it at the end of the block."""
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _table(self, name: str) -> JournalTable:
        table = self.db.table(name)
        assert isinstance(table, JournalTable)
        return table


def refuse_place(folder: Path) -> None:
    """See that a new workspace can be made in a folder, and make nothing.

    Raises StoreError("workspace.exists"), ("workspace.not-empty"), ("medium.…").
    """
    if (folder / "workspace.toml").exists():
        raise StoreError("workspace.exists", path=str(folder))
    if not is_free(folder):
        raise StoreError("workspace.not-empty", path=str(folder))


def read_settings(folder: Path) -> Settings:
    """What `workspace.toml` in `folder` says.

    Raises StoreError("workspace.none"), ("workspace.unreadable"), ("workspace.newer-format"), ("medium.…").
    """
    from pydantic import ValidationError

    from fieldkit.store.settings import FORMAT, Settings

    path = folder / "workspace.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        if isinstance(found.get("format"), int) and found["format"] > FORMAT:
            raise StoreError("workspace.newer-format", path=str(folder))
        return Settings.model_validate(found)
    except FileNotFoundError as error:
        raise StoreError("workspace.none", path=str(folder)) from error
    except OSError as error:
        raise refused(error, path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise StoreError("workspace.unreadable", path=str(path), reason=str(error)) from error


def is_encrypted(folder: Path) -> bool:
    """Whether the workspace in `folder` needs a passphrase."""
    return key_file(folder).exists()


def key_file(folder: Path) -> KeyFile:
    """The wrapped key of the workspace in `folder`."""
    data = folder / "data"
    return KeyFile(data / "keys.json", data / "backup" / "keys.json")


def ring_of(folder: Path) -> Ring:
    """The copies of the journal of the workspace in `folder`."""
    data = folder / "data"
    return Ring(data / _JOURNAL, data / "backup")


def _unlocked(folder: Path, passphrase: Callable[[], str] | None) -> bytes | None:
    """The key of the data, None for an open workspace."""
    keys = key_file(folder)
    if not keys.exists():
        return None
    if passphrase is None:
        raise StoreError("workspace.needs-passphrase", path=str(folder))
    key = keys.open(passphrase())
    # A stick that lets nothing be written is told when something must be.
    with contextlib.suppress(StoreError):
        keys.mend()
    return key


def _opened(path: Path, key: bytes | None, ring: Ring) -> tuple[JournalDB, Repair | None]:
    """The journal, mended if it is damaged or gone; a new one is never made in the place of one that was there."""
    if not path.exists():
        if not ring.copies():
            raise StoreError("journal.gone", path=str(path))
        return _mended(path, key, ring)
    try:
        return JournalDB(path, key, ring), None
    except StoreError as error:
        if error.code != "journal.damaged":
            raise
    return _mended(path, key, ring)


def _mended(path: Path, key: bytes | None, ring: Ring) -> tuple[JournalDB, Repair]:
    mended = repair(path, key, ring)
    return JournalDB(path, key, ring), mended
