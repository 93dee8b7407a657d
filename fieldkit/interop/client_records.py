"""A record as it may go to another server, and as OpenRosa writes it.

What leaves by default are answers of tiers P and N whose people agreed to statistics. Contact and restricted answers go only where
they were asked for, and where the person agreed to share with that recipient. A declined visit is village, date and outcome. What is
only seen (tier X) is never stored, so it cannot leave. Who worked and on which device stays here, and the names that forms give
records and entities.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from fieldkit.privacy.declines import DECLINED, OUTCOME, is_declined
from fieldkit.privacy.leaving import STAFF, WORKER
from fieldkit.privacy.profiles import agreement
from fieldkit.privacy.tiers import CONTACT, RESTRICTED, template_of
from fieldkit.privacy.withdrawal import WHOLE
from fieldkit.records import Record
from fieldkit.report.facts import STATS
from fieldkit.xforms import Form, FormEntry, Question
from fieldkit.xforms.answers import Answer, restore
from fieldkit.xforms.definition import OPENROSA
from fieldkit.xforms.instance import Element, xml_parser
from fieldkit.xforms.submission import submission_xml
from fieldkit.xforms.tree import AnswerTree

SHARED = frozenset({"P", "N"})
SENSITIVE = CONTACT | RESTRICTED
OF_A_DECLINE = frozenset({"village", "date", OUTCOME})
CONFLICT, NO_STATISTICS, NO_TIERS, NOTHING = "conflict", "no-statistics", "no-tiers", "nothing"
"""Why a record stays here."""
_PERSON, _SCOPE = "pid", "withdrawn_scope"
_META = "meta"
_NAMESPACE = uuid.UUID("5d0a1b1e-5a1c-5c0f-9d53-0f6b5f8a7a10")


@dataclass(frozen=True, slots=True)
class Permit:
    """What may leave. tiers: of answers; recipient: as consents name them; whole: the ids of forms without tiers, of which every
    answer may.
    """

    tiers: frozenset[str] = SHARED
    recipient: str = ""
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Leaving:
    """A record that may leave. xml: without ids of submissions. sensitive: of which of the tiers C and R something is in it.
    held_back: how many contact and restricted answers stay though they were asked for: nobody agreed. own: its instanceID, if it
    has one.
    """

    record: str
    form: str
    xml: bytes
    sensitive: frozenset[str]
    held_back: int
    own: str
    declined: bool


@dataclass(frozen=True, slots=True)
class People:
    """The numbers of the people who did not agree to statistics, or took that back."""

    against: frozenset[str]

    @classmethod
    def of(cls, records: Iterable[Record]) -> People:
        """Read from the records that ask for it."""
        return cls(
            frozenset(each.text(_PERSON) for each in records if each.text(_PERSON) and _is_against(each))
        )


def leaving(form: Form, record: Record, permit: Permit, people: People, now: datetime) -> Leaving | str:
    """What of a record may leave, or why it stays: CONFLICT, NO_STATISTICS, NO_TIERS, NOTHING."""
    if record.conflicts:
        return CONFLICT
    has_tiers = any(item.bind.tier for item in form.items.values())
    if not has_tiers and form.id not in permit.whole:
        return NO_TIERS
    declined = _is_declined(form, record, now)
    if has_tiers and not declined and (_is_against(record) or record.text(_PERSON) in people.against):
        return NO_STATISTICS
    agreed = has_tiers and not declined and agreement(record, permit.recipient) is not None
    kept, tiers, held_back = _kept(
        form, record, permit.tiers if has_tiers else frozenset({""}), agreed=agreed, declined=declined
    )
    if not any(isinstance(answer, Mapping) or answer for answer in kept.values()):
        return NOTHING
    sensitive = tiers & SENSITIVE if has_tiers else frozenset({"C"})
    own = next((str(each) for key, each in record.answers.items() if _is_instance_id(key)), "")
    xml = _xml(form, kept)
    return Leaving(record.id, form.id, xml, sensitive, held_back, "" if declined else own, declined)


def _kept(
    form: Form, record: Record, wanted: frozenset[str], *, agreed: bool, declined: bool
) -> tuple[dict[str, Answer], frozenset[str], int]:
    """The answers of these tiers, the tiers among them, and how many of tiers C and R stay because nobody `agreed`."""
    kept: dict[str, Answer] = {}
    tiers = set[str]()
    held_back = 0
    repeats = {"/".join(steps[1:]) for steps in form.repeats}
    for key, answer in record.answers.items():
        template = template_of(key, form)
        if template in repeats:
            kept |= {} if declined else {key: answer}
            continue
        path = f"/{form.root}/{template}"
        if not isinstance(form.items.get(path), Question) or _stays(form, path):
            continue
        tier = _tier(form, path)
        if tier not in wanted:
            continue
        if declined and template.rpartition("/")[2] not in OF_A_DECLINE:
            continue
        if tier in SENSITIVE and not agreed:
            held_back += 1
            continue
        tiers.add(tier)
        kept[key] = answer
    return _with_instances_that_say_something(form, kept, repeats), frozenset(tiers), held_back


def _is_instance_id(key: str) -> bool:
    *_above, within, name = ["", *key.split("/")]
    return within.rpartition(":")[2] == _META and name.rpartition(":")[2] == "instanceID"


def first_id(leaves: Leaving) -> str:
    """The instanceID of a record's first submission: its own where it has one, else one that is always the same."""
    return leaves.own or f"uuid:{uuid.uuid5(_NAMESPACE, leaves.record)}"


