"""`fieldkit serve`: the app in a browser of this computer."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, at_desk, desk_name, warn
from fieldkit.config import remember_workspace, workspace_folder
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.browser.gate import Gate

PORT = 8421
_LOOPBACK = "127.0.0.1"


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser(
        "serve", parents=[at_desk(common)], help=_("open the app in a browser of this computer")
    )
    verb.add_argument(
        "--port", metavar="N", type=int, default=PORT, help=_("the port; {port} without it", port=PORT)
    )
    verb.add_argument(
        "--host",
        metavar="ADDRESS",
        default=_LOOPBACK,
        help=_("another address than this computer's own; see --unencrypted"),
    )
    verb.add_argument(
        "--unencrypted",
        action="store_true",
        help=_("let other computers in, though everything goes over the line in clear"),
    )
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl+C or SIGTERM. Raises FieldkitError("usage"), ("serve.…"), and for a workspace or desk that is not there."""
    if not 0 <= options.port <= 65535:
        raise FieldkitError("usage", reason=_("--port takes a number from 0 to 65535"))
    words, title = _office(options) if options.office else _laptop(options)
    try:
        from fieldkit.browser.gate import is_loopback
        from fieldkit.browser.server import PageServer, Shown
    except ImportError as error:
        raise FieldkitError("serve.no-browser-part", package=error.name) from error
    if not (is_loopback(options.host) or options.unencrypted):
        raise FieldkitError("serve.not-loopback", host=options.host)

    def ready(gate: Gate) -> None:
        if options.json:
            print(json.dumps({"address": gate.address, "port": gate.port}), flush=True)
            return
        print(
            _("{name} is open in a browser at {address}\nCtrl+C stops it.", name=title, address=gate.address),
            flush=True,
        )
        if not is_loopback(options.host):
            warn(
                _(
                    "Careful: every computer that reaches {host} can knock, and whoever listens in on the network reads everything that is on the screen and typed. Use it on a line of your own alone.",
                    host=options.host,
                )
            )

    PageServer(Shown([sys.executable, "-m", "fieldkit", *words], title), options.host, options.port).run(
        ready
    )
    if not options.json:
        print(_("Stopped. Everything shown as stored is stored."), flush=True)
    return 0


def _laptop(options: argparse.Namespace) -> tuple[list[str], str]:
    folder = workspace_folder(options.workspace)
    if not (folder / "workspace.toml").is_file():
        raise FieldkitError("workspace.none", path=str(folder))
    remember_workspace(folder)
    return ["--workspace", str(folder.resolve())], folder.resolve().name


def _office(options: argparse.Namespace) -> tuple[list[str], str]:
    from fieldkit.office.desks import is_asked
    from sync.office_facts import read_facts

    if options.workspace:
        raise FieldkitError("usage", reason=_("name a workspace or an office, not both"))
    folder, name = Path(options.office).expanduser(), desk_name(options)
    facts = read_facts(folder)
    is_asked(folder, name)
    return ["office", "--office", str(folder.resolve()), *(["--as", name] if name else [])], str(
        facts["name"]
    )
