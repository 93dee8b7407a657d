"""What the author of a form should look at, for the sake of the people asked; the form can be used all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.privacy.forms.words import asked, choices_of, said
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.xforms import Form, Question
from fieldkit.xforms.definition import Label
from fieldkit.xforms.lint.place import found_at
from fieldkit.xforms.missing import Missing

_PERSONAL = re.compile(
    r"健康|疾病|患病|生病|病史|症状|怀孕|孕|月经|避孕|宫颈|乳腺|妇科|HPV|婚姻|收入|宗教|信仰|残疾|心理"
    r"|\bhealth|disease|illness|symptom|pregnan|contracepti|menstru|cervi|breast|\bHIV\b|disabilit|mental"
    r"|marri|marital|income|religio",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"身份证|证件号|社保号|电话|手机|银行卡|账号|\bID (card|number|no)\b|identity (card|number)|national id|passport"
    r"|(tele)?phone|mobile number|bank account",
    re.IGNORECASE,
)
_NOT_TO = re.compile(
    r"[勿不别]要?[写填]|do not|don't|never write|leave out|\bno (tele)?(phone|ID)", re.IGNORECASE
)
_PLACES = frozenset({"geopoint", "geotrace", "geoshape"})
_FREE_TEXT = frozenset({"", "string"})
_WAYS_OUT = frozenset({Missing.DECLINED, Missing.PNS})


def advice(form: Form) -> list[FormProblem]:
    """Warnings in the order of the rows: questions on health without a way out, no purpose, free text that invites numbers
    of cards and telephones, coordinates, and, where a form has tiers, what it leaves unsaid.
    """
    found = [*_of_settings(form)]
    has_tiers = any(item.bind.tier for item in form.items.values())
    for question in asked(form):
        found += _way_out(form, question)
        found += _invites_numbers(question)
        if question.bind.type in _PLACES:
            message = phrase(
                N_("coordinates show where people live; the village is enough unless a place is meant")
            )
            found.append(found_at(question, "type", message))
        if has_tiers and not question.bind.tier:
            found.append(
                found_at(
                    question,
                    "fk:tier",
                    phrase(N_("this has no tier, so it goes into no table and no export")),
                )
            )
        if has_tiers and question.bind.why is None:
            found.append(found_at(question, "fk:why", phrase(N_("this does not say why it is asked"))))
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.sheet, problem.row or 0))


def _of_settings(form: Form) -> Iterator[FormProblem]:
    privacy = form.privacy
    if privacy.purpose is None:
        yield FormProblem(
            "settings", None, "fk:purpose", phrase(N_("the form does not say what its records are for"))
        )
    tiers = {item.bind.tier for item in form.items.values()}
    if tiers & {"N", "C", "R"}:
        if not privacy.retention:
            message = phrase(N_("the form does not say how long its records are kept"))
            yield FormProblem("settings", None, "fk:retention", message)
        if privacy.who_sees is None and any(
            question.bind.who_sees is None for question in asked(form) if question.bind.tier
        ):
            yield FormProblem(
                "settings", None, "fk:who_sees", phrase(N_("the form does not say who sees the answers"))
            )
    if privacy.declined is None and any(item.bind.consent == "basic" for item in form.items.values()):
        message = phrase(N_("the form asks for consent but does not say what a refusal leaves"))
        yield FormProblem("settings", None, "fk:declined", message)


def _way_out(form: Form, question: Question) -> Iterator[FormProblem]:
    if not question.is_select or question.bind.consent or question.bind.tier == "P":
        return  # what is fit for counts is about no person
    offered = choices_of(form, question)
    words = "\n".join((said(question.label), question.name.replace("_", " ")))
    if offered and (question.bind.tier in RESTRICTED or _PERSONAL.search(words)):
        left = sorted(each.value for each in _WAYS_OUT - {missing for _, _, missing in offered})
        if left:
            yield found_at(
                question,
                "type",
                phrase(
                    N_(
                        "this seems to be about health or another private matter; offer {choices} among its choices (column missing), so that nobody has to answer"
                    ),
                    choices=" and ".join(left),
                ),
            )


def _invites_numbers(question: Question) -> Iterator[FormProblem]:
    is_free = question.control == "input" and question.bind.type in _FREE_TEXT and not question.bind.check
    if not is_free or question.bind.tier in {"C", "X"} or "numbers" in question.appearance:
        return
    lines = dict(zip(("label", "hint"), map(_lines, (question.label, question.hint)), strict=True))
    for language in {each for known in lines.values() for each in known}:
        told = {column: known.get(language, "") for column, known in lines.items()}
        inviting = [column for column, words in told.items() if _IDENTITY.search(words)]
        if inviting and not any(map(_NOT_TO.search, told.values())):
            yield found_at(
                question,
                inviting[0],
                phrase(
                    N_(
                        "this invites numbers of cards or telephones into free text. Ask for them in a question of tier C (or X with fk:check for a card that is only looked at), or say not to write them here"
                    )
                ),
            )
            return


def _lines(label: Label | None) -> dict[str, str]:
    return (
        {language: said(Label({language: text})) for language, text in label.texts.items()} if label else {}
    )
