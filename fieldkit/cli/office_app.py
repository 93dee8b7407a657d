"""`fieldkit office` without an action: the app of the office."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from fieldkit.cli.common import desk_name, now, warn
from fieldkit.config import office_folder, passphrase_source, remember_office
from fieldkit.console import without_quick_edit
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.terminal import asking_width, has_window


def run(options: argparse.Namespace) -> int:
    """Open the app at a desk; where no office is known, set one up. Exit code 1 where there is no terminal, or somebody may
    not come in.
    """
    try:
        folder = office_folder(options.office)
    except FieldkitError as error:
        if error.code != "office.unnamed" or not has_window():
            raise
        from fieldkit.cli.setup import set_up

        return set_up(office=True)
    return run_office(folder, desk_name(options))


def run_office(folder: Path, name: str = "", passphrase: Callable[[], str] | None = None) -> int:
    """Open the app at the desk of that name. passphrase: gives it, where it is known already."""
    from fieldkit.office.desks import is_asked
    from sync.office_facts import read_facts

    read_facts(folder)
    is_asked(folder, name)
    if not has_window():
        warn(_("The app needs a terminal. Commands work without one: fieldkit office --help"))
        return 1
    with asking_width() as question:
        from fieldkit.office_app import OfficeApp

    remember_office(folder)
    app = OfficeApp(
        folder,
        name,
        now,
        passphrase or passphrase_source(None),
        sign_width=question.width if question else None,
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

        return set_up(office=True)
    return 0
