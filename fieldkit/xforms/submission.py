"""OpenRosa submission XML: the relevant nodes of an entry, byte-stable (ODK XForms spec, "Record")."""

from __future__ import annotations

from lxml import etree

from fieldkit.xforms.instance import Element
from fieldkit.xforms.tree import AnswerTree


def submission_xml(tree: AnswerTree) -> str:
    """Write the answers as an OpenRosa record. Missing answers are an attribute `fk:missing` beside the value."""
    root = tree.root
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
            theirs.set("{urn:fieldkit:xforms:1}missing", ours.missing.value)
        children = list(ours.elements())
        if not children:
            theirs.text = ours.text or None
        stack += [(child, etree.SubElement(theirs, _tag(child))) for child in children if child.relevant]
    return etree.tostring(top, encoding="unicode")


def _tag(element: Element) -> str:
    return f"{{{element.namespace}}}{element.name}" if element.namespace else element.name


def _namespaces(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        found.setdefault(node.prefix, node.namespace)
        for attribute in node.attributes:
            if attribute.prefix:
                found.setdefault(attribute.prefix, attribute.namespace)
        if node.missing is not None:
            found["fk"] = "urn:fieldkit:xforms:1"
        stack += node.elements()
    return found
