"""`fieldkit office conflicts`, `resolve`, `decisions`, `undo`: several values for one answer, and what was decided."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, open_desk, open_office, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fieldkit.session.desk.conflicts import Choice, Conflicts, Opened
    from fieldkit.session.desk.words import OfficeWords
    from sync import RecordView


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the actions to `fieldkit office`."""
    listed = actions.add_parser(
        "conflicts", parents=[common], help=_("records with several values for one answer")
    )
    listed.set_defaults(run=run_conflicts)
    resolve = actions.add_parser("resolve", parents=[common], help=_("decide one answer of a conflict"))
    resolve.add_argument("record", metavar="RECORD", help=_("the record, or the beginning of its id"))
    resolve.add_argument("path", metavar="PATH", help=_("the answer, as `office conflicts --json` names it"))
    how = resolve.add_mutually_exclusive_group(required=True)
    how.add_argument(
        "--choose", metavar="N", type=int, help=_("the value of that number in `office conflicts`")
    )
    how.add_argument("--value", metavar="TEXT", help=_("another value, by the rules of the form"))
    how.add_argument("--both", action="store_true", help=_("all values stand, with a note"))
    how.add_argument("--send-back", metavar="TEXT", help=_("ask the laptops that wrote"))
    resolve.add_argument("--note", metavar="TEXT", default="", help=_("why all values stand"))
    resolve.add_argument("--deadline", metavar="DATE", default="", help=_("by when they are to answer"))
    resolve.set_defaults(run=run_resolve)
    decisions = actions.add_parser(
        "decisions", parents=[common], help=_("what was decided here, newest first")
    )
    decisions.set_defaults(run=run_decisions)
    undo = actions.add_parser("undo", parents=[common], help=_("take a decision back, or a taking back"))
    undo.add_argument("revision", metavar="ID", help=_("the beginning of its id, as `office decisions` lists it"))  # fmt: skip
    undo.add_argument("--reason", metavar="TEXT", default="", help=_("why"))
    undo.set_defaults(run=run_undo)


def run_conflicts(options: argparse.Namespace) -> int:
    """List conflicts with every value, who wrote it, and when."""
    from fieldkit.office.conflicts import BOTH, OPEN, kept_both, ordered
    from fieldkit.office.decisions import decisions
    from fieldkit.office.roles import Act
    from fieldkit.session.desk.words import OfficeWords

    office = open_office(options, Act.DECIDE)
    views = office.conflicts()
    office.lists.up_to_date()
    reviewed = {each.record for each in decisions(office) if "both" in each.parts}
    kept = {
        view.record: kept_both(view, office.archive.revisions(view.record)) if view.record in reviewed else {}
        for view in views
    }
    words = OfficeWords(office)
    office.close()
    rows = [
        {
            "record": view.record,
            "form": view.form,
            "path": path,
            "restricted": words.is_hidden(view, path),
            "state": BOTH if path in kept[view.record] else OPEN,
            "note": "" if words.is_hidden(view, path) else kept[view.record].get(path, ""),
            "values": [
                ({} if words.is_hidden(view, path) else {"answer": v.answer})
                | {"user": v.user, "device": v.device, "laptop": words.enrolled_as(v.device), "at": v.wall, "revision": v.revision}
                for v in ordered(versions)
            ],
        }
        for view in views
        for path, versions in view.conflicts.items()
    ]  # fmt: skip
    lines = [line for view in views for line in _conflict_lines(view, words, kept[view.record])]
    show(options, rows, "\n".join(lines) or _("No conflicts."))
    return 0


def run_resolve(options: argparse.Namespace) -> int:
    """Decide one answer."""
    with open_desk(options) as desk:
        conflicts = desk.conflicts
        opened = conflicts.open(_record(conflicts, options.record))
        choice = _choice(conflicts, opened, options)
        done = conflicts.write(opened, {options.path: choice})
        title = opened.title
    facts = {
        "record": done.record,
        "path": options.path,
        "how": choice.how,
        "revisions": list(done.revisions),
    }
    said = _("Written down: {title}. Take it back: fieldkit office undo {id}", title=title, id=done.revisions[-1][:8])  # fmt: skip
    show(options, facts, said)
    return 0


