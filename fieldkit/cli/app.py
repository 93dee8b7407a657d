"""Opening the app on a workspace."""

from __future__ import annotations

import argparse
from pathlib import Path

from fieldkit.cli.common import warn
from fieldkit.config import passphrase_source, remember_workspace, workspace_folder
from fieldkit.console import without_quick_edit
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.terminal import asking_width, has_window


def open_app(options: argparse.Namespace) -> int:
    """Open the workspace that is named, or the one used last. Raises FieldkitError."""
    return run_app(workspace_folder(options.workspace))


def run_app(folder: Path) -> int:
    """Open the app on a workspace; exit code 1 where there is no terminal."""
    if not (folder / "workspace.toml").is_file():
        raise FieldkitError("workspace.none", path=str(folder))
    if not has_window():
        warn(_("The app needs a terminal. Commands work without one: fieldkit --help"))
        return 1
    with asking_width() as question:
        from fieldkit.app import FieldkitApp

    remember_workspace(folder)
    app = FieldkitApp(folder, passphrase_source(None), sign_width=question.width if question else None)
    with without_quick_edit():
        app.run()
    if app.fault is not None:
        raise app.fault
    if app.refusal:
        warn(app.refusal)
        return 1
    return 0
