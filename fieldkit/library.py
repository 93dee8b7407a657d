"""The forms at hand: those that ship with fieldkit, and those a workspace or an office added."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.xforms import Form, FormError, load_form
from fieldkit.xforms.sheets import SPREADSHEETS, XML, YAML

SUFFIXES = SPREADSHEETS | YAML | XML
"""What counts as a form in a folder; CSV and Markdown files there are lists and notes unless named."""

VERSIONS = "versions"
"""The folder, beside the forms, that keeps the versions they took the place of: one folder for each."""
_SHORT = 8
_TICK = 100_000_000
"""Nanoseconds, more than the finest difference that a file system may tell between two times."""


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form of the workspace: its id (the file's name) and file."""

    id: str
    path: Path


def shipped_folder() -> Path:
    """The folder of the forms that come with fieldkit."""
    return Path(str(resources.files("forms")))


class FormLibrary:
    """Finds forms by id or file and reads each once. A workspace's own form goes before a shipped one."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._read: dict[Path, Form] = {}
        self._sources: dict[str, Path] = {}
        self._listed: tuple[list[tuple[Path, int]], list[FormFile]] = [], []
        self._seen: list[tuple[str, int, int]] | None = None

    def files(self) -> list[FormFile]:
        """Every form there is, by id."""
        folders = [folder for folder in (shipped_folder(), self.folder) if folder and folder.is_dir()]
        state = [(folder, folder.stat().st_mtime_ns) for folder in folders]
        # A folder that changed this very moment may change again within one tick of its clock.
        is_settled = all(time.time_ns() - changed > _TICK for _folder, changed in state)
        if state != self._listed[0] or not is_settled:
            found: dict[str, FormFile] = {}
            for folder in folders:
                for path in sorted(folder.iterdir()):
                    if path.suffix.lower() in SUFFIXES:
                        found[path.stem] = FormFile(path.stem, path)
            self._listed = state, [found[name] for name in sorted(found)]
        return list(self._listed[1])

    def get(self, name: str) -> Form:
        """A form by id or by file name. Raises FieldkitError("form.unknown"), FormError."""
        path = Path(name)
        if path.suffix and path.is_file():
            return self.read(path)
        known = {file.id: file.path for file in self.files()}
        if name in known:
            return self.read(known[name])
        if path.suffix:
            return load_form(path)
        raise FieldkitError("form.unknown", name=name, known=", ".join(known))

    def read(self, path: Path) -> Form:
        """The form in a file."""
        path = path.resolve()
        if path not in self._read:
            self._read[path] = load_form(path)
            self._sources[self._read[path].hash] = path
        return self._read[path]

    def look_again(self) -> bool:
        """Read forms anew if a file of the folder was changed, added or taken out since this was last asked; whether one was. For
        whoever goes on for days while people put forms there.
        """
        found = sorted(_state_of(self.folder)) if self.folder else []
        before, self._seen = self._seen, found
        if before is None or before == found:
            return False
        self._read.clear()
        self._listed = [], []
        return True

    def source(self, form: Form) -> Path | None:
        """The file that a form was read from here, None for a form of elsewhere."""
        return self._sources.get(form.hash)

    def version(self, form_id: str, form_hash: str) -> Form | None:
        """The very version of a form, None where neither the workspace nor fieldkit has it any more."""
        current = self.known(form_id)
        if current is not None and current.hash == form_hash:
            return current
        for path in self._kept(form_id, form_hash):
            with suppress(FormError):
                form = self.read(path)
                if form.hash == form_hash:
                    return form
        return None

    def all_versions(self) -> list[Form]:
        """Every form that can be read: the versions that were kept, in the order of their names, then those in use."""
        kept: list[Form] = []
        folders = sorted(filter(Path.is_dir, (self.folder / VERSIONS).glob("*"))) if self.folder else []
        for folder in folders:
            for path in sorted(folder.iterdir()):
                if path.suffix.lower() in SUFFIXES:
                    with suppress(FormError):
                        kept.append(self.read(path))
        in_use: list[Form] = []
        for file in self.files():
            with suppress(FormError):
                in_use.append(self.read(file.path))
        hashes = {form.hash for form in in_use}
        earlier = [form for form in kept if form.hash not in hashes]
        return [*sorted(earlier, key=lambda form: (form.id, form.version, form.hash)), *in_use]

    def keep(self, form: Form) -> None:
        """Keep the file of a form that was read here, with the lists beside it, so that answers given to it can be
        opened with it when another version has taken its place. Where the disk refuses, it is not kept.
        """
        source = self._sources.get(form.hash)
        if self.folder is None or source is None or self._kept(form.id, form.hash):
            return
        target = self._version_folder(form.id, form.hash)
        if target in source.parents:
            return
        with suppress(OSError):
            target.parent.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=target.parent) as made:
                for file in _files_of(form, source):
                    shutil.copy2(file, made)
                Path(made).rename(target)

    def known(self, form_id: str) -> Form | None:
        """The form of that id, None where this machine has none it can read."""
        with suppress(FieldkitError, FormError):
            return self.get(form_id)
        for file in self.files():
            with suppress(FormError):
                form = self.read(file.path)
                if form.id == form_id:
                    return form
        return None

    def add(self, path: Path) -> Form:
        """Check a form and copy it, with the lists beside it, into the workspace; what it takes the place of is kept.

        Raises FormError.
        """
        assert self.folder is not None
        form = load_form(path)
        for earlier in self._replaced_by(form, path):
            self.keep(earlier)
            source = self._sources[earlier.hash]
            # The same form under another file name would still be found beside the new one.
            is_another = source.name != path.name and source.parent == self.folder.resolve()
            if earlier.id == form.id and is_another and self._kept(earlier.id, earlier.hash):
                source.unlink()
        for file in _files_of(form, path):
            self._put(file, file.name)
        return form

    def put_list(self, path: Path) -> None:
        """Copy a list that forms of the workspace read beside them. Raises OSError."""
        self._put(path, path.name)

    def _put(self, file: Path, name: str) -> None:
        """The whole file or none of it; forms are read anew when they are next asked for."""
        assert self.folder is not None
        beside = self.folder / f".{name}.part"
        try:
            shutil.copy2(file, beside)
            beside.replace(self.folder / name)
        finally:
            beside.unlink(missing_ok=True)
        self._read.clear()

    def _replaced_by(self, form: Form, path: Path) -> list[Form]:
        """The forms of the workspace that a new file takes the place of: by its name, by its id, or of its lists."""
        assert self.folder is not None
        written = {file.name for file in _files_of(form, path)}
        found = []
        for file in self.files():
            with suppress(FormError):
                known = self.read(file.path)
                if known.hash != form.hash and (
                    known.id == form.id or written & {each.name for each in _files_of(known, file.path)}
                ):
                    found.append(known)
        return found

    def _version_folder(self, form_id: str, form_hash: str) -> Path:
        assert self.folder is not None
        name = re.sub(r"[^\w.-]", "_", form_id)
        return self.folder / VERSIONS / f"{name}-{form_hash[:_SHORT]}"

    def _kept(self, form_id: str, form_hash: str) -> list[Path]:
        """What is in the folder of a version; its form before its lists, which may end the same."""
        if self.folder is None:
            return []
        files = self._version_folder(form_id, form_hash).glob("*")
        return sorted(files, key=lambda path: (path.suffix.lower() not in SUFFIXES, path.name))


def _files_of(form: Form, path: Path) -> list[Path]:
    """The file of a form and the lists beside it, as far as they are there."""
    lists = {instance.src.rsplit("/", 1)[-1] for instance in form.instances.values() if instance.src}
    return [file for file in (path, *(path.parent / name for name in sorted(lists))) if file.is_file()]


def _state_of(folder: Path) -> Iterator[tuple[str, int, int]]:
    """By what the files of a folder are seen to have changed: name, time, size."""
    with suppress(OSError), os.scandir(folder) as found:
        for each in found:
            if each.is_file():
                about = each.stat()
                yield each.name, about.st_mtime_ns, about.st_size
