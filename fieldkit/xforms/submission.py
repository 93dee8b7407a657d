"""OpenRosa submission XML, out and in (ODK XForms spec, "Record").

Out: the relevant nodes of an entry that may be stored, byte-stable. In: what such a record says, ours or another program's. A missing
answer is an attribute `fk:missing` beside the empty value. Repeat instances have no ids in XML: those of a record
read in are made from its instanceID and their place, so that reading it twice gives the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.xforms.answers import Answer, is_stored
from fieldkit.xforms.definition import FIELDKIT, OPENROSA, Form, Item, Question, Repeat
from fieldkit.xforms.instance import Element, xml_parser
from fieldkit.xforms.missing import Missing
from fieldkit.xforms.tree import AnswerTree

_MISSING = f"{{{FIELDKIT}}}missing"
_ID_LENGTH = 10


def submission_xml(tree: AnswerTree) -> str:
    """Write the answers as an OpenRosa record, without what is never stored (tier X)."""
    root, unstored = tree.root, tree.form.unstored
    namespaces: dict[str | None, str] = {
        prefix or None: uri for prefix, uri in _namespaces(root).items() if uri
    }
    top = etree.Element(_tag(root), nsmap=namespaces)  # type: ignore[arg-type] # lxml takes None for the default
    stack = [(root, top)]
    while stack:
        ours, theirs = stack.pop()
        for attribute in ours.attributes:
            name = f"{{{attribute.namespace}}}{attribute.name}" if attribute.namespace else attribute.name
            theirs.set(name, attribute.value)
        if ours.missing is not None:
            theirs.set(_MISSING, ours.missing.value)
        children = list(ours.elements())
        if not children:
            theirs.text = ours.text or None
        stack += [
            (child, etree.SubElement(theirs, _tag(child)))
            for child in children
            if child.relevant and is_stored(child, unstored)
        ]
    return etree.tostring(top, encoding="unicode")


@dataclass(slots=True)
class Submitted:
    """What a record says: `answers` in the flat shape, the form `version` it names, and the paths of nodes in it
    that the form does not have.
    """

    version: str
    answers: dict[str, Answer] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def read_submission(form: Form, xml: str | bytes) -> Submitted:
    """Read a record of `form`. Order and white space between nodes do not matter, nor which prefixes are used.

    Raises FieldkitError: "submission.malformed", "submission.other-form".
    """
    try:
        root = etree.fromstring(xml.encode("utf-8") if isinstance(xml, str) else xml, xml_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FieldkitError("submission.malformed", reason=str(error)) from error
    kind: Any = root.getroottree().docinfo.internalDTD
    if kind is not None and next(kind.iterentities(), None) is not None:
        raise FieldkitError("submission.malformed", reason="it defines entities of its own")
    found = root.get("id") or root.get(f"{{{OPENROSA}}}id") or etree.QName(root).namespace or ""
    if found != form.id or etree.QName(root).localname != form.root.rpartition(":")[2]:
        name = found or str(etree.QName(root).localname)
        raise FieldkitError("submission.other-form", found=name, expected=form.id)
    submitted = Submitted(root.get("version") or root.get(f"{{{OPENROSA}}}version") or "")
    _Reader(form, submitted, root).read()
    return submitted


def known_answers(form: Form, xml: str | bytes) -> dict[str, Answer]:
    """The answers of a record of `form`, in the flat shape.

    Raises FieldkitError as `read_submission`, and "submission.unknown" naming every node the form does not have.
    """
    submitted = read_submission(form, xml)
    if submitted.unknown:
        raise FieldkitError("submission.unknown", nodes=", ".join(submitted.unknown), form=form.id)
    return submitted.answers


class _Reader:
    """Walks a record beside the form's items, by stable keys (see `fieldkit.xforms.answers`)."""

    def __init__(self, form: Form, submitted: Submitted, root: etree._Element) -> None:
        self.form = form
        self.submitted = submitted
        self.root = root
        self.record = root.findtext("{*}meta/{*}instanceID") or etree.tostring(root, encoding="unicode")
        self.children: dict[str, dict[str, Item]] = {}
        for item in form.items.values():
            above, _, name = item.path.rpartition("/")
            self.children.setdefault(above, {})[name.rpartition(":")[2]] = item

    def read(self) -> None:
        stack = [(self.root, self.form.items[f"/{self.form.root}"], "")]
        while stack:
            element, item, key = stack.pop()
            self._attributes(element, item, key)
            inside = list(self._inside(element, item, key))
            if isinstance(item, Question):
                self._leaf(element, key)
            stack += reversed(inside)

    def _inside(
        self, element: etree._Element, item: Item, key: str
    ) -> Iterator[tuple[etree._Element, Item, str]]:
        known = self.children.get(item.path, {})
        places: dict[str, int] = {}
        for child in element.iterchildren("*"):
            below = known.get(str(etree.QName(child).localname))
            if below is None:
                self.submitted.unknown.append(f"{item.path}/{etree.QName(child).localname}")
                continue
            name = f"{key}/{below.name}" if key else below.name
            if isinstance(below, Repeat):
                place = places[below.name] = places.get(below.name, 0) + 1
                name = f"{name}/{self._instance_id(name, place)}"
                self.submitted.answers[name] = str(place)
            yield child, below, name

    def _leaf(self, element: etree._Element, key: str) -> None:
        missing = element.get(_MISSING)
        if missing in Missing.__members__.values():
            self.submitted.answers[key] = {"missing": str(missing)}
        else:
            self.submitted.answers[key] = "".join(
                [element.text or "", *(child.tail or "" for child in element)]
            )

    def _attributes(self, element: etree._Element, item: Item, key: str) -> None:
        for name in self.form.filled_attributes.get(item.path, ()):
            text = element.get(name)
            if text:
                self.submitted.answers[f"{key}/@{name}"] = text

    def _instance_id(self, key: str, place: int) -> str:
        return hashlib.sha256(f"{self.record}\0{key}\0{place}".encode()).hexdigest()[:_ID_LENGTH]


def _tag(element: Element) -> str:
    return f"{{{element.namespace}}}{element.name}" if element.namespace else element.name


def _namespaces(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        found.setdefault(node.prefix, node.namespace)
        for attribute in node.attributes:
            if attribute.prefix and attribute.namespace:
                found.setdefault(attribute.prefix, attribute.namespace)
        if node.missing is not None:
            found["fk"] = FIELDKIT
        stack += (child for child in node.elements() if child.relevant)
    return found
