"""The lists of a form and the choices a question offers now.

A list is a secondary instance: inline, a CSV or XML file beside the form, or rows handed in by the program
(worklists, numbers, households), which are never written to disk.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from lxml import etree

from fieldkit.errors import FormError, FormProblem
from fieldkit.xforms.definition import Choice, Itemset, Label, Question
from fieldkit.xforms.instance import Document, Element, Node, parse_xml
from fieldkit.xforms.missing import Missing
from fieldkit.xforms.xpath import ast

if TYPE_CHECKING:
    from fieldkit.xforms.definition import Form, SecondaryInstance

Rows = Iterable[Mapping[str, str]]


class Lists:
    """The lists of one form, read on first use. `media` is the folder of external files."""

    def __init__(self, instances: Mapping[str, SecondaryInstance], media: Path | None) -> None:
        self.instances = instances
        self.media = media
        self._documents: dict[str, Document] = {}

    def document(self, name: str) -> Document | None:
        """The list `name` as a document, None where the form has none. Raises FormError for an unreadable file."""
        if name not in self.instances:
            return None
        if name not in self._documents:
            self._documents[name] = self._read(self.instances[name])
        return self._documents[name]

    def _read(self, instance: SecondaryInstance) -> Document:
        if instance.xml:
            return parse_xml(instance.xml)
        path = self.media / instance.src.rsplit("/", 1)[-1] if self.media else None
        if path is None or not path.is_file():
            return rows_document(())
        try:
            if path.suffix.lower() == ".csv":
                with path.open(encoding="utf-8-sig", newline="") as file:
                    return rows_document(csv.DictReader(file))
            if path.suffix.lower() == ".geojson":
                return rows_document(_features(orjson.loads(path.read_bytes())))
            return parse_xml(path.read_bytes())
        except (
            OSError,
            orjson.JSONDecodeError,
            UnicodeDecodeError,
            csv.Error,
            etree.XMLSyntaxError,
        ) as error:
            message = f"the list cannot be read ({error}). Save it as CSV in UTF-8 with a header row"
            raise FormError([FormProblem(path.name, None, None, message)]) from error


def rows_document(rows: Rows) -> Document:
    """Rows as `<root><item><column>cell</column>…</item>…</root>`, as ODK reads a CSV."""
    document = Document()
    root = Element("root")
    document.append(root)
    for row in rows:
        item = Element("item")
        for column, cell in row.items():
            item.append(Element(str(column), text=cell or ""))
        root.append(item)
    return document


def _features(collection: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The features of a GeoJSON collection (RFC 7946) as rows: properties, `id` and `geometry` (ODK's lat lon order)."""
    for feature in collection.get("features", ()):
        row = {name: str(value) for name, value in (feature.get("properties") or {}).items()}
        if "id" in feature:
            row["id"] = str(feature["id"])
        geometry = feature.get("geometry") or {}
        coordinates = geometry.get("coordinates") or []
        points = [coordinates] if geometry.get("type") == "Point" else coordinates
        points = points[0] if geometry.get("type") == "Polygon" else points
        row["geometry"] = ";".join(f"{point[1]} {point[0]} 0 0" for point in points)
        yield row


class ChoiceReader:
    """Says what a question offers, in the words of a language. `documents` gives a list by name."""

    def __init__(self, form: Form, documents: Callable[[str], Document | None]) -> None:
        self.form = form
        self.documents = documents
        self._missing: dict[str, dict[str, Missing]] = {}

    def missing_values(self, itemset: Itemset) -> Mapping[str, Missing]:
        """The values of the list behind `itemset` that stand for a missing answer (its `missing` column)."""
        name = _list_name(itemset)
        if name not in self._missing:
            document = self.documents(name)
            items = document.element.elements() if document else ()
            choices = (self._choice(itemset, item, "") for item in items)
            self._missing[name] = {choice.value: choice.missing for choice in choices if choice.missing}
        return self._missing[name]

    def choices(self, question: Question, nodes: Iterable[Node], language: str) -> Iterator[Choice]:
        """The choices of an itemset's `nodes`, or those written into the body."""
        if question.itemset is None:
            for choice in question.choices:
                yield Choice(choice.value, _plain(choice.label, language))
            return
        for node in nodes:
            if isinstance(node, Element):
                yield self._choice(question.itemset, node, language)

    def words_of(self, question: Question, language: str) -> dict[str, str]:
        """Value → label of every choice there is, filters aside."""
        if question.itemset is None:
            return {choice.value: _plain(choice.label, language) for choice in question.choices}
        document = self.documents(_list_name(question.itemset))
        items = document.element.elements() if document else ()
        return {
            choice.value: choice.label
            for choice in (self._choice(question.itemset, i, language) for i in items)
        }

    def _choice(self, itemset: Itemset, item: Element, language: str) -> Choice:
        value = _child(item, itemset.value)
        missing = _child(item, "missing")
        label = self._label(itemset, item, language) or value
        return Choice(value, label, Missing(missing) if missing in Missing.__members__.values() else None)

    def _label(self, itemset: Itemset, item: Element, language: str) -> str:
        if itemset.label_itext:
            segments = self.form.texts.get(language, {}).get(_child(item, itemset.label), ())
            return "".join(segment for segment in segments if isinstance(segment, str))
        return _child(item, f"{itemset.label}::{language}") or _child(item, itemset.label)


def _plain(label: Label, language: str) -> str:
    return "".join(segment for segment in label.segments(language) if isinstance(segment, str))


def _child(item: Element, name: str) -> str:
    found = item.child(name)
    return found.string_value() if found is not None else ""


def _list_name(itemset: Itemset) -> str:
    """The list an itemset draws from, "" when it draws from the answers."""
    path = itemset.nodes.compiled.expr
    while isinstance(path, ast.Call) and path.name == "randomize" and path.arguments:
        path = path.arguments[0]
    start = path.start if isinstance(path, ast.Path) else None
    if (
        isinstance(start, ast.Call)
        and start.name == "instance"
        and isinstance(start.arguments[0], ast.Literal)
    ):
        return start.arguments[0].value
    return ""
