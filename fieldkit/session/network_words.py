"""An exchange over the network in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fieldkit.explain import explain, explain_code
from fieldkit.i18n import N_, _
from fieldkit.wording import counted

if TYPE_CHECKING:
    from fieldkit.session.network import Met, Sent
    from fieldkit.session.sticks import Sticks

_STAGES = {
    "looking": N_("Looking for the office on the network …"),
    "writing": N_("{done} of {of} {of:revision|revisions} sealed …"),
    "sending": N_("{done} of {of} KB sent …"),
    "merging": N_("All is sent; the office is taking it in …"),
    "fetching": N_("Fetching what the office has for this laptop …"),
    "waiting": N_("The line broke, or the office is busy. Trying again …"),
}
_IN_KB = {"sending"}


def stage_line(what: str, done: int, of: int) -> str:
    """How far an exchange is."""
    each = 1024 if what in _IN_KB else 1
    return _(_STAGES[what], done=done // each, of=-(-of // each))


def met_lines(met: Met, sticks: Sticks) -> list[str]:
    """What an exchange came to, a line each; comments are listed apart."""
    lines = [_("With {office}, at {address}", office=met.office, address=met.address)]
    lines += [line for sent in met.sent for line in _sent_lines(sent)]
    if not met.sent:
        lines.append(_("The office holds everything already; nothing was sent."))
    return lines + [line for found in met.returned for line in sticks.returned_lines(found)]


def _sent_lines(sent: Sent) -> Iterator[str]:
    answer = sent.answer
    code = _("check code {code}", code=sent.code)
    if answer.refusal:
        yield explain_code(answer.refusal, {**(answer.params or {}), "path": sent.file})
    else:
        yield _("Sent over the network: {counts}; {code}", counts=counted(answer.counts), code=code)
        for reason in answer.reasons:
            yield "  " + explain_code(reason, {})
    if sent.failing is not None:
        yield explain(sent.failing)
