"""Folders of ODK Briefcase (and of Collect): `instances/uuid…/submission.xml`, with the files of each beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.interop.imports.coming import Coming, Fault, Place
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
    """Whether a folder holds records of Briefcase somewhere in it."""
    return path.is_dir() and next(path.rglob(_SUBMISSION), None) is not None


def records_of_folder(path: Path, library: FormLibrary, wanted: str = "") -> Iterator[Coming | Unread]:
    """The records in a folder, in the order of their paths. wanted: of this form alone, "" for all."""
    for each in sorted(path.rglob(_SUBMISSION)):
        file = str(each.relative_to(path))
        try:
            found = _read(each, file, library, wanted)
        except FormError as error:
            params = {"form": error.params.get("source", "")}
            yield Unread(Fault(Place(file), "import.form-faulty", params))
        except FieldkitError as error:
            yield Unread(Fault(Place(file), error.code, error.params))
        except OSError as error:
            reason = error.strerror or ""
            yield Unread(Fault(Place(file), "import.unreadable", {"path": file, "reason": reason}))
        else:
            if found is not None:
                yield found


def _read(path: Path, file: str, library: FormLibrary, wanted: str) -> Coming | None:
    if path.stat().st_size > _LARGEST:
        raise FieldkitError("import.unreadable", path=file, reason=f"{path.stat().st_size >> 20} MB")
    content = path.read_bytes()
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
    coming = Coming(form, instance, Place(file), dict(submitted.answers), files=_files(path.parent))
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


def _files(folder: Path) -> dict[str, Callable[[], bytes]]:
    return {
        each.name: each.read_bytes for each in folder.iterdir() if each.is_file() and each.name != _SUBMISSION
    }
