"""What became of bundles, in words that can be read aloud: the same on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.explain import explain_code
from fieldkit.i18n import _
from fieldkit.wording import counted, labelled
from sync.spoken import spoken_code

if TYPE_CHECKING:
    from fieldkit.office import Office, WrittenPack
    from fieldkit.session.desk.words import OfficeWords
    from sync import MergeReport, SyncError

_NAMED = 7
"""So many of what is missing are named; a program is given all of them."""


def report_lines(report: MergeReport, office: Office, words: OfficeWords) -> Iterator[str]:
    """What became of a bundle."""
    laptop = words.laptop(report.device)
    yield labelled(laptop, counted(report.counts()))
    yield "  " + _("check code {code}", code=spoken_code(report.sha256))
    for reason in report.reasons:
        yield f"  {explain_code(reason, {})}"
    if report.withdrawals:
        yield "  " + _(
            "consent withdrawn: {count} {count:time|times}; what it covers is not shown any more",
            count=report.withdrawals,
        )
    if report.missing:
        named = _(", ").join(each[:8] for each in report.missing_ids[:_NAMED])
        more = report.missing - _NAMED
        yield "  " + _("The file breaks off. Export again on {laptop}; nothing is lost there.", laptop=laptop)
        yield "  " + _("Missing: {ids}", ids=named) + (_(" and {count} more", count=more) if more > 0 else "")
    for view in filter(None, map(office.view, report.in_conflict)):
        yield "  " + _("in conflict: {record}", record=words.record(view))
        yield from (f"    {words.question(view, path)}" for path in sorted(view.conflicts))


def refusal_lines(path: Path, error: SyncError, words: OfficeWords) -> Iterator[str]:
    """Why a file was not taken in at all, and how many records that leaves out."""
    device = str(error.params.get("device", ""))
    # Which stick it is the clerk sees; where the file lies only when it cannot be read.
    place = path.name if error.code.startswith("bundle.") else str(path)
    yield labelled(
        words.laptop(device) if device else path.name,
        explain_code(error.code, {**error.params, "path": place}),
    )
    count = int(str(error.params.get("revisions", 0)))
    if count:
        yield "  " + _("{count} offered: {count} refused", count=count)


def sum_line(counts: Mapping[str, int], files: int) -> str:
    """What several files came to."""
    return _("{count} {count:file|files} together: {counts}", count=files, counts=counted(counts))


def history_line(row: Mapping[str, Any], words: OfficeWords) -> str:
    """A bundle that came, as `Office.history` gives it: when, from which laptop, what became of it."""
    when = row["imported"][:16].replace("T", " ")
    return "  ".join([when, words.laptop(row["device"]), counted(row["counts"])])


def pack_lines(pack: WrittenPack, file: Path | str) -> Iterator[str]:
    """A return pack that was written, and what it holds. file: how it is named."""
    yield _("{name}: {file}, check code {code}", name=pack.name, file=file, code=pack.code)
    yield "  " + _(
        "receipt, {households} {households:household|households} on the worklist, {lists} {lists:list|lists}, {forms} {forms:form|forms}, {comments} {comments:comment|comments}, {revisions} of its own revisions, {handed} of other laptops",
        households=pack.worklist, lists=len(pack.lists), forms=len(pack.forms), comments=pack.comments,
        revisions=pack.revisions, handed=pack.handed,
    )  # fmt: skip
    if not pack.sealed:
        yield "  " + _(
            "Not sealed: this laptop was enrolled before it had a key to seal for. Worklist, lists, comments and records stay here until it is enrolled again."
        )
