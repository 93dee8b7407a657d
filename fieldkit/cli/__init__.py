"""The command line: one file for each verb. Exit code 0 done, 1 refused with reasons on stderr, 2 usage."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import sys
from collections.abc import Sequence

from fieldkit import __version__
from fieldkit.cli.argparse_words import speak
from fieldkit.config import remembered_language
from fieldkit.i18n import LANGUAGES, _, preferred_language, set_language

VERBS = (
    "demo", "init", "forms", "ask", "fill", "records", "sync", "office", "report", "export", "passphrase", "doctor", "keys",
    "labels", "scanner_test", "screening", "quiz", "interop", "serve",
)  # fmt: skip


def run(arguments: Sequence[str]) -> int:
    """Run one command; every refusal is told in words. Gives the exit code."""
    set_language(_language_of(arguments))
    speak()
    options = _options(arguments)
    from fieldkit.cli.common import log_of_fault
    from fieldkit.errors import FieldkitError
    from fieldkit.explain import explain

    try:
        return int(options.run(options))
    except FieldkitError as error:
        sys.stderr.write(explain(error) + "\n")
    except KeyboardInterrupt:
        sys.stderr.write(_("Stopped. Everything shown as stored is stored.") + "\n")
    except BrokenPipeError:
        return 0
    except Exception as error:
        if type(error).__name__ != "SyncError":
            sys.stderr.write(log_of_fault(error) + "\n")
            return 1
        sys.stderr.write(explain(error) + "\n")
    return 1


def parser(names: Sequence[str] = VERBS) -> argparse.ArgumentParser:
    """The command line, or what of it the verbs of these names need."""
    common = _common()
    top = argparse.ArgumentParser(
        prog="fieldkit",
        description=_("Offline survey and outreach fieldwork. Without a command it opens the app."),
        parents=[common],
    )
    top.add_argument("--version", action="version", version=f"fieldkit {__version__}")
    top.set_defaults(run=_open_app)
    verbs = top.add_subparsers(metavar=_("COMMAND"))
    for name in names:
        importlib.import_module(f"fieldkit.cli.{name}").add(verbs, common)
    return top


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the arguments say. Only the command that is named is loaded, and none without one: the app opens the sooner."""
    names: Sequence[str] = VERBS
    with contextlib.suppress(argparse.ArgumentError):
        options, rest = _common().parse_known_args(arguments, _everywhere())
        if not rest:
            options.run = _open_app
            return options
        names = [rest[0]] if rest[0] in VERBS else VERBS
    return parser(names).parse_args(arguments, _everywhere())


def _everywhere() -> argparse.Namespace:
    return argparse.Namespace(workspace=None, office=None, json=False)


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(prog="fieldkit", add_help=False, exit_on_error=False)
    group = common.add_argument_group(_("everywhere"))
    group.add_argument(
        "--workspace", metavar="DIR", default=argparse.SUPPRESS, help=_("the laptop's workspace")
    )
    group.add_argument("--office", metavar="DIR", default=argparse.SUPPRESS, help=_("the office's folder"))
    group.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_("print for programs"))
    group.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=_("language"))
    return common


def _open_app(options: argparse.Namespace) -> int:
    from fieldkit.cli.app import open_app

    return open_app(options)


def _language_of(arguments: Sequence[str]) -> str:
    """The language asked for: needed before the parser's own words are made."""
    for place, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang" and place + 1 < len(arguments):
            value = arguments[place + 1]
        if value in LANGUAGES:
            return value
    return preferred_language(remembered_language())
