"""What verbs share: opening workspace and office, asking for a passphrase, printing."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.config import office_folder, passphrase_source, workspace_folder
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.office import Office
    from fieldkit.office.roles import Act
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.session import Session

Verbs = Any
"""argparse's collection of sub-commands; its own type is private."""


def now() -> datetime:
    """The time here, with its offset."""
    return datetime.now().astimezone()


def end_of_day(text: str) -> datetime:
    """The end of a day written 2026-03-31, or the moment written 2026-03-31T12:00, here. Raises FieldkitError("usage")."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise FieldkitError("usage", reason=_("“{text}” is no date. Write 2026-03-31.", text=text)) from error
    whole = moment + timedelta(days=1, microseconds=-1) if len(text) == len("2026-03-31") else moment
    return whole if whole.tzinfo else whole.astimezone()


def open_session(options: argparse.Namespace) -> Session:
    """The workspace that the options, the environment or the last time name. Raises FieldkitError."""
    from fieldkit.session.session import Session

    ask = ask_passphrase if sys.stdin.isatty() else None
    return Session.open(workspace_folder(options.workspace), passphrase_source(ask))


def open_office(options: argparse.Namespace, *acts: Act) -> Office:
    """The office that the options or the environment name, for whoever they name, who wants to do one of `acts`.

    Raises FieldkitError("role.may-not"), ("desk.…"), SyncError, StoreError.
    """
    from fieldkit.office.desks import open_as

    folder = office_folder(options.office)
    return open_as(folder, acts, desk_name(options), now=now, passphrase=office_passphrase())


def open_desk(options: argparse.Namespace) -> Desk:
    """The desk that the options or the environment name, to decide something there. Raises FieldkitError, StoreError."""
    from fieldkit.session.desk.desk import Desk

    folder = office_folder(options.office)
    return Desk.open(folder, desk_name(options), now=now, passphrase=office_passphrase())


def desk_name(options: argparse.Namespace) -> str:
    """Who works at the office: `--as`, FIELDKIT_DESK, "" for whoever keeps it."""
    return getattr(options, "desk", None) or os.environ.get("FIELDKIT_DESK", "")


def at_desk(common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The options that every action has, and who does it."""
    with_desk = argparse.ArgumentParser(add_help=False, parents=[common], exit_on_error=False)
    with_desk.add_argument(
        "--as", dest="desk", metavar="NAME", default=argparse.SUPPRESS, help=_("whose desk it is done at")
    )
    return with_desk


def office_passphrase() -> Callable[[], str] | None:
    """How to get the office's passphrase: as that of a workspace."""
    return passphrase_source(ask_passphrase if sys.stdin.isatty() else None)


def ask_passphrase() -> str:
    """Ask for the passphrase, unseen."""
    return getpass.getpass(_("Passphrase: "))


def show(options: argparse.Namespace, data: object, text: str) -> None:
    """Print an answer: as JSON where a program asked, else as text."""
    if options.json:
        import json

        print(json.dumps(data, ensure_ascii=False))
    else:
        print(text)


def warn(text: str) -> None:
    """Say something beside the answer."""
    sys.stderr.write(text + "\n")


def log_of_fault(error: Exception) -> str:
    """A fault of ours: the details go to a file for whoever mends it, the person gets the sentence that is returned."""
    with tempfile.NamedTemporaryFile(
        "w", suffix=".log", prefix="fieldkit-", delete=False, encoding="utf-8"
    ) as log:
        log.write("".join(traceback.format_exception(error)))
    return _(
        "fieldkit made a mistake ({kind}). What was shown as stored is stored. Details for the people who mend it: {path}",
        kind=type(error).__name__,
        path=Path(log.name),
    )
