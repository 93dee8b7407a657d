"""`fieldkit office checks`: what checks found, as tasks for the office, and settling one of them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, open_desk, show, warn
from fieldkit.explain import explain
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.office.checks.found import Found
    from fieldkit.session.desk.checks import Checks


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to those of the office."""
    verb = actions.add_parser(
        "checks", parents=[common], help=_("what checks found, for the office to look at")
    )
    what = verb.add_mutually_exclusive_group()
    what.add_argument(
        "--settle", metavar="KEY", help=_("one of them is fine as it is; its key is listed first")
    )
    what.add_argument("--undo", metavar="KEY", help=_("take back that one is settled"))
    verb.add_argument("--why", metavar="TEXT", default="", help=_("why"))
    verb.add_argument("--all", action="store_true", help=_("those that are settled too"))
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List what waits, settle one, or take that back. Exit code 0 whatever is found: it is for people to look at."""
    with open_desk(options) as desk:
        checks = desk.checks
        checks.look_again()
        for error in checks.refused:
            warn(explain(error))
        if options.settle:
            finding = checks.named(options.settle)
            checks.settle(finding, options.why)
            show(options, _facts(finding, checks), _("Settled: {what}", what=checks.words.what(finding)))
            return 0
        if options.undo:
            finding = checks.named(options.undo)
            checks.undo(checks.decision(finding))
            show(options, _facts(finding, checks), _("Open again: {what}", what=checks.words.what(finding)))
            return 0
        findings = checks.all() if options.all else checks.waiting()
        called = checks.words.called(findings)
        lines, last = [], ""
        for finding in findings:
            if checks.words.what(finding) != last:
                last = checks.words.what(finding)
                lines += [last, f"  {checks.words.remedy(finding)}"]
            state = "" if finding.is_open else "  " + _("settled")
            lines.append(f"    {finding.id}  {checks.words.line(finding, called)}{state}")
        nothing = _("Nothing waits: what was checked is as it should be, or is settled.")
        show(options, [_facts(each, checks) for each in findings], "\n".join(lines) or nothing)
    return 0


def _facts(finding: Found, checks: Checks) -> dict[str, object]:
    facts = {name: value for name, value in finding.facts.items() if name not in {"basis", "records"}}
    return {
        "key": finding.id, "check": finding.check.id, "kind": finding.check.kind, "form": finding.form,
        "question": finding.path, "records": list(finding.records), "at": finding.at, "open": finding.is_open,
        "facts": facts, "words": checks.words.what(finding), "remedy": checks.words.remedy(finding),
    }  # fmt: skip
