"""The steps that a laptop and an office have in common: a passphrase or none, and what the records are for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.session.information import purpose_lock
from fieldkit.session.passphrases import agreed
from fieldkit.session.setup.walk import Answers, Line, Step

Wanted = Callable[[Answers], bool]


def folder_of(typed: str) -> Path:
    """The folder that was typed. Raises FieldkitError("setup.no-folder") where nothing was."""
    if not typed.strip():
        raise FieldkitError("setup.no-folder")
    return Path(typed.strip()).expanduser().absolute()


def protecting_steps(kind: str, is_wanted: Wanted, *, opened: str, forgotten: str) -> Iterator[Step]:
    """With a passphrase or without one, then the passphrase. opened: the choice to have none; forgotten: what becomes of
    somebody who forgets it, both to be translated.
    """
    yield Step(
        f"{kind}protect",
        lambda: _("Passphrase"),
        lambda _answers: (
            _("With a passphrase, everything kept here is encrypted: who finds or steals the computer reads nothing."),
            _(forgotten),
            "",
        ),
        choices=lambda _answers: (
            ("passphrase", _("With a passphrase")),
            ("open", _(opened)),
        ),
        is_wanted=is_wanted,
    )  # fmt: skip
    yield Step(
        f"{kind}passphrase",
        lambda: _("Passphrase"),
        lambda _answers: (
            _("Several words that nobody guesses are best. What you type is not shown."),
            _("Enter in the first line goes to the second."),
        ),
        lines=(
            Line("passphrase", N_("New passphrase"), hidden=True),
            Line("again", N_("Once more"), hidden=True),
        ),
        check=lambda answers: _agree(answers.get("passphrase", ""), answers.get("again", "")),
        is_wanted=lambda answers: is_wanted(answers) and has_passphrase(kind, answers),
    )


def purpose_step(kind: str, is_wanted: Wanted) -> Step:
    """What the records are for, and what never."""
    return Step(
        f"{kind}purpose",
        lambda: _("What it is for"),
        lambda _answers: (
            _("What people tell you belongs to them."),
            purpose_lock(),
            _("Taking part is voluntary. Whoever declines is asked nothing more, and loses nothing they are entitled to."),
            "",
        ),
        choices=lambda _answers: (("agreed", _("I have read this and keep to it")),),
        is_wanted=is_wanted,
    )  # fmt: skip


def has_passphrase(kind: str, answers: Answers) -> bool:
    """Whether a passphrase was chosen."""
    return answers.get(f"{kind}protect") == "passphrase"


def passphrase_of(kind: str, answers: Answers) -> str | None:
    """The passphrase that was typed, None where none was wished for."""
    return answers["passphrase"] if has_passphrase(kind, answers) else None


def protected_words(kind: str, answers: Answers) -> str:
    """Whether there is a passphrase, in words."""
    return _("with a passphrase") if has_passphrase(kind, answers) else _("without encryption")


def _agree(first: str, second: str) -> None:
    agreed(first, second)
