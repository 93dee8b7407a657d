"""A screening event, a woman on its list, and the forms of that day begun with both."""

from __future__ import annotations

from fieldkit.xforms import FormEntry
from tests.forms.shipped import answer, entry

EVENT = "2603162001"
PID = "26031610010"
EVENTS = [
    {
        "name": EVENT,
        "label": f"{EVENT} 石桥村",
        "date": "2026-03-16",
        "village": "990101100200",
        "age_from": "35",
        "age_to": "64",
        "tests": "hpv tct via cbe bus",
    }
]
PARTICIPANT = {
    "name": PID,
    "label": f"{PID} 1971",
    "event": EVENT,
    "village": "990101100200",
    "birth_year": "1971",
    "c_cervix": "yes",
    "c_breast": "yes",
    "c_hpv_sample": "yes",
}
NUMBERS = [{"name": "participant", "next": "1"}, {"name": "demo", "next": "0"}]


def begun(source: str, **answers: object) -> FormEntry:
    lists = {"events": EVENTS, "participants": [PARTICIPANT], "numbers": NUMBERS}
    return answer(entry(source, **lists), **answers)


def value(form: FormEntry, name: str) -> str:
    return form.value(form.form.find(name).path)
