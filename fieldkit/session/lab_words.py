"""A laboratory's rows in words: what becomes of each, for the screen; and why one is faulty, for the laboratory."""

from __future__ import annotations

from collections.abc import Callable

from fieldkit.explain import explain_code
from fieldkit.fieldwork.lab_rows import Fault
from fieldkit.fieldwork.lab_verdicts import Judged, Verdict
from fieldkit.i18n import N_, _
from fieldkit.xforms.answers import Answer

VERDICTS = {
    Verdict.NEW: N_("will be written"),
    Verdict.CHANGES: N_("changes a result"),
    Verdict.SAME: N_("same already"),
    Verdict.NO_RESULT: N_("no result yet"),
    Verdict.TWICE: N_("the same row twice"),
    Verdict.CONTRADICTS: N_("rows contradict"),
    Verdict.NUMBER: N_("wrong number"),
    Verdict.UNREADABLE: N_("not readable"),
    Verdict.UNKNOWN: N_("unknown number"),
    Verdict.SHARED: N_("number given twice"),
    Verdict.NO_CONSENT: N_("no consent to this test"),
    Verdict.NO_SAMPLE: N_("no sample was taken"),
    Verdict.OPEN: N_("being corrected here"),
    Verdict.REFUSED: N_("does not fit the record"),
}
"""Each verdict, as short as a column."""

_MORE = {
    Verdict.UNKNOWN: N_("Nobody is registered here under this number. Compare it with the tube; or her record is on another laptop."),
    Verdict.SHARED: N_("Two registrations have this number, so nobody knows whose result it is. Correct one of them first."),
    Verdict.NO_CONSENT: N_("She did not consent to this test. Nothing is kept of the result; ask how the sample came to the laboratory."),
    Verdict.NO_SAMPLE: N_("No sample of hers is recorded. Compare the number with the tube."),
    Verdict.OPEN: N_("Somebody has begun to correct her record here. Finish that, then look at the file again."),
    Verdict.NO_RESULT: N_("The row says that the result is still to come, or nothing."),
}  # fmt: skip
_NOT_EXPECTED = N_("No sample is expected under this number. Compare it with the tube.")


def more_of(row: Judged, words: Callable[[str, Answer], str]) -> str:
    """What a row's verdict comes to, in a sentence; "" where the verdict says it all. words: a stored answer in words, by the
    question's name.
    """
    if row.row.faults:
        return _("; ").join(fault_text(fault) for fault in row.row.faults)
    if row.lines:
        lines = _(", ").join(map(str, row.lines))
        return (
            _("Row {lines} says the same.", lines=lines)
            if row.verdict is Verdict.TWICE
            else _("Row {lines} says otherwise. None of them is written; ask the laboratory.", lines=lines)
        )
    if row.verdict is Verdict.CHANGES:
        return _("; ").join(
            _("{old} -> {new}", old=words(name, old), new=words(name, row.row.results[name]))
            for name, old in row.stored.items()
        )
    if row.verdict is Verdict.NEW:
        return _("; ").join(words(name, row.row.results[name]) for name in row.stored)
    return row.why or (_(_MORE[row.verdict]) if row.verdict in _MORE else "")


def reason_for_laboratory(row: Judged) -> str:
    """Why a row is faulty, as the laboratory may know it: not what is recorded here, nor what somebody consented to."""
    if row.row.faults:
        return more_of(row, lambda _name, _answer: "")
    if row.verdict is Verdict.CONTRADICTS:
        return _("Row {lines} says otherwise of the same number.", lines=_(", ").join(map(str, row.lines)))
    if row.verdict in {Verdict.REFUSED, Verdict.SHARED}:
        return _("This result cannot be assigned here; the screening team looks into it.")
    return _(_NOT_EXPECTED)


def fault_text(fault: Fault) -> str:
    """In which column a row is wrong, what is wrong, and how to mend it."""
    said = explain_code(fault.code, {**fault.params, "text": fault.text[:40]})
    return _("column {column}: {reason}", column=fault.column, reason=said)
