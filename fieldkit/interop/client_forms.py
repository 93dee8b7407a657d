"""Pulling forms from a server into a folder of forms: what changed, checked by its hash and by the rules of forms here."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fieldkit.errors import FieldkitError, FormError, FormProblem
from fieldkit.interop.central import Beside, Offered, fetched, form_list, manifest
from fieldkit.interop.client import Line
from fieldkit.library import FormLibrary
from fieldkit.privacy.forms import advice, refusals
from fieldkit.xforms import Form, load_form
from fieldkit.xforms.lint import look_over, try_out

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
_WALKS = 10
_ENTITY_COLUMNS = frozenset({"name", "label", "__version"})
_UNSAFE = re.compile(r"[^\w.-]")


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of a form. verdict: NEW, CHANGED, SAME or REFUSED. files: of those beside it, which were fetched.

    problems: why it was refused, each with its line; warnings: what to look at though it was taken.
    """

    offered: Offered
    verdict: str
    files: tuple[str, ...] = ()
    problems: tuple[FormProblem, ...] = ()
    warnings: tuple[FormProblem, ...] = ()
    error: FieldkitError | None = None


def pull(line: Line, library: FormLibrary, wanted: Collection[str] = ()) -> Iterator[Pulled]:
    """Pull the forms of a server, or those of some ids, one after the other; one that is refused stops none of the others.

    Raises FieldkitError as `form_list`, ("interop.no-form") for an id that is not offered, StoreError.
    """
    offered = form_list(line)
    lacking = [each for each in wanted if each not in {one.form for one in offered}]
    if lacking:
        raise FieldkitError("interop.no-form", forms=lacking, known=[each.form for each in offered])
    for each in offered:
        if not wanted or each.form in wanted:
            try:
                yield _pulled(line, library, each)
            except FormError as error:
                yield Pulled(each, REFUSED, problems=tuple(error.faults))
            except FieldkitError as error:
                if error.code in {"interop.unreachable", "interop.login", "interop.certificate"}:
                    raise
                yield Pulled(each, REFUSED, error=error)


def _pulled(line: Line, library: FormLibrary, offered: Offered) -> Pulled:
    assert library.folder is not None
    folder = library.folder
    path = folder / file_name(offered.form)
    beside = manifest(line, offered.manifest) if offered.manifest else []
    for each in beside:
        _check_name(each)
    before = _md5(path)
    fresh = _changed(line, folder, beside)
    if before == offered.md5 and not fresh:
        return Pulled(offered, SAME)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".pull") as made:
        inside = Path(made)
        content = path.read_bytes() if before == offered.md5 else _whole(line, offered.download, offered.md5)
        (inside / path.name).write_bytes(content)
        for each in beside:
            file = fresh[each.name] if each.name in fresh else (folder / each.name).read_bytes()
            (inside / each.name).write_bytes(file)
        form = load_form(inside / path.name)
        if form.id != offered.form:
            raise FieldkitError("interop.other-form", expected=offered.form, found=form.id)
        faults = refusals(form)
        if faults:
            return Pulled(offered, REFUSED, problems=tuple(faults))
        _check_lists(library, form, {each.name: each.is_entities for each in beside if each.name in fresh})
        walked, _unreached = try_out(form, _WALKS, 0)
        warnings = (*walked, *look_over(form, inside / path.name), *advice(form))
        for name in fresh:
            library.put_list(inside / name)
        library.add(inside / path.name)
    verdict = CHANGED if before else NEW
    return Pulled(offered, verdict, tuple(fresh), warnings=warnings)


def _changed(line: Line, folder: Path, beside: Sequence[Beside]) -> dict[str, bytes]:
    """The files that are not here as they are there, by name. Lists of entities are fetched each time.

    Raises FieldkitError as `_whole`, ("interop.no-entities") for a list that is none.
    """
    found = {}
    for each in beside:
        here = folder / each.name
        if not each.is_entities:
            if _md5(here) != each.md5:
                found[each.name] = _whole(line, each.download, each.md5)
            continue
        content = fetched(line, each.download)
        if not _lists_entities(content):
            raise FieldkitError("interop.no-entities", name=each.name)
        if not here.is_file() or here.read_bytes() != content:
            found[each.name] = content
    return found


def _lists_entities(content: bytes) -> bool:
    """Whether a CSV has the columns of a list of entities."""
    first = content.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].decode("utf-8", "replace")
    return {name.strip() for name in first.replace('"', "").split(",")} >= _ENTITY_COLUMNS


def file_name(form_id: str) -> str:
    """The name of a form's file: its id, with a mark where that holds what no file name may."""
    safe = _UNSAFE.sub("_", form_id).lstrip(".") or "_"
    mark = f"-{hashlib.sha256(form_id.encode()).hexdigest()[:6]}" if safe != form_id else ""
    return f"{safe}{mark}.xml"


def _check_name(beside: Beside) -> None:
    name = beside.name
    if not name or name.startswith(".") or set(name) & set('/\\:\0<>|"?*') or not name.isprintable():
        raise FieldkitError("interop.bad-name", name=name)


def _check_lists(library: FormLibrary, form: Form, lists: Mapping[str, bool]) -> None:
    """Refuse a list that another form reads under the same name: lists lie beside all forms. lists: the names of those that are
    new, and whether they are of entities: such a list is one on a server, whichever form reads it, and may take the place of one.

    Raises FieldkitError("interop.list-clash").
    """
    assert library.folder is not None
    for file in library.files():
        if file.path.parent != library.folder:
            continue
        try:
            other = library.read(file.path)
        except FormError:
            continue
        read = {each.src.rsplit("/", 1)[-1] for each in other.instances.values() if each.src}
        here = [
            library.folder / name for name in sorted(read & set(lists)) if (library.folder / name).is_file()
        ]
        clash = [each.name for each in here if not (lists[each.name] and _lists_entities(each.read_bytes()))]
        if other.id != form.id and clash:
            raise FieldkitError("interop.list-clash", name=clash, other=other.id)


def _whole(line: Line, where: str, md5: str) -> bytes:
    """A file that is what its hash says. Raises FieldkitError("interop.damaged")."""
    for _try in range(2):
        content = fetched(line, where)
        if hashlib.md5(content, usedforsecurity=False).hexdigest() == md5:
            return content
    raise FieldkitError("interop.damaged", name=where.partition("?")[0].rsplit("/", 1)[-1])


def _md5(path: Path) -> str:
    """The hash of a file, "" where there is none."""
    if not path.is_file():
        return ""
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
