"""XForm XML → Form: model, itext, binds, body (ODK XForms spec; OpenRosa). Faults are gathered, not thrown singly."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from fieldkit.errors import FormError, FormProblem
from fieldkit.xforms.body import BodyReader
from fieldkit.xforms.definition import (
    EVENTS,
    FIELDKIT,
    JAVAROSA,
    ODK,
    OPENROSA,
    XFORMS,
    XHTML,
    Bind,
    Form,
    Group,
    Item,
    Label,
    Privacy,
    Question,
    Repeat,
    SecondaryInstance,
    Segment,
    SetValue,
    Source,
    absolute,
)
from fieldkit.xforms.dependencies import CycleError, Graph
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.instance import xml_parser
from fieldkit.xforms.lists import Lists
from fieldkit.xforms.xpath import Scope

_ITEXT = re.compile(r"^jr:itext\(\s*['\"](.+)['\"]\s*\)$")
_TRUE = {"true()", "true", "1"}
_FALSE = {"", "false()", "false"}
_NAMESPACES = {"jr": JAVAROSA, "orx": OPENROSA, "odk": ODK, "h": XHTML}

Places = Mapping[str, tuple[str, int]]


class XFormReader:
    """Reads one XForm. Template paths use names as written, prefixes included (`/data/orx:meta`)."""

    def __init__(self, xml: bytes, places: Places, source: str, media: Path | None) -> None:
        self.media = media
        self.xml = xml
        self.places = places
        self.source = source
        self.faults: list[FormProblem] = []

    def read(self) -> Form:
        """Read the form. Raises FormError with every fault found."""
        model, body, title = self._parts()
        instances = model.findall(f"{{{XFORMS}}}instance")
        root = next(instances[0].iterchildren("*"), None) if instances else None
        if root is None:
            raise self._refused(
                "the model has no primary instance; add <instance> with the form's root element"
            )
        self.repeats = frozenset(self._repeat_steps(body))
        self.languages, self.default_language = self._read_languages(model)
        self.texts = self._read_texts(model)
        self.binds = {
            node: self._read_bind(bind, node) for node, bind in self._bind_nodes(model, f"/{_name(root)}")
        }
        reader = BodyReader(self)
        top = reader.children(body, f"/{_name(root)}") if body is not None else ()
        items = dict(self._items(root, reader.found))
        if self.faults:
            raise FormError(self.faults, self.source)
        secondary = dict(self._secondary(instances[1:]))
        actions = tuple(self._actions(model, body))
        instance_name = self._instance_name(items)
        privacy = self._privacy(model, root)
        graph = self._graph(items)
        if self.faults or graph is None:
            raise FormError(self.faults, self.source)
        return Form(
            id=root.get("id") or root.get(f"{{{OPENROSA}}}id") or etree.QName(root).namespace or _name(root),
            version=root.get("version") or root.get(f"{{{OPENROSA}}}version") or "",
            title=title,
            hash=hashlib.sha256(self.xml).hexdigest(),
            languages=self.languages,
            default_language=self.default_language,
            items=items,
            body=top,
            template=etree.tostring(root),
            texts=self.texts,
            actions=actions,
            instances=secondary,
            lists=Lists(secondary, self.media),
            graph=graph,
            instance_name=instance_name,
            privacy=privacy,
        )

    def expression(self, source: str | None, context: str, column: str) -> Expression | None:
        """An expression that belongs to the node at `context`; faults in it are gathered. None where empty."""
        if source is None or not source.strip():
            return None
        steps = tuple(context[1:].split("/")) if context else ()
        made = Expression(source.strip(), Scope(steps, self.repeats, _NAMESPACES), column)
        try:
            _ = made.compiled
        except Exception as error:
            reason = getattr(error, "reason", str(error))
            token = getattr(error, "token", "")
            near = f" near {token!r}" if token else ""
            self.fault(context, column, f"{reason}{near} in: {made.source}")
            return None
        return made

    def fault(self, path: str, column: str | None, message: str) -> None:
        """Note a fault of the part of the form at `path`."""
        sheet, row = self.places.get(path, ("", None))
        self.faults.append(FormProblem(sheet or path, row, column, message))

    def label(self, element: etree._Element | None, context: str) -> Label | None:
        """The words of a label, hint or message element, or of an itext reference it makes."""
        if element is None:
            return None
        reference = element.get("ref")
        if reference:
            return self.text_label(reference, context)
        segments = tuple(self._segments(element, context))
        return Label({"": segments}) if segments else None

    def text_label(self, text: str | None, context: str) -> Label | None:
        """The words of an attribute: plain, or `jr:itext('id')`."""
        if not text:
            return None
        found = _ITEXT.match(text.strip())
        if not found:
            return Label({"": (text,)})
        key = found.group(1)
        texts = {
            lang: self._bound(entries[key], context) for lang, entries in self.texts.items() if key in entries
        }
        return Label(texts) if texts else None

    def guidance(self, hint: Label | None, element: etree._Element | None) -> Label | None:
        """The guidance form of a hint's itext (XForms `form="guidance"`)."""
        found = _ITEXT.match((element.get("ref") or "").strip()) if element is not None else None
        if hint is None or not found:
            return None
        key = f"{found.group(1)}\0guidance"
        texts = {lang: entries[key] for lang, entries in self.texts.items() if key in entries}
        return Label(texts) if texts else None

    def _refused(self, message: str) -> FormError:
        return FormError([FormProblem("", None, None, message)], self.source)

    def _parts(self) -> tuple[etree._Element, etree._Element | None, str]:
        try:
            tree = etree.fromstring(self.xml, xml_parser())
        except etree.XMLSyntaxError as error:
            line = error.lineno
            message = f"this is not well-formed XML: {error.msg}. Export the form again"
            raise FormError([FormProblem("", line, None, message)], self.source) from error
        model = tree.find(f"{{{XHTML}}}head/{{{XFORMS}}}model")
        if model is None:
            raise self._refused("there is no <model> in <h:head>; this is not an XForm")
        title = tree.findtext(f"{{{XHTML}}}head/{{{XHTML}}}title") or ""
        return model, tree.find(f"{{{XHTML}}}body"), title

    def _repeat_steps(self, body: etree._Element | None) -> Iterator[tuple[str, ...]]:
        if body is not None:
            for repeat in body.iter(f"{{{XFORMS}}}repeat"):
                yield tuple((repeat.get("nodeset") or "").strip()[1:].split("/"))

    def _read_languages(self, model: etree._Element) -> tuple[tuple[str, ...], str]:
        translations = model.findall(f"{{{XFORMS}}}itext/{{{XFORMS}}}translation")
        names = [str(translation.get("lang") or "") for translation in translations]
        marked = [
            name for name, each in zip(names, translations, strict=True) if each.get("default") is not None
        ]
        return tuple(names), (marked or names or [""])[0]

    def _read_texts(self, model: etree._Element) -> dict[str, dict[str, tuple[Segment, ...]]]:
        texts: dict[str, dict[str, tuple[Segment, ...]]] = {}
        for translation in model.iterfind(f"{{{XFORMS}}}itext/{{{XFORMS}}}translation"):
            entries = texts.setdefault(str(translation.get("lang") or ""), {})
            for text in translation.iterfind(f"{{{XFORMS}}}text"):
                for value in text.iterfind(f"{{{XFORMS}}}value"):
                    form = value.get("form")
                    key = str(text.get("id")) + (f"\0{form}" if form else "")
                    entries[key] = tuple(self._segments(value, ""))
        return texts

    def _segments(self, element: etree._Element, context: str) -> Iterator[Segment]:
        if element.text:
            yield element.text
        for child in element:
            if etree.QName(child).localname == "output":
                source = child.get("value") or child.get("ref")
                inside = self.expression(source, context, "label")
                if inside is not None:
                    yield inside
            if child.tail:
                yield child.tail

    def _bound(self, segments: tuple[Segment, ...], context: str) -> tuple[Segment, ...]:
        """Segments of itext, with their expressions standing at `context`."""
        bound = (s if isinstance(s, str) else self.expression(s.source, context, "label") for s in segments)
        return tuple(segment for segment in bound if segment is not None)

    def _bind_nodes(self, model: etree._Element, root: str) -> Iterator[tuple[str, etree._Element]]:
        for bind in model.iterfind(f"{{{XFORMS}}}bind"):
            node = (bind.get("nodeset") or "").strip()
            if node:
                node = absolute(node, root)
                yield node.split("/@")[0], bind

    def _read_bind(self, bind: etree._Element, node: str) -> Bind:
        def rule(name: str, column: str) -> Expression | None:
            source = (bind.get(name) or "").strip()
            return None if source in _FALSE else self.expression(source, node, column)

        def own(name: str) -> str | None:
            return bind.get(f"{{{FIELDKIT}}}{name}")

        required = rule("required", "required")
        return Bind(
            type=(bind.get("type") or "").split(":")[-1],
            required=required,
            required_message=self.text_label(bind.get(f"{{{JAVAROSA}}}requiredMsg"), node),
            relevant=None if (bind.get("relevant") or "").strip() in _TRUE else self._relevant(bind, node),
            readonly=rule("readonly", "read_only"),
            constraint=rule("constraint", "constraint"),
            constraint_message=self.text_label(bind.get(f"{{{JAVAROSA}}}constraintMsg"), node),
            calculate=self.expression(bind.get("calculate"), node, "calculation"),
            warning=self.expression(own("warning"), node, "fk:warning"),
            warning_message=self.text_label(own("warning_message"), node),
            preload=bind.get(f"{{{JAVAROSA}}}preload") or "",
            preload_params=bind.get(f"{{{JAVAROSA}}}preloadParams") or "",
            save_to=next(
                (str(v) for k, v in bind.attrib.items() if etree.QName(k).localname == "saveto"), ""
            ),
            tier=own("tier") or "",
            why=self.text_label(own("why"), node),
            who_sees=self.text_label(own("who_sees"), node),
        )

    def _relevant(self, bind: etree._Element, node: str) -> Expression | None:
        return self.expression(bind.get("relevant"), node, "relevant")

    def _items(self, root: etree._Element, found: Mapping[str, Item]) -> Iterator[tuple[str, Item]]:
        stack = [(root, f"/{_name(root)}")]
        seen = set()
        while stack:
            element, path = stack.pop()
            children = list(element.iterchildren("*"))
            if path not in seen:
                seen.add(path)
                yield path, found.get(path) or self._silent(path, element, has_children=bool(children))
            stack += [(child, f"{path}/{_name(child)}") for child in reversed(children)]

    def _silent(self, path: str, element: etree._Element, *, has_children: bool) -> Item:
        """An item that the body does not show."""
        bind = self.binds.get(path, Bind())
        if has_children:
            kind = Repeat if tuple(path[1:].split("/")) in self.repeats else Group
            return kind(path, bind, source=self.place(path))
        return Question(path, bind, source=self.place(path), default=element.text or "")

    def place(self, path: str) -> Source:
        """Where the part at `path` was written."""
        sheet, row = self.places.get(path, ("", None))
        return Source(sheet, row)

    def _actions(self, model: etree._Element, body: etree._Element | None) -> Iterator[SetValue]:
        for scope in (model, body):
            if scope is None:
                continue
            for action in scope.iter(f"{{{XFORMS}}}setvalue"):
                parent = action.getparent()
                owner = (
                    (parent.get("ref") or parent.get("nodeset") or "").strip() if parent is not None else ""
                )
                target = (action.get("ref") or action.get("bind") or owner).strip()
                yield SetValue(
                    events=frozenset((action.get(f"{{{EVENTS}}}event") or action.get("event") or "").split()),
                    target=target,
                    value=self.expression(action.get("value"), target, "default"),
                    text=action.text or "",
                    trigger=owner if scope is body else "",
                )

    def _graph(self, items: Mapping[str, Item]) -> Graph | None:
        try:
            return Graph(items)
        except CycleError as error:
            rule = error.rules[0]
            message = (
                f"these depend on each other in a circle: {error}. Break the circle in one of them"
                if len(error.rules) > 1
                else f"this depends on itself: {rule.expression.source}. once() keeps a value that is there"
            )
            self.fault(rule.item.path, rule.expression.column, message)
            return None

    def _secondary(self, instances: list[etree._Element]) -> Iterator[tuple[str, SecondaryInstance]]:
        for instance in instances:
            name = str(instance.get("id"))
            inside = next(instance.iterchildren("*"), None)
            xml = etree.tostring(inside, with_tail=False) if inside is not None else b""
            yield name, SecondaryInstance(name, xml, instance.get("src") or "")

    def _instance_name(self, items: Mapping[str, Item]) -> Expression | None:
        named = (item for path, item in items.items() if path.endswith("instanceName"))
        return next((item.bind.calculate for item in named), None)

    def _privacy(self, model: etree._Element, root: etree._Element) -> Privacy:
        top = f"/{_name(root)}"
        return Privacy(
            purpose=self.text_label(model.get(f"{{{FIELDKIT}}}purpose"), top),
            retention=model.get(f"{{{FIELDKIT}}}retention") or "",
            declined=self.expression(model.get(f"{{{FIELDKIT}}}declined"), top, "fk:declined"),
            declined_keeps=tuple((model.get(f"{{{FIELDKIT}}}declined_keeps") or "").split()),
        )


def _name(element: etree._Element) -> str:
    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else local
