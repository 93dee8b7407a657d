"""Opening the app on a workspace."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from fieldkit.cli.common import warn
from fieldkit.config import (
    has_office,
    has_workspace,
    office_folder,
    passphrase_source,
    remember_workspace,
    workspace_folder,
)
from fieldkit.console import without_quick_edit
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.terminal import asking_width, has_window


def open_app(options: argparse.Namespace) -> int:
    """Open the workspace that is named, or the one used last; where none is known and somebody is there, the office that was
    used last, else what sets one up. Raises FieldkitError.
    """
    if options.workspace or not has_window():
        return run_app(workspace_folder(options.workspace))
    folder = _known(workspace_folder)
    if folder is not None and has_workspace(folder):
        return run_app(folder)
    office = _known(office_folder) if folder is None else None
    if office is not None and has_office(office):
        from fieldkit.cli.common import desk_name
        from fieldkit.cli.office_app import run_office

        return run_office(office, desk_name(options))
    from fieldkit.cli.setup import set_up

    return set_up(missing=folder)


def run_app(folder: Path, passphrase: Callable[[], str] | None = None) -> int:
    """Open the app on a workspace; exit code 1 where there is no terminal. passphrase: gives it, where it is known already."""
    if not has_workspace(folder):
        raise FieldkitError("workspace.none", path=str(folder))
    if not has_window():
        warn(_("The app needs a terminal. Commands work without one: fieldkit --help"))
        return 1
    with asking_width() as question:
        from fieldkit.app import FieldkitApp

    remember_workspace(folder)
    app = FieldkitApp(
        folder, passphrase or passphrase_source(None), sign_width=question.width if question else None
    )
    with without_quick_edit():
        app.run()
    if app.fault is not None:
        raise app.fault
    if app.refusal:
        warn(app.refusal)
        return 1
    if app.sets_up:
        from fieldkit.cli.setup import set_up

        return set_up()
    return 0


def _known(folder_of: Callable[[str | None], Path]) -> Path | None:
    """The folder that the environment or the last time name, None where neither does."""
    try:
        return folder_of(None)
    except FieldkitError as error:
        if not error.code.endswith(".unnamed"):
            raise
        return None
