"""Declines that wait for the next stick: kept apart, with nothing that tells whose door it was."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from fieldkit.records import text_at
from fieldkit.store import Workspace
from sync import new_record_id

if TYPE_CHECKING:
    from fieldkit.xforms import Form
    from fieldkit.xforms.answers import Answer


def waiting(
    form: Form, answers: Mapping[str, Answer], today: date, source: random.Random | None
) -> dict[str, Any]:
    """A decline as it waits: of midnight of the day it names, `today` where it names none. source: repeats ids, for the demo."""
    named = next((str(answer) for key, answer in answers.items() if key.rsplit("/", 1)[-1] == "date"), "")
    midnight = datetime.fromisoformat(f"{named or today.isoformat()}T00:00:00+00:00")
    return {
        "record": new_record_id(int(midnight.timestamp() * 1000), source), "form": form.id, "hash": form.hash,
        "answers": dict(answers), "wall": midnight.isoformat(),
    }  # fmt: skip


def erase_waiting(workspace: Workspace, form: str, said: Mapping[str, str]) -> bool:
    """Erase a decline of a form that still waits and says all of this (by the questions' names); false where there is
    none. Nothing stays of it, as nothing says that it was. Raises StoreError.
    """
    for decline in workspace.declines:
        answers = decline["answers"]
        if decline["form"] == form and all(text_at(answers, name) == text for name, text in said.items()):
            workspace.db.erase("declines", [decline.doc_id])
            return True
    return False
