"""The steps that set an office up: name, division code, folder, passphrase and who stands in, purpose, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from fieldkit.i18n import N_, _
from fieldkit.session.setup.founding import (
    Made,
    division_code,
    found_office,
    refuse_office_place,
)
from fieldkit.session.setup.looking import Looking
from fieldkit.session.setup.shared import (
    folder_of,
    has_passphrase,
    passphrase_of,
    protected_words,
    protecting_steps,
    purpose_step,
)
from fieldkit.session.setup.walk import Answers, Line, Step
from sync.sealing import check_recipients

_KIND = "office-"
_OPENED = N_("Without encryption: whoever has the folder reads everything. For exercises only")
_FORGOTTEN = N_(
    "If it is lost, only a stand-in that you name now can open the office. Put it into a sealed envelope, into a safe."
)


def office_steps(looking: Looking, now: Callable[[], datetime]) -> Iterator[Step]:
    """Every step, in order."""
    yield Step(
        "office-name",
        lambda: _("The office"),
        lambda _answers: (
            _("What is the office called, and which township does it work for? Both stand on its reports and on its card."),
            _("The code has twelve digits, such as 421121105000; it can be left out."),
        ),
        lines=(Line("office-name", N_("Name of the office")), Line("code", N_("Division code"))),
        check=_see_name_and_code,
        is_wanted=_is_office,
    )  # fmt: skip
    yield Step(
        "office-folder",
        lambda: _("Folder"),
        lambda _answers: (
            _("The archive is kept in one folder. This one will do; a new or empty one elsewhere will do as well."),
            _("Not in a folder that a program copies to the internet."),
        ),
        lines=(Line("office-folder", N_("Folder")),),
        check=lambda answers: refuse_office_place(folder_of(answers["office-folder"])),
        is_wanted=_is_office,
    )  # fmt: skip
    yield from protecting_steps(_KIND, _is_office, opened=_OPENED, forgotten=_FORGOTTEN)
    yield Step(
        "stand-in",
        lambda: _("Who stands in"),
        lambda _answers: (
            _("A stand-in, such as the county, keeps a key of its own that opens the office when the passphrase is lost."),
            _("Type its recipient (age1…). Enter alone goes on without one; then a lost passphrase loses the archive."),
        ),
        lines=(Line("stand-in", N_("Recipient")),),
        check=_see_stand_in,
        is_wanted=lambda answers: _is_office(answers) and has_passphrase(_KIND, answers),
    )  # fmt: skip
    yield purpose_step(_KIND, _is_office)
    yield Step(
        "office-make",
        lambda: _("Ready to begin"),
        partial(_summary, looking),
        choices=lambda _answers: (("make", _("Set it up like this")),),
        is_wanted=_is_office,
        deed=partial(_make, now),
        busy=lambda: _("One moment …"),
        blames="office-folder",
    )
    yield Step(
        "office-next",
        lambda: _("The office is set up"),
        _what_next,
        choices=lambda _answers: (("on", _("Open the office")),),
        is_wanted=_is_office,
        is_final=True,
    )


def _is_office(answers: Answers) -> bool:
    return answers.get("start") == "office"


def _see_name_and_code(answers: Answers) -> None:
    division_code(answers.get("code", ""))


def _see_stand_in(answers: Answers) -> None:
    check_recipients(_stand_ins(answers))


def _stand_ins(answers: Answers) -> Sequence[str]:
    typed = answers.get("stand-in", "").strip() if has_passphrase(_KIND, answers) else ""
    return (typed,) if typed else ()


def _summary(looking: Looking, answers: Answers) -> Sequence[str]:
    stand_ins = _stand_ins(answers)
    return (
        _("Name: {name}", name=answers.get("office-name", "").strip() or folder_of(answers["office-folder"]).name),
        _("Division code: {code}", code=division_code(answers.get("code", "")) or "-"),
        _("Folder: {path}", path=folder_of(answers["office-folder"])),
        _("Kept {how}", how=protected_words(_KIND, answers)),
        *([_("Stands in: {recipient}", recipient=stand_ins[0])] if stand_ins else []),
        *looking.wrong(),
        "",
        _("Nothing has been written so far. Esc goes back and changes anything."),
        "",
    )  # fmt: skip


def _make(now: Callable[[], datetime], answers: Answers) -> Made:
    return found_office(
        folder_of(answers["office-folder"]), name=answers.get("office-name", "").strip(), code=answers.get("code", ""),
        passphrase=passphrase_of(_KIND, answers), now=now, stand_ins=_stand_ins(answers),
    )  # fmt: skip


def _what_next(answers: Answers) -> Sequence[str]:
    folder = folder_of(answers["office-folder"])
    return (
        _("The office is ready: {office}", office=folder),
        _("- Laptops: each shows a code (F11 there); “Laptops” here enrols it. For new ones, take {card} along on a stick.", card=folder / "office.fkoffice"),
        _("- Who works here: gives everybody a desk with a role and a passphrase of their own."),
        _("- A backup onto another disk every working day: fieldkit office backup"),
        "",
    )  # fmt: skip
