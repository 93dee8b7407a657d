"""`fieldkit office` without an action: the app of the office."""

from __future__ import annotations

import argparse

from fieldkit.cli.common import desk_name, now, warn
from fieldkit.config import office_folder, passphrase_source
from fieldkit.console import without_quick_edit
from fieldkit.i18n import _
from fieldkit.terminal import asking_width, has_window


def run(options: argparse.Namespace) -> int:
    """Open the app at a desk; exit code 1 where there is no terminal, or somebody may not come in."""
    from fieldkit.office.desks import is_asked
    from sync.office_facts import read_facts

    folder, name = office_folder(options.office), desk_name(options)
    read_facts(folder)
    is_asked(folder, name)
    if not has_window():
        warn(_("The app needs a terminal. Commands work without one: fieldkit office --help"))
        return 1
    with asking_width() as question:
        from fieldkit.office_app import OfficeApp

    app = OfficeApp(
        folder, name, now, passphrase_source(None), sign_width=question.width if question else None
    )
    with without_quick_edit():
        app.run()
    if app.fault is not None:
        raise app.fault
    if app.refusal:
        warn(app.refusal)
        return 1
    return 0
