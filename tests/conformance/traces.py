"""Replays recorded JavaRosa traces against our engine and tells where the two disagree."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from fieldkit.xforms import FormEntry, FormError, load_form
from fieldkit.xforms.definition import Question
from fieldkit.xforms.xpath import XPathError

_DIFFERING = re.compile(
    r"uuid:|^[0-9a-f]{8}-[0-9a-f]{4}-|^2026-11-\d\d(T\d\d:\d\d:\d\d\.\d+.*)?$|^collect:|^\d\d:\d\d:\d\d\.\d+"
)
"""Values that differ by nature: ids, and the clock of the month the traces were recorded in."""

_DECIMAL = 3
_BOOLEAN = 9
MOMENT = datetime(2026, 11, 23, 10, tzinfo=UTC)


_NUMERIC = {3, 10, 14, 15}
"""JavaRosa's data types whose text it writes as Java writes doubles: decimal and the geographic ones."""


def _same_value(kind, theirs, ours):
    """Whether two texts say the same: `18.0` and `18`, `1.5 2.5 0.0 0.0` and `1.5 2.5`, `0` and `false`."""
    if kind == _BOOLEAN:
        return {theirs, ours} in ({"0", "false"}, {"1", "true"})
    if kind not in _NUMERIC or not theirs or not ours:
        return False
    if kind == _DECIMAL:
        return math.isclose(float(theirs), float(ours), rel_tol=1e-6)
    a, b = ([_numbers(point) for point in text.split(";") if point.strip()] for text in (theirs, ours))
    return a == [point for point in b if any(point)] or a == b


def _numbers(point):
    found = [float(number) for number in re.findall(r"-?[\d.]+", point)]
    return found if len(found) == 1 else (found + [0.0] * 4)[:4]


def _by_choice(entry, element, theirs):
    """Whether the value is one of a select that its list does not offer, or cannot."""
    question = element.item
    if not isinstance(question, Question) or not question.is_select or question.itemset is None:
        return False
    offered = {choice.value for choice in entry.choices(entry.tree.path(element))}
    return not offered or bool(set(theirs.split()) - offered)


def _element(entry, ref):
    """The element at a reference, which JavaRosa writes without prefixes."""
    try:
        return entry.tree.element(ref)
    except LookupError:
        return entry.tree.element(re.sub(r"/(meta|instanceID|instanceName)\b", r"/orx:\1", ref))


def plain(ref):
    """A reference with every step numbered, without the numbers that say nothing."""
    return re.sub(r"\[1\]", "", ref).replace("/@", "/@")


