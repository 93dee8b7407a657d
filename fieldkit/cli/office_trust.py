"""`fieldkit office …`: whom the office trusts: its laptops, what was kept aside, its own passphrase."""

from __future__ import annotations

import argparse
from pathlib import Path

from fieldkit.cli.common import Verbs, now, office_passphrase, open_office, show
from fieldkit.cli.office_merge import scrub
from fieldkit.cli.passphrase import chosen_passphrase
from fieldkit.config import office_folder
from fieldkit.explain import explain_code
from fieldkit.i18n import _


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the actions to `fieldkit office`."""
    devices = actions.add_parser("devices", parents=[common], help=_("the laptops of this office"))
    devices.set_defaults(run=run_devices)
    revoke = actions.add_parser(
        "revoke", parents=[common], help=_("take no more from a laptop without asking")
    )
    revoke.add_argument("device", metavar="DEVICE", help=_("its name, or the beginning of its id"))
    revoke.add_argument(
        "--last", metavar="N", type=int, help=_("the last number of its chain that is still taken")
    )
    revoke.set_defaults(run=run_revoke)
    quarantine = actions.add_parser("quarantine", parents=[common], help=_("bundles kept aside, and why"))
    quarantine.set_defaults(run=run_quarantine)
    release = actions.add_parser("release", parents=[common], help=_("let in a bundle that was kept aside"))
    release.add_argument(
        "bundle", metavar="ID", help=_("the beginning of its id, as `office quarantine` lists it")
    )
    release.add_argument("--by", metavar="NAME", required=True, help=_("who decides"))
    release.add_argument("--reason", metavar="TEXT", required=True, help=_("why"))
    release.set_defaults(run=run_release)
    passphrase = actions.add_parser(
        "passphrase", parents=[common], help=_("another passphrase for the office")
    )
    passphrase.add_argument(
        "--identity", metavar="FILE", type=Path, help=_("a stand-in's age identity, if it is forgotten")
    )
    passphrase.add_argument("--new-file", metavar="FILE", type=Path, help=_("a file that holds the new one"))
    passphrase.set_defaults(run=run_passphrase)
    recover = actions.add_parser(
        "recover", parents=[common], help=_("answer a laptop whose passphrase is forgotten")
    )
    recover.add_argument(
        "request", metavar="FILE", type=Path, help=_("the laptop's request, as it came on the stick")
    )
    recover.add_argument("--out", metavar="DEST", type=Path, help=_("folder for the answer"))
    recover.add_argument("--identity", metavar="FILE", type=Path, help=_("a stand-in's age identity"))
    recover.set_defaults(run=run_recover)


def run_devices(options: argparse.Namespace) -> int:
    """List the laptops, when each was last heard of, and what is odd about it."""
    from fieldkit.office.roles import Act

    office = open_office(options, Act.REPORT)
    known = office.devices()
    office.close()
    rows = [
        {
            "device": each.id, "name": each.name, "numbers": list(each.enrolment.number_block),
            "revoked": each.revoked, "seen": each.seen, "findings": list(each.findings), "replaces": each.replaces,
        }
        for each in known
    ]  # fmt: skip
    lines = []
    for each in known:
        first, last = each.enrolment.number_block
        seen = _("last heard of {day}", day=each.seen[:10]) if each.seen else _("not heard of yet")
        said = [each.id[:8], f"{first}-{last}", each.name, seen]
        said += [_("revoked")] if each.revoked else []
        said += [explain_code(f"device.{kind}", {}) for kind in each.findings]
        lines.append("  ".join(said))
    show(options, rows, "\n".join(lines) or _("No laptop is enrolled."))
    return 0


def run_revoke(options: argparse.Namespace) -> int:
    """Revoke a laptop."""
    from fieldkit.office.roles import Act

    office = open_office(options, Act.TRUST)
    device = office.revoke(options.device, options.last)
    office.close()
    text = _(
        "{name} is revoked. What it brings from now on waits until somebody lets it in: fieldkit office quarantine",
        name=device.name,
    )
    show(options, {"device": device.id, "name": device.name}, text)
    return 0


def run_quarantine(options: argparse.Namespace) -> int:
    """List what was kept aside."""
    from fieldkit.office.roles import Act

    office = open_office(options, Act.MERGE, Act.RELEASE)
    names = {each.id: each.name for each in office.devices()}
    found = office.quarantine()
    office.close()
    rows = [
        {
            "id": each.sha256, "device": each.device, "name": names.get(each.device, ""), "arrived": each.arrived,
            "revisions": each.revisions, "reasons": list(each.reasons), "released": each.released,
        }
        for each in found
    ]  # fmt: skip
    lines = []
    for each in found:
        who = names.get(each.device, each.device[:8])
        why = "; ".join(
            explain_code(reason, {"path": each.sha256[:12], "reason": ""}) for reason in each.reasons
        )
        lines.append(f"{each.sha256[:12]}  {each.arrived[:16]}  {who}  {each.revisions}  {why}")
        if each.released:
            lines.append("  " + _("let in by {by}, {at}: {reason}", **each.released))
    show(options, rows, "\n".join(lines) or _("Nothing is kept aside."))
    return 0


def run_release(options: argparse.Namespace) -> int:
    """Let a bundle in."""
    from fieldkit.office.roles import Act

    office = open_office(options, Act.RELEASE)
    report = office.release(options.bundle, by=options.by, reason=options.reason)
    scrub(office)
    office.close()
    text = _("{new} new, {held} already held", new=report.new, held=report.held)
    show(options, report.to_json(), text)
    return 0


def run_passphrase(options: argparse.Namespace) -> int:
    """Change the passphrase of the office."""
    from fieldkit.office.keys import change_passphrase

    folder = office_folder(options.office)
    old = None if options.identity else office_passphrase()
    change_passphrase(folder, old, options.identity, chosen_passphrase(options.new_file))
    show(options, {"office": str(folder)}, _("From now on the new passphrase opens {path}.", path=folder))
    return 0


def run_recover(options: argparse.Namespace) -> int:
    """Answer a recovery request. Whom the answer is given to is for a person to judge."""
    from fieldkit.office.keys import answer_request, identity_in
    from fieldkit.office.roles import Act

    folder = office_folder(options.office)
    if options.identity:
        identity = identity_in(options.identity)
    else:
        office = open_office(options, Act.TRUST)
        identity = office.identity
        office.close()
    out = options.out or options.request.parent
    asked, path = answer_request(folder, options.request, out, identity, now())
    facts = {"workspace": asked.workspace, "name": asked.name, "file": str(path)}
    text = _(
        "The answer for {name} is in {file}. Give it only to the person you know to work with this laptop: with both, the records can be read.",
        **facts,
    )
    show(options, facts, text)
    return 0
