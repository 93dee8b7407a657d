"""The results of a quiz drawn with bars, for a wall and for a terminal. Each bar has its numbers beside it; where there are
so few sheets that they could tell who wrote what, there is neither.
"""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.cells import left, width, wrapped
from fieldkit.fieldwork.quizzes import AFTER, AWARE_FROM, BEFORE, PHASES, Results, Share
from fieldkit.i18n import _
from fieldkit.privacy.suppression import LEAST
from fieldkit.report.bars import bar, large

_NUMBERS = len(" 100 %  100/100")


def phase_word(phase: str) -> str:
    """What a phase is called beside a bar."""
    return _("before") if phase == BEFORE else _("after")


def share_words(share: Share) -> str:
    """A share in words: per cent and both numbers; that they are too few to be shown."""
    if share.of < LEAST:
        return _("too few to show")
    return f"{share.percent} %  {share.n}/{share.of}"


def question_bars(found: Results, question: str, room: int, *, plain: bool) -> list[str]:
    """Two lines of at most `room` cells: how many had a question right before, and after."""
    return [
        _line(f"{question[1:]:>2} {phase_word(phase)}" if phase == BEFORE else f"   {phase_word(phase)}",
              found.all[phase].right[question], room, plain=plain)
        for phase in PHASES
    ]  # fmt: skip


def large_question(found: Results, question: str, statement: str, room: int, *, plain: bool) -> list[str]:
    """One question as large as it goes: the statement, then for each phase per cent in large digits and a bar."""
    lines = [*wrapped(f"{question[1:]}  {statement}", room), ""]
    for phase in PHASES:
        share = found.all[phase].right[question]
        lines.append(f"{phase_word(phase)}   {share_words(share)}")
        if share.of >= LEAST:
            lines += [*large(f"{share.percent}%", plain=plain), bar(share.n * room / share.of, plain=plain)]
    return lines


def awareness(found: Results, room: int) -> list[str]:
    """How many know enough before and after: of all sheets, and of the pairs apart."""
    all_sheets, pairs = found.all, found.paired
    lines = [
        _(
            "{least} or more of 10 right: before {before}, after {after}",
            least=AWARE_FROM, before=share_words(all_sheets[BEFORE].aware), after=share_words(all_sheets[AFTER].aware),
        ),
        _(
            "The {pairs} {pairs:pair|pairs} alone: before {before}, after {after}",
            pairs=found.pairs, before=share_words(pairs[BEFORE].aware), after=share_words(pairs[AFTER].aware),
        ),
    ]  # fmt: skip
    return [part for line in lines for part in wrapped(line, room)]


def all_lines(found: Results, statements: Mapping[str, str], room: int, *, plain: bool) -> list[str]:
    """Everything, for a terminal that scrolls."""
    lines = awareness(found, room)
    for question, statement in statements.items():
        lines += ["", *wrapped(statement, room), *question_bars(found, question, room, plain=plain)]
    return lines


def _line(label: str, share: Share, room: int, *, plain: bool) -> str:
    words = share_words(share)
    label_cells = max(width(f"   {phase_word(phase)}") for phase in PHASES) + 1
    longest = room - label_cells - _NUMBERS - 1
    drawn = bar(share.n * longest / share.of, plain=plain) if share.of >= LEAST else ""
    return f"{left(label, label_cells)}{left(drawn, longest)} {words}".rstrip()
