"""Which form an export is of: by its name, else by its columns."""

from __future__ import annotations

from fieldkit.errors import FieldkitError, FormError
from fieldkit.interop.imports.columns import KOBO_PARENT, PARENT, columns_of
from fieldkit.interop.imports.tables import Export
from fieldkit.library import FormLibrary
from fieldkit.xforms import Form


def form_of_export(export: Export, library: FormLibrary, named: str = "") -> Form:
    """The form that was named, else the one whose id is the name of the export's table, else the only one that has every column
    with answers. Raises FieldkitError("form.unknown"), ("import.which-form"), FormError.
    """
    if named:
        known = library.known(named)
        return known if known is not None else library.get(named)
    roots = [
        each for each in export.tables if PARENT not in each.header and KOBO_PARENT not in each.header
    ] or export.tables
    root = roots[0]
    by_name = library.known(root.name)
    if by_name is not None:
        return by_name
    fitting: list[tuple[int, str, Form]] = []
    for file in library.files():
        try:
            form = library.read(file.path)
        except FormError:
            continue
        columns = columns_of(root, form, (), ())
        matched = len(columns.whole) + len(columns.points) + len(columns.split)
        if not columns.unknown and matched:
            fitting.append((matched, form.id, form))
    if len(fitting) != 1:
        known_ids = [each.id for each in library.files()]
        found = sorted(form_id for _matched, form_id, _form in fitting)
        raise FieldkitError("import.which-form", file=root.file, found=found or known_ids)
    return fitting[0][2]