def next_id(record: str, before: str, mark: str) -> str:
    """The instanceID of a submission that takes the place of the one `before`; always the same for the same content (`mark`)."""
    return f"uuid:{uuid.uuid5(_NAMESPACE, f'{record} {before} {mark}')}"


def submission_of(leaves: Leaving, instance: str, deprecated: str) -> bytes:
    """The XML that is sent, the same bytes for the same content. deprecated: what it takes the place of, "" for a first one."""
    root = etree.fromstring(leaves.xml, xml_parser())
    found = root.find("{*}meta")
    if found is None:
        found = etree.SubElement(root, f"{{{OPENROSA}}}meta", nsmap={"orx": OPENROSA})
    namespace = etree.QName(found).namespace
    tag = f"{{{namespace}}}" if namespace else ""
    for child in list(found):
        found.remove(child)
    etree.SubElement(found, f"{tag}instanceID").text = instance
    if deprecated:
        etree.SubElement(found, f"{tag}deprecatedID").text = deprecated
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def names_in(leaves: Leaving, names: Iterable[str]) -> list[str]:
    """Those of the names of files that the submission answers with."""
    said = {text.strip() for text in etree.fromstring(leaves.xml, xml_parser()).itertext()}
    return sorted(name for name in names if name in said)


def _tier(form: Form, path: str) -> str:
    """The tier of a question: its own, or of the narrowest group around it that has one, else "": then nobody has said."""
    steps = path.split("/")
    for end in range(len(steps), 1, -1):
        item = form.items.get("/".join(steps[:end]))
        if item is not None and item.bind.tier:
            return item.bind.tier
    return ""


def _stays(form: Form, path: str) -> bool:
    """Whether an answer is about the work and not about its matter."""
    item = form.items[path]
    return item.bind.preload == WORKER or item.name in STAFF or item.steps[1].rpartition(":")[2] == _META


def _is_against(record: Record) -> bool:
    """Whether a record that was asked about statistics holds no yes to them, or it was taken back."""
    scopes = record.text(_SCOPE).split()
    if STATS in scopes or WHOLE in scopes:
        return True
    said = [answer for key, answer in record.answers.items() if key.rpartition("/")[2] == STATS and answer]
    return any(answer != "yes" for answer in said)


def _is_declined(form: Form, record: Record, now: datetime) -> bool:
    if form.privacy.declined is None:
        return False
    if record.text(OUTCOME) == DECLINED:
        return True
    entry = FormEntry(form, answers=record.answers, now=lambda: now, is_new=False)
    return is_declined(entry)


def _with_instances_that_say_something(
    form: Form, kept: Mapping[str, Answer], repeats: set[str]
) -> dict[str, Answer]:
    """Without instances of repeats of which no answer leaves."""
    said = [key for key in kept if template_of(key, form) not in repeats]
    return {
        key: answer
        for key, answer in kept.items()
        if template_of(key, form) not in repeats or any(each.startswith(f"{key}/") for each in said)
    }


def _xml(form: Form, answers: Mapping[str, Answer]) -> bytes:
    """The answers alone: nothing is calculated anew, and what has no answer is left out."""
    tree = AnswerTree(form, lambda: "")
    for leaf in tree.leaves():
        leaf.text = ""
    restore(tree, answers)
    _leave_out_empty(tree.root)
    tree.root.relevant = True
    return submission_xml(tree).encode("utf-8")


def _leave_out_empty(element: Element) -> bool:
    """Whether an element holds an answer; what does not is left out of the XML."""
    inside = [_leave_out_empty(child) for child in element.elements()]
    element.relevant = any(inside) or bool(element.text.strip()) or element.missing is not None
    return element.relevant
