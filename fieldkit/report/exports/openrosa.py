"""OpenRosa XML: a zip with a submission for each record, and `audit.csv` for forms that keep a log.

A submission holds what leaves and nothing else, so days are months and ages are bands in it: it is for reading, not for taking in
again. Its instanceID is the record's pseudonym. The log says which question was on screen for how long, counted from the start of
its interview: no time of day, no old or new value, no person, no question that does not leave.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from lxml import etree

from fieldkit.report.exports.audit import LOG_COLUMNS
from fieldkit.report.exports.columns import Row, Table, Value
from fieldkit.report.exports.filled import Counting, Filled, Head, Written
from fieldkit.xforms import Form, Repeat
from fieldkit.xforms.definition import FIELDKIT

AUDIT = "audit.csv"
_SUBMISSIONS = "instances/"
_MISSING = f"{{{FIELDKIT}}}missing"
_INSTANCE_ID = "instanceID"


@dataclass(slots=True)
class _Node:
    """An element of a submission. at: the place in a row of its table where its answer stands, None for a group. table: of a
    repeat, the number of the table with its rows, None for one of which nothing leaves.
    """

    tag: str
    at: int | None = None
    is_repeat: bool = False
    table: int | None = None
    children: list[_Node] = field(default_factory=list)


class Submissions:
    """Makes submissions of one version of a form. tables: what leaves of the form, as `export_tables` gives them."""

    def __init__(self, form: Form, tables: Sequence[Table]) -> None:
        template = etree.fromstring(form.template)
        self._tag = template.tag
        self._attributes = {str(name): str(value) for name, value in template.attrib.items()}
        self._namespaces: dict[str | None, str] = {**template.nsmap, "fk": FIELDKIT}
        self._top = _tree(form, template, tables)
        self._instance_id = _instance_id(template)

    def of(self, rows: Sequence[Sequence[Row]]) -> etree._Element:
        """The submission of a record, still without an id. rows: those of each table, of the first one alone."""
        root = etree.Element(self._tag, self._attributes, nsmap=self._namespaces)  # type: ignore[arg-type] # lxml takes None for the default
        _fill(root, self._top, rows[0][0], rows, "")
        return root

    def name(self, root: etree._Element, instance: str) -> None:
        """Give a submission its id."""
        parent = etree.SubElement(root, self._instance_id[0])
        etree.SubElement(parent, self._instance_id[1]).text = instance


def write_openrosa(
    folder: Path, tables: list[Filled], head: Head, form: Form, log: Filled | None
) -> Iterator[Written]:
    """One zip. log: rows of the log, None where the form keeps none. Raises OSError."""
    specs = [each.table for each in tables]
    submissions = Submissions(form, specs)
    path = folder / f"{tables[0].table.name}.zip"
    counts = [Counting(each) for each in tables]
    stamp = (head.on.year, head.on.month, head.on.day, 0, 0, 0)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, rows in _records(counts):
            root = submissions.of(rows)
            root.addprevious(etree.Comment(head.line.replace("--", "－－")))
            submissions.name(root, f"uuid:{key}")
            text = etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True)
            archive.writestr(_entry(f"{_SUBMISSIONS}{key}.xml", stamp), text)
        if log is not None:
            with archive.open(_entry(AUDIT, stamp), "w", force_zip64=True) as raw:
                text_file = io.TextIOWrapper(raw, encoding="utf-8", newline="")
                writer = csv.writer(text_file, lineterminator="\n")
                writer.writerow(LOG_COLUMNS)
                logged = Counting(log)
                writer.writerows(logged)
                text_file.flush()
                text_file.detach()
    for each, counted in zip(specs, counts, strict=True):
        yield Written(path.name, each.name, counted.count)
    if log is not None:
        yield Written(path.name, log.table.name, logged.count)


def rows_in_zip(path: Path) -> dict[str, int]:
    """How many submissions stand in a zip under the name of its form, and lines of its log; everything is read.

    Raises OSError, zipfile.BadZipFile, etree.XMLSyntaxError.
    """
    counts = {path.stem: 0}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith(_SUBMISSIONS):
                etree.fromstring(archive.read(name))
                counts[path.stem] += 1
            else:
                counts["audit"] = archive.read(name).count(b"\n") - 1
    return counts


def _records(counts: Sequence[Counting]) -> Iterator[tuple[Value, list[list[Row]]]]:
    """Each record's key with its rows by table: every table stands in the order of the keys."""
    parts = [groupby(each, key=lambda row: row[0]) for each in counts]
    ahead = [next(part, None) for part in parts[1:]]
    for key, found in parts[0]:
        rows = [list(found)]
        for number, part in enumerate(parts[1:]):
            next_group = ahead[number]
            if next_group is not None and next_group[0] == key:
                rows.append(list(next_group[1]))
                ahead[number] = next(part, None)
            else:
                rows.append([])
        yield key, rows


