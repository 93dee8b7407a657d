"""What goes wrong, as a code and parameters. The words are made at the edge, in the person's language.

`fieldkit.i18n.explain` turns any of these (and `sync.errors.SyncError`) into sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class Phrase(str):
    """English words that can be said in another language: `message` with the places of `params`, as for `fieldkit.i18n._`.

    It is its own English, so that whoever does not care, such as a program that reads JSON, takes it for a plain text.
    """

    __slots__ = ("message", "params")

    message: str
    params: Mapping[str, object]


def phrase(message: str, /, **params: object) -> Phrase:
    """Words for what is found below the screens. message: marked with `N_`. params: texts, numbers, phrases, errors; of anything
    else its text.
    """
    kept = {name: _kept(value) for name, value in params.items()}
    made = Phrase(message.format_map(kept) if kept or "{{" in message else message)
    made.message, made.params = message, kept
    return made


def _kept(value: object) -> str | int:
    if isinstance(value, Exception) and value.args and isinstance(value.args[0], Phrase):
        return value.args[0]
    return value if isinstance(value, str | int) else str(value)


class FieldkitError(Exception):
    """A refusal that a person must understand: `code` names its sentence, `params` fill it in.

    Every code has a sentence in `fieldkit/i18n.py` that says where, what, why and how to go on.
    """

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        """Give the code and its parameters, for logs and tests; people read `explain(error)`."""
        inside = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({inside})"


class UsageError(FieldkitError):
    """The command line was not understood (exit code 2)."""


class StoreError(FieldkitError):
    """The laptop's store refused: locked, read-only, damaged, full."""


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One fault of a form: the place (sheet or file, 1-based row, column header), and what to do about it.

    Without a sheet the row is a line of the form's file.
    """

    sheet: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        """Read as `sheet survey, row 5, column relevant: …`, or `line 5: …`."""
        row = "row" if self.sheet else "line"
        place = [f"sheet {self.sheet}" if self.sheet else ""]
        place += [f"{row} {self.row}" if self.row else "", f"column {self.column}" if self.column else ""]
        where = ", ".join(part for part in place if part)
        return f"{where}: {self.message}" if where else self.message


class FormError(FieldkitError):
    """A form that cannot be used; `problems` is a list of `(sheet or line, row, column, message)`."""

    def __init__(self, problems: list[FormProblem], source: str = "") -> None:
        super().__init__("form.faulty", source=source, count=len(problems))
        self.faults = problems
        self.problems = [(p.sheet, p.row, p.column, p.message) for p in problems]

    def __str__(self) -> str:
        """One line a fault."""
        return "\n".join(str(fault) for fault in self.faults)
