"""The binds of an XForm: type and rules of each node (ODK XForms spec, "Bind Attributes")."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from fieldkit.datatypes.checks import CHECKS
from fieldkit.errors import phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import FIELDKIT, JAVAROSA, XFORMS, Bind, Label, absolute
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.itext import Itext
from fieldkit.xforms.reading import Reading

_TRUE = frozenset({"true()", "true", "1"})
_FALSE = frozenset({"", "false()", "false"})
_NAMED = frozenset({"id", "nodeset", "type", "required", "relevant", "readonly", "constraint", "calculate"})
_PLAIN = frozenset({"nodeset", "type"})
_ON_A_SLIP = frozenset({"P", "N"})
_JR = f"{{{JAVAROSA}}}"
_FK = f"{{{FIELDKIT}}}"


class Binds:
    """The binds of one form. by_path: template path → bind, `/data/a/@b` for attributes. by_id: bind id → path.

    Several binds of one node count as one; where two give the same rule, the later one holds.
    """

    def __init__(self, reading: Reading, itext: Itext, model: etree._Element, root: str) -> None:
        self.reading = reading
        self.itext = itext
        self.by_id: dict[str, str] = {}
        attributes: dict[str, dict[str, str]] = {}
        for element in model.iterfind(f"{{{XFORMS}}}bind"):
            nodeset = (element.get("nodeset") or "").strip()
            if not nodeset:
                reading.fault_in(element, phrase(N_("a bind names no node; give it a nodeset")))
                continue
            path = absolute(nodeset, root)
            reading.found_at(path, element)
            if path.split("/@")[0] not in reading.nodes:
                reading.warn(
                    path, "nodeset", phrase(N_("there is no such node in the form; the rules have no effect"))
                )
            self._identify(element, path)
            attributes.setdefault(path, {}).update((str(k), str(v)) for k, v in element.attrib.items())
        self._typed: dict[str, Bind] = {}
        self.by_path = {path: self._bind_of(given, path) for path, given in attributes.items()}

    def _identify(self, element: etree._Element, path: str) -> None:
        name = element.get("id")
        if name in self.by_id:
            self.reading.fault_in(
                element, phrase(N_("two binds have the id {name!r}; give each its own"), name=name)
            )
        elif name:
            self.by_id[name] = path

    def _bind_of(self, given: Mapping[str, str], node: str) -> Bind:
        """The bind of a node; the same one for all that only have a type."""
        if not given.keys() <= _PLAIN:
            return self._bind(given, node)
        kind = given.get("type", "")
        if kind not in self._typed:
            self._typed[kind] = self._bind(given, node)
        return self._typed[kind]

    def _bind(self, given: Mapping[str, str], node: str) -> Bind:
        def rule(name: str, column: str) -> Expression | None:
            source = given.get(name, "").strip()
            return None if source in _FALSE else self.reading.expression(source, node, column)

        def words(name: str) -> Label | None:
            return self.itext.text_label(given.get(name), node)

        relevant = given.get("relevant", "").strip()
        extra = {
            key.rpartition("}")[2]: text
            for key, text in given.items()
            if key not in _NAMED and not key.startswith((_JR, _FK))
        }
        return Bind(
            type=given.get("type", "").split(":")[-1],
            required=rule("required", "required"),
            required_message=words(f"{_JR}requiredMsg"),
            relevant=None if relevant in _TRUE else self.reading.expression(relevant, node, "relevant"),
            readonly=rule("readonly", "read_only"),
            constraint=self.reading.expression(given.get("constraint"), node, "constraint"),
            constraint_message=words(f"{_JR}constraintMsg"),
            calculate=self.reading.expression(given.get("calculate"), node, "calculation"),
            warning=self.reading.expression(given.get(f"{_FK}warning"), node, "fk:warning"),
            warning_message=words(f"{_FK}warning_message"),
            preload=given.get(f"{_JR}preload", ""),
            preload_params=given.get(f"{_JR}preloadParams", ""),
            save_to=extra.get("saveto", ""),
            tier=given.get(f"{_FK}tier", ""),
            consent=given.get(f"{_FK}consent", "").strip(),
            check=self._check(given, node),
            why=words(f"{_FK}why"),
            who_sees=words(f"{_FK}who_sees"),
            slip=self._slip(given, node),
            renamed_from=given.get(f"{_FK}renamed_from", "").strip(),
            extra=extra,
        )

    def _check(self, given: Mapping[str, str], node: str) -> str:
        """The standard an answer must follow; one that nobody knows, or of answers of another type, is a fault."""
        name = given.get(f"{_FK}check", "").strip()
        kind = given.get("type", "").split(":")[-1]
        if name and name not in CHECKS:
            known = ", ".join(CHECKS)
            self.reading.fault(
                node,
                "fk:check",
                phrase(N_("there is no check {name!r}; known are {known}"), name=name, known=known),
            )
            return ""
        if name and kind not in CHECKS[name].types:
            self.reading.fault(
                node,
                "fk:check",
                phrase(
                    N_("{name} checks text, not answers of type {kind}; make it text"), name=name, kind=kind
                ),
            )
        return name

    def _slip(self, given: Mapping[str, str], node: str) -> Label | None:
        """What the slip for the household calls an answer; only what anybody may read can stand there."""
        label = self.itext.text_label(given.get(f"{_FK}slip"), node)
        tier = given.get(f"{_FK}tier", "")
        if label is not None and tier not in _ON_A_SLIP:
            message = phrase(
                N_("what stands on the slip for the household is of tier P or N, not {tier}"),
                tier=tier or phrase(N_("without one")),
            )
            self.reading.fault(node, "fk:slip", message)
        return label
