"""Spreadsheet or YAML in, XForm XML out, through pyxform; every fault with sheet, row and column.

fieldkit's own columns (`fk:tier`, `fk:why::Lang`, `fk:warning` …) become bind attributes and itext in the
namespace `definition.FIELDKIT`, so that the XForm alone carries everything and other tools ignore it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from fieldkit.errors import FormError, FormProblem
from fieldkit.xforms.choosing import EXTERNAL
from fieldkit.xforms.definition import FIELDKIT, XFORMS
from fieldkit.xforms.instance import xml_parser
from fieldkit.xforms.sheets import Sheets, read_sheets

_EXPRESSIONS = frozenset({"fk:warning", "fk:declined"})
_BIND_TEXTS = ("fk:why", "fk:who_sees", "fk:warning_message")
_SETTINGS = ("fk:purpose", "fk:retention", "fk:declined", "fk:declined_keeps")
_KNOWN = {*_BIND_TEXTS, "fk:tier", "fk:warning"}
_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_QUOTED = re.compile(r"['\"‘“]([\w:]+)['\"’”]")
_NAME = re.compile(r"[^\W\d][\w.-]*")
_REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")


@dataclass(frozen=True, slots=True)
class Converted:
    """An XForm and where its parts came from: `places` maps a template path to (sheet, row).

    warnings: what pyxform finds worth telling.
    """

    xml: bytes
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    warnings: tuple[FormProblem, ...] = ()


def convert(path: Path) -> Converted:
    """Turn an XLSForm (`.xlsx .xls .csv .md .yaml`) into an XForm. Raises FormError naming every place."""
    sheets = read_sheets(path)
    texts = _take_own_columns(sheets)
    return _convert(sheets, texts, path)


def _convert(sheets: Sheets, texts: _OwnTexts, path: Path) -> Converted:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert as to_xform

    warnings: list[str] = []
    try:
        result = to_xform(sheets.for_pyxform(), warnings=warnings, form_name="data")
    except PyXFormError as error:
        raise FormError([_place(str(line), sheets) for line in _messages(error)], str(path)) from error
    except Exception as error:
        message = (
            f"pyxform could not read this form ({type(error).__name__}: {error}); check sheets and columns"
        )
        raise FormError([FormProblem("survey", None, None, message)], str(path)) from error
    places = dict(_places(sheets))
    xml = _put_external_choices(result.xform.encode("utf-8"), sheets, path)
    xml = _put_own_texts(xml, texts, places, path)
    told = (line for warning in warnings for line in warning.splitlines())
    return Converted(xml, places, tuple(_place(line, sheets) for line in told))


def _messages(error: Exception) -> list[str]:
    return [line for line in str(error).split("\n") if line.strip()] or [type(error).__name__]


def _place(message: str, sheets: Sheets) -> FormProblem:
    """Find sheet, row and column in a message of pyxform's."""
    sheet = next(
        (name for name in ("choices", "settings", "entities", "survey") if f"'{name}'" in message), "survey"
    )
    rows = sheets.lines.get(sheet, [])
    found = _ROW.search(message)
    row = None
    if found:
        ordinal = int(found.group(1)) - 2
        row = rows[ordinal] if 0 <= ordinal < len(rows) else int(found.group(1))
    else:
        row = _row_with(message, sheets, sheet)
    columns = sheets.columns(sheet)
    named = [word for word in _QUOTED.findall(message) if word in columns]
    column = named[0] if named else _column_of(message, sheets, sheet, row)
    return FormProblem(sheet, row, column, _ROW.sub("", message).strip())


def _row_with(message: str, sheets: Sheets, sheet: str) -> int | None:
    """The row of the first cell that is one of the words a message quotes."""
    words = set(_QUOTED.findall(message))
    rows = zip(sheets.rows.get(sheet, []), sheets.lines.get(sheet, []), strict=True)
    return next((line for row, line in rows if words & {str(cell) for cell in row.values()}), None)


def _column_of(message: str, sheets: Sheets, sheet: str, row: int | None) -> str | None:
    """The column whose cell holds the reference or name the message quotes."""
    if row is None:
        return None
    cells = sheets.row_at(sheet, row)
    for word in re.findall(r"\$\{[^}]*\}|'([^']+)'", message) + _REFERENCE.findall(message):
        for column, cell in cells.items():
            if word and word in str(cell):
                return column
    lowered = message.lower()
    for column in ("calculation", "relevant", "constraint", "name", "type", "label"):
        if column in lowered:
            return column
    return None


def _places(sheets: Sheets) -> Iterator[tuple[str, tuple[str, int]]]:
    """Walk the survey sheet and give each template path its row."""
    settings = sheets.rows.get("settings") or [{}]
    stack = [str(settings[0].get("name") or "data")]
    for row, line in zip(sheets.rows.get("survey", []), sheets.lines.get("survey", []), strict=True):
        kind = re.sub(r"[\s_]+", " ", str(row.get("type") or "")).strip().lower()
        name = str(row.get("name") or "")
        if kind.startswith("end "):
            stack = stack[:-1] if len(stack) > 1 else stack
            continue
        if not name:
            continue
        yield "/" + "/".join([*stack, name]), ("survey", line)
        if kind.startswith("begin "):
            stack.append(name)


@dataclass(slots=True)
class _OwnTexts:
    """Translated words taken out of the sheets: (sheet line or 0 for settings, column) -> language -> words."""

    binds: dict[tuple[int, str], dict[str, str]] = field(default_factory=dict)
    settings: dict[str, dict[str, str]] = field(default_factory=dict)


