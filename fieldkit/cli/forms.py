"""`fieldkit forms`: check, list, add."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import Verbs, show, warn
from fieldkit.config import workspace_folder
from fieldkit.errors import FieldkitError, FormError, FormProblem
from fieldkit.i18n import _
from fieldkit.wording import fault_text

if TYPE_CHECKING:
    from fieldkit.library import FormLibrary


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("forms", parents=[common], help=_("check, list or add forms"))
    actions = verb.add_subparsers(metavar=_("ACTION"), required=True)
    check = actions.add_parser("check", parents=[common], help=_("name every fault of a form with its place"))
    check.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=Path,
        help=_("file of a form: .xlsx, .xls, .csv, .md, .yaml or .xml"),
    )
    check.add_argument(
        "--walks", metavar="N", type=int, default=30, help=_("walks through the form with random answers")
    )
    check.add_argument("--seed", metavar="N", type=int, default=0, help=_("other random answers"))
    check.set_defaults(run=run_check)
    listing = actions.add_parser("list", parents=[common], help=_("list the forms at hand"))
    listing.set_defaults(run=run_list)
    adding = actions.add_parser(
        "add", parents=[common], help=_("check forms and copy them into the workspace")
    )
    adding.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=Path,
        help=_("file of a form: .xlsx, .xls, .csv, .md, .yaml or .xml"),
    )
    adding.set_defaults(run=run_add)


def run_check(options: argparse.Namespace) -> int:
    """Check forms; exit code 1 when one has a fault."""
    results = [_checked(path, options) for path in options.files]
    if options.json:
        show(options, results, "")
    return int(any(result["problems"] for result in results))


def _checked(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    """What checking one form found; told at once unless JSON is wanted."""
    from fieldkit.privacy.forms import advice, refusals
    from fieldkit.xforms import load_form
    from fieldkit.xforms.lint import look_over, try_out

    try:
        form = load_form(path)
    except FormError as error:
        result: dict[str, Any] = {"file": str(path), "problems": [_as_dict(fault) for fault in error.faults]}
        told = [_("{place}: {message}", place=path, message=fault_text(fault)) for fault in error.faults]
    else:
        faults, unreached = try_out(form, options.walks, options.seed)
        faults = [*refusals(form), *faults]
        warnings = [*look_over(form, path), *advice(form)]
        result = {
            "file": str(path),
            "id": form.id,
            "version": form.version,
            "problems": [_as_dict(fault) for fault in faults],
            "warnings": [_as_dict(warning) for warning in warnings],
            "notes": [_as_dict(note) for note in unreached],
        }
        told = [_("{place}: {message}", place=path, message=fault_text(fault)) for fault in faults]
        told += [
            _("{path}: look at this: {warning}", path=path, warning=fault_text(each)) for each in warnings
        ]
        told += [_("{path}: note: {note}", path=path, note=fault_text(each)) for each in unreached]
    if not options.json:
        for line in told:
            warn(line)
        if not result["problems"]:
            print(
                _(
                    "{path}: form {id}, version {version}: no faults",
                    path=path,
                    id=form.id,
                    version=form.version,
                )
            )
    return result


def _as_dict(problem: FormProblem) -> dict[str, Any]:
    return {"sheet": problem.sheet, "row": problem.row, "column": problem.column, "message": problem.message}


def run_list(options: argparse.Namespace) -> int:
    """List forms with id, version and title."""
    from fieldkit.xforms import load_form

    rows = []
    for file in _library(options).files():
        try:
            form = load_form(file.path)
        except FormError as error:
            for fault in error.faults:
                warn(_("{place}: {message}", place=file.path, message=fault_text(fault)))
            continue
        rows.append({"id": form.id, "version": form.version, "title": form.title, "file": str(file.path)})
    show(options, rows, "\n".join(f"{row['id']:<16} {row['version']:<12} {row['title']}" for row in rows))
    return 0


def run_add(options: argparse.Namespace) -> int:
    """Check forms and copy them into the workspace."""
    from fieldkit.library import FormLibrary

    folder = workspace_folder(options.workspace) / "forms"
    if not folder.is_dir():
        raise FieldkitError("workspace.none", path=str(folder.parent))
    library = FormLibrary(folder)
    for path in options.files:
        _refuse(path)
    added = [library.add(path) for path in options.files]
    rows = [{"id": form.id, "version": form.version} for form in added]
    show(options, rows, "\n".join(_("added: {id}, version {version}", **row) for row in rows))
    return 0


def _refuse(path: Path) -> None:
    """Raises FormError for a form that must not be used with people."""
    from fieldkit.privacy.forms import refusals
    from fieldkit.xforms import load_form

    faults = refusals(load_form(path))
    if faults:
        raise FormError(faults, str(path))


def _library(options: argparse.Namespace) -> FormLibrary:
    from fieldkit.library import FormLibrary

    try:
        return FormLibrary(workspace_folder(options.workspace) / "forms")
    except FieldkitError:
        return FormLibrary(None)
