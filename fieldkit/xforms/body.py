"""The body of an XForm: questions, groups and repeats in the order they are asked (ODK XForms spec, "Body")."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from fieldkit.errors import phrase
from fieldkit.i18n import N_
from fieldkit.xforms.binds import Binds
from fieldkit.xforms.choosing import ChoiceLists
from fieldkit.xforms.definition import JAVAROSA, ODK, XFORMS, Bind, Group, Item, Question, Repeat, absolute
from fieldkit.xforms.itext import Itext
from fieldkit.xforms.reading import Reading, local_name

_CONTROLS = {"secret": "input", "textarea": "input"} | {
    name: name for name in ("input", "select1", "select", "rank", "trigger", "upload", "range")
}
_STRUCTURE = frozenset({"ref", "nodeset", "bind", "appearance", "class"})
_BARE = re.compile(r"[^\W\d][\w.-]*")
_SELECTS = frozenset({"select1", "select", "rank"})
_RANGE = {"start": "0", "end": "10", "step": "1"}


class BodyReader:
    """Reads body elements into items; `found` holds those with a path, by path."""

    def __init__(self, reading: Reading, itext: Itext, binds: Binds) -> None:
        self.reading = reading
        self.itext = itext
        self.binds = binds
        self.found: dict[str, Item] = {}
        self.choices = ChoiceLists(reading, itext)

    def children(self, parent: etree._Element, context: str, repeat: str = "") -> tuple[Item, ...]:
        """The items below a body, group or repeat element. `repeat`: the path of the repeat around them."""
        made = []
        for element in parent.iterchildren("*"):
            name = local_name(element)
            if name == "group":
                made.append(self._group(element, context, repeat))
            elif name == "repeat":
                made.append(self._repeat(element, element, context, repeat))
            elif name in _CONTROLS:
                made.append(self._question(element, _CONTROLS[name], context, repeat))
            elif etree.QName(element).namespace in {XFORMS, ODK} and name not in _BESIDE:
                self.reading.fault_in(
                    element, phrase(N_("this is no question, group or repeat that XForms know"))
                )
        return tuple(made)

    def _path(self, element: etree._Element, context: str, repeat: str) -> str:
        """The node an element is bound to, "" where none is named; one that does not exist is a fault."""
        name = element.get("bind")
        if name is not None:
            path = self.binds.by_id.get(name, "")
            if not path:
                self.reading.fault_in(element, phrase(N_("there is no bind with the id {name!r}"), name=name))
            return path
        reference = (element.get("ref") or element.get("nodeset") or "").strip()
        if not reference:
            return ""
        path = absolute(reference, context)
        if path not in self.reading.nodes:
            self.reading.fault_in(
                element,
                phrase(N_("{path} is no node of the form; correct the name or add the node"), path=path),
            )
            return ""
        self.reading.found_at(path, element)
        if repeat and not f"{path}/".startswith(f"{repeat}/"):
            self.reading.fault_in(
                element,
                phrase(
                    N_("{path} stands in the repeat {repeat} without being part of it"),
                    path=path,
                    repeat=repeat,
                ),
            )
        return path

    def _common(self, element: etree._Element, path: str) -> dict[str, Any]:
        label, hint = element.find(f"{{{XFORMS}}}label"), element.find(f"{{{XFORMS}}}hint")
        return {
            "bind": self.binds.by_path.get(path, Bind()),
            "label": self.itext.label(label, path),
            "hint": self.itext.label(hint, path),
            "guidance": self.itext.guidance(hint, path),
            "appearance": frozenset((element.get("appearance") or "").split()),
            "media": self.itext.media(label, path),
            "source": self.reading.place(path),
        }

    def _group(self, element: etree._Element, context: str, repeat: str) -> Item:
        inside = list(element.iterchildren("*"))
        repeats = [child for child in inside if local_name(child) == "repeat"]
        path = self._path(element, context, repeat)
        if len(repeats) == 1 and all(local_name(child) in {"label", "hint", "repeat"} for child in inside):
            nodes = absolute((repeats[0].get("nodeset") or repeats[0].get("ref") or "").strip(), context)
            if not path or path == nodes:
                return self._repeat(repeats[0], element, context, repeat)
        if tuple(path[1:].split("/")) in self.reading.repeats:
            path = ""  # a heading around a repeat and other things: the path belongs to the repeat alone
        children = self.children(element, path or context, repeat)
        made = Group(path, children=children, **self._common(element, path))
        if path:
            self.found[path] = made
        return made

    def _repeat(self, element: etree._Element, outer: etree._Element, context: str, around: str) -> Item:
        path = self._path(element, context, around)
        if not any(element.get(name) for name in ("nodeset", "ref", "bind")):
            self.reading.fault_in(element, phrase(N_("a repeat names no node; give it a nodeset")))
        elif path.count("/") == 1:
            self.reading.fault_in(
                element, phrase(N_("{path} is the whole form; only a part of it can repeat"), path=path)
            )
        elif path and path == around:
            self.reading.fault_in(
                element, phrase(N_("the repeat {path} stands in itself; repeat another node here"), path=path)
            )
        common = self._common(outer, path)
        common["appearance"] = frozenset((element.get("appearance") or outer.get("appearance") or "").split())
        count = self.reading.expression(_count(element), path, "repeat_count")
        fixed = (element.get(f"{{{JAVAROSA}}}noAddRemove") or "").strip() in {"true()", "true"}
        children = self.children(element, path, path)
        made = Repeat(path, children=children, count=count, fixed=fixed or count is not None, **common)
        self.found[path] = made
        return made

    def _question(self, element: etree._Element, control: str, context: str, repeat: str) -> Item:
        path = self._path(element, context, repeat)
        if not path and not any(element.get(name) for name in ("ref", "bind")) and control != "trigger":
            self.reading.fault_in(element, phrase(N_("a question names no node; give it a ref")))
        parameters = {
            str(etree.QName(key).localname): str(value)
            for key, value in element.attrib.items()
            if key not in _STRUCTURE
        }
        itemset = self.choices.itemset(element, path)
        made = Question(
            path,
            control="select1" if control == "input" and itemset else control,
            choices=self.choices.written(element, path),
            itemset=itemset,
            parameters=parameters if control != "range" else self._range(element, parameters),
            **self._common(element, path),
        )
        if made.choices and made.itemset and control in _SELECTS:
            self.reading.fault_in(
                element, phrase(N_("this question has choices of its own and a list; keep one of them"))
            )
        if path:
            self.found[path] = made
        return made

    def _range(self, element: etree._Element, parameters: dict[str, str]) -> dict[str, str]:
        """The attributes of a range, its limits filled in."""
        for name, default in _RANGE.items():
            try:
                float(parameters.setdefault(name, default))
            except ValueError:
                self.reading.fault_in(
                    element,
                    phrase(
                        N_("{name} of a range is a number, not {value!r}"), name=name, value=parameters[name]
                    ),
                )
        return parameters


_BESIDE = frozenset(
    {"label", "hint", "help", "alert", "item", "itemset", "setvalue", "setgeopoint", "recordaudio", "tag"}
)
"""Elements that stand beside questions in a group and are read elsewhere."""


def _count(repeat: etree._Element) -> str | None:
    """The expression of `jr:count`; a bare name is a sibling of the repeat."""
    count = (repeat.get(f"{{{JAVAROSA}}}count") or "").strip()
    return f"../{count}" if _BARE.fullmatch(count) else count or None
