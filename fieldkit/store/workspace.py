"""A workspace: one folder that holds everything of one laptop, wherever it lies."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from fieldkit.errors import StoreError
from fieldkit.store.database import JournalDB
from fieldkit.store.files import refused, write_file
from fieldkit.store.keys import DEFAULT_COST, Cost, create_keys, open_keys
from fieldkit.store.lock import Lock
from fieldkit.store.storage import JournalStorage
from fieldkit.store.table import JournalTable

if TYPE_CHECKING:  # pydantic takes longer to import than everything else here
    from fieldkit.store.settings import Settings

_FOLDERS = ("data", "forms", "outbox", "inbox", "reports")


class Workspace:
    """An open workspace; the only one with these files until it is closed.

    settings: what `workspace.toml` says. db: the TinyDB on its journal. is_open: kept without encryption.
    """

    def __init__(self, folder: Path, settings: Settings, db: JournalDB, lock: Lock, *, is_open: bool) -> None:
        self.folder = folder
        self.settings = settings
        self.db = db
        self.is_open = is_open
        self._lock = lock

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
        if (folder / "workspace.toml").exists():
            raise StoreError("workspace.exists", path=str(folder))
        try:
            if folder.exists() and any(folder.iterdir()):
                raise StoreError("workspace.not-empty", path=str(folder))
            for part in _FOLDERS:
                (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise refused(error, folder) from error
        data = folder / "data"
        with Lock(data / "lock").kept_if_done() as lock:
            key = None if passphrase is None else create_keys(data / "keys.json", passphrase, cost)
            db = JournalDB(data / "journal.fkj", key)
            try:
                # Last, since it is what makes the folder a workspace.
                write_file(folder / "workspace.toml", settings_text(made).encode("utf-8"))
            except BaseException:
                db.close()
                raise
        return cls(folder, made, db, lock, is_open=key is None)

    @classmethod
    def open(cls, folder: Path, *, passphrase: Callable[[], str] | None = None) -> Self:
        """Open a workspace; `passphrase` is asked for only where one is needed.

        Raises StoreError: workspace.none, .unreadable, .locked, .needs-passphrase, .wrong-passphrase,
        .newer-format, journal.damaged, medium.….
        """
        settings = read_settings(folder)
        data = folder / "data"
        with Lock(data / "lock").kept_if_done() as lock:
            key = None
            if is_encrypted(folder):
                if passphrase is None:
                    raise StoreError("workspace.needs-passphrase", path=str(folder))
                key = open_keys(data / "keys.json", passphrase())
            db = JournalDB(data / "journal.fkj", key)
        return cls(folder, settings, db, lock, is_open=key is None)

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
        storage = self.db.storage
        assert isinstance(storage, JournalStorage)
        if not storage.torn:
            return []
        return [("journal.torn-tail", {"bytes": storage.torn, "path": str(storage.journal.aside)})]

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
    def receipts(self) -> JournalTable:
        """The office's receipts."""
        return self._table("receipts")

    @property
    def worklist(self) -> JournalTable:
        """Households to visit."""
        return self._table("worklist")

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

    def path(self, part: str) -> Path:
        """One of its folders: forms, outbox, inbox, reports."""
        return self.folder / part

    def close(self) -> None:
        """Seal the journal and let the next one in. Closing twice is harmless."""
        try:
            self.db.close()
        finally:
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
    return (folder / "data" / "keys.json").exists()
