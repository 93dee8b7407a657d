"""Restricted questions are asked only with the separate consent of the person herself (domain §0, rules 5 to 7)."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.privacy.forms.words import asked, choices_of
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.xforms import Form, FormEntry, Question
from fieldkit.xforms.definition import Item
from fieldkit.xforms.dependencies import references
from fieldkit.xforms.lint.place import found_at
from fieldkit.xforms.tree import AnswerTree

GENERAL = frozenset({"basic", "contact", "share", "stats"})
"""Consents that do not open a question on health."""
_PROXIES = frozenset({"spouse", "husband", "wife", "head", "head_of_household", "family", "parents", "son"})
_PROXY_WORDS = ("配偶", "丈夫", "妻子", "户主", "家属", "家人")
_GIVERS = frozenset({"given_by", "consent_by", "consent_given_by"})
_RESIDENT_ID = "resident-id"


def consent_faults(form: Form) -> Iterator[FormProblem]:
    """Restricted questions that no separate consent leads to, a consent that comes filled in or not right before the
    first of them, consent by somebody else for an adult.
    """
    consents = {path for path, item in form.items.items() if item.bind.consent not in {"", *GENERAL}}
    open_at_once = _open_without_consent(form)
    for question in asked(form):
        if _needs_consent(question):
            if not consents & leads_to(form, question):
                yield found_at(
                    question,
                    "relevant",
                    phrase(
                        N_(
                            "this restricted question is asked without a separate consent. Put it into a group whose relevance asks for one: a question with fk:consent health (or the examination it is for)"
                        )
                    ),
                )
            elif question.path in open_at_once:
                yield found_at(
                    question,
                    "relevant",
                    phrase(N_("this restricted question is asked before anybody consented to it")),
                )
        yield from _by_somebody_else(form, question)
    yield from _filled_in(form)
    yield from _far_away(form, consents)


def _needs_consent(question: Question) -> bool:
    """A card that is looked at for its date of birth needs no consent to health questions."""
    return question.bind.tier in RESTRICTED and question.bind.check != _RESIDENT_ID


def _open_without_consent(form: Form) -> set[str]:
    """The restricted questions that are relevant in an entry that nobody has answered anything in."""
    entry = FormEntry(form)
    repeats = form.repeats
    return {
        question.path
        for question in asked(form)
        if _needs_consent(question)
        and not any(question.steps[:end] in repeats for end in range(len(question.steps)))
        and entry.is_relevant(question.path)
    }


def leads_to(form: Form, item: Item) -> set[str]:
    """Every node on which it depends whether an item is asked, directly or through others."""
    found: set[str] = set()
    waiting = [form.items["/" + "/".join(item.steps[:end])] for end in range(1, len(item.steps) + 1)]
    while waiting:
        each = waiting.pop()
        rules = [each.bind.relevant] + ([each.bind.calculate] if each.path in found else [])
        for rule in rules:
            for read in references(rule, form.items) if rule is not None else ():
                path = "/" + "/".join(read.steps)
                if path not in found and path in form.items:
                    found.add(path)
                    waiting.append(form.items[path])
    return found


def _by_somebody_else(form: Form, question: Question) -> Iterator[FormProblem]:
    if question.name not in _GIVERS:
        return
    for value, words, _ in choices_of(form, question):
        if value in _PROXIES or any(word in words for word in _PROXY_WORDS):
            yield found_at(
                question,
                "type",
                phrase(
                    N_(
                        "{value} cannot consent for an adult; the choices are the person, and a guardian of a child or of somebody unable to"
                    ),
                    value=value,
                ),
            )


def _filled_in(form: Form) -> Iterator[FormProblem]:
    filled = {action.target for action in form.actions if not action.trigger} | AnswerTree(form, str).defaults
    for question in asked(form):
        if question.bind.consent and question.path in filled:
            yield found_at(
                question, "default", phrase(N_("consent is given by the person; it may not come filled in"))
            )


def _far_away(form: Form, consents: set[str]) -> Iterator[FormProblem]:
    """The separate consent is the last thing asked before the first restricted question."""
    questions = list(asked(form))
    first = next((n for n, question in enumerate(questions) if _needs_consent(question)), None)
    spoken = [n for n, question in enumerate(questions) if question.path in consents]
    if first is None or not spoken or spoken[0] > first:
        return
    before = questions[first - 1]
    if before.path not in consents:
        yield found_at(
            before,
            "name",
            phrase(
                N_(
                    "the separate consent must stand right before the first restricted question, {name}; move this one"
                ),
                name=questions[first].name,
            ),
        )