def _take_own_columns(sheets: Sheets) -> _OwnTexts:
    """Take the `fk:` columns out; plain ones return as `bind::fk:` attributes, which pyxform passes through."""
    texts = _OwnTexts()
    faults = []
    survey = sheets.rows.get("survey", [])
    for row, line in zip(survey, sheets.lines.get("survey", []), strict=True):
        for column in [name for name in row if name.startswith("fk:")]:
            value = row.pop(column)
            base, _, language = column.partition("::")
            if base in _BIND_TEXTS:
                texts.binds.setdefault((line, base), {})[language] = str(value)
            elif base in _KNOWN:
                row[f"bind::{base}"] = value
            else:
                known = ", ".join(sorted(_KNOWN))
                message = f"{base} is not a column of fieldkit; known are {known}. Correct or remove it"
                faults.append(FormProblem("survey", line, column, message))
    for settings in sheets.rows.get("settings", [])[:1]:
        own = [name for name in settings if name.startswith("fk:")]
        for column in own:
            base, _, language = column.partition("::")
            texts.settings.setdefault(base, {})[language] = str(settings.pop(column))
        if any(name.startswith("bind::fk:") for row in survey for name in row) or own:
            declared = str(settings.get("namespaces") or "")
            settings["namespaces"] = f'{declared} fk="{FIELDKIT}"'.strip()
        unknown = [base for base in texts.settings if base not in _SETTINGS]
        faults += [
            FormProblem(
                "settings", 2, base, f"{base} is not a setting of fieldkit; known: {', '.join(_SETTINGS)}"
            )
            for base in unknown
        ]
    if faults:
        raise FormError(faults)
    return texts


def _parsed(xml: bytes, path: Path) -> etree._Element:
    try:
        return etree.fromstring(xml, xml_parser())
    except etree.XMLSyntaxError as error:
        message = f"{error.msg}. A prefix in a column or setting must be declared in the setting namespaces"
        raise FormError([FormProblem("settings", None, "namespaces", message)], str(path)) from error


def _put_external_choices(xml: bytes, sheets: Sheets, path: Path) -> bytes:
    """Write the sheet `external_choices` into the form; other programs take it along as `itemsets.csv`."""
    rows = sheets.rows.get("external_choices")
    if not rows:
        return xml
    tree = _parsed(xml, path)
    first = tree.find(f".//{{{XFORMS}}}model/{{{XFORMS}}}instance")
    if first is None:
        return xml
    instance = etree.Element(f"{{{XFORMS}}}instance", id=EXTERNAL)
    root = etree.SubElement(instance, f"{{{XFORMS}}}root")
    for row in rows:
        item = etree.SubElement(root, f"{{{XFORMS}}}item")
        for column, cell in row.items():
            name = column.replace(" ", "_")
            if _NAME.fullmatch(name):
                etree.SubElement(item, f"{{{XFORMS}}}{name}").text = str(cell)
    first.addnext(instance)
    return etree.tostring(tree, encoding="utf-8", xml_declaration=True)


def _put_own_texts(xml: bytes, texts: _OwnTexts, places: dict[str, tuple[str, int]], path: Path) -> bytes:
    """Write the translated words into the model's itext, and the settings onto the model element."""
    if not texts.binds and not texts.settings:
        return xml
    tree = _parsed(xml, path)
    model = tree.find(f".//{{{XFORMS}}}model")
    if model is None:
        raise FormError([FormProblem("survey", None, None, "pyxform gave no model")], str(path))
    row_of = {line: node for node, (_, line) in places.items()}
    itext = model.find(f"{{{XFORMS}}}itext")
    binds = {bind.get("nodeset"): bind for bind in model.iterfind(f"{{{XFORMS}}}bind")}
    for (line, column), words in texts.binds.items():
        node = row_of.get(line, "")
        bind = binds.get(node)
        if bind is None:
            bind = etree.SubElement(model, f"{{{XFORMS}}}bind", nodeset=node)
            binds[node] = bind
        attribute = column.removeprefix("fk:")
        bind.set(f"{{{FIELDKIT}}}{attribute}", _itext_reference(itext, f"{node}:{attribute}", words))
    names = {node.rsplit("/", 1)[-1]: node for node in places}
    for column, words in texts.settings.items():
        attribute = column.removeprefix("fk:")
        if column == "fk:purpose":
            value = _itext_reference(itext, "fieldkit:purpose", words)
        else:
            value = next(iter(words.values()))
            if column in _EXPRESSIONS:
                value = _REFERENCE.sub(lambda found: f" {names.get(found.group(1), found.group(0))} ", value)
        model.set(f"{{{FIELDKIT}}}{attribute}", value)
    return etree.tostring(tree, encoding="utf-8", xml_declaration=True)


def _itext_reference(itext: etree._Element | None, key: str, words: dict[str, str]) -> str:
    """Add the words under `key` to each translation and give the reference; plain words where there is no itext."""
    if itext is None or set(words) == {""}:
        return next(iter(words.values()))
    for translation in itext:
        language = str(translation.get("lang"))
        text = etree.SubElement(translation, f"{{{XFORMS}}}text", id=key)
        etree.SubElement(text, f"{{{XFORMS}}}value").text = words.get(language) or next(iter(words.values()))
    return f"jr:itext('{key}')"
