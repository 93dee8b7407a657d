"""A record as it goes to another server: what leaves of it as XML, and the ids it has there.

Without its people it is what `fieldkit export` writes (`client_reduced`). As it is it goes where the whole archive moves, or where a form
has no tiers and somebody said that all its answers may leave. What is only seen (tier X) is never stored, so it cannot leave.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from fieldkit.privacy.leaving import STAFF, WORKER
from fieldkit.privacy.tiers import CONTACT, RESTRICTED, template_of
from fieldkit.records import Record
from fieldkit.xforms import Form, Question
from fieldkit.xforms.answers import Answer, restore
from fieldkit.xforms.definition import FIELDKIT, OPENROSA
from fieldkit.xforms.instance import Element, xml_parser
from fieldkit.xforms.submission import submission_xml
from fieldkit.xforms.tree import AnswerTree

CONFLICT, NO_STATISTICS, NO_TIERS, NOTHING, NO_FORM = (
    "conflict",
    "no-statistics",
    "no-tiers",
    "nothing",
    "no-form",
)
COUNTS_ONLY, GONE = "counts-only", "gone"
"""Why a record stays here. GONE: it was deleted, withdrawn or erased."""
_NAMESPACE = uuid.UUID("5d0a1b1e-5a1c-5c0f-9d53-0f6b5f8a7a10")
_SENT = f"{{{FIELDKIT}}}sent"
_IDS = ("instanceID", "deprecatedID")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A record that may leave. record: what the memory of the server calls it. xml: without ids of submissions. instance: the id of
    its first submission. sensitive: of which of the tiers C and R something is in it. public_key: what it is encrypted for, "" for
    a record in the clear.
    """

    record: str
    form: str
    version: str
    xml: bytes
    instance: str
    sensitive: frozenset[str] = frozenset()
    public_key: str = ""


def whole(
    form: Form,
    record: Record,
    *,
    without: frozenset[str] = frozenset(),
    staff: bool = True,
    public_key: str = "",
) -> Leaving | str:
    """A record as it is, or why it stays: CONFLICT, NOTHING. without: tiers that stay; staff: whether who worked on which device
    leaves too; public_key: what it is encrypted for, where its own version of the form names none.
    """
    if record.conflicts:
        return CONFLICT
    kept = {key: answer for key, answer in record.answers.items() if _leaves(form, key, without, staff=staff)}
    if not any(isinstance(answer, Mapping) or answer for answer in kept.values()):
        return NOTHING
    tiers = {_tier(form, key) for key in kept}
    has_tiers = any(item.bind.tier for item in form.items.values())
    sensitive = (CONTACT | RESTRICTED) & tiers if has_tiers else CONTACT
    own = next((str(each) for key, each in record.answers.items() if _is_instance_id(key) and each), "")
    return Leaving(
        record.id, form.id, form.version, _xml(form, kept), own or derived_id(record.id), sensitive,
        form.submission.public_key or public_key,
    )  # fmt: skip


def derived_id(name: str) -> str:
    """The instanceID of what has none of its own: always the same for the same name."""
    return f"uuid:{uuid.uuid5(_NAMESPACE, name)}"


def next_id(record: str, before: str, mark: str) -> str:
    """The instanceID of a submission that takes the place of the one `before`; always the same for the same content (`mark`)."""
    return derived_id(f"{record} {before} {mark}")


def submission_of(leaves: Leaving, instance: str, deprecated: str, sent: str) -> bytes:
    """The XML that is sent, the same bytes for the same content. deprecated: what it takes the place of, "" for a first one.
    sent: what `before_and_sent_in` finds again.
    """
    root = etree.fromstring(leaves.xml, xml_parser())
    found = root.find("{*}meta")
    if found is None:
        found = etree.SubElement(root, f"{{{OPENROSA}}}meta", nsmap={"orx": OPENROSA})
    namespace = etree.QName(found).namespace
    tag = f"{{{namespace}}}" if namespace else ""
    for child in [each for each in found.iterchildren("*") if etree.QName(each).localname in _IDS]:
        found.remove(child)
    etree.SubElement(found, f"{tag}instanceID").text = instance
    if deprecated:
        etree.SubElement(found, f"{tag}deprecatedID").text = deprecated
    return marked(root, sent)


def marked(root: etree._Element, sent: str) -> bytes:
    """The bytes of a submission that says of itself what `before_and_sent_in` finds."""
    root.set(_SENT, sent)
    etree.cleanup_namespaces(
        root, top_nsmap={"fk": FIELDKIT}, keep_ns_prefixes=[each for each in root.nsmap if each]
    )
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def before_and_sent_in(xml: bytes) -> tuple[str, str]:
    """What a submission takes the place of, and what it says of itself where it was sent from here; "" for what it does not say."""
    try:
        root = etree.fromstring(xml, xml_parser())
    except (etree.XMLSyntaxError, ValueError):
        return "", ""
    return (root.findtext("{*}meta/{*}deprecatedID") or "").strip(), root.get(_SENT) or ""


def names_in(leaves: Leaving, names: Iterable[str]) -> list[str]:
    """Those of the names of files that the submission answers with."""
    said = {text.strip() for text in etree.fromstring(leaves.xml, xml_parser()).itertext()}
    return sorted(name for name in names if name in said)


def _leaves(form: Form, key: str, without: frozenset[str], *, staff: bool) -> bool:
    path = f"/{form.root}/{template_of(key.partition('/@')[0], form)}"
    item = form.items.get(path)
    if item is None or path in form.unstored or _tier(form, key) in without:
        return False
    is_of_work = isinstance(item, Question) and (item.bind.preload == WORKER or item.name in STAFF)
    return staff or not is_of_work


def _tier(form: Form, key: str) -> str:
    """The tier of an answer: of its question, or of the narrowest group around it that has one, else "": then nobody has said."""
    steps = ["", form.root, *template_of(key.partition("/@")[0], form).split("/")]
    for end in range(len(steps), 1, -1):
        item = form.items.get("/".join(steps[:end]))
        if item is not None and item.bind.tier:
            return item.bind.tier
    return ""


def _is_instance_id(key: str) -> bool:
    *_above, within, name = ["", *key.split("/")]
    return within.rpartition(":")[2] == "meta" and name.rpartition(":")[2] == "instanceID"


def _xml(form: Form, answers: Mapping[str, Answer]) -> bytes:
    """The answers alone: nothing is calculated anew, and what has no answer is left out."""
    tree = AnswerTree(form, lambda: "")
    for leaf in tree.leaves():
        leaf.text = ""
    restore(tree, answers)
    filled = {path for path, names in form.filled_attributes.items() if names}
    _leave_out_empty(tree.root, filled)
    tree.root.relevant = True
    return submission_xml(tree).encode("utf-8")


def _leave_out_empty(element: Element, filled: set[str]) -> bool:
    """Whether an element holds an answer; what does not is left out of the XML. filled: paths whose attributes are answers."""
    inside = [_leave_out_empty(child, filled) for child in element.elements()]
    says = (
        element.item is not None
        and element.item.path in filled
        and any(each.value for each in element.attributes if each.name == "id")
    )
    element.relevant = any(inside) or bool(element.text.strip()) or element.missing is not None or says
    return element.relevant
