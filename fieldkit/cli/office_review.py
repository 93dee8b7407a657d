"""`fieldkit office review`: look records over: ask, approve, close, open again, take that back."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import Verbs, open_desk, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.reviews import Case, Listed


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the action to `fieldkit office`."""
    review = actions.add_parser(
        "review", parents=[common], help=_("look a record over: ask about answers, approve it, close it")
    )
    review.add_argument("record", metavar="RECORD", nargs="?", default="", help=_("id of the record"))
    does = review.add_mutually_exclusive_group()
    does.add_argument(
        "--query", metavar="PATH=TEXT", action="append", default=[],
        help=_("ask about the answer at a place, or with =TEXT about the record; named once for each"),
    )  # fmt: skip
    does.add_argument(
        "--approve", action="store_const", const="approved", dest="settle", help=_("it is right")
    )
    does.add_argument(
        "--close", action="store_const", const="closed", dest="settle", help=_("nobody is asked any more")
    )
    does.add_argument(
        "--reopen", action="store_const", const="received", dest="settle", help=_("look it over again")
    )
    does.add_argument("--undo", action="store_true", help=_("take the last step of its review back"))
    does.add_argument("--list", action="store_true", help=_("what waits: answered, then queried"))
    review.add_argument(
        "--deadline", metavar="DATE", help=_("by when an answer is wished for; in seven days without it")
    )
    review.add_argument("--state", metavar="STATE", help=_("with --list: records in this state"))
    review.add_argument(
        "--form", metavar="FORM", default="", help=_("with --list --state received: of which form")
    )
    review.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do what was asked with one record, or list some."""
    from fieldkit.office.roles import Act

    with open_desk(options) as desk:
        desk.need(Act.REVIEW)
        if options.list:
            return _list(options, desk)
        if not options.record:
            raise FieldkitError("usage", reason=_("Name a record, or --list."))
        case = desk.reviews.open(options.record)
        if options.query:
            deadline = _day(options.deadline) if options.deadline else None
            desk.reviews.query(case, dict(map(_asked, options.query)), deadline)
        elif options.settle:
            from fieldkit.office.reviews import State

            desk.reviews.settle(case, State(options.settle))
        elif options.undo:
            desk.reviews.undo(case)
        else:
            return _show(options, desk, case)
        return _show(options, desk, desk.reviews.open(options.record))


def _asked(text: str) -> tuple[str, str]:
    path, sign, words = text.partition("=")
    if not sign:
        raise FieldkitError(
            "usage", reason=_("--query takes PATH=TEXT, such as home/rooms=“How many are heated?”")
        )
    return path, words


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldkitError("usage", reason=_("“{text}” is no date. Write 2026-03-31.", text=text)) from error


def _show(options: argparse.Namespace, desk: Desk, case: Case) -> int:
    """How a record stands, what was asked, and what it says."""
    from fieldkit.session.desk.review_words import CaseWords

    words, review = CaseWords(case, desk.words), case.review
    answers = words.answers()
    data = {
        "record": case.record, "form": case.look.view.form, "state": review.state.value, "changed_since": review.changed_since,
        "laptops": [each.name for each in case.laptops],
        "questions": [
            {
                "id": each.id, "path": each.path, "text": each.text, "by": each.by, "at": each.at, "deadline": each.deadline,
                "replies": [
                    {"text": reply.text, "by": reply.by, "at": reply.at, "device": reply.device} for reply in each.replies
                ],
            }
            for each in review.questions
        ],
        "answers": [
            {"path": each.path, "label": each.label} | ({"restricted": True} if each.is_hidden else {"answer": each.answer})
            for each in answers if each.path
        ],
    }  # fmt: skip
    lines = [words.title(), words.standing(desk.session.today().isoformat()), *words.asked()]
    lines += [f"  {each.path}  {each.line}" for each in answers if each.path]
    show(options, data, "\n".join([*lines, *words.history()]))
    return 0


def _list(options: argparse.Namespace, desk: Desk) -> int:
    from fieldkit.office.reviews import State

    known = [each.value for each in State]
    if options.state is not None and options.state not in known:
        raise FieldkitError("review.state", state=options.state, known=", ".join(known))
    states = [State(options.state)] if options.state else [State.ANSWERED, State.QUERIED]
    if states == [State.RECEIVED] and options.form:
        records: list[dict[str, Any]] = [
            {"record": each, "form": options.form, "state": State.RECEIVED.value, "day": "", "open": 0, "changed_since": ""}
            for each in desk.reviews.received(options.form).records
        ]  # fmt: skip
    else:
        records = [_facts(each, state) for state in states for each in desk.reviews.listed(state)]
    title = desk.reviews.called([each["record"] for each in records])
    lines = [_line(each, title(each["record"]), desk) for each in records]
    show(options, records, "\n".join(lines) or _("Nothing here waits to be looked over."))
    return 0


def _facts(listed: Listed, state: Any) -> dict[str, Any]:
    return {
        "record": listed.record, "form": listed.form, "state": state.value, "day": listed.day, "open": listed.open,
        "changed_since": listed.changed,
    }  # fmt: skip


def _line(facts: dict[str, Any], title: str, desk: Desk) -> str:
    """A record: its id, how it stands, what it is of."""
    from fieldkit.office.reviews import State
    from fieldkit.session.desk.review_words import STATES, changed_words, deadline_words

    is_queried = facts["state"] == State.QUERIED
    day = deadline_words(facts["day"], desk.session.today().isoformat()) if is_queried else ""
    parts = (
        facts["record"],
        _(STATES[State(facts["state"])]),
        day,
        title,
        changed_words(facts["changed_since"]),
    )
    return "  ".join(part for part in parts if part)
