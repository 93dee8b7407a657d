"""Spreadsheet or YAML in, XForm XML out, through pyxform; every fault with sheet, row and column.

fieldkit's own columns (`fk:tier`, `fk:why::Lang`, `fk:warning` …) become bind attributes and itext in the
namespace `definition.FIELDKIT`, so that the XForm alone carries everything and other tools ignore it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from fieldkit.errors import FormError, FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.choosing import EXTERNAL
from fieldkit.xforms.definition import FIELDKIT, XFORMS
from fieldkit.xforms.instance import xml_parser
from fieldkit.xforms.placing import made_places, problem_at, survey_places
from fieldkit.xforms.reading import Place
from fieldkit.xforms.sheets import Sheets, read_sheets

_EXPRESSIONS = frozenset({"fk:warning", "fk:declined", "fk:slip_when"})
_BIND_TEXTS = ("fk:why", "fk:who_sees", "fk:warning_message", "fk:slip")
_SETTING_TEXTS = frozenset({"fk:purpose", "fk:who_sees", "fk:slip"})
_SETTINGS = (
    *sorted(_SETTING_TEXTS), "fk:family", "fk:retention", "fk:declined", "fk:declined_keeps", "fk:slip_when",
)  # fmt: skip
_KNOWN = {*_BIND_TEXTS, "fk:tier", "fk:consent", "fk:check", "fk:warning", "fk:renamed_from"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_LIST = "Arguments 'itemset' and 'list_name' must not both be None or empty."
"""What pyxform says of `rank` without a list."""
_NAME = re.compile(r"[^\W\d][\w.-]*")
_REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")


@dataclass(frozen=True, slots=True)
class Converted:
    """An XForm and where its parts came from: `places` maps template paths to cells.

    warnings: what pyxform finds worth telling.
    """

    xml: bytes
    places: dict[str, Place] = field(default_factory=dict)
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
        raise FormError([problem_at(line, sheets) for line in _messages(error)], str(path)) from error
    except Exception as error:
        message = phrase(
            N_("pyxform could not read this form ({kind}: {error}); check sheets and columns"),
            kind=type(error).__name__,
            error=error,
        )
        raise FormError([FormProblem("survey", None, None, message)], str(path)) from error
    _refuse_control_characters(result.xform, sheets, path)
    places = dict(survey_places(sheets))
    xml = _put_external_choices(result.xform.encode("utf-8"), sheets, path)
    xml = _put_own_texts(xml, texts, places, path)
    told = (line for warning in warnings for line in warning.splitlines())
    places = dict(made_places(sheets, places)) | places
    return Converted(xml, places, tuple(problem_at(line, sheets) for line in told))


def _messages(error: Exception) -> list[str]:
    """The messages of an error, without the rows that pyxform prints below some of them."""
    text = str(error).replace(_NO_LIST, "This type needs a list, as in 'rank LIST'.")
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("{")]
    return lines or [type(error).__name__]


def _refuse_control_characters(xml: str, sheets: Sheets, path: Path) -> None:
    """XML cannot hold them; they come with text pasted from word processors."""
    if _CONTROL.search(xml):
        problems = [
            FormProblem(
                sheet,
                line,
                column,
                phrase(N_("{sign!r} is a control character; write this cell again"), sign=found.group()),
            )
            for sheet, rows in sheets.rows.items()
            for row, line in zip(rows, sheets.lines[sheet], strict=True)
            for column, cell in row.items()
            if (found := _CONTROL.search(str(cell)))
        ]
        raise FormError(
            problems or [FormProblem("", None, None, phrase(N_("a column has a control character")))],
            str(path),
        )


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
                message = phrase(
                    N_("{base} is not a column of fieldkit; known are {known}. Correct or remove it"),
                    base=base,
                    known=known,
                )
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
                "settings",
                2,
                base,
                phrase(
                    N_("{base} is not a setting of fieldkit; known: {known}"),
                    base=base,
                    known=", ".join(_SETTINGS),
                ),
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
        message = phrase(
            N_("{error}. A prefix in a column or setting must be declared in the setting namespaces"),
            error=error.msg,
        )
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


def _put_own_texts(xml: bytes, texts: _OwnTexts, places: dict[str, Place], path: Path) -> bytes:
    """Write the translated words into the model's itext, and the settings onto the model element."""
    if not texts.binds and not texts.settings:
        return xml
    tree = _parsed(xml, path)
    model = tree.find(f".//{{{XFORMS}}}model")
    if model is None:
        raise FormError([FormProblem("survey", None, None, phrase(N_("pyxform gave no model")))], str(path))
    row_of = {line: node for node, (_, line, _) in places.items()}
    itext = model.find(f"{{{XFORMS}}}itext")
    binds = {bind.get("nodeset"): bind for bind in model.iterfind(f"{{{XFORMS}}}bind")}
    names = {node.rsplit("/", 1)[-1]: node for node in places}
    for (line, column), words in texts.binds.items():
        node = row_of.get(line, "")
        bind = binds.get(node)
        if bind is None:
            bind = etree.SubElement(model, f"{{{XFORMS}}}bind", nodeset=node)
            binds[node] = bind
        attribute = column.removeprefix("fk:")
        reference = _itext_reference(itext, f"{node}:{attribute}", words, names)
        bind.set(f"{{{FIELDKIT}}}{attribute}", reference)
    for column, words in texts.settings.items():
        attribute = column.removeprefix("fk:")
        if column in _SETTING_TEXTS:
            value = _itext_reference(itext, f"fieldkit:{attribute}", words, names)
        else:
            value = next(iter(words.values()))
            if column in _EXPRESSIONS:
                value = _REFERENCE.sub(lambda found: f" {names.get(found.group(1), found.group(0))} ", value)
        model.set(f"{{{FIELDKIT}}}{attribute}", value)
    return etree.tostring(tree, encoding="utf-8", xml_declaration=True)


def _itext_reference(
    itext: etree._Element | None, key: str, words: dict[str, str], names: dict[str, str]
) -> str:
    """Add the words under `key` to each translation and give the reference; plain words where there is no itext.

    names: the node of each name; answers named in the words (`${name}`) stand there as they do in a label.
    """
    if itext is None or set(words) == {""}:
        return next(iter(words.values()))
    for translation in itext:
        language = str(translation.get("lang"))
        text = etree.SubElement(translation, f"{{{XFORMS}}}text", id=key)
        value = etree.SubElement(text, f"{{{XFORMS}}}value")
        _write_words(value, words.get(language) or next(iter(words.values())), names)
    return f"jr:itext('{key}')"


def _write_words(value: etree._Element, words: str, names: dict[str, str]) -> None:
    """Write words into an element, the answers they name as `output`; a name that the form has not stays as it is."""
    output: etree._Element | None = None
    end = 0
    value.text = ""
    for found in _REFERENCE.finditer(words):
        node = names.get(found.group(1))
        if node is not None:
            _append(value, output, words[end : found.start()])
            output = etree.SubElement(value, f"{{{XFORMS}}}output", value=node)
            end = found.end()
    _append(value, output, words[end:])


def _append(value: etree._Element, output: etree._Element | None, words: str) -> None:
    if output is None:
        value.text = words
    else:
        output.tail = words
