"""The steps that set a laptop up: name, folder, passphrase, purpose, the office's card, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from fieldkit.exchange import read_office_card
from fieldkit.i18n import N_, _
from fieldkit.mounted import mounts
from fieldkit.session.setup.founding import Made, found_laptop
from fieldkit.session.setup.looking import Looking
from fieldkit.session.setup.shared import (
    folder_of,
    passphrase_of,
    protected_words,
    protecting_steps,
    purpose_step,
)
from fieldkit.session.setup.walk import Answers, Line, Step
from fieldkit.store.workspace import refuse_place
from sync import OFFICE_SUFFIX, SyncError

ENROL_STEP = "enrol"
"""The id of the last step, from which one goes to the enrolment."""
ENROLLED = "enrolled"
"""Where the answers keep the name of the office that took the laptop in meanwhile."""
_CARD = "office-card"
_OPENED = N_("Without encryption: whoever has the laptop reads everything. For exercises only")
_FORGOTTEN = N_(
    "If you forget it, the office that this laptop is enrolled with can help; before that, nobody can."
)


def laptop_steps(looking: Looking, now: Callable[[], datetime]) -> Iterator[Step]:
    """Every step, in order."""
    yield Step(
        "name",
        lambda: _("This laptop"),
        lambda _answers: (
            _("What is this laptop called? Its name, the village's or yours: the office sees it beside what comes from here."),
        ),
        lines=(Line("name", N_("Name of the laptop")),),
        is_wanted=_is_laptop,
    )  # fmt: skip
    yield Step(
        "folder",
        lambda: _("Folder"),
        lambda _answers: (
            _("Everything is kept in one folder. This one will do; a new or empty one elsewhere will do as well."),
            _("Not in a folder that a program copies to the internet."),
        ),
        lines=(Line("folder", N_("Folder")),),
        check=lambda answers: refuse_place(folder_of(answers["folder"])),
        is_wanted=_is_laptop,
    )  # fmt: skip
    yield from protecting_steps("", _is_laptop, opened=_OPENED, forgotten=_FORGOTTEN)
    yield purpose_step("", _is_laptop)
    yield Step(
        _CARD,
        lambda: _("The office"),
        lambda _answers: (
            _("An office's card is on a stick. With it, this laptop takes nothing from any other office."),
            "",
        ),
        choices=_card_choices,
        is_wanted=lambda answers: _is_laptop(answers) and bool(cards()),
    )
    yield Step(
        "make",
        lambda: _("Ready to begin"),
        partial(_summary, looking),
        choices=lambda _answers: (("make", _("Set it up like this")),),
        is_wanted=_is_laptop,
        deed=partial(_make, now),
        busy=lambda: _("One moment …"),
        blames="folder",
    )
    yield Step(
        ENROL_STEP,
        lambda: _("The laptop is set up"),
        lambda answers: (
            _("The workspace is ready: {workspace}", workspace=folder_of(answers["folder"])),
            _("Enrolled with {office}", office=answers[ENROLLED])
            if ENROLLED in answers
            else _("The office makes this laptop one of its own: it reads a code here, and its answer comes back as a code or on a stick."),
            "",
        ),
        choices=_enrol_choices,
        is_wanted=_is_laptop,
        is_final=True,
    )  # fmt: skip


def cards() -> list[tuple[Path, str]]:
    """The offices' cards on sticks that are in, each with the name of its office."""
    found = []
    for stick in mounts():
        with suppress(OSError):
            for path in sorted({*stick.glob(f"*{OFFICE_SUFFIX}"), *stick.glob(f"*/*{OFFICE_SUFFIX}")}):
                with suppress(SyncError):
                    found.append((path, read_office_card(path).name))
    return found


def _is_laptop(answers: Answers) -> bool:
    return answers.get("start") == "laptop"


def _card_choices(_answers: Answers) -> Sequence[tuple[str, str]]:
    offered = [
        (str(path), _("Listen to {office} alone ({path})", office=name, path=path)) for path, name in cards()
    ]
    return (*offered, ("", _("Without a card for now")))


def _enrol_choices(answers: Answers) -> Sequence[tuple[str, str]]:
    """What comes first is what is to be done next."""
    code = (ENROL_STEP, _("Show the code, take the answer"))
    if ENROLLED in answers:
        return (("on", _("Open Home")), code)
    return (code, ("on", _("Later, with F11 on Home. Visits can begin at once")))


def _summary(looking: Looking, answers: Answers) -> Sequence[str]:
    card = answers.get(_CARD, "")
    return (
        _("Name: {name}", name=answers["name"]),
        _("Folder: {path}", path=folder_of(answers["folder"])),
        _("Kept {how}", how=protected_words("", answers)),
        *([_("Listens to the office of {path} alone", path=card)] if card else []),
        *looking.wrong(),
        "",
        _("Nothing has been written so far. Esc goes back and changes anything."),
        "",
    )


def _make(now: Callable[[], datetime], answers: Answers) -> Made:
    card = answers.get(_CARD, "")
    return found_laptop(
        folder_of(answers["folder"]), name=answers["name"].strip(), passphrase=passphrase_of("", answers), now=now,
        office_card=Path(card) if card else None,
    )  # fmt: skip
