"""`fieldkit screening`: what comes of a screening day."""

from __future__ import annotations

import argparse

from fieldkit.cli import screening_results
from fieldkit.cli.common import Verbs
from fieldkit.i18n import _


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser(
        "screening", parents=[common], help=_("screening days: results and what comes after")
    )
    actions = verb.add_subparsers(metavar=_("ACTION"), required=True)
    screening_results.add(actions, common)