class Replay:
    """One trace. `compared` counts leaf states, `differences` says where they disagree.

    Not counted as differences, as docs/conformance.md explains: numbers spelled as Java spells doubles, ids and
    the clock; choices no longer offered that JavaRosa clears only when somebody walks there; lists whose file is
    not at hand.
    """

    def __init__(self, folder, trace):
        self.form = load_form(folder / trace["form"])
        self.trace = trace
        self.compared = 0
        self.differences = []
        self.seen = set()

    def run(self):
        entry = None
        for number, step in enumerate(self.trace["steps"]):
            request, response = step["req"], step["resp"]
            if request["op"] == "load":
                entry = FormEntry(self.form, now=MOMENT, tz="UTC", seed=1, device="oracle-device")
            elif entry is None:
                return self
            else:
                getattr(self, f"do_{request['op']}")(entry, request, response, number)
        return self

    def differ(self, number, what, ref, theirs, ours):
        key = (what, ref)
        if key not in self.seen:
            self.seen.add(key)
            self.differences.append(
                f"{self.trace['form']} step {number}: {what} {ref}: JavaRosa {theirs!r}, ours {ours!r}"
            )

    def do_answer(self, entry, request, response, number):
        if response.get("result") == "OK":
            try:
                entry.set(request["ref"], request["value"])
            except (LookupError, TypeError, XPathError) as error:
                self.differ(number, "answer", request["ref"], "OK", error)
            return
        if response.get("result") not in {"CONSTRAINT", "REQUIRED"}:
            if "Invalid cast" not in response.get("error", ""):
                self.do_answer(entry, request, {"result": "OK"}, number)
            return
        if not self._is_there(entry, request["ref"]):
            return
        before = entry.missing(request["ref"]), entry.tree.element(request["ref"]).text
        entry.set(request["ref"], request["value"])
        kinds = {problem.kind.upper() for problem in entry.problems(request["ref"])}
        if response["result"] not in kinds:
            self.differ(number, "result", request["ref"], response["result"], (request["value"], kinds))
        if before != (entry.missing(request["ref"]), entry.tree.element(request["ref"]).text):
            entry.undo()

    def _is_there(self, entry, ref):
        try:
            return entry.item(ref) is not None
        except LookupError:
            return False

    def do_add_repeat(self, entry, request, response, number):
        try:
            made = entry.add_repeat(request["ref"])
        except LookupError as error:
            self.differ(number, "add_repeat", request["ref"], response, error)
            return
        if plain(made) != plain(response["ref"]):
            self.differ(number, "add_repeat", request["ref"], response["ref"], made)

    def do_dump(self, entry, _request, response, number):
        for node in response["nodes"]:
            ref = node["ref"]
            if "@" in ref:
                continue
            try:
                element = _element(entry, ref)
            except LookupError:
                self.compared += 1
                self.differ(number, "leaf", ref, "there", "not there")
                continue
            self._compare(entry, element, node, number)

    def _compare(self, entry, element, node, number):
        ref = node["ref"]
        state = {
            "value": element.text,
            "relevant": element.relevant,
            "required": entry.is_required(entry.tree.path(element)),
            "readonly": entry.is_readonly(entry.tree.path(element)),
        }
        for what, ours in state.items():
            self.compared += 1
            theirs = node[what]
            if what == "value" and _DIFFERING.search(theirs or "") and _DIFFERING.search(ours or ""):
                continue
            if what == "value" and _by_choice(entry, element, theirs):
                continue
            if ours != theirs and not (what == "value" and _same_value(node["type"], theirs, ours)):
                self.differ(number, what, ref, theirs, ours)

    def do_walk(self, entry, _request, response, number):
        if not response["ok"]:
            return
        theirs = [event for event in response["events"] if event["event"] == "question"]
        ours = [path for place in entry.places() for path in entry.page(place)]
        asked = [plain(event["ref"]) for event in theirs]
        if asked != [plain(path) for path in ours]:
            missing = [ref for ref in asked if ref not in set(map(plain, ours))]
            extra = [ref for ref in map(plain, ours) if ref not in set(asked)]
            self.differ(number, "walk", "", missing[:4], extra[:4])
        for event in theirs:
            if "choices" in event and event["control"] in {2, 3, 13, 14}:
                self._compare_choices(entry, event, number)

    def _compare_choices(self, entry, event, number):
        try:
            item = entry.item(event["ref"])
        except LookupError:
            return
        if not isinstance(item, Question):
            return
        ours = [(choice.value, choice.label) for choice in entry.choices(event["ref"])]
        theirs = [(choice["value"], choice.get("label")) for choice in event["choices"]]
        self.compared += 1
        if [value for value, _ in ours] != [value for value, _ in theirs]:
            self.differ(number, "choices", event["ref"], theirs[:5], ours[:5])

    def do_validate(self, entry, _request, response, number):
        if "valid" not in response:
            return
        self.compared += 1
        found = [problem for problem in entry.problems() if problem.kind in {"required", "constraint"}]
        if bool(found) == response["valid"]:
            self.differ(number, "valid", response.get("ref", ""), response, found[:3])

    def do_xml(self, _entry, _request, _response, _number):
        """What is written is compared leaf by leaf already."""


def replay(folder, trace):
    """Replay one trace; a form that does not load is one difference."""
    try:
        return Replay(folder, trace).run()
    except FormError as error:
        return error
