"""A form from any file: XLSForm (`.xlsx .xls .csv .md .yaml`) or XForm (`.xml`)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fieldkit.errors import FormError, FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.cache import cached
from fieldkit.xforms.definition import Form


def load_form(path: str | Path, media: str | Path | None = None) -> Form:
    """Read and check a form. `media` is the folder of its external lists (default: the form's own folder).

    Raises FormError, whose `problems` lists `(sheet or line, row, column, message)` for every fault found.
    """
    path = Path(path)
    folder = Path(media) if media else path.parent
    if not path.is_file():
        message = phrase(N_("there is no file {path}. Check the name and the folder"), path=path)
        raise FormError([FormProblem("", None, None, message)], str(path))
    return cached(path, folder, lambda: _read(path, folder))


def _read(path: Path, folder: Path) -> Form:
    from fieldkit.xforms.xform import XFormReader

    if path.suffix.lower() == ".xml":
        return XFormReader(path.read_bytes(), {}, str(path), folder).read()
    from fieldkit.xforms.xlsform import convert

    converted = convert(path)
    form = XFormReader(converted.xml, converted.places, str(path), folder).read()
    return replace(form, warnings=(*converted.warnings, *form.warnings))
