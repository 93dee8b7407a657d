"""Where the lists of a form come from: written into the form, or a CSV, XML or GeoJSON file beside it."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from lxml import etree

from fieldkit.errors import FormError, FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.folders import cache_folder
from fieldkit.xforms.instance import Document, parse_xml, xml_parser
from fieldkit.xforms.lists import sidefile
from fieldkit.xforms.plaintext import decoded, records_of_csv
from fieldkit.xforms.table import Cells, MemoryTable, Table, TableDocument

if TYPE_CHECKING:
    from fieldkit.xforms.definition import SecondaryInstance

_ROW_END = b"</item>"
_VERSION = b"__version"
"""The column that marks a list of entities: it may be about people, so it is never copied to the cache."""


_WAYS = {
    ".csv": phrase(N_("Save it as CSV in UTF-8 with a header row")),
    ".xml": "Export it again",
    ".geojson": phrase(N_("Export it again as a GeoJSON FeatureCollection")),
}


class Lists:
    """The lists of one form, read on first use. `media` is the folder of external files, `known` holds lists that
    are at hand already.
    """

    def __init__(
        self,
        instances: Mapping[str, SecondaryInstance],
        media: Path | None,
        known: Mapping[str, Document] | None = None,
    ) -> None:
        self.instances = instances
        self.media = media
        self._documents: dict[str, Document] = dict(known or {})

    def document(self, name: str) -> Document | None:
        """The list `name` as a document, None where the form has none. Raises FormError for an unreadable file.

        A name without an instance may be that of a CSV file (`pulldata`).
        """
        found = self._documents.get(name)
        if found is None:
            found = self._read(name)
            if found is not None:
                self._documents[name] = found
        return found

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of the list `name` as mappings; [] where it is no table. Raises FormError."""
        document = self.document(name)
        if not isinstance(document, TableDocument):
            return []
        return [
            {column: row.cell(column) for column in document.table.columns} for row in document.table.rows()
        ]

    def _read(self, name: str) -> Document | None:
        instance = self.instances.get(name)
        source = instance.src.rsplit("/", 1)[-1] if instance else f"{name}.csv"
        path = self.media / source if self.media and source else None
        if path is not None and path.is_file():
            return self._file(path)
        if instance is None:
            return None
        return xml_list(instance.xml) if instance.xml else MemoryTable((), ()).document

    def _file(self, path: Path) -> Document:
        try:
            content = path.read_bytes()
            if path.suffix.lower() == ".csv":
                return _csv(content)
            if path.suffix.lower() == ".geojson":
                return MemoryTable.from_rows(_features(orjson.loads(content))).document
            return xml_list(content)
        except (
            OSError,
            ValueError,  # of JSON and of encodings too
            csv.Error,
            etree.XMLSyntaxError,
        ) as error:
            message = phrase(
                N_("the list cannot be read ({error}). {way}"),
                error=error,
                way=_WAYS.get(path.suffix.lower(), _WAYS[".csv"]),
            )
            raise FormError([FormProblem(path.name, None, None, message)]) from error


def keep_large(instance: SecondaryInstance) -> SecondaryInstance:
    """The instance with a large inline list on disk; as it is where the list is small or no table.

    Raises OSError, sqlite3.Error, lxml.etree.XMLSyntaxError.
    """
    if instance.xml.count(_ROW_END) <= sidefile.LARGE:
        return instance
    key = sidefile.key_of("xml", instance.xml)
    if sidefile.opened(cache_folder(), key) is None:
        root = etree.fromstring(instance.xml, xml_parser())
        names = _columns(root)
        if names is None:
            return instance
        sidefile.built(cache_folder(), key, names, _cells(root, names))
    return replace(instance, xml=b"", kept=key)


