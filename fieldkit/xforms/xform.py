"""XForm XML → Form: the model, then the body, then what they mean together (ODK XForms spec; OpenRosa).

Faults are gathered, not thrown singly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from fieldkit.errors import FormError, FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.actions import ActionReader
from fieldkit.xforms.binds import Binds
from fieldkit.xforms.body import BodyReader
from fieldkit.xforms.choosing import EXTERNAL
from fieldkit.xforms.definition import (
    FIELDKIT,
    JAVAROSA,
    OPENROSA,
    XFORMS,
    XHTML,
    Bind,
    Capture,
    Form,
    Group,
    Item,
    Privacy,
    Question,
    Repeat,
    SecondaryInstance,
    SetValue,
    Submission,
    unstored,
)
from fieldkit.xforms.dependencies import CycleError, Graph
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.instance import xml_parser
from fieldkit.xforms.itext import Itext
from fieldkit.xforms.lists import Lists
from fieldkit.xforms.reading import Places, Reading, local_name, written_name

_MODEL = frozenset({"instance", "bind", "itext", "submission", "setvalue", "setgeopoint", "recordaudio"})
_ITEMSETS = SecondaryInstance(EXTERNAL, src=f"jr://file-csv/{EXTERNAL}.csv")


class XFormReader:
    """Reads one XForm. `places`: where its parts were written, for one that was made from sheets."""

    def __init__(self, xml: bytes, places: Places, source: str, media: Path | None) -> None:
        self.media = media
        self.xml = xml
        self.reading = Reading(places, source)

    def read(self) -> Form:
        """Read the form. Raises FormError with every fault found."""
        reading = self.reading
        tree = self._tree()
        model, body = self._parts(tree)
        instances = model.findall(f"{{{XFORMS}}}instance")
        root = self._root(instances)
        top = f"/{written_name(root)}"
        nodes = self._nodes(root)
        reading.nodes = nodes.keys()
        reading.repeats = frozenset(self._repeat_steps(body))
        secondary = {each.id: each for each in self._secondary(instances[1:])}
        if body is not None and body.find(".//*[@query]") is not None:
            secondary.setdefault(EXTERNAL, _ITEMSETS)
        reading.lists = frozenset(secondary)
        itext = Itext(reading, model)
        binds = Binds(reading, itext, model, top)
        bodies = BodyReader(reading, itext, binds)
        asked = bodies.children(body, top) if body is not None else ()
        items = {path: bodies.found.get(path) or self._silent(path, nodes[path], binds) for path in nodes}
        reader = ActionReader(reading, binds.by_id, top)
        actions = [*reader.read(model, in_body=False), *reader.read(body, in_body=True)]
        privacy = self._privacy(model, itext, top)
        attributes = {path: bind for path, bind in binds.by_path.items() if "/@" in path}
        self._refuse_unstored_files(items)
        reading.stop_if_faulty()
        return Form(
            id=root.get("id") or root.get(f"{{{OPENROSA}}}id") or etree.QName(root).namespace or top[1:],
            version=root.get("version") or root.get(f"{{{OPENROSA}}}version") or "",
            title=tree.findtext(f"{{{XHTML}}}head/{{{XHTML}}}title") or "",
            hash=hashlib.sha256(self.xml).hexdigest(),
            languages=itext.languages,
            default_language=itext.default_language,
            items=items,
            body=asked,
            template=etree.tostring(root, encoding="utf-8"),
            texts=itext.texts,
            actions=tuple(action for action in actions if isinstance(action, SetValue)),
            captures=tuple(action for action in actions if isinstance(action, Capture)),
            instances=secondary,
            lists=Lists(secondary, self.media),
            graph=self._graph(items, attributes),
            instance_name=self._instance_name(items),
            privacy=privacy,
            attributes=attributes,
            submission=self._submission(model),
            style=(body.get("class") or "") if body is not None else "",
            warnings=tuple(reading.warnings),
        )

    def _refused(self, message: str, line: int | None = None) -> FormError:
        return FormError([FormProblem("", line, None, message)], self.reading.source)

    def _tree(self) -> etree._Element:
        try:
            tree = etree.fromstring(self.xml, xml_parser(bare=True))
        except etree.XMLSyntaxError as error:
            way = (
                phrase(N_("Declare prefixes in the setting namespaces"))
                if self.reading.places
                else phrase(N_("Export the form again"))
            )
            message = phrase(N_("this is not well-formed XML: {error}. {way}"), error=error.msg, way=way)
            raise self._refused(message, error.lineno) from error
        kind: Any = tree.getroottree().docinfo.internalDTD
        if kind is not None and next(kind.iterentities(), None) is not None:
            raise self._refused(
                phrase(N_("this form defines entities of its own; export it again without a DOCTYPE"))
            )
        return tree

    def _parts(self, tree: etree._Element) -> tuple[etree._Element, etree._Element | None]:
        model = tree.find(f"{{{XHTML}}}head/{{{XFORMS}}}model")
        body = tree.find(f"{{{XHTML}}}body")
        if model is None:
            raise self._refused(phrase(N_("there is no <model> in <h:head>; this is not an XForm")))
        if body is not None and body.getnext() is not None:
            self.reading.fault_in(body, phrase(N_("the body stands before the head; the model comes first")))
        for child in model.iterchildren("*"):
            if local_name(child) not in _MODEL:
                self.reading.fault_in(child, phrase(N_("this has no place in a model; remove it")))
        return model, body

    def _root(self, instances: list[etree._Element]) -> etree._Element:
        roots = list(instances[0].iterchildren("*")) if instances else []
        if not roots:
            raise self._refused(
                phrase(N_("the model has no primary instance; add <instance> with the form's root element"))
            )
        if len(roots) > 1:
            self.reading.fault_in(
                roots[1], phrase(N_("an instance has one root element; move this one into it"))
            )
        return roots[0]

    def _nodes(self, root: etree._Element) -> dict[str, etree._Element]:
        """The nodes of the primary instance by template path, in document order."""
        nodes: dict[str, etree._Element] = {}
        stack = [(root, f"/{written_name(root)}")]
        while stack:
            element, path = stack.pop()
            nodes.setdefault(path, element)
            self._check_prototypes(element)
            stack += [
                (child, f"{path}/{written_name(child)}")
                for child in reversed(list(element.iterchildren("*")))
            ]
        return nodes

    def _check_prototypes(self, parent: etree._Element) -> None:
        """Of each repeat below one parent there is one template at most."""
        known: set[str] = set()
        for child in parent.iterchildren("*"):
            if child.get(f"{{{JAVAROSA}}}template") is not None:
                if child.tag in known:
                    self.reading.fault_in(child, phrase(N_("this repeat has two templates; keep one")))
                known.add(child.tag)

    def _repeat_steps(self, body: etree._Element | None) -> Iterator[tuple[str, ...]]:
        if body is not None:
            for repeat in body.iter(f"{{{XFORMS}}}repeat"):
                reference = repeat.get("nodeset") or repeat.get("ref") or ""
                yield tuple(reference.strip()[1:].split("/"))

    def _silent(self, path: str, element: etree._Element, binds: Binds) -> Item:
        """An item that the body does not show."""
        bind = binds.by_path.get(path, Bind())
        source = self.reading.place(path)
        if len(element):
            kind = Repeat if tuple(path[1:].split("/")) in self.reading.repeats else Group
            return kind(path, bind, source=source)
        return Question(path, bind, source=source, default=element.text or "")

    def _refuse_unstored_files(self, items: Mapping[str, Item]) -> None:
        """What is never stored cannot be a file: those are taken into the workspace."""
        for path in unstored(items):
            item = items[path]
            if isinstance(item, Question) and item.control == "upload":
                message = phrase(
                    N_(
                        "a file is stored to be attached; tier X is seen and never stored. Give it another tier, or drop it"
                    )
                )
                self.reading.fault(path, "fk:tier", message)

    def _graph(self, items: Mapping[str, Item], attributes: Mapping[str, Bind]) -> Graph:
        try:
            return Graph(items, attributes)
        except CycleError as error:
            rule = error.rules[0]
            message = (
                phrase(
                    N_("these depend on each other in a circle: {error}. Break the circle in one of them"),
                    error=error,
                )
                if len(error.rules) > 1
                else phrase(
                    N_("this depends on itself: {expression}. once() keeps a value that is there"),
                    expression=rule.expression.source,
                )
            )
            self.reading.fault(rule.item.path, rule.expression.column, message)
            raise FormError(self.reading.faults, self.reading.source) from error

    def _secondary(self, instances: list[etree._Element]) -> Iterator[SecondaryInstance]:
        for instance in instances:
            inside = next(instance.iterchildren("*"), None)
            xml = etree.tostring(inside, encoding="utf-8", with_tail=False) if inside is not None else b""
            yield SecondaryInstance(str(instance.get("id") or ""), xml, instance.get("src") or "")

    def _instance_name(self, items: Mapping[str, Item]) -> Expression | None:
        named = (item for path, item in items.items() if path.endswith("instanceName"))
        return next((item.bind.calculate for item in named), None)

    def _submission(self, model: etree._Element) -> Submission:
        element = model.find(f"{{{XFORMS}}}submission")
        if element is None:
            return Submission()
        given = {str(etree.QName(key).localname): str(value) for key, value in element.attrib.items()}
        return Submission(given.pop("action", ""), given.pop("base64RsaPublicKey", ""), given)

    def _privacy(self, model: etree._Element, itext: Itext, top: str) -> Privacy:
        return Privacy(
            purpose=itext.text_label(model.get(f"{{{FIELDKIT}}}purpose"), top),
            who_sees=itext.text_label(model.get(f"{{{FIELDKIT}}}who_sees"), top),
            family=(model.get(f"{{{FIELDKIT}}}family") or "").strip(),
            retention=model.get(f"{{{FIELDKIT}}}retention") or "",
            declined=self.reading.expression(model.get(f"{{{FIELDKIT}}}declined"), top, "fk:declined"),
            declined_keeps=tuple((model.get(f"{{{FIELDKIT}}}declined_keeps") or "").split()),
            slip=itext.text_label(model.get(f"{{{FIELDKIT}}}slip"), top),
            slip_when=self.reading.expression(model.get(f"{{{FIELDKIT}}}slip_when"), top, "fk:slip_when"),
        )
