"""The forms at hand: those that ship with fieldkit, and those a workspace or an office added."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.xforms import Form, FormError, load_form
from fieldkit.xforms.sheets import SPREADSHEETS, XML, YAML

SUFFIXES = SPREADSHEETS | YAML | XML
"""What counts as a form in a folder; CSV and Markdown files there are lists and notes unless named."""


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

    def files(self) -> list[FormFile]:
        """Every form there is, by id."""
        found: dict[str, FormFile] = {}
        for folder in (shipped_folder(), self.folder):
            for path in sorted(folder.iterdir()) if folder and folder.is_dir() else ():
                if path.suffix.lower() in SUFFIXES:
                    found[path.stem] = FormFile(path.stem, path)
        return [found[name] for name in sorted(found)]

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
        return self._read[path]

    def known(self, form_id: str) -> Form | None:
        """The form of that id, None where this machine has none it can read."""
        try:
            return self.get(form_id)
        except (FieldkitError, FormError):
            return None

    def add(self, path: Path) -> Form:
        """Check a form and copy it, with the lists beside it, into the workspace. Raises FormError."""
        assert self.folder is not None
        form = load_form(path)
        lists = {instance.src.rsplit("/", 1)[-1] for instance in form.instances.values() if instance.src}
        for file in (path, *(path.parent / name for name in lists)):
            if file.is_file():
                shutil.copy2(file, self.folder / file.name)
        return form