def _tree(form: Form, template: etree._Element, tables: Sequence[Table]) -> _Node:
    """What a submission of the form can hold, in the order of the form."""
    tags = {f"/{form.root}": str(template.tag)} | dict(_tags(template, f"/{form.root}"))
    places = {
        f"/{form.root}/{column.path}": at
        for table in tables
        for at, column in enumerate(table.columns, len(table.fixed))
    }
    numbers = {table.repeats[-1]: number for number, table in enumerate(tables) if table.repeats}
    top = _Node(str(template.tag))
    nodes = {f"/{form.root}": top}
    order = {path: place for place, path in enumerate(form.items)}
    wanted = [path for path in places if path in tags]
    for path in sorted(wanted, key=lambda path: order.get(path, len(order))):
        steps = path.split("/")
        for end in range(3, len(steps) + 1):
            part = "/".join(steps[:end])
            if part not in nodes:
                is_repeat = isinstance(form.items.get(part), Repeat)
                table = numbers.get("/".join(steps[2:end])) if is_repeat else None
                nodes[part] = _Node(tags[part], places.get(part), is_repeat, table)
                nodes["/".join(steps[: end - 1])].children.append(nodes[part])
    return top


def _tags(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    for child in element.iterchildren("*"):
        name = etree.QName(child)
        prefix = f"{child.prefix}:" if child.prefix else ""
        yield f"{path}/{prefix}{name.localname}", str(child.tag)
        yield from _tags(child, f"{path}/{prefix}{name.localname}")


def _instance_id(template: etree._Element) -> tuple[str, str]:
    """The tags of the two elements that hold a record's id."""
    for element in template.iter("*"):
        parent = element.getparent()
        if etree.QName(element).localname == _INSTANCE_ID and parent is not None:
            return str(parent.tag), str(element.tag)
    return "meta", _INSTANCE_ID


def _fill(
    element: etree._Element, node: _Node, row: Row, rows: Sequence[Sequence[Row]], place: Value
) -> bool:
    """Put what a row holds into an element; give whether there was anything. place: of the row around, in its table."""
    is_filled = False
    for child in node.children:
        if child.is_repeat:
            of_repeat = rows[child.table] if child.table is not None else []
            for each in of_repeat:
                if not place or each[2] == place:
                    _fill(etree.SubElement(element, child.tag), child, each, rows, each[1])
                    is_filled = True
        elif child.at is None:
            made = etree.SubElement(element, child.tag)
            if _fill(made, child, row, rows, place):
                is_filled = True
            else:
                element.remove(made)
        elif row[child.at] is not None:
            is_filled = True
            value = row[child.at]
            made = etree.SubElement(element, child.tag)
            if isinstance(value, str):
                made.text = value
            else:
                made.set(_MISSING, value[0] if value else "")
    return is_filled


def _entry(name: str, stamp: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, stamp)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
