"""Where an interview stands, and where a question is: what screens and the line-by-line talk say beside a question."""

from __future__ import annotations

from fieldkit.session.in_words import in_words
from fieldkit.session.interview import Interview
from fieldkit.xforms import Event, FormEntry, Question


def consents(interview: Interview) -> list[str]:
    """What was agreed to so far, as the form words it."""
    entry = interview.entry
    found = []
    for index in entry.places():
        for path in entry.page(index) if index.event is not Event.PROMPT_NEW_REPEAT else ():
            item = entry.item(path)
            if (
                isinstance(item, Question)
                and (item.bind.consent or "consent" in item.steps)
                and item.is_select
                and entry.value(path)
            ):
                found.append(f"{entry.label(path)} {in_words(entry, path)}")
    return found


def trail_of(interview: Interview) -> str:
    """The groups around the place where an interview stands."""
    entry = interview.entry
    parts = entry.index.path.split("/")
    around = len(parts) + (entry.index.event is Event.PAGE)  # a page is a group itself
    paths = ["/".join(parts[:end]) for end in range(3, around)]
    return " > ".join(label for path in paths if (label := _label(entry, path)))


def repeat_label(interview: Interview) -> str:
    """What a repeat at the place of the interview is called."""
    index = interview.index
    if index.event is not Event.PROMPT_NEW_REPEAT:
        return ""
    return interview.entry.repeat_label(index.path)


def find_question(interview: Interview, wanted: str) -> str | None:
    """The question meant by a place number, or by part of its label or name; None if there is none."""
    entry = interview.entry
    places_now = [index for index in entry.places() if index.event is not Event.PROMPT_NEW_REPEAT]
    if wanted.strip().isdigit():
        number = int(wanted)
        return places_now[number - 1].path if 1 <= number <= len(places_now) else None
    text = wanted.strip().lower()
    for index in places_now:
        for path in entry.page(index):
            item = entry.item(path)
            if isinstance(item, Question) and (
                text in entry.label(path).lower() or text == item.name.lower()
            ):
                return path
    return None


def _label(entry: FormEntry, path: str) -> str:
    try:
        return entry.label(path)
    except LookupError:
        return ""
