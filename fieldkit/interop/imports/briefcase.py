"""Folders of ODK Briefcase (`instances/uuid…/submission.xml`) and of Collect, zipped or not, with the files of each record beside it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.interop.imports.coming import Coming, Fault, Place
from fieldkit.interop.imports.files import PACKED, Entry, files_in
from fieldkit.interop.imports.written import NOT_ASKED
from fieldkit.library import FormLibrary
from fieldkit.xforms import Form, FormError
from fieldkit.xforms.instance import xml_parser
from fieldkit.xforms.submission import read_submission

_SUBMISSION = "submission.xml"
_LARGEST = 32 << 20
_ENCRYPTED = "http://opendatakit.org/submissions"
_META = frozenset(
    {
        "instanceID", "instanceName", "deprecatedID", "rootUuid", "timeStart", "timeEnd", "userID", "deviceID", "email", "phoneNumber",
        "audit", "entity",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that is none, or of a form that is not here."""

    fault: Fault


def is_briefcase(path: Path) -> bool:
    """Whether a folder or zip holds records of Briefcase somewhere in it. Raises FieldkitError as `files_in`."""
    is_packed = path.suffix.lower() == PACKED and path.is_file()
    return (path.is_dir() or is_packed) and any(map(_is_record, files_in(path)))


def records_of_folder(path: Path, library: FormLibrary, wanted: str = "") -> Iterator[Coming | Unread]:
    """The records in a folder or zip, in the order of their paths. wanted: of this form alone, "" for all.

    Raises FieldkitError as `files_in`.
    """
    files = files_in(path)
    beside: dict[str, dict[str, Callable[[], bytes]]] = {}
    for name, entry in files.items():
        folder, _, own = name.rpartition("/")
        beside.setdefault(folder, {})[own] = entry.read
    for file in filter(_is_record, files):
        folder, _, own = file.rpartition("/")
        others = {name: read for name, read in beside[folder].items() if name != own}
        try:
            found = _read(files[file], file, others, library, wanted)
        except FormError as error:
            params = {"form": error.params.get("source", "")}
            yield Unread(Fault(Place(file), "import.form-faulty", params))
        except FieldkitError as error:
            yield Unread(Fault(Place(file), error.code, error.params))
        except (OSError, zipfile.BadZipFile) as error:
            reason = str(error)
            yield Unread(Fault(Place(file), "import.unreadable", {"path": file, "reason": reason}))
        else:
            if found is not None:
                yield found


def _is_record(file: str) -> bool:
    """Whether a file is a record: `submission.xml`, or as Collect keeps it, named like the folder it lies in."""
    *_folders, folder, own = ["", *file.split("/")]
    return own in {_SUBMISSION, f"{folder}.xml"}


def _read(
    entry: Entry, file: str, beside: Mapping[str, Callable[[], bytes]], library: FormLibrary, wanted: str
) -> Coming | None:
    if entry.size > _LARGEST:
        raise FieldkitError("import.unreadable", path=file, reason=f"{entry.size >> 20} MB")
    content = entry.read()
    try:
        root = etree.fromstring(content, xml_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FieldkitError("submission.malformed", reason=str(error)) from error
    form_id = root.get("id") or str(etree.QName(root).namespace or "")
    if wanted and form_id != wanted:
        return None
    if etree.QName(root).namespace == _ENCRYPTED or root.get("encrypted") == "yes":
        raise FieldkitError("import.encrypted", status="")
    version = root.get("version") or root.get("{http://openrosa.org/xforms}version") or ""
    form = form_of(library, form_id, version)
    if form is None:
        raise FieldkitError("import.no-form", form=form_id)
    submitted = read_submission(form, content)
    strange = [each for each in submitted.unknown if each.rpartition("/")[2].rpartition(":")[2] not in _META]
    instance = (root.findtext("{*}meta/{*}instanceID") or root.get("instanceID") or "").strip()
    first = (root.findtext("{*}meta/{*}rootUuid") or "").strip()
    coming = Coming(form, first or instance, Place(file), dict(submitted.answers), files=beside)
    coming.answers = {key: each for key, each in coming.answers.items() if each not in ("", *NOT_ASKED)}
    if strange:
        params = {"nodes": ", ".join(strange), "form": form.id}
        coming.faults.append(Fault(Place(file), "submission.unknown", params))
    if not instance:
        coming.faults.append(Fault(Place(file), "import.no-instance"))
    return coming


def form_of(library: FormLibrary, form_id: str, version: str) -> Form | None:
    """The form of that id and version, else the one in use; None where there is none of that id."""
    current = library.known(form_id)
    if not version or (current is not None and current.version == version):
        return current
    found = [each for each in library.all_versions() if each.id == form_id and each.version == version]
    return found[-1] if found else current
