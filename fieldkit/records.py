"""A record as its revisions make it: what lists, worklists and reports read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fieldkit.xforms.answers import Answer


@dataclass(frozen=True, slots=True)
class Record:
    """The merged state of a record. `answers` are flat: stable question path → answer.

    conflicts: the paths with several values, which are left out of `answers` until a person decides.
    made_on: the day of its latest revision. heads: the ids of its latest revisions. state: "live", "deleted",
    "withdrawn", "erased", or "declined" while a decline waits for a stick.
    """

    id: str
    form: str
    answers: Mapping[str, Answer]
    conflicts: frozenset[str]
    made_on: date
    heads: tuple[str, ...] = ()
    state: str = "live"

    def text(self, name: str) -> str:
        """The text at a path, or at the outermost path that ends with `name`; "" if there is none."""
        answer = self.answers.get(name)
        if answer is None:
            end = "/" + name
            key = min(
                (key for key in self.answers if key.endswith(end)), key=lambda key: key.count("/"), default=""
            )
            answer = self.answers.get(key)
        return answer if isinstance(answer, str) else ""
