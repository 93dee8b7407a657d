"""Problems of answers in words: the form's own where it has some, ours otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.i18n import N_, _

if TYPE_CHECKING:
    from fieldkit.xforms import Problem

_KINDS = {
    "required": N_("This must be answered. If there is no answer, F5 to F8 say why."),
    "constraint": N_("This answer is not allowed here. Check it."),
    "type": N_("This is not an answer of the right kind ({type}). Type it again."),
    "warning": N_("This is unusual. Check it."),
}
_UNREADABLE = {
    "int": N_("“{text}” is not a whole number. Type digits only, for example 34."),
    "decimal": N_("“{text}” is not a number. Type it like 3.5."),
    "date": N_("“{text}” is not a date. Type it like 2026-3-8, 20260308 or 3.8; 今 is today."),
    "range": N_("“{text}” is not on this scale. Type a number between its ends, on one of its steps."),
    "time": N_("“{text}” is not a time of day. Type it like 8:05 or 0805."),
}


def problem_text(problem: Problem) -> str:
    """What is wrong with an answer."""
    return problem.message or _(_KINDS[problem.kind], type=problem.type)


def unreadable_text(kind: str, text: str) -> str:
    """Why what was typed could not be read."""
    return _(_UNREADABLE.get(kind, N_("“{text}” cannot be read. Type it again.")), text=text)
