"""The body of an XForm: questions, groups and repeats in the order they are asked (ODK XForms spec, "Body")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from fieldkit.xforms.definition import (
    JAVAROSA,
    XFORMS,
    Bind,
    Group,
    Item,
    Itemset,
    Label,
    Question,
    Repeat,
    StaticChoice,
    absolute,
)

if TYPE_CHECKING:
    from fieldkit.xforms.xform import XFormReader

_CONTROLS = frozenset(
    {"input", "select1", "select", "rank", "trigger", "upload", "range", "secret", "textarea"}
)
_BARE = re.compile(r"[^\W\d][\w.-]*")
_PARAMETERS = ("start", "end", "step", "rows", "mediatype", "accept", "accuracyThreshold", "autoplay")


class BodyReader:
    """Reads body elements into items; `found` holds those with a path, by path."""

    def __init__(self, xform: XFormReader) -> None:
        self.xform = xform
        self.found: dict[str, Item] = {}

    def children(self, parent: etree._Element, context: str) -> tuple[Item, ...]:
        """The items below a body, group or repeat element."""
        made = []
        for element in parent.iterchildren("*"):
            name = etree.QName(element)
            if name.localname == "group" and name.namespace == XFORMS:
                made.append(self._group(element, context))
            elif name.localname == "repeat" and name.namespace == XFORMS:
                made.append(self._repeat(element, element, context))
            elif name.localname in _CONTROLS:
                made.append(self._question(element, name.localname, context))
        return tuple(made)

    def _path(self, element: etree._Element, context: str) -> str:
        reference = (element.get("ref") or element.get("nodeset") or "").strip()
        bind = element.get("bind")
        if not reference and bind:
            reference = bind.strip()
        return absolute(reference, context) if reference else ""

    def _common(self, element: etree._Element, path: str) -> dict[str, object]:
        hint = element.find(f"{{{XFORMS}}}hint")
        label = self.xform.label(hint, path)
        return {
            "bind": self.xform.binds.get(path, Bind()),
            "label": self.xform.label(element.find(f"{{{XFORMS}}}label"), path),
            "hint": label,
            "guidance": self.xform.guidance(label, hint),
            "appearance": frozenset((element.get("appearance") or "").split()),
            "source": self.xform.place(path),
        }

    def _group(self, element: etree._Element, context: str) -> Item:
        path = self._path(element, context)
        inside = list(element.iterchildren("*"))
        repeats = [child for child in inside if etree.QName(child).localname == "repeat"]
        if len(repeats) == 1 and all(etree.QName(c).localname in {"label", "hint", "repeat"} for c in inside):
            nodes = self._path(repeats[0], context)
            if not path or path == nodes:
                return self._repeat(repeats[0], element, context)
        if tuple(path[1:].split("/")) in self.xform.repeats:
            path = ""  # a heading around a repeat and other things: the path belongs to the repeat alone
        common = self._common(element, path)
        made = Group(path, children=self.children(element, path or context), **common)  # type: ignore[arg-type]
        if path:
            self.found[path] = made
        return made

    def _repeat(self, element: etree._Element, outer: etree._Element, context: str) -> Item:
        path = self._path(element, context)
        common = self._common(outer, path)
        common["appearance"] = frozenset((element.get("appearance") or outer.get("appearance") or "").split())
        count = self.xform.expression(_count(element), path, "repeat_count")
        fixed = (element.get(f"{{{JAVAROSA}}}noAddRemove") or "").strip() in {"true()", "true"}
        inside = self.children(element, path)
        made = Repeat(path, children=inside, count=count, fixed=fixed or count is not None, **common)  # type: ignore[arg-type]
        self.found[path] = made
        return made

    def _question(self, element: etree._Element, control: str, context: str) -> Item:
        path = self._path(element, context)
        names = {"secret": "input", "textarea": "input"}
        made = Question(
            path,
            control=names.get(control, control),
            choices=tuple(self._static_choices(element, path)),
            itemset=self._itemset(element, path),
            parameters={
                name: str(element.get(name)) for name in _PARAMETERS if element.get(name) is not None
            },
            **self._common(element, path),  # type: ignore[arg-type]
        )
        self.found[path] = made
        return made

    def _static_choices(self, element: etree._Element, path: str) -> list[StaticChoice]:
        made = []
        for item in element.iterfind(f"{{{XFORMS}}}item"):
            value = (item.findtext(f"{{{XFORMS}}}value") or "").strip()
            label = self.xform.label(item.find(f"{{{XFORMS}}}label"), path)
            made.append(StaticChoice(value, label or Label({"": (value,)})))
        return made

    def _itemset(self, element: etree._Element, path: str) -> Itemset | None:
        itemset = element.find(f"{{{XFORMS}}}itemset")
        if itemset is None:
            return None
        nodes = self.xform.expression(itemset.get("nodeset"), path, "choice_filter")
        value = itemset.find(f"{{{XFORMS}}}value")
        label = itemset.find(f"{{{XFORMS}}}label")
        if nodes is None or value is None:
            self.xform.fault(path, "type", "the list of choices names no nodes or no value")
            return None
        reference = (label.get("ref") if label is not None else None) or str(value.get("ref"))
        translated = reference.startswith("jr:itext(")
        name = reference.removeprefix("jr:itext(").rstrip(")").strip() if translated else reference
        return Itemset(nodes, str(value.get("ref")), name, translated)


def _count(repeat: etree._Element) -> str | None:
    """The expression of `jr:count`; a bare name is a sibling of the repeat."""
    count = (repeat.get(f"{{{JAVAROSA}}}count") or "").strip()
    return f"../{count}" if _BARE.fullmatch(count) else count or None
