"""The tree that expressions read: documents, elements, attributes, text (XPath 1.0 §5).

One kind of tree serves the answers of a form (the main instance), its lists (secondary instances) and any
XML document. An element of a form carries its state beside its text: relevance, the missing answer, the
lasting id of a repeat instance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from fieldkit.xforms.definition import Item
    from fieldkit.xforms.missing import Missing


_MANY = 8
"""From how many children on a parent keeps an index by name."""
_NONE: list[Element] = []


class Node:
    """A node of the tree. `name` is the local name, `namespace` its URI or "", `prefix` as written."""

    __slots__ = ("name", "namespace", "parent", "prefix")

    def __init__(self, name: str = "", namespace: str = "", prefix: str = "") -> None:
        self.name = name
        self.namespace = namespace
        self.prefix = prefix
        self.parent: Parent | None = None

    @property
    def qname(self) -> str:
        """The name as written, with its prefix."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name

    def string_value(self) -> str:
        """The string-value of XPath 1.0 §5; "" where an answer is empty or not relevant."""
        return ""

    @property
    def root(self) -> Node:
        """The topmost node: normally a Document."""
        node: Node = self
        while node.parent is not None:
            node = node.parent
        return node


class Parent(Node):
    """A node that holds others: `children` in document order, changed only by the methods here."""

    __slots__ = ("_by_name", "children")

    def __init__(self, name: str = "", namespace: str = "", prefix: str = "") -> None:
        super().__init__(name, namespace, prefix)
        self.children: list[Node] = []
        self._by_name: dict[str, list[Element]] | None = None

    def append(self, child: Node) -> None:
        """Put `child` at the end and take it over."""
        child.parent = self
        self.children.append(child)
        self._by_name = None

    def insert(self, index: int, child: Node) -> None:
        """Put `child` at `index` among the children and take it over."""
        child.parent = self
        self.children.insert(index, child)
        self._by_name = None

    def remove(self, child: Node) -> None:
        """Take `child` out; it keeps its own subtree."""
        self.children.remove(child)
        child.parent = None
        self._by_name = None

    def named(self, name: str) -> list[Element]:
        """The element children of that local name, in order; the list is not to be changed.

        Parents of many children are indexed by name when they are first asked.
        """
        index = self._by_name
        if index is None:
            if len(self.children) < _MANY:
                return [child for child in self.children if child.name == name and isinstance(child, Element)]
            index = {}
            for child in self.elements():
                index.setdefault(child.name, []).append(child)
            self._by_name = index
        return index.get(name, _NONE)

    def elements(self) -> Iterator[Element]:
        """The element children, in document order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child

    def string_value(self) -> str:
        return "".join(
            child.string_value()
            for child in self.children
            if not isinstance(child, (Comment, ProcessingInstruction))
        )


class Document(Parent):
    """The root node of a tree (XPath 1.0 §5.1)."""

    __slots__ = ()

    @property
    def element(self) -> Element:
        """The document element."""
        return next(self.elements())


class Element(Parent):
    """An element. One that holds only text keeps it in `text` and has no children.

    relevant: false hides it and everything below from expressions (ODK XForms, "non-relevant nodes").
    item: the question, group or repeat of the form it is an instance of, if any.
    missing: the missing answer given instead of a value.
    instance_id: of a repeat instance, an id that stays with it for ever, wherever it moves.
    position: of a repeat instance, its 1-based place among its siblings now.
    declared: the namespaces declared at it, prefix to URI; None for most.
    """

    __slots__ = ("attributes", "declared", "instance_id", "item", "missing", "position", "relevant", "text")

    def __init__(self, name: str, namespace: str = "", prefix: str = "", text: str = "") -> None:
        super().__init__(name, namespace, prefix)
        self.attributes: list[Attribute] = []
        self.text = text
        self.relevant = True
        self.item: Item | None = None
        self.missing: Missing | None = None
        self.instance_id = ""
        self.position = 1
        self.declared: Mapping[str, str] | None = None

    def string_value(self) -> str:
        if not self.relevant:
            return ""
        return self.text if not self.children else super().string_value()

    def attribute(self, name: str, namespace: str = "") -> str | None:
        """The value of an attribute, None where there is none."""
        for attribute in self.attributes:
            if attribute.name == name and attribute.namespace == namespace:
                return attribute.value
        return None

    def attribute_node(self, name: str) -> Attribute:
        """The attribute of that name as written, added without a namespace where there is none."""
        for attribute in self.attributes:
            if attribute.qname == name:
                return attribute
        self.set_attribute(name, "")
        return self.attributes[-1]

    def set_attribute(self, name: str, value: str, namespace: str = "", prefix: str = "") -> None:
        """Give an attribute its value, adding it where needed."""
        for attribute in self.attributes:
            if attribute.name == name and attribute.namespace == namespace:
                attribute.value = value
                return
        added = Attribute(name, value, namespace, prefix)
        added.parent = self
        self.attributes.append(added)

    def child(self, name: str) -> Element | None:
        """The first element child of that local name."""
        found = self.named(name)
        return found[0] if found else None


class Leaf(Node):
    """A node that holds nothing but its own `value`."""

    __slots__ = ("value",)

    def __init__(self, value: str, name: str = "", namespace: str = "", prefix: str = "") -> None:
        super().__init__(name, namespace, prefix)
        self.value = value

    def string_value(self) -> str:
        return self.value


class Attribute(Leaf):
    """An attribute; its parent is its element, though it is no child of it (XPath 1.0 §5.3)."""

    __slots__ = ()

    def __init__(self, name: str, value: str, namespace: str = "", prefix: str = "") -> None:
        super().__init__(value, name, namespace, prefix)


class Namespace(Node):
    """A namespace in scope of an element (XPath 1.0 §5.4): `name` is its prefix, "" for the default one. Two that
    say the same of the same element are equal.
    """

    __slots__ = ("uri",)

    def __init__(self, prefix: str, uri: str, element: Element) -> None:
        super().__init__(prefix)
        self.uri = uri
        self.parent = element

    def string_value(self) -> str:
        return self.uri

    def __eq__(self, other: object) -> bool:
        """Whether both are the same prefix in scope of the same element."""
        return isinstance(other, Namespace) and other.name == self.name and other.parent == self.parent

    def __hash__(self) -> int:
        """By element and prefix."""
        return hash((self.parent, self.name))


class Text(Leaf):
    """A run of text among elements (mixed content)."""

    __slots__ = ()


class Comment(Leaf):
    """A comment (XPath 1.0 §5.6)."""

    __slots__ = ()


class ProcessingInstruction(Leaf):
    """A processing instruction; `name` is its target (XPath 1.0 §5.5)."""

    __slots__ = ()

    def __init__(self, target: str, value: str) -> None:
        super().__init__(value, target)


def xml_parser(*, bare: bool = False) -> etree.XMLParser:
    """A parser that never touches network or entities and refuses absurd sizes; a `bare` one leaves out comments and
    processing instructions.
    """
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=bare,
        remove_pis=bare,
    )


def parse_xml(text: str | bytes) -> Document:
    """Read XML text into a tree of ours, keeping namespaces, attributes, text and comments.

    Raises `lxml.etree.XMLSyntaxError` on malformed XML.
    """
    raw = text.encode("utf-8") if isinstance(text, str) else text
    tree = etree.fromstring(raw, xml_parser())
    document = Document()
    before = []
    sibling = tree.getprevious()
    while sibling is not None:
        before.append(sibling)
        sibling = sibling.getprevious()
    for node in [*reversed(before), tree, *_following(tree)]:
        document.append(from_lxml(node))
    return document


def _following(tree: etree._Element) -> list[etree._Element]:
    found = []
    sibling = tree.getnext()
    while sibling is not None:
        found.append(sibling)
        sibling = sibling.getnext()
    return found


def from_lxml(source: etree._Element) -> Node:
    """Turn an lxml node and everything below it into ours. Works without recursion, so depth is no danger."""
    top = _shallow(source)
    stack: list[tuple[etree._Element, Node]] = [(source, top)]
    while stack:
        theirs, ours = stack.pop()
        if not isinstance(ours, Element):
            continue
        if len(theirs) == 0:
            ours.text = theirs.text or ""
            continue
        if theirs.text:
            ours.append(Text(theirs.text))
        for child in theirs:
            mine = _shallow(child)
            ours.append(mine)
            stack.append((child, mine))
            if child.tail:
                ours.append(Text(child.tail))
    return top


def _shallow(source: etree._Element) -> Node:
    if isinstance(source, etree._Comment):  # noqa: SLF001 - lxml exposes the type only under this name
        return Comment(source.text or "")
    if isinstance(source, etree._ProcessingInstruction):  # noqa: SLF001
        return ProcessingInstruction(str(source.target or ""), str(source.text or ""))
    name = etree.QName(source)
    element = Element(name.localname, name.namespace or "", source.prefix or "")
    above = source.getparent()
    if above is None or source.nsmap != above.nsmap:
        element.declared = {prefix or "": uri for prefix, uri in source.nsmap.items()}
    prefixes = {uri: prefix for prefix, uri in source.nsmap.items() if prefix}
    for key, value in source.attrib.items():
        attribute = etree.QName(key)
        uri = attribute.namespace or ""
        element.set_attribute(attribute.localname, str(value), uri, prefixes.get(uri, ""))
    return element
