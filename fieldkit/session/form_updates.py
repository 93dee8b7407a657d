"""Forms and lists that the office sent: each is checked before it takes the place of anything, a bad one is left out."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from fieldkit.errors import FieldkitError, FormError
from fieldkit.library import SUFFIXES, FormLibrary
from fieldkit.xforms import Form, load_form


class Outcome(StrEnum):
    """What became of a form or list."""

    TAKEN = "taken"
    SAME = "same"
    OLDER = "older"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Update:
    """A form or list from the office, by its file name. form: id, "" for a list or what cannot be read. old: the version
    that was here, "" for none. error: why it was refused.
    """

    file: str
    outcome: Outcome
    form: str = ""
    title: str = ""
    old: str = ""
    new: str = ""
    error: FieldkitError | None = None


def take_updates(
    library: FormLibrary, forms: Mapping[str, bytes], lists: Mapping[str, bytes]
) -> list[Update]:
    """Bring lists and forms into the workspace's library, lists first. What a form takes the place of is kept there.

    Raises OSError where the disk refuses.
    """
    assert library.folder is not None
    with TemporaryDirectory() as folder:
        beside = Path(folder)
        for file in sorted(library.folder.glob("*.csv")):
            shutil.copy2(file, beside)
        found = [_take_list(library, beside, name, content) for name, content in lists.items()]
        return found + [_take_form(library, beside, name, content) for name, content in forms.items()]


def is_newer(version: str, than: str) -> bool:
    """Whether a version comes after another: runs of digits count as numbers, the rest as text."""
    return _parts(version) > _parts(than)


def _take_list(library: FormLibrary, beside: Path, name: str, content: bytes) -> Update:
    assert library.folder is not None
    here = library.folder / name
    before = here.read_bytes() if here.is_file() else None
    if before == content:
        return Update(name, Outcome.SAME)
    (beside / name).write_bytes(content)
    try:
        _check_list(name, content)
        for form in _readers(library, beside, name):
            form.lists.rows(Path(name).stem)
    except FieldkitError as error:
        (beside / name).unlink()
        if before is not None:
            (beside / name).write_bytes(before)
        return Update(name, Outcome.REFUSED, error=error)
    library.put_list(beside / name)
    return Update(name, Outcome.TAKEN)


def _take_form(library: FormLibrary, beside: Path, name: str, content: bytes) -> Update:
    path = beside / name
    path.write_bytes(content)
    try:
        if path.suffix.lower() not in SUFFIXES:
            raise FieldkitError("form.no-form", path=name)
        form = load_form(path)
    except FieldkitError as error:
        return Update(name, Outcome.REFUSED, error=error)
    known = library.known(form.id)
    outcome = Outcome.TAKEN
    if known is not None and known.hash == form.hash:
        outcome = Outcome.SAME
    elif known is not None and not is_newer(form.version, known.version):
        outcome = Outcome.OLDER
    else:
        library.add(path)
    return Update(name, outcome, form.id, form.title, known.version if known else "", form.version)


def _check_list(name: str, content: bytes) -> None:
    """Raises FieldkitError("list.unreadable")."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FieldkitError("list.unreadable", path=name, row=1, reason=str(error)) from error
    if not rows or not any(rows[0]):
        raise FieldkitError("list.unreadable", path=name, row=1, reason="no column names")
    for number, row in enumerate(rows[1:], 2):
        if row and len(row) != len(rows[0]):
            raise FieldkitError(
                "list.unreadable", path=name, row=number, reason=f"{len(row)} cells, {len(rows[0])} columns"
            )


def _readers(library: FormLibrary, media: Path, name: str) -> Iterator[Form]:
    """The workspace's own forms that read a list, with their lists in `media`; forms that are faulty already stay so."""
    for file in library.files():
        if file.path.parent == library.folder:
            try:
                form = load_form(file.path, media)
            except FormError:
                continue
            if any(each.src.rsplit("/", 1)[-1] == name for each in form.instances.values()):
                yield form


def _parts(version: str) -> list[tuple[int, int, str]]:
    found = re.findall(r"\d+|\D+", version)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in found]
