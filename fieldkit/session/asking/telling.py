"""An interview in lines of words: the question asked now, every question with its answer, what is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fieldkit.i18n import N_, _
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.session.asking.choosing import Choosing
from fieldkit.session.in_words import nothing_wrong, value_in_words
from fieldkit.session.interview import Interview
from fieldkit.session.last_time import LastTime
from fieldkit.session.reading import beside, hidden, multiline, shown, typing_hint
from fieldkit.wording import labelled, missing_text, problem_text
from fieldkit.xforms import Event, Index, Problem, Question, Repeat

_MEMBER = re.compile(r"\[(\d+)\]$")


def is_read_only(interview: Interview, path: str) -> bool:
    """Whether a question is only read: a note, a calculated or a locked value."""
    item = interview.entry.item(path)
    return isinstance(item, Question) and (item.is_note or interview.entry.is_readonly(path))


def asked_at(interview: Interview, index: Index) -> list[str]:
    """The questions asked at a place; without the heads of tables (appearance `label`), which take no answer."""
    entry = interview.entry
    return [path for path in entry.page(index) if "label" not in entry.item(path).appearance]


def group_words(interview: Interview, path: str) -> str:
    """The groups around a question, members of a repeat with their number."""
    entry = interview.entry
    parts = path.split("/")
    words = []
    for end in range(3, len(parts)):
        above = "/".join(parts[:end])
        item = entry.item(above)
        member = _MEMBER.search(above)
        label = entry.label(above) or (item.name if isinstance(item, Repeat) else "")
        words.append(f"{label} {member.group(1)}" if member else label)
    return " > ".join(word for word in words if word)


def question_lines(
    interview: Interview, path: str, choosing: Choosing | None, last: LastTime | None
) -> list[str]:
    """A question as it is asked: number, words, hint, choices, what may be typed, its answer last time and now."""
    entry = interview.entry
    item = entry.item(path)
    places = [place.path for place in entry.places() if place.event is not Event.PROMPT_NEW_REPEAT]
    here = places.index(entry.index.path) + 1 if entry.index.path in places else len(places)
    required = " " + _("(must be answered)") if entry.is_required(path) else ""
    label = (entry.label(path) or item.name) + required
    lines = [_("Question {here} of {total}: {label}", here=here, total=len(places), label=label)]
    lines += [line for line in [entry.hint(path)] if line]
    lines += [_("Shown or played with it: {file}", file=file) for file in entry.media(path).values()]
    if is_read_only(interview, path):
        value = answer_words(interview, path)
        return [*lines, *([value] if value else []), _("Only to be read. Enter goes on.")]
    if choosing is not None:
        lines += choosing.lines()
    elif typing_hint(item):
        lines.append(_("To type: {hint}", hint=typing_hint(item)))
    if multiline(item):
        lines.append(_("A line that ends in \\ goes on in the next."))
    before = last.words(entry, path) if last and not hidden(item) else ""
    if last and before:
        said = _("Last time ({day}): {answer}", day=last.day, answer=before)
        lines.append(f"{said}  {_('The same again: :same')}")
    answer = answer_words(interview, path)
    if answer:
        lines.append(_("Answer now: {answer}. Enter keeps it.", answer=answer))
    note = interview.notes.get(entry.key(path), "")
    if note:
        lines.append(_("Note: {text}", text=note))
    return lines


def answer_words(interview: Interview, path: str, *, listed: bool = False) -> str:
    """The answer a question has, in words; "" for none. `listed`: among others, where restricted ones are not shown."""
    entry = interview.entry
    item = entry.item(path)
    missing = entry.missing(path)
    if missing is not None:
        return missing_text(missing.value)
    value = entry.value(path)
    if not value:
        return ""
    if hidden(item) or (listed and item.bind.tier in RESTRICTED):
        return _("kept, not shown")
    if isinstance(item, Question) and item.is_select:
        return value_in_words(entry, path, value)
    words = beside(item, value)
    text = " / ".join(shown(item, value).splitlines())
    return f"{text}  {words}" if words else text


def list_lines(interview: Interview) -> list[str]:
    """Every question there is now, with its number and its answer."""
    entry = interview.entry
    lines, number = [], 0
    for index in entry.places():
        if index.event is Event.PROMPT_NEW_REPEAT:
            continue
        number += 1
        for path in asked_at(interview, index):
            answer = answer_words(interview, path, listed=True)
            if not answer and is_read_only(interview, path):
                continue
            answer = answer or _("not answered")
            mark = _(" (here)") if index == entry.index else ""
            lines.append(
                f"  {number}. {entry.label(path) or entry.item(path).name}: {answer}{mark}".rstrip(": ")
            )
    return lines


def review_lines(interview: Interview, problems: Sequence[Problem], *, declined: bool) -> list[str]:
    """What is missing or doubtful, by number."""
    if declined:
        return [_("Declined. Only village, date and outcome will be kept; all else is erased.")]
    if not problems:
        return [nothing_wrong(interview)]
    lines = [_("{count} to look at:", count=len(problems))]
    for number, problem in enumerate(problems, 1):
        label = interview.entry.label(problem.path) or interview.entry.item(problem.path).name
        lines.append("  " + labelled(f"{number}. {label}", trouble(problem)))
    return lines


def trouble(problem: Problem) -> str:
    """What is wrong with an answer, in the words of the form, or ours."""
    if problem.kind == "required" and not problem.message:
        return _("This must be answered. If there is no answer, type :dk, :declined, :pns or :na.")
    return problem_text(problem)


def why_lines(interview: Interview, path: str) -> list[str]:
    """Why a question is asked, who sees the answer, and what the form is for."""
    entry = interview.entry
    bind, item = entry.item(path).bind, entry.item(path)
    element = entry.tree.element(path)
    privacy = interview.form.privacy
    said = [
        (N_("Asked: {text}"), bind.why),
        (N_("Seen by: {text}"), bind.who_sees or privacy.who_sees),
        (N_("For the one who asks: {text}"), item.guidance),
        (N_("The form: {text}"), privacy.purpose),
    ]
    lines = [_(words, text=text) for words, label in said if (text := entry.words(label, element))]
    lines.append(
        _("It must be answered, or type :dk, :declined, :pns or :na.")
        if entry.is_required(path)
        else _("It may be left without an answer.")
    )
    return lines
