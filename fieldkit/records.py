"""A record as its revisions make it: what lists, worklists and reports read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldkit.xforms.answers import Answer


@dataclass(frozen=True, slots=True)
class Record:
    """The merged state of a record. `answers` are flat: stable question path → answer.

    conflicts: the paths with several values, which are left out of `answers` until a person decides.
    made_on: the day of its latest revision. heads: the ids of its latest revisions. state: "live", "deleted",
    "withdrawn", "erased", or "declined" while a decline waits for a stick. number: of the household it names, "" for none;
    None where that is known from the answers alone (`household`).
    """

    id: str
    form: str
    answers: Mapping[str, Answer]
    conflicts: frozenset[str]
    made_on: date
    heads: tuple[str, ...] = ()
    state: str = "live"
    number: str | None = None

    @property
    def household(self) -> str:
        """The number of the household it names, "" for none; where it is known, without reading the answers."""
        return self.text("hh_id") if self.number is None else self.number

    def text(self, name: str) -> str:
        """The text at a path, or at the outermost path that ends with `name`; "" if there is none."""
        return text_at(self.answers, name)


def text_at(answers: Mapping[str, Answer], name: str) -> str:
    """As `Record.text`."""
    answer = answers.get(name)
    if answer is None:
        end = "/" + name
        key = min((key for key in answers if key.endswith(end)), key=lambda key: key.count("/"), default="")
        answer = answers.get(key)
    return answer if isinstance(answer, str) else ""
