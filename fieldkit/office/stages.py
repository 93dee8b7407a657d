"""The stages of bringing what is kept beside the records up to date, of which it is told how far each is."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """LISTS, TABLES: so many records of so many are read. QUESTIONS: so many checks of questions over the town are made.

    PEOPLE: so many registrations are looked at.
    """

    LISTS = "lists"
    TABLES = "tables"
    QUESTIONS = "questions"
    PEOPLE = "people"


Told = Callable[[Stage, int, int], None]
"""Is told of a stage how much of how much is done; what it raises stops the work, and nothing of that stage stays."""


def untold(_stage: Stage, _done: int, _of: int) -> None:
    """For whoever does not wish to know."""
