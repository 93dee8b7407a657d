"""What a letter holds: only what the person agreed to have given, in words of both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.liaison import ITEMS, RECIPIENT, REPLY_WITHIN, RESTRICTED_ITEMS
from fieldkit.office.looks import form_of
from fieldkit.office.registered import record_of_household
from fieldkit.office.roles import Act
from fieldkit.privacy.profiles import CaseTransfer, case_transfer
from fieldkit.session.words import Words
from sync.letters import Item, Letter, new_letter_id

if TYPE_CHECKING:
    from fieldkit.fieldwork.liaison import Row
    from fieldkit.office.units import Unit
    from fieldkit.records import Record
    from fieldkit.session.desk.desk import Desk
    from fieldkit.xforms import Form
    from sync import RecordView

LOCK = {
    "zh": "仅限接上本人要的健康服务使用；不得用于执法、处罚、个人考核、信用、入学、就业、落户。",
    "en": "Only to continue the health service this person wants; never for law enforcement, penalties, rating persons, credit, schooling, employment or household registration.",
}
"""The purpose-lock (domain §0, rule 14), in every letter as it stands here, whatever language its reader works in."""
SHARED = "liaison/0/liaison_what/items_shared"
"""The question whose choices are what can be agreed to."""
_NAME = {"zh": "姓名", "en": "Name"}
_LONGEST = 300


def letter_of(
    desk: Desk, view: RecordView, basis: Record, row: Row, addressee: Unit, said: Mapping[str, str]
) -> Letter:
    """The letter about a record, on the basis of one consent (`letter_basis`). said: what is written by hand, by item.

    Raises FieldkitError("letter.said") for an item that was not agreed to or that is too long, ("letter.empty"), ("form.gone"),
    ("role.may-not") for what only somebody may write who sees restricted answers; as `case_transfer`.
    """
    office, today = desk.office, desk.session.today()
    for item, text in said.items():
        if item not in row.items or ITEMS[item] or len(text) > _LONGEST:
            raise FieldkitError("letter.said", item=item, most=_LONGEST)
        if item in RESTRICTED_ITEMS:
            desk.need(Act.RESTRICTED)
    form = form_of(office, view)
    if form is None:
        raise FieldkitError("form.gone", form=view.form, version="")
    names = [name for item in row.items for name in ITEMS[item]]
    case = case_transfer(form, basis, recipient=RECIPIENT, items=names, consent=basis, on=today)
    items = (
        *(_named(desk, basis) if "called" in row.items else ()),
        *_answered(form, case),
        *_by_hand(form, said),
    )
    if not items:
        raise FieldkitError("letter.empty")
    return Letter(
        new_letter_id(), office.archive.id, office.name, addressee.id, addressee.name, row.why or case.purpose, case.consent,
        today, case.until, today + REPLY_WITHIN, LOCK, items,
    )  # fmt: skip


def _named(desk: Desk, record: Record) -> Iterator[Item]:
    """The name as it is registered, for somebody who gave no other."""
    person = record.text("person")
    household = record_of_household(desk.office, record.household) if person else ""
    look = desk.look(household, "letter") if household else None
    for key, answer in look.fields.items() if look is not None else ():
        if key.endswith(f"members/{person}/name") and isinstance(answer, str) and answer:
            yield Item(_NAME, {"zh": answer, "en": answer}, "C")


def _answered(form: Form, case: CaseTransfer) -> Iterator[Item]:
    words = {"zh": Words(form, "zh"), "en": Words(form, "en")}
    for key in words["zh"].ordered(case.answers):
        answer = {code: each.answer(key, case.answers[key]) for code, each in words.items()}
        if answer["zh"]:
            yield Item({code: each.label(key) for code, each in words.items()}, answer, "C")


def _by_hand(form: Form, said: Mapping[str, str]) -> Iterator[Item]:
    for item, text in said.items():
        if text.strip():
            label = {code: Words(form, code).answer(SHARED, item) for code in ("zh", "en")}
            yield Item(
                label, {"zh": text.strip(), "en": text.strip()}, "R" if item in RESTRICTED_ITEMS else "C"
            )
