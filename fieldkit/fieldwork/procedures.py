"""What is told once at the window of each matter: which papers, within how many working days, what it costs."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from fieldkit.errors import FieldkitError

FILE = "procedures.csv"


@dataclass(frozen=True, slots=True)
class Procedure:
    """One matter. item, docs: codes of the request form. days: working days, 0 for the same day. fee: yuan."""

    item: str
    docs: tuple[str, ...]
    days: int
    fee: str


def procedures(folder: Path) -> Sequence[Procedure]:
    """The matters, in the order of the list: the one in the folder of the office's lists, else the one that ships with the forms.

    Raises FieldkitError("list.unreadable").
    """
    own = folder / FILE
    row = 1
    try:
        text = (
            own.read_text(encoding="utf-8-sig")
            if own.is_file()
            else resources.files("forms").joinpath(FILE).read_text(encoding="utf-8-sig")
        )
        found = []
        for each in csv.DictReader(text.splitlines()):
            row += 1
            found.append(Procedure(each["item"], tuple(each["docs"].split()), int(each["days"]), each["fee"]))
    except (OSError, ValueError, KeyError, AttributeError, csv.Error) as error:
        raise FieldkitError("list.unreadable", path=str(own), row=row, reason=str(error)) from error
    return found
