"""`fieldkit records`: list, show, history, amend, files, withdraw, erase, retention."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import Verbs, open_session, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.exchange import Comment
    from fieldkit.session.history import Step

REASONS = ("asked", "retention")
"""Why a record is erased: the person asked for it, or it was kept as long as it may be."""


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("records", parents=[common], help=_("look at the records of this laptop"))
    actions = verb.add_subparsers(metavar=_("ACTION"), required=True)
    listing = actions.add_parser("list", parents=[common], help=_("id, form and day of each record"))
    listing.add_argument("--form", default="", help=_("only records of this form"))
    listing.add_argument("--queried", action="store_true", help=_("only records that the office asks about"))
    listing.set_defaults(run=run_list)
    files = actions.add_parser(
        "files", parents=[common], help=_("write the files attached to a record into a folder")
    )
    files.add_argument("id", metavar="ID", help=_("id of the record"))
    files.add_argument("folder", metavar="DEST", type=Path, help=_("folder to write them to"))
    files.set_defaults(run=run_files)
    erase = actions.add_parser(
        "erase", parents=[common], help=_("erase a record for good: the person asked, or its time is over")
    )
    erase.add_argument("id", metavar="ID", help=_("id of the record"))
    erase.add_argument(
        "--reason",
        choices=REASONS,
        required=True,
        help=_("why it is deleted: the person asked, or it was kept long enough"),
    )
    erase.set_defaults(run=run_erase)
    withdraw = actions.add_parser(
        "withdraw", parents=[common], help=_("consent is withdrawn: nothing of the record is shown any more")
    )
    withdraw.add_argument("id", metavar="ID", help=_("id of the record"))
    withdraw.add_argument(
        "--scope",
        metavar="TEXT",
        required=True,
        help=_("what is no longer agreed to: health, contact, share, stats, or basic for all of it"),
    )
    withdraw.add_argument("--reason", metavar="TEXT", required=True, help=_("who asked for it, in words"))
    withdraw.set_defaults(run=run_withdraw)
    amend = actions.add_parser(
        "amend", parents=[common], help=_("correct a record; what was recorded before stays in its history")
    )
    amend.add_argument("id", metavar="ID", help=_("id of the record"))
    amend.add_argument(
        "--answers",
        metavar="FILE",
        type=Path,
        required=True,
        help=_("what is to be corrected: .json or .csv"),
    )
    amend.add_argument("--reason", metavar="TEXT", required=True, help=_("why, in words"))
    amend.set_defaults(run=run_amend)
    retention = actions.add_parser(
        "retention", parents=[common], help=_("what has been kept as long as its form allows")
    )
    retention.add_argument("--as-of", metavar="DATE", help=_("as it will be on that day, 2027-01-01"))
    retention.add_argument("--apply", action="store_true", help=_("remove it; without, only list it"))
    retention.set_defaults(run=run_retention)
    for name, run, words in (
        ("show", run_show, _("the answers of one record, restricted ones left out")),
        ("history", run_history, _("every revision of one record: what it changed, who, when and why")),
    ):
        action = actions.add_parser(name, parents=[common], help=words)
        action.add_argument("id", metavar="ID", help=_("id of the record"))
        action.set_defaults(run=run)


def run_files(options: argparse.Namespace) -> int:
    """Write the files attached to one record into a folder, where everybody can read them."""
    with open_session(options) as session:
        written = session.write_files(options.id, options.folder)
    lines = "\n".join(map(str, written)) or _("No files are attached to {id}.", id=options.id)
    show(options, {"files": [str(path) for path in written]}, lines)
    return 0


def run_erase(options: argparse.Namespace) -> int:
    """Erase one record; what stays is that there was one, when and why it went."""
    with open_session(options) as session:
        session.erase(options.id, options.reason)
    show(
        options,
        {"id": options.id},
        _(
            "The record {id} is erased here. Take an export to the office, so that it goes there too.",
            id=options.id,
        ),
    )
    return 0


def run_withdraw(options: argparse.Namespace) -> int:
    """Withdraw the consent for one record."""
    with open_session(options) as session:
        session.withdraw(options.id, scope=options.scope, reason=options.reason)
        record = session.exchange.record(options.id)
    state = record.state if record else "withdrawn"
    whole = _(
        "The consent for the record {id} is withdrawn: nothing of it is shown any more. Take an export to the office, so that it is shown nowhere.",
        id=options.id,
    )
    part = _(
        "Withdrawn for the record {id}: {scope}. What was asked because of it is not shown any more; the rest stays. Take an export to the office, so that it is shown nowhere.",
        id=options.id,
        scope=options.scope,
    )
    show(options, {"id": options.id, "state": state}, whole if state == "withdrawn" else part)
    return 0


def run_retention(options: argparse.Namespace) -> int:
    """List what has been kept long enough, and remove it if that is wanted."""
    as_of = _day(options.as_of) if options.as_of else None
    if options.apply and as_of is not None:
        raise FieldkitError("retention.not-yet")
    with open_session(options) as session:
        due = session.retention.due(as_of)
        titles = [session.record_title(each.record) for each in due]
        removed = session.retention.remove(due) if options.apply else 0
    rows = [
        {"id": each.record, "form": each.form, "since": each.since.isoformat(), "tiers": sorted(each.tiers)}
        for each in due
    ]
    lines = [
        f"{row['since']}  {title}  {' '.join(row['tiers'])}" for row, title in zip(rows, titles, strict=True)
    ]
    if options.apply:
        lines.append(
            _(
                "Removed from {count} {count:record|records}. It goes everywhere with the next stick.",
                count=removed,
            )
        )
    elif not rows:
        lines.append(_("Nothing here has been kept longer than its form allows."))
    show(options, {"due": rows, "removed": removed}, "\n".join(lines))
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldkitError("usage", reason=_("“{text}” is no date. Write 2026-03-31.", text=text)) from error


def run_list(options: argparse.Namespace) -> int:
    """List the records, or those that the office asks about with what it asks."""
    asked: dict[str, list[Comment]] = {}
    with open_session(options) as session:
        found = [record for record in session.exchange.records() if options.form in {"", record.form}]
        if options.queried:
            for each in session.exchange.questions():
                asked.setdefault(each.record, []).append(each)
            found = [record for record in found if record.id in asked]
        lines = {each.record: session.questions.line(each) for each in session.questions.waiting()}
    rows: list[dict[str, Any]] = []
    text = []
    for record in found:
        row = {"id": record.id, "form": record.form, "made_on": record.made_on.isoformat()}
        line = f"{record.id}  {record.form:<12} {row['made_on']}"
        questions = {"questions": [_question(each) for each in asked[record.id]]} if options.queried else {}
        rows.append(row | questions)
        text.append(f"{line}  {lines[record.id]}" if options.queried else line)
    show(options, rows, "\n".join(text))
    return 0


def _question(comment: Comment) -> dict[str, str]:
    """A question of the office for programs."""
    return {
        "id": comment.id,
        "path": comment.path,
        "text": comment.text,
        "by": comment.author,
        "at": comment.time,
        "deadline": comment.deadline,
    }


def run_show(options: argparse.Namespace) -> int:
    """Show one record."""
    with open_session(options) as session:
        record = session.exchange.record(options.id)
        if record is None:
            raise FieldkitError("record.unknown", id=options.id)
        words = session.histories.words(record.form, session.exchange.made_with(options.id))
    answers = {key: answer for key, answer in record.answers.items() if not words.is_restricted(key)}
    lines = [f"{path}: {answer}" for path, answer in answers.items()]
    if record.state == "withdrawn":
        lines.append(_("Consent was withdrawn; nothing of it is shown."))
    data = {
        "id": record.id, "form": record.form, "state": record.state, "answers": answers,
        "conflicts": sorted(record.conflicts),
    }  # fmt: skip
    show(options, data, "\n".join(lines))
    return 0


def run_amend(options: argparse.Namespace) -> int:
    """Correct one record by every rule of its form."""
    from fieldkit.session.filling import correct, read_answers

    with open_session(options) as session:
        form = session.interviews.correction(options.id).form
        records = read_answers(options.answers, form)
        done = correct(session, options.id, records, source=str(options.answers), reason=options.reason)
    said = (
        _("The record {id} is corrected.", id=options.id)
        if done.changed
        else _("Nothing was changed; the record stays as it was.")
    )
    show(options, {"id": options.id, "changed": done.changed}, said)
    return 0


def run_history(options: argparse.Namespace) -> int:
    """Tell how one record came to be, revision by revision; of restricted answers only that they changed."""
    from fieldkit.session.history import step_lines

    with open_session(options) as session:
        steps = session.histories.steps(options.id)
    lines = [line for step in steps for line in step_lines(step)]
    show(options, [_step(step) for step in steps], "\n".join(lines))
    return 0


def _step(step: Step) -> dict[str, Any]:
    """A revision for programs."""
    return {
        "id": step.id,
        "at": step.at,
        "by": step.by,
        "operation": step.operation,
        "reason": step.reason,
        "form_hash": step.form_hash,
        "changes": [
            {"path": each.key, "label": each.label}
            | ({"restricted": True} if each.restricted else {"old": each.old, "new": each.new})
            for each in step.differences
        ],
        "kept_aside": [
            {"path": each.key, "label": each.label}
            | ({"restricted": True} if each.restricted else {"answer": each.answer})
            for each in step.aside
        ],
    }
