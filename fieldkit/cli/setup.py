"""The first-run wizard, and then the app on what it has made."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import now, warn
from fieldkit.console import without_quick_edit
from fieldkit.i18n import _
from fieldkit.terminal import asking_width

if TYPE_CHECKING:
    from fieldkit.session.setup.founding import Made


def set_up(*, office: bool = False, missing: Path | None = None) -> int:
    """Ask step by step, make what is wished for, and open it. office: whether it is to be an office rather than a laptop.

    missing: a workspace that was named or used last, and is not there.
    """
    with asking_width() as question:
        from fieldkit.session.setup.looking import Looking
        from fieldkit.session.setup.steps import first_run
        from fieldkit.setup_app import SetupApp

    looking = Looking()
    walk = first_run(looking, now, partial(_practice, office=office), office=office, missing=missing)
    app = SetupApp(walk, looking, now, sign_width=question.width if question else None)
    with without_quick_edit():
        app.run()
    if app.fault is not None:
        raise app.fault
    made = app.made
    if made is None and walk.made is not None:
        command = "fieldkit office" if walk.made.is_office else "fieldkit"
        warn(_("It is set up. Open it with: {command}", command=command))
        return 0
    if made is None:
        warn(_("Nothing was set up, and nothing was written. Open fieldkit again to begin."))
        return 0
    passphrase = made.passphrase
    source = None if passphrase is None else lambda: passphrase
    if made.is_office:
        from fieldkit.cli.office_app import run_office

        return run_office(made.folder, passphrase=source)
    from fieldkit.cli.app import run_app

    return run_app(made.folder, source)


def _practice(*, office: bool) -> Made:
    """The practice town: its laptop, or its office."""
    from fieldkit.demo.build import practice_town
    from fieldkit.session.setup.founding import Made

    town = practice_town(now())
    return Made(town.office if office else town.workspace, is_office=office)
