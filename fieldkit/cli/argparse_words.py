"""What argparse says, in the person's language. It looks its words up under the names gettext's functions have in its module."""

from __future__ import annotations

import argparse

from fieldkit.i18n import N_, _

WORDS = (
    N_("usage: "), N_("positional arguments"), N_("options"), N_("show this help message and exit"),
    N_("show program's version number and exit"), N_("argument %(argument_name)s: %(message)s"),
    N_("unrecognized arguments: %s"), N_("not allowed with argument %s"), N_("ignored explicit argument %r"),
    N_("the following arguments are required: %s"), N_("one of the arguments %s is required"), N_("expected one argument"),
    N_("expected at most one argument"), N_("expected at least one argument"), N_("expected %s argument"),
    N_("expected %s arguments"), N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("invalid %(type)s value: %(value)r"), N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("%(prog)s: error: %(message)s\n"),
)  # fmt: skip
"""Those of its words that people meet."""


def speak() -> None:
    """From now on argparse says its words in the language in use."""
    vars(argparse).update(_=_, ngettext=_counted)


def _counted(one: str, many: str, count: int) -> str:
    return _(one if count == 1 else many)
