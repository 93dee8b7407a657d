"""The actions of an XForm: what its events set (ODK XForms spec, "Actions and Events")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from fieldkit.errors import phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import EVENTS, ODK, XFORMS, Capture, SetValue, absolute
from fieldkit.xforms.reading import Reading, local_name

_PREDICATE = re.compile(r"\[[^\]]*\]")
_NEW_REPEAT = "odk-new-repeat"
_EVENTS = frozenset(
    {"odk-instance-first-load", "odk-instance-load", "xforms-ready", "xforms-value-changed", _NEW_REPEAT}
)
_KNOWN = {"setvalue": XFORMS, "setgeopoint": ODK, "recordaudio": ODK}


class ActionReader:
    """Reads the actions of one form. `ids`: bind id → path. `root`: the path of the primary instance's root."""

    def __init__(self, reading: Reading, ids: Mapping[str, str], root: str) -> None:
        self.reading = reading
        self.ids = ids
        self.root = root

    def read(self, scope: etree._Element | None, *, in_body: bool) -> Iterator[SetValue | Capture]:
        """The actions below a model or body element; those that name no event or node are faults."""
        if scope is None:
            return
        names = [f"{{*}}{name}" for name in _KNOWN]
        for action in scope.iter(*names) if in_body else scope.iterchildren(*names):
            if action.tag != f"{{{_KNOWN[local_name(action)]}}}{local_name(action)}":
                wanted = _KNOWN[local_name(action)]
                self.reading.fault_in(
                    action,
                    phrase(
                        N_("this action stands in a wrong namespace; it belongs in {wanted}"), wanted=wanted
                    ),
                )
                continue
            owner = self._owner(action) if in_body else ""
            target = self._target(action, owner)
            events = self._events(action, in_body=in_body)
            parent = action.getparent()
            if parent is not None and local_name(parent) != "repeat":
                events -= {_NEW_REPEAT}  # it is told to the repeat, not to what lies in it
            if target and events:
                yield self._action(action, events, target, owner)

    def _action(
        self, action: etree._Element, events: frozenset[str], target: str, owner: str
    ) -> SetValue | Capture:
        if local_name(action) != "setvalue":
            return Capture(local_name(action), events, target, owner)
        plain = _without_predicates(target)
        value = self.reading.expression(action.get("value"), plain, "default")
        only = self.reading.expression(target, self.root, "default") if plain != target else None
        return SetValue(events, plain, value, str(action.xpath("string()")), owner, only)

    def _owner(self, action: etree._Element) -> str:
        """The path of the question, group or repeat an action stands in."""
        parent = action.getparent()
        if parent is None or local_name(parent) == "body":
            return ""
        bound = self.ids.get(parent.get("bind") or "", "")
        reference = bound or (parent.get("ref") or parent.get("nodeset") or "").strip()
        return absolute(reference, self._owner(parent) or self.root) if reference else self._owner(parent)

    def _target(self, action: etree._Element, owner: str) -> str:
        name, reference = action.get("bind"), (action.get("ref") or "").strip()
        if name is not None and name not in self.ids:
            self.reading.fault_in(
                action, phrase(N_("there is no bind with the id {name!r} for this action"), name=name)
            )
            return ""
        target = self.ids[name] if name is not None else absolute(reference, owner or self.root)
        if not (name or reference):
            self.reading.fault_in(action, phrase(N_("this action names no node; give it a ref")))
            return ""
        if _without_predicates(target).split("/@")[0] not in self.reading.nodes:
            self.reading.fault_in(
                action, phrase(N_("this action sets {target}, which is no node of the form"), target=target)
            )
            return ""
        return target

    def _events(self, action: etree._Element, *, in_body: bool) -> frozenset[str]:
        written = (action.get(f"{{{EVENTS}}}event") or action.get("event") or "").split()
        unknown = [event for event in written if event not in _EVENTS]
        if unknown or not written:
            known = ", ".join(sorted(_EVENTS))
            message = phrase(
                N_("{events} is no event this action can follow; known are {known}"),
                events=", ".join(unknown) or phrase(N_("nothing")),
                known=known,
            )
            self.reading.fault_in(action, message)
        if _NEW_REPEAT in written and not in_body:
            self.reading.fault_in(
                action,
                phrase(N_("{event} is only told to actions inside a repeat of the body"), event=_NEW_REPEAT),
            )
        return frozenset(written)


def _without_predicates(path: str) -> str:
    return _PREDICATE.sub("", path)
