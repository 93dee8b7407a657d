"""What is to be answered in a shipped form from beginning to end, and what of it is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fieldkit.session.filling import fill
from fieldkit.session.reading import read, shown
from fieldkit.xforms import FormEntry, Question
from tests.forms.cases import table

HOUSE = "99010110020000079"
CHANGED = {
    "request": {
        "handling/steps[1]/in_at": "2026-03-31T09:01:00.000+08:00",
        "handling/steps[1]/out_at": "2026-03-31T09:03:00.000+08:00",
        "handling/steps[2]/in_at": "2026-03-31T09:04:00.000+08:00",
    },
    "scr_event": {"date": "2026-03-31"},
    "visit": {"close/appt[1]/appt_date": "2026-04-02"},
}
"""What the day of the demo town makes other than the tables have it."""
BY_CHANCE = {"req_id", "case_id"}
"""Numbers with a part that is drawn."""


@dataclass
class Script:
    """The answers of a form, as typed and as the engine keeps them."""

    kept: FormEntry
    typed: dict[str, str] = field(default_factory=dict)


def script(session, form):
    """The answers of a form's table where they fit this workspace; the engine makes a record of them beside the walk."""
    cases = table(form)
    answers = cases.full | CHANGED.get(form, {}) | beforehand(session, form)
    made = Script(session.interviews.trial(form, {}, "zh"))
    for name, answer in answers.items():
        path = cases.path(name)
        item = cases.form.items[re.sub(r"\[\d+\]", "", path)]
        if item.is_select:
            cases.answer(made.kept, name, answer)
        else:
            made.typed[path] = shown(item, str(answer))
            cases.answer(made.kept, name, read(item, made.typed[path], made.kept.now()))
        assert made.kept.value(path) or made.kept.missing(path), f"{name} does not take {answer}"
    assert [problem for problem in made.kept.problems() if problem.kind != "warning"] == []
    return made


def beforehand(session, form):
    """What a workspace must hold before a form can be filled; gives the answers that name it."""
    if form == "quiz":
        return {"event": record_of(session, "edu_event").text("event_id")}
    if form == "scr_participant":
        return {"event": record_of(session, "scr_event").text("event_id")}
    if form in {"scr_breast", "scr_cervix", "scr_follow"}:
        number = record_of(session, "scr_participant").text("pid")
        return {"pid": number, "tube": number} if form == "scr_cervix" else {"pid": number}
    adult = session.household(HOUSE).members[0].id
    return {
        name: adult
        for name in ("person", "respondent")
        if "hh_id" in table(form).full and name in table(form).full
    }


def record_of(session, form):
    """A record made of the answers of a form's table."""
    answers = script(session, form).kept.to_json()
    answers = {name: answer for name, answer in answers.items() if not name.startswith("meta/")}
    [made] = fill(session, form, [answers], source="", finalize=True)
    return session.exchange.record(made)


def answers_of(entry):
    """What is stored, by path: calculated values too, without ids."""
    entry.finish()
    found = {}
    for leaf in entry.tree.leaves():
        path = entry.tree.path(leaf)
        if (
            leaf.relevant
            and "/meta/" not in path
            and path.rpartition("/")[2] not in BY_CHANCE
            and isinstance(leaf.item, Question)
        ):
            found[path] = entry.missing(path) or entry.value(path)
    return found
