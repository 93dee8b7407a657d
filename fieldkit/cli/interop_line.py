"""The server that `fieldkit interop` speaks with: the options that name it, and the line to it."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.interop.client import Line


def with_server(common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The options that say which server, and who we are there. No secret stands on the command line."""
    server = argparse.ArgumentParser(add_help=False, parents=[common], exit_on_error=False)
    server.add_argument(
        "url", metavar="URL", help=_("the server's address, such as https://host/v1/projects/3")
    )
    server.add_argument("--user", metavar="NAME", default="", help=_("who we are there"))
    server.add_argument(
        "--password-file", metavar="FILE", type=Path, help=_("holds the password; without it you are asked")
    )
    server.add_argument(
        "--token-file", metavar="FILE", type=Path, help=_("holds the token of an app user of ODK Central")
    )
    server.add_argument(
        "--ca", metavar="FILE", type=Path, help=_("certificates to trust instead of the system's")
    )
    return server


def line_to(options: argparse.Namespace) -> Line:
    """The line to the server that the options name. Raises FieldkitError("interop.…")."""
    from fieldkit.interop.client import Line, ServerAddress
    from fieldkit.interop.client_auth import Login

    address = ServerAddress.parse(options.url, _secret(options.token_file) if options.token_file else "")
    login = None
    if options.user:
        if options.password_file:
            password = _secret(options.password_file)
        elif sys.stdin.isatty():
            password = getpass.getpass(
                _("Password of {user} at {host}: ", user=options.user, host=address.host)
            )
        else:
            raise FieldkitError("interop.no-password", user=options.user)
        login = Login(options.user, password)
    return Line(address, login, ca=options.ca)


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FieldkitError("passphrase.unreadable", path=str(path), reason=str(error)) from error
