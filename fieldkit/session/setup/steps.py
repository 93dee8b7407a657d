"""The steps of the first-run wizard: language, what this is to be, then those of a laptop or of an office."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from fieldkit.config import data_folder, has_office, has_workspace, remember_language
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _, set_language
from fieldkit.session.setup.founding import Made, free_place, this_computer
from fieldkit.session.setup.laptop import laptop_steps
from fieldkit.session.setup.looking import Looking
from fieldkit.session.setup.office import office_steps
from fieldkit.session.setup.shared import folder_of
from fieldkit.session.setup.walk import Answers, Line, Step, Walk

_LANGUAGE = "language"


def first_run(
    looking: Looking,
    now: Callable[[], datetime],
    practice: Callable[[], Made],
    *,
    office: bool = False,
    missing: Path | None = None,
) -> Walk:
    """The walk of somebody who has nothing here yet. office: whether an office is wished for, and no laptop.

    practice: builds the practice town. missing: a workspace that was named or used last, and is not there.
    """
    answers = {
        "name": this_computer(),
        "folder": str(free_place(missing or data_folder() / "laptop")),
        "office-folder": str(free_place(data_folder() / "office")),
    }
    steps = [
        Step(
            _LANGUAGE,
            lambda: "fieldkit",
            lambda _answers: ("请选择语言：按数字键，或用方向键和回车。", "Choose the language: press its digit, or the arrows and Enter.", ""),
            choices=lambda _answers: (("zh", "中文"), ("en", "English")),
            check=lambda answers: _speak(answers[_LANGUAGE]),
        ),
        Step(
            "start",
            lambda: _("Welcome"),
            lambda _answers: (*_missing(missing), *looking.lines(), "", _("What would you like to do?")),
            choices=lambda _answers: _starts(office=office),
        ),
        Step(
            "there",
            lambda: _("It is there already"),
            lambda _answers: (_("Type the folder in which it lies, then Enter."),),
            lines=(Line("there", N_("Folder")),),
            check=_see_it_is_there,
            is_wanted=lambda answers: answers.get("start") == "there",
            deed=_what_is_there,
        ),
        Step(
            "practice",
            lambda: _("The practice town"),
            _practice_told,
            choices=lambda _answers: (("build", _("Open the practice town")),),
            is_wanted=lambda answers: answers.get("start") == "practice",
            deed=lambda _answers: practice(),
            busy=lambda: _("The town is being built; this takes about half a minute …"),
        ),
        *laptop_steps(looking, now),
        *office_steps(looking, now),
    ]  # fmt: skip
    return Walk(steps, answers)


def _speak(code: str) -> None:
    set_language(code)
    remember_language(code)


def _missing(folder: Path | None) -> Iterator[str]:
    if folder is not None:
        yield _(
            "There is no workspace in {path}. If it lies on a stick, put that in and open fieldkit again.",
            path=folder,
        )
        yield ""


def _starts(*, office: bool) -> Sequence[tuple[str, str]]:
    laptop = (
        ("laptop", _("Set up this laptop, to visit households with")),
        ("office", _("Set up the office, which gathers what the laptops bring")),
    )
    return (
        *(laptop[1:] if office else laptop),
        ("practice", _("Look at the practice town first; everybody in it is invented")),
        ("there", _("Open what was set up already, in another folder")),
    )


def _practice_told(_answers: Answers) -> Sequence[str]:
    return (
        _("A fictional town with households, visits and reports, to try everything in."),
        _("It lies in {path} and can be thrown away at any time.", path=data_folder() / "demo"),
        _("When you want to begin in earnest: fieldkit init, or “Set up another” in the settings."),
        "",
    )


def _see_it_is_there(answers: Answers) -> None:
    folder = folder_of(answers.get("there", ""))
    if not (has_workspace(folder) or has_office(folder)):
        raise FieldkitError("setup.nothing-there", path=str(folder))


def _what_is_there(answers: Answers) -> Made:
    folder = folder_of(answers["there"])
    return Made(folder, is_office=has_office(folder))
