"""`fieldkit screening results|triage|letters`: laboratory results, who needs what next, and how they are told.

What is printed in a terminal stays in its scroll-back and in whatever reads it, so no result of anybody is printed here:
verdicts and next steps alone. The screens show the rest.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from fieldkit.cli.common import Verbs, open_session, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

_PRIVATE = 0o600


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verbs below `fieldkit screening`."""
    results = verbs.add_parser(
        "results", parents=[common], help=_("a laboratory's file (.xlsx, .csv): a verdict for each row")
    )
    results.add_argument("file", metavar="FILE", type=Path, help=_("the laboratory's file: .xlsx or .csv"))
    results.add_argument("--take", action="store_true", help=_("write the new results; without, only look"))
    results.add_argument(
        "--changes", action="store_true", help=_("with --take: write those that change a result too")
    )
    results.add_argument(
        "--faults", metavar="CSV", type=Path, help=_("write the faulty rows, to send back to the laboratory")
    )
    results.set_defaults(run=run_results)
    triage = verbs.add_parser(
        "triage", parents=[common], help=_("who needs what next, by number, and by when")
    )
    triage.set_defaults(run=run_triage)
    letters = verbs.add_parser(
        "letters", parents=[common], help=_("sealed result letters to print, and neutral messages to send")
    )
    letters.add_argument("--out", metavar="FILE", type=Path, required=True, help=_(".html to print on A4"))
    letters.add_argument(
        "--messages", metavar="CSV", type=Path, help=_("telephone and neutral text, for whoever sends them")
    )
    letters.add_argument(
        "--event", metavar="ID", default="", help=_("only those of one screening day; without it of all")
    )
    letters.set_defaults(run=run_letters)


def run_results(options: argparse.Namespace) -> int:
    """Look at a laboratory's file, and write what is good of it if that is wanted."""
    from fieldkit.fieldwork.lab_verdicts import Verdict
    from fieldkit.session.lab_words import VERDICTS, reason_for_laboratory

    if options.changes and not options.take:
        raise FieldkitError("usage", reason=_("--changes goes with --take."))
    with open_session(options) as session:
        laboratory = session.results.laboratory
        preview = laboratory.preview(options.file)
        if options.faults:
            _write(options.faults, preview.faults_csv())
        agreed = [each.key for each in preview.of(Verdict.CHANGES)] if options.changes else []
        taken = laboratory.take(preview, agreed) if options.take else None
    counts = {verdict: len(preview.of(verdict)) for verdict in Verdict if preview.of(verdict)}
    lines = [
        _("{verdict}: {count}", verdict=_(VERDICTS[verdict]), count=count)
        for verdict, count in counts.items()
    ]
    lines += [
        _("row {row}: {number}: {verdict}. {reason}", row=each.row.line, number=each.row.pid,
          verdict=_(VERDICTS[each.verdict]), reason=reason_for_laboratory(each))
        for each in preview.faulty
    ]  # fmt: skip
    lines += [
        _(
            "row {row}: {number}: {verdict}",
            row=each.row.line,
            number=each.row.pid,
            verdict=_(VERDICTS[each.verdict]),
        )
        for each in preview.of(Verdict.CHANGES, Verdict.TWICE, Verdict.OPEN)
    ]
    if taken is not None:
        lines.append(
            _(
                "Written: {new} new, {changed} changed. {unconfirmed} of them wait for a clinician: fieldkit screening triage",
                new=taken.new, changed=taken.changed, unconfirmed=taken.unconfirmed,
            )
        )  # fmt: skip
    else:
        lines.append(_("Nothing is written yet. Look at it, then say it again with --take."))
    data = {
        "file": preview.file.name,
        "sha256": preview.file.sha256,
        "rows": [
            {"row": each.row.line, "number": each.row.pid, "verdict": each.verdict.value}
            for each in preview.rows
        ],
        "new": taken.new if taken else 0,
        "changed": taken.changed if taken else 0,
        "unconfirmed": taken.unconfirmed if taken else 0,
    }
    show(options, data, "\n".join(lines))
    return 0


def run_triage(options: argparse.Namespace) -> int:
    """List who needs what next."""
    from fieldkit.session.result_words import STEPS, due_words, standing_words, summary_lines

    with open_session(options) as session:
        found = session.results.triage()
    lines = [
        "  ".join(
            part for part in (due_words(each), each.pid, _(STEPS[each.step]), standing_words(each)) if part
        )
        for each in found.lines
    ]
    data = {
        "lines": [
            {
                "number": each.pid,
                "step": each.step.value,
                "due": each.due.isoformat() if each.due else "",
                "confirmed": each.confirmed,
            }
            for each in found.lines
        ],
        "managed": found.managed,
        "unreached": found.unreached,
        "not_here": found.not_here,
        "shared": list(found.shared),
    }
    show(options, data, "\n".join([*lines, *summary_lines(found)]))
    return 0


def run_letters(options: argparse.Namespace) -> int:
    """Write the letters into a file that only its owner can read, and the messages beside it."""
    from fieldkit.session.letters import letters_page
    from fieldkit.session.result_words import telling_lines

    if options.out.suffix.lower() != ".html":
        raise FieldkitError("letters.unknown-format", path=str(options.out))
    with open_session(options) as session:
        if options.event and session.closing.day(options.event).held is None:
            raise FieldkitError("closing.no-event", event=options.event)
        telling = session.results.telling(options.event)
        watermark = session.watermark
    messages = telling.messages if options.messages else ()
    if not telling.letters and not messages:
        raise FieldkitError("letters.none")
    lines = telling_lines(telling)
    if telling.letters:
        _write(options.out, letters_page(telling.letters, watermark))
        lines.append(
            _("{path}: print it at 100 %, fold and seal each letter, then remove the file.", path=options.out)
        )
    if messages:
        _write(options.messages, telling.messages_csv())
    data = {
        "letters": len(telling.letters),
        "messages": len(telling.messages),
        "otherwise": list(telling.otherwise),
        "not_wanted": list(telling.not_wanted),
        "unconfirmed": list(telling.unconfirmed),
        "file": str(options.out) if telling.letters else "",
    }
    show(options, data, "\n".join(lines))
    return 0


def _write(path: Path, text: str) -> None:
    """A new file, readable by its owner alone. Raises FieldkitError("letters.exists"), ("letters.unwritable")."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError as error:
        raise FieldkitError("letters.exists", path=str(path)) from error
    except OSError as error:
        raise FieldkitError(
            "letters.unwritable", path=str(path), reason=error.strerror or str(error)
        ) from error
