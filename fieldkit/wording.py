"""Problems of answers and faults of forms in words: the form's own where it has some, ours otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fieldkit.commands import MISSING
from fieldkit.errors import Phrase
from fieldkit.i18n import N_, _
from fieldkit.refusal_words import REFUSALS

if TYPE_CHECKING:
    from fieldkit.errors import FormProblem
    from fieldkit.xforms import Problem

_KINDS = {
    "required": N_("This must be answered. If there is no answer, {keys} say why."),
    "constraint": N_("This answer is not allowed here. Check it."),
    "type": N_("This is not an answer of the right kind ({type}). Type it again."),
    "warning": N_("This is unusual. Check it."),
}
_ENDS = ("?", "？", ":", "：", ".", "。", "!", "！")
_MISSING = {
    "dk": N_("Don't know"),
    "declined": N_("Declined"),
    "pns": N_("Prefer not to say"),
    "na": N_("Not applicable"),
}


def said(words: object) -> object:
    """What a phrase says in the language in use, with the phrases in it; anything else as it is."""
    if not isinstance(words, Phrase):
        return words
    return _(words.message, **{name: said(value) for name, value in words.params.items()})


def fault_text(fault: FormProblem) -> str:
    """A fault of a form with its place."""
    parts = [_("sheet {sheet}", sheet=fault.sheet)] if fault.sheet else []
    if fault.row:
        parts.append(_("row {row}", row=fault.row) if fault.sheet else _("line {row}", row=fault.row))
    if fault.column:
        parts.append(_("column {column}", column=fault.column))
    place = _(", ").join(parts)
    message = str(said(fault.message))
    return _("{place}: {message}", place=place, message=message) if place else message


def problem_text(problem: Problem) -> str:
    """What is wrong with an answer."""
    if problem.kind == "check":
        return _(REFUSALS[problem.code], **problem.params)
    keys = ", ".join(command.key_names for command in MISSING)
    return problem.message or _(_KINDS[problem.kind], type=problem.type, keys=keys)


def labelled(label: str, words: str) -> str:
    """What something is called and what is said of it; a label that ends in a sign of its own needs no colon."""
    return f"{label} {words}" if label.endswith(_ENDS) else _("{label}: {words}", label=label, words=words)


def missing_text(code: str) -> str:
    """A missing answer in words."""
    return _(_MISSING.get(code, code))


def counted(counts: Mapping[str, int]) -> str:
    """Numbers that add up, to be read aloud: what is nought is left out, but for new and held."""
    parts = [_("{new} new", **counts), _("{held} already held", **counts)]
    if counts["quarantined"]:
        parts.append(_("{quarantined} set aside", **counts))
    if counts["refused"]:
        parts.append(_("{refused} refused", **counts))
    if counts["missing"]:
        parts.append(_("{missing} missing", **counts))
    text = _("{offered} offered: {parts}", offered=counts["offered"], parts=_(", ").join(parts))
    if not counts["conflicts"]:
        return text
    return text + _("; {conflicts} in conflict", **counts)
