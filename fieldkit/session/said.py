"""Exchanges in words: each line can be read aloud over the telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fieldkit.exchange import Comment, Entry, ReceiptIs, Taken, What
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.form_updates import Outcome, Update
from fieldkit.session.returns import Returned
from fieldkit.wording import labelled

_ENTRIES = {
    What.EXPORT: N_("{count} {count:revision|revisions} written for the office"),
    What.RETURN: N_("return pack taken, {count} {count:record|records} newly acknowledged"),
    What.ENROLMENT: N_("enrolled with the office"),
    What.ROLLBACK: N_(
        "this laptop had been set back or has a double; {count} {count:revision|revisions} came back"
    ),
    What.PRUNING: N_("{count} old {count:version|versions} set aside that the office holds twice"),
    What.LEASE: N_("lease ended: {count} {count:household is|households are} no longer this laptop's"),
    What.CARRIED: N_("{count} {count:revision|revisions} written for other laptops"),
    What.NEIGHBOUR: N_("{count} {count:revision|revisions} taken from another laptop"),
}


def returned_lines(
    found: Returned, title_of: Callable[[str, str], str], unfinished: Callable[[str], int]
) -> list[str]:
    """What came from the office, a line each; comments are listed apart (`comment_line`).

    title_of: what a form is called, by id and its own title. unfinished: how many interviews of a form are open.
    """
    lines = [_("Enrolled with {office}", office=office) for office in found.enrolled]
    if found.taken is not None:
        lines += _pack_lines(found.taken)
        lines += [line for each in found.updates for line in _update_lines(each, title_of, unfinished)]
        if found.taken.comments:
            lines.append(_("New comments on records: {count}", count=len(found.taken.comments)))
    return lines + [labelled(name, explain(error)) for name, error in found.refusals]


def comment_line(comment: Comment, record: str, question: str) -> str:
    """A comment: of which record and question, what it says, who said it and when."""
    about = "  ".join(part for part in (record, question) if part)
    said = labelled(about, comment.text) if about else comment.text
    by = _("by {day}", day=comment.deadline) if comment.deadline else ""
    return f"{said}  ({'  '.join(part for part in (comment.author, comment.time[:10], by) if part)})"


def entry_line(entry: Entry) -> str:
    """An exchange: date, time, what, how many, and the digits that both sides say of its file."""
    said = f"{entry.at[:16].replace('T', ' ')}  {_(_ENTRIES[entry.what], count=entry.count)}"
    return f"{said}  " + _("check code {code}", code=entry.code) if entry.code else said


def _pack_lines(taken: Taken) -> Iterator[str]:
    plan, pack = taken.plan, taken.pack
    day = pack.receipt.made[:16].replace("T", " ")
    yield _(
        "From {office}, {day}; check code {code}", office=pack.enrolment.office_name, day=day, code=taken.code
    )
    if plan.receipt is ReceiptIs.OLDER:
        yield _("An earlier pack was newer: the receipt and worklist of this one were left aside.")
    if plan.receipt is ReceiptIs.RESTORED:
        yield _(
            "The office holds less than it said before: its archive came back from a backup. What it lacks goes to the stick again with the next export; nothing is lost here."
        )
    if plan.is_double:
        yield _(
            "This laptop was set back to an older copy of itself, or has a double. From now on it counts anew, so that nothing is mixed up. Tell the office."
        )
    if plan.lost:
        yield _("Own revisions that came back: {count}", count=len(plan.lost))
    if plan.still_lost:
        yield _(
            "{count} more of its own are with the office. Ask it for them: fieldkit office return DEST --device {device} --whole",
            count=plan.still_lost,
            device=pack.device[:8],
        )
    if plan.unfit:
        yield _(
            "{count} {count:revision|revisions} in the pack {count:is|are} not signed by this laptop. {count:It was|They were} left aside.",
            count=plan.unfit,
        )
    yield _(
        "The office acknowledges {count} more {count:record|records}; {left} still only here.",
        count=taken.acknowledged,
        left=taken.only_here,
    )
    if taken.worklist is not None:
        yield _("Households on the worklist: {count}", count=taken.worklist)
    if taken.handed:
        yield _("New from other laptops about them: {count}", count=taken.handed)
    if taken.forgotten:
        yield _(
            "Records of households that are no longer this laptop's, erased here: {count}",
            count=taken.forgotten,
        )


def _update_lines(
    update: Update, title_of: Callable[[str, str], str], unfinished: Callable[[str], int]
) -> Iterator[str]:
    title = title_of(update.form, update.title) if update.form else update.file
    if update.outcome is Outcome.REFUSED and update.error is not None:
        yield _("{file} was not taken: {reason}", file=update.file, reason=explain(update.error))
    elif update.outcome is Outcome.OLDER:
        yield _(
            "Form {title}: version {new} from the office is not newer than {old} here; it was not taken.",
            title=title, new=update.new, old=update.old,
        )  # fmt: skip
    elif update.outcome is Outcome.TAKEN and not update.form:
        yield _("List updated: {file}", file=update.file)
    elif update.outcome is Outcome.TAKEN:
        if update.old:
            yield _("Form updated: {title}, {old} -> {new}", title=title, old=update.old, new=update.new)
        else:
            yield _("New form: {title}, {new}", title=title, new=update.new)
        begun = unfinished(update.form)
        if begun:
            yield "  " + _(
                "{count} unfinished interviews go on with the version they were begun with.", count=begun
            )
