"""Bundles kept for ever: files by their SHA-256, and numbered notes of what was decided about them, in order.

    bundles/ab/abcdef….fkb       a bundle as it came
    bundles/ab/abcdef….now       … or the SHA-256 of what took its place when answers in it were erased
    notes/000/000000001.note     what was done then, sealed with the archive's secret
    base.db                      what the archive held when the store was begun

Objects are written whole and nothing is ever added to one, so that the folder may be a bucket of an object store. Nothing here knows what
the notes mean.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sync.bundle import SUFFIX
from sync.canonical import dumps, loads_strict
from sync.errors import SyncError, refused
from sync.files import new_file, read_back, write_file
from sync.reading import Bundle
from sync.sealing import shut, unshut

_MARK = "fieldkit-bundles.json"
_READ = 1024 * 1024
_is_sha256 = re.compile(r"[0-9a-f]{64}\Z").match


class KeptBundles:
    """A store of one office. office: the id of its key; secret: of its archive.

    Whoever writes holds the writer's place of the archive, so that one writes at a time.
    """

    def __init__(self, folder: Path, office: str, secret: bytes) -> None:
        self.folder = folder
        self.office = office
        self.secret = secret

    def begin(self) -> str:
        """Make it, in a new or empty folder; give its id.

        Raises SyncError("kept.not-empty"), ("kept.other-office"), ("medium.…").
        """
        mark = self.folder / _MARK
        try:
            if mark.exists():
                self.check()
                if self.note(2) is not None:
                    raise SyncError("kept.not-empty", path=str(self.folder))
            else:
                check_new(self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
            # Begun before and not finished: nothing was kept here yet.
            self._note_file(1).unlink(missing_ok=True)
        except OSError as error:
            raise refused(error, self.folder) from error
        made = str(uuid.uuid4())
        write_file(mark, dumps({"fieldkit": "bundles 1", "office": self.office, "store": made}))
        return made

    def check(self) -> str:
        """See that it is there, and this office's; give its id. An empty folder where it should be mounted is not it.

        Raises SyncError("kept.gone"), ("kept.other-office").
        """
        try:
            said = loads_strict((self.folder / _MARK).read_bytes())
            office, store = str(said["office"]), str(said["store"])
        except (OSError, SyncError, KeyError, TypeError) as error:
            raise SyncError("kept.gone", path=str(self.folder)) from error
        if office != self.office:
            raise SyncError("kept.other-office", path=str(self.folder), office=office)
        return store

    # -- bundles ------------------------------------------------------------------------------------------

    def keep(self, bundle: Bundle) -> None:
        """Keep a bundle, once; one whose answers were erased since is not brought back. Raises SyncError("medium.…")."""
        if self._now_named(bundle.sha256) or self._bundle_file(bundle.sha256).exists():
            return
        self._copy(bundle.path, bundle.stored)
        if bundle.stored != bundle.sha256:
            self._point(bundle.sha256, bundle.stored)

    def bundle(self, sha256: str) -> Bundle:
        """A bundle that came under this hash, or what took its place.

        Raises SyncError("kept.missing"), ("kept.damaged"), ("medium.…").
        """
        path = self._bundle_file(self.now(sha256))
        if not path.is_file():
            raise SyncError("kept.missing", path=str(path), sha256=sha256)
        try:
            bundle = Bundle(path, came_as=sha256)
        except SyncError as error:
            if error.code.startswith("medium."):
                raise
            raise SyncError("kept.damaged", path=str(path), reason=str(error)) from error
        if bundle.stored != path.stem:
            raise SyncError("kept.damaged", path=str(path), reason="it is not what its name says")
        return bundle

    def now(self, sha256: str) -> str:
        """The hash of what is in the place of a bundle that came under this one. Raises SyncError("kept.damaged")."""
        while now := self._now_named(sha256):
            sha256 = now
        return sha256

    def roots(self) -> dict[str, str]:
        """Under which hash a bundle came, for each that is kept under another one now. Raises SyncError("kept.damaged")."""
        found = {path.stem for path in self.folder.glob("bundles/*/*.now") if _is_sha256(path.stem)}
        later = {self._now_named(each) for each in found}
        return {self.now(each): each for each in found - later}

    def bundles(self) -> Iterator[str]:
        """The hash of every bundle that is there."""
        try:
            for path in sorted((self.folder / "bundles").glob(f"*/*{SUFFIX}")):
                if _is_sha256(path.stem):
                    yield path.stem
        except OSError as error:
            raise refused(error, self.folder) from error

    def replace(self, sha256: str, path: Path, now: str) -> None:
        """Keep another file, whose hash is `now`, in the place of a bundle. Killed at any moment, one of the two is there.

        Raises SyncError("medium.…").
        """
        self._copy(path, now)
        read_back(self._bundle_file(now), now)
        self._point(sha256, now)
        try:
            self._bundle_file(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise refused(error, self._bundle_file(sha256)) from error

    # -- notes --------------------------------------------------------------------------------------------

    def write_note(self, number: int, facts: dict[str, Any]) -> None:
        """Write down what is done next. Raises SyncError("kept.ahead") where that number is taken, ("medium.…")."""
        path = self._note_file(number)
        if path.exists():
            raise SyncError("kept.ahead", path=str(self.folder), number=number)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refused(error, path) from error
        write_file(path, shut(self.secret, dumps(facts), _about(number)))

    def note(self, number: int) -> dict[str, Any] | None:
        """A note, None where there is none yet. Raises SyncError("kept.damaged"), ("medium.…")."""
        path = self._note_file(number)
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise refused(error, path) from error
        try:
            facts: dict[str, Any] = loads_strict(unshut(self.secret, sealed, _about(number)))
        except SyncError as error:
            raise SyncError("kept.damaged", path=str(path), reason=str(error)) from error
        return facts

    # -- the base -----------------------------------------------------------------------------------------

    @property
    def base(self) -> Path:
        """What the archive held when the store was begun, an archive in a file; absent where that was nothing."""
        return self.folder / "base.db"

    def keep_base(self, path: Path) -> None:
        """Keep it, in place of what was there. Raises SyncError("medium.…")."""
        try:
            with path.open("rb") as source:
                read_back(self.base, self._write(self.base, iter(lambda: source.read(_READ), b"")))
        except OSError as error:
            raise refused(error, path) from error

    # -- inside -------------------------------------------------------------------------------------------

    def _write(self, path: Path, parts: Iterator[bytes]) -> str:
        digest = hashlib.sha256()
        with suppress(FileExistsError):
            path.parent.mkdir(parents=True)
        with new_file(path) as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        return digest.hexdigest()

    def _now_named(self, sha256: str) -> str:
        """The hash of what took its place, "" where nothing did. Raises SyncError("kept.damaged")."""
        path = self._bundle_file(sha256).with_suffix(".now")
        try:
            named = path.read_text(encoding="ascii")
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            raise SyncError("kept.damaged", path=str(path), reason=str(error)) from error
        if not _is_sha256(named) or named == sha256:
            raise SyncError("kept.damaged", path=str(path), reason="it names no bundle")
        return named

    def _copy(self, path: Path, sha256: str) -> None:
        try:
            with path.open("rb") as source:
                found = self._write(self._bundle_file(sha256), iter(lambda: source.read(_READ), b""))
            if found != sha256:
                self._bundle_file(sha256).unlink(missing_ok=True)
                raise SyncError(
                    "medium.failing", path=str(path), reason="it reads differently the second time"
                )
        except OSError as error:
            raise refused(error, path) from error

    def _point(self, sha256: str, now: str) -> None:
        """Say what is in the place of a bundle."""
        path = self._bundle_file(sha256).with_suffix(".now")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refused(error, path) from error
        write_file(path, now.encode("ascii"))

    def _bundle_file(self, sha256: str) -> Path:
        return self.folder / "bundles" / sha256[:2] / f"{sha256}{SUFFIX}"

    def _note_file(self, number: int) -> Path:
        return self.folder / "notes" / f"{number // 1000:03}" / f"{number:09}.note"


def check_new(folder: Path) -> None:
    """See that a folder is new or empty. Raises SyncError("kept.not-empty"), ("medium.…")."""
    try:
        if folder.exists() and any(folder.iterdir()):
            raise SyncError("kept.not-empty", path=str(folder))
    except OSError as error:
        raise refused(error, folder) from error


def _about(number: int) -> bytes:
    return b"fieldkit note %d" % number
