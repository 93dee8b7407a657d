"""`fieldkit passphrase`: change it, or get back in with the office's help when it is forgotten."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from fieldkit.cli.common import Verbs, open_session, show
from fieldkit.config import passphrase_source, workspace_folder
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("passphrase", parents=[common], help=_("change the passphrase, or recover it"))
    actions = verb.add_subparsers(metavar=_("ACTION"), required=True)
    change = actions.add_parser("change", parents=[common], help=_("another passphrase for the same data"))
    change.add_argument("--new-file", metavar="FILE", type=Path, help=_("a file that holds the new one"))
    change.set_defaults(run=run_change)
    request = actions.add_parser(
        "request", parents=[common], help=_("forgotten: write a request to the office")
    )
    request.add_argument("folder", metavar="DEST", type=Path, help=_("folder the request is written to"))
    request.set_defaults(run=run_request)
    answer = actions.add_parser("answer", parents=[common], help=_("forgotten: take the office's answer"))
    answer.add_argument("file", metavar="FILE", type=Path, help=_("file with the office's answer"))
    answer.add_argument(
        "--new-file", metavar="FILE", type=Path, help=_("a file that holds the new passphrase")
    )
    answer.set_defaults(run=run_answer)


def run_change(options: argparse.Namespace) -> int:
    """Change the passphrase."""
    with open_session(options) as session:
        session.change_passphrase(chosen_passphrase(options.new_file))
        folder = session.folder
    show(options, {"workspace": str(folder)}, _("From now on the new passphrase opens {path}.", path=folder))
    return 0


def run_request(options: argparse.Namespace) -> int:
    """Write a request; the workspace stays locked."""
    from fieldkit.store.recovery import write_request

    path = write_request(workspace_folder(options.workspace), options.folder.expanduser())
    text = _(
        "The request is in {path}. Take it to the office; there: fieldkit office recover FILE. Bring the answer back to this laptop.",
        path=path,
    )
    show(options, {"file": str(path)}, text)
    return 0


def run_answer(options: argparse.Namespace) -> int:
    """Take the answer and set a new passphrase."""
    from fieldkit.store.recovery import take_answer

    folder = workspace_folder(options.workspace)
    take_answer(folder, options.file, chosen_passphrase(options.new_file))
    show(options, {"workspace": str(folder)}, _("From now on the new passphrase opens {path}.", path=folder))
    return 0


def new_passphrase() -> str | None:
    """A passphrase for a new workspace: from the file the environment names, or typed twice; None where nobody can
    be asked. Raises FieldkitError("passphrase.…").
    """
    source = passphrase_source(None)
    if source is not None:
        return _not_empty(source())
    return typed_twice() if sys.stdin.isatty() else None


def typed_twice() -> str:
    """A new passphrase, typed twice. Raises FieldkitError("passphrase.differs"), ("passphrase.empty")."""
    from fieldkit.session.passphrases import agreed

    return agreed(getpass.getpass(_("New passphrase: ")), getpass.getpass(_("Once more: ")))


def chosen_passphrase(file: Path | None) -> str:
    """A new passphrase: from a file, or typed twice. Raises FieldkitError("passphrase.…")."""
    if file is not None:
        try:
            return _not_empty(file.read_text(encoding="utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError) as error:
            raise FieldkitError("passphrase.unreadable", path=str(file), reason=str(error)) from error
    if not sys.stdin.isatty():
        raise FieldkitError("passphrase.no-terminal")
    return typed_twice()


def _not_empty(passphrase: str) -> str:
    if not passphrase:
        raise FieldkitError("passphrase.empty")
    return passphrase