def open_kept(instances: Mapping[str, SecondaryInstance]) -> dict[str, Document]:
    """The lists on disk. Raises LookupError where one is gone or damaged."""
    found: dict[str, Document] = {}
    for name, instance in instances.items():
        if instance.kept:
            table = sidefile.opened(cache_folder(), instance.kept)
            if table is None:
                raise LookupError(name)
            found[name] = table.document
    return found


def xml_list(xml: bytes) -> Document:
    """A list written as XML: a table where it has rows of plain cells, else a tree. Raises XMLSyntaxError."""
    large = xml.count(_ROW_END) > sidefile.LARGE
    key = sidefile.key_of("xml", xml) if large else ""
    known = sidefile.opened(cache_folder(), key) if large else None
    if known is not None:
        return known.document
    root = etree.fromstring(xml, xml_parser())
    names = _columns(root)
    if names is None:
        return parse_xml(xml)
    return _table(key, names, _cells(root, names)).document


def _csv(content: bytes) -> Document:
    is_private = _VERSION in content.partition(b"\n")[0]
    large = content.count(b"\n") > sidefile.LARGE and not is_private
    key = sidefile.key_of("csv", content) if large else ""
    known = sidefile.opened(cache_folder(), key) if large else None
    if known is not None:
        return known.document
    rows = records_of_csv(decoded(content))
    names = [name.strip() for name in next(rows, [])]
    width = len(names)
    return _table(key, names, (_padded(row, width) for row in rows if row)).document


def _padded(row: list[str], width: int) -> list[str]:
    return row if len(row) == width else (row + [""] * width)[:width]


def _table(key: str, names: Sequence[str], cells: Iterator[Cells]) -> Table:
    """A table in memory, or in a side-file where it has a key and the cache can hold it."""
    if not key:
        return MemoryTable(names, cells)
    kept = list(cells)
    try:
        return sidefile.built(cache_folder(), key, names, kept)
    except (OSError, sqlite3.Error):
        return MemoryTable(names, kept)


def _columns(root: etree._Element) -> list[str] | None:
    """The names of the cells where every row is an `item` of plain cells in one order, else None."""
    if etree.QName(root).localname != "root" or root.attrib:
        return None
    places: dict[str, int] = {}
    for item in root.iterchildren("*"):
        last = -1
        for cell in item.iterchildren("*"):
            place = places.setdefault(etree.QName(cell).localname, len(places))
            if len(cell) or cell.attrib or cell.prefix or place <= last:
                return None
            last = place
        if last < 0 or item.attrib or item.prefix or etree.QName(item).localname != "item":
            return None
    return list(places)


def _cells(root: etree._Element, names: Sequence[str]) -> Iterator[Cells]:
    for item in root.iterchildren("*"):
        texts = {etree.QName(cell).localname: cell.text or "" for cell in item.iterchildren("*")}
        yield [texts.get(name) for name in names]


def _features(collection: Any) -> Iterator[dict[str, str]]:
    """The features of a GeoJSON collection (RFC 7946) as rows: properties, `id` and `geometry` (ODK's lat lon order).

    Raises ValueError for what is none.
    """
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise ValueError(phrase(N_("it is no collection of features")))
    for number, feature in enumerate(collection["features"], 1):
        try:
            row = {name: _property(value) for name, value in (feature.get("properties") or {}).items()}
            if "id" in feature:
                row["id"] = str(feature["id"])
            row["geometry"] = _geometry(feature.get("geometry") or {})
        except (AttributeError, TypeError, IndexError, KeyError) as error:
            raise ValueError(phrase(N_("feature {number} is none"), number=number)) from error
        yield row


def _geometry(geometry: Mapping[str, Any]) -> str:
    """The points of a geometry; "" for kinds that ODK does not have."""
    points = geometry.get("coordinates") or []
    match geometry.get("type"):
        case "Point" if points:
            points = [points]
        case "Polygon" if points:
            points = points[0]
        case "LineString":
            pass
        case _:
            return ""
    return ";".join(f"{point[1]} {point[0]} 0 0" for point in points)


def _property(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
