"""How far work is that goes through the whole archive, in words."""

from __future__ import annotations

from fieldkit.i18n import N_, _
from fieldkit.office.stages import Stage

_WORDS = {
    Stage.LISTS: N_("Making the lists: {done} of {of} {of:record|records} read."),
    Stage.TABLES: N_("Making the tables: {done} of {of} {of:record|records} read."),
    Stage.QUESTIONS: N_(
        "Looking at the questions over the whole town: {done} of {of} {of:check|checks} made."
    ),
    Stage.PEOPLE: N_("Looking through the registrations: {done} of {of}"),
}


def why_lists() -> str:
    """Why opening takes a while."""
    return _(
        "After a new version the lists are made anew, which takes a few minutes where there are many records."
    )


def why_tables() -> str:
    """Why a part that reads the flat tables takes a while to open."""
    return _(
        "The tables are brought up to date; after a new version that takes a few minutes where there are many records."
    )


def stage_line(stage: Stage, done: int, of: int) -> str:
    """How far a stage is."""
    return _(_WORDS[stage], done=done, of=of)