def run_decisions(options: argparse.Namespace) -> int:
    """List what was decided."""
    with open_desk(options) as desk:
        found = desk.decisions.lately(None)
        lines = desk.decisions.lines(found)
        words = desk.words
        rows = [
            {
                "revision": each.revision, "record": each.record, "form": each.form, "at": each.at,
                "desk": words.enrolled_as(each.device), "operation": each.operation.value, "paths": list(each.paths),
                "undoes": list(each.undoes), "parts": list(each.parts), "review": each.review, "holds": each.holds,
            }
            for each in found
        ]  # fmt: skip
    said = [f"{each.revision[:8]}  {line}" for each, line in zip(found, lines, strict=True)]
    show(options, rows, "\n".join(said) or _("Nothing was decided here yet."))
    return 0


def run_undo(options: argparse.Namespace) -> int:
    """Take a decision back."""
    with open_desk(options) as desk:
        decided = desk.decisions.named(options.revision)
        done = desk.decisions.take_back(decided, options.reason)
        [line] = desk.decisions.lines([decided])
    facts = {"record": done.record, "undone": decided.revision, "revision": done.revisions[-1]}
    said = _("Taken back: {line}. Do it again: fieldkit office undo {id}", line=line, id=done.revisions[-1][:8])  # fmt: skip
    show(options, facts, said)
    return 0


def _record(conflicts: Conflicts, beginning: str) -> str:
    """The record in conflict whose id begins so. Raises FieldkitError("conflict.unknown"), ("conflict.ambiguous")."""
    found = [each.record for each in (*conflicts.rows(), *conflicts.rows("both"))]
    found = [each for each in found if each.startswith(beginning)] if beginning else []
    if len(found) != 1:
        code = "conflict.ambiguous" if found else "conflict.unknown"
        raise FieldkitError(code, id=beginning, count=len(found))
    return found[0]


def _choice(conflicts: Conflicts, opened: Opened, options: argparse.Namespace) -> Choice:
    from fieldkit.session.desk.conflicts import Choice

    clash = next((each for each in opened.clashes if each.path == options.path), None)
    if clash is None:
        known = ", ".join(each.path for each in opened.clashes)
        raise FieldkitError("conflict.not-this", path=options.path, known=known)
    if clash.hidden or options.both:  # which is refused where it is hidden, whatever was asked for
        return Choice("both", text=options.note)
    if options.send_back is not None:
        return Choice("ask", text=options.send_back, deadline=conflicts.deadline(options.deadline))
    if options.choose is not None:
        if not 1 <= options.choose <= len(clash.sides):
            raise FieldkitError("conflict.no-number", number=options.choose, count=len(clash.sides))
        return Choice("take", clash.sides[options.choose - 1].answer)
    return Choice("take", conflicts.retyping(opened, {}, options.path).answer(options.value))


def _conflict_lines(view: RecordView, words: OfficeWords, kept: Mapping[str, str]) -> Iterator[str]:
    """A record in conflict: what it is of, then each question with its answers, who gave them and when."""
    from fieldkit.office.conflicts import ordered
    from fieldkit.session.desk.words import called

    yield words.record(view)
    yield f"  {view.record}"
    for path, versions in view.conflicts.items():
        yield f"  {words.question(view, path)}"
        for number, version in enumerate(ordered(versions), 1):
            who = _(", ").join(part for part in (words.laptop(version.device), called(version.user)) if part)
            answer = words.answer(view, path, version.answer)
            at = version.wall[:16].replace("T", " ")
            yield f"    {number} " + labelled(f"{who}  {at}", answer)
        if path in kept and not words.is_hidden(view, path):
            yield "    " + labelled(_("All answers were kept"), kept[path])
