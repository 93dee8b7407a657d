"""What a record says by its form: its answers, which of them may be kept, and which rules they break. Nothing is written here."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.privacy.declines import is_declined, kept_answers
from fieldkit.privacy.tiers import CONTACT, RESTRICTED, template_of, without_what_was_seen
from fieldkit.xforms import Form, FormEntry, Question
from fieldkit.xforms.answers import Answer, AnswerError, check_choice
from fieldkit.xforms.audit import audit_options
from fieldkit.xforms.instance import xml_parser
from fieldkit.xforms.lists import Rows, Table
from fieldkit.xforms.submission import read_submission

_LONGEST_ID = 249
_META = frozenset(
    {
        "instanceID", "instanceName", "deprecatedID", "rootUuid", "timeStart", "timeEnd", "userID", "deviceID", "email",
        "phoneNumber", "audit",
    }
)  # fmt: skip
"""What phones may put beside a record though its form does not ask for it (ODK XForms spec, "Metadata")."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a record says of itself: its form and version, its own id, and the id of the one it takes the place of."""

    form: str
    version: str
    instance: str
    deprecated: str


@dataclass(frozen=True, slots=True)
class Read:
    """A record as it may be kept. declined: only what a decline may leave is in it. files: the names of files that it answers
    with. unfit: the paths of questions whose answers break a rule of the form.
    """

    answers: dict[str, Answer]
    declined: bool
    files: frozenset[str]
    unfit: tuple[str, ...]


def is_refusal(error: FieldkitError) -> bool:
    """Whether it is what was sent that stands in the way, and not the office's own fault."""
    return error.code.startswith(("openrosa.", "submission."))


def parsed(xml: bytes) -> etree._Element:
    """The root of a record. Raises FieldkitError("submission.malformed")."""
    try:
        return etree.fromstring(xml, xml_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FieldkitError("submission.malformed", reason=str(error)) from error


def head_of(root: etree._Element) -> Head:
    """What a record says of itself. Raises FieldkitError("openrosa.no-instance")."""
    version = root.get("version") or root.get("{http://openrosa.org/xforms}version") or ""
    form = root.get("id") or str(etree.QName(root).namespace or "")
    meta = next((each for each in root.iterchildren("{*}meta")), None)
    said = {
        name: (meta.findtext(f"{{*}}{name}") or "").strip() if meta is not None else ""
        for name in ("instanceID", "deprecatedID")
    }
    instance = said["instanceID"]
    if not instance or len(instance) > _LONGEST_ID:
        raise FieldkitError("openrosa.no-instance")
    return Head(form, version, instance, said["deprecatedID"])


def record_id(form: str, instance: str) -> str:
    """The record that a submission begins: the same for the same one, and no record of a laptop (UUIDv8, RFC 9562)."""
    made = bytearray(hashlib.sha256(f"openrosa\0{form}\0{instance}".encode()).digest()[:16])
    made[6] = 0x80 | (made[6] & 0x0F)
    made[8] = 0x80 | (made[8] & 0x3F)
    return str(uuid.UUID(bytes=bytes(made)))


def read_record(
    form: Form, xml: bytes, now: Callable[[], datetime], lists: Mapping[str, Rows | Table] | None = None
) -> Read:
    """A record, by the rules of its form. lists: those that phones have instead of the form's own files.

    Raises FieldkitError("submission.…").
    """
    submitted = read_submission(form, xml)
    strange = [each for each in submitted.unknown if not _is_meta(each)]
    if strange:
        raise FieldkitError("submission.unknown", nodes=", ".join(strange), form=form.id)
    answers = {key: each for key, each in submitted.answers.items() if _is_stored(form, key)}
    entry = FormEntry(form, answers, now, lists=lists, is_new=False, demo=True)
    if is_declined(entry):
        return Read(kept_answers(entry), True, frozenset(), ())
    relevant = entry.answers(relevant_only=True).keys()
    kept = {key: each for key, each in answers.items() if each != "" or key in relevant}
    kept = {key: each for key, each in kept.items() if key in relevant or not _is_guarded(form, key)}
    return Read(kept, False, _files(form, kept), _unfit(entry))


def _is_meta(path: str) -> bool:
    *_above, within, name = path.split("/")
    return within.rpartition(":")[2] == "meta" and name in _META


def _is_stored(form: Form, key: str) -> bool:
    path = template_of(key.partition("/@")[0], form)
    return f"/{form.root}/{path}" not in form.unstored


def _is_guarded(form: Form, key: str) -> bool:
    """Whether an answer was asked for with consent: where the form would not have asked, it may not stay."""
    item = form.items.get(f"/{form.root}/{template_of(key.partition('/@')[0], form)}")
    return item is not None and item.bind.tier in CONTACT | RESTRICTED


def _files(form: Form, answers: Mapping[str, Answer]) -> frozenset[str]:
    """The files that answers name, and that of the log."""
    audit = audit_options(form)
    log = audit.node.split("/", 2)[-1] if audit else ""
    found = set()
    for key, answer in answers.items():
        item = form.items.get(f"/{form.root}/{template_of(key, form)}")
        is_file = isinstance(item, Question) and (item.control == "upload" or key == log)
        if is_file and isinstance(answer, str) and answer:
            found.add(answer)
    return frozenset(found)


def _unfit(entry: FormEntry) -> tuple[str, ...]:
    """The template paths of what breaks a rule; nothing of what was answered."""
    form = entry.form
    wrong = {
        entry.key(each.path)
        for each in without_what_was_seen(entry, entry.problems())
        if each.kind != "warning"
    }
    for leaf in entry.tree.leaves():
        path = entry.tree.path(leaf)
        try:
            if leaf.relevant and leaf.text:
                check_choice(entry, path, path, leaf.text)
        except AnswerError:
            wrong.add(entry.key(path))
    return tuple(sorted({template_of(key, form) for key in wrong}))
