"""Entities: things that several forms speak of, made and changed by their answers (ODK entities 2024.1, 2025.1).

A form says with `save_to` which answers are properties of the entity of its list, and when an entity is created or
updated. What a record changes follows from its answers alone, so the same is found on a laptop and in the archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from fieldkit.xforms.answers import Answer
from fieldkit.xforms.definition import Form, Repeat
from fieldkit.xforms.instance import xml_parser

Operation = Literal["create", "update", "upsert"]
_TRUE = frozenset({"1", "true"})
_ATTRIBUTES = ("id", "create", "update", "baseVersion", "trunkVersion", "branchId")


@dataclass(frozen=True, slots=True)
class EntityChange:
    """What one record says of one entity. `list` is its list (Central's dataset), `id` its lasting UUID.

    base_version: the version of the entity that its author saw, "" for none; trunk_version and branch_id: as the
    list named them (Central's conflict model). properties: by name; what was not asked is not among them.
    """

    list: str
    id: str
    operation: Operation
    label: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    base_version: str = ""
    trunk_version: str = ""
    branch_id: str = ""


@dataclass(frozen=True, slots=True)
class _Declared:
    """An entity of a form: its template path, its list, its constant attributes, path → property."""

    path: str
    list: str
    constants: Mapping[str, str]
    properties: Mapping[str, str]


def entity_changes(form: Form, answers: Mapping[str, Answer]) -> list[EntityChange]:
    """What the flat answers of a record of `form` create and update, in the order of the form.

    Entities of a repeat are one for each of its instances. A missing answer says nothing of a property.
    """
    return [change for declared in _known(form) for change in _changes(form, declared, answers)]


def entity_rows(
    changes: Iterable[EntityChange], rows: Iterable[Mapping[str, str]] = ()
) -> list[dict[str, str]]:
    """The entities of one list after `changes`, oldest first, on top of `rows`: as ODK lists them in a CSV.

    Columns: `name` (the id), `label`, `__version` (1 for a new one, one more for each change), the properties.
    """
    known = {row.get("name", ""): dict(row) for row in rows}
    for change in changes:
        row = known.setdefault(change.id, {"name": change.id, "label": "", "__version": "0"})
        row |= change.properties
        row["label"] = change.label or row["label"]
        version = row.get("__version") or "0"
        row["__version"] = str(int(version) + 1) if version.isdigit() else version
    return list(known.values())


def entity_lists(form: Form) -> frozenset[str]:
    """The lists whose entities a form creates or updates."""
    return frozenset(declared.list for declared in _known(form))


def property_names(form: Form, name: str) -> list[str]:
    """What a form may say of the entities of a list, in its order."""
    return [
        each for declared in _known(form) if declared.list == name for each in declared.properties.values()
    ]


_READ: dict[str, tuple[_Declared, ...]] = {}
_MOST_READ = 256


def _known(form: Form) -> tuple[_Declared, ...]:
    """`_declared`, read once for each version of a form."""
    if form.hash not in _READ:
        if len(_READ) >= _MOST_READ:
            _READ.clear()
        _READ[form.hash] = tuple(_declared(form))
    return _READ[form.hash]


def _declared(form: Form) -> Iterator[_Declared]:
    if b"entity" not in form.template:
        return
    root = etree.fromstring(form.template, xml_parser())
    by_path = {_path(element): element for element in root.iter("{*}entity")}
    for path, element in by_path.items():
        name = element.get("dataset")
        if name:
            constants = {str(key): str(value) for key, value in element.attrib.items()}
            yield _Declared(path, name, constants, dict(_properties(form, path, name)))


def _path(element: etree._Element) -> str:
    names = []
    node: etree._Element | None = element
    while node is not None:
        names.append(
            f"{node.prefix}:{etree.QName(node).localname}" if node.prefix else etree.QName(node).localname
        )
        node = node.getparent()
    return "/" + "/".join(str(name) for name in reversed(names))


def _properties(form: Form, path: str, name: str) -> Iterator[tuple[str, str]]:
    """The questions that are properties of the entity at `path`: beside it, in the same repeat."""
    scope = path.rpartition("/")[0].rpartition("/")[0]
    for item in form.items.values():
        among, _, named = item.bind.save_to.rpartition("#")
        here = item.path.startswith(scope + "/") and _innermost(form, item.path) == _innermost(form, path)
        if named and among in {"", name} and here:
            yield item.path, named


def _innermost(form: Form, path: str) -> str:
    """The path of the repeat closest around a node, "" for none."""
    while path:
        path = path.rpartition("/")[0]
        if isinstance(form.items.get(path), Repeat):
            return path
    return ""


def _changes(form: Form, declared: _Declared, answers: Mapping[str, Answer]) -> Iterator[EntityChange]:
    for scope in _scope_keys(form, _innermost(form, declared.path), answers):
        own = _key(form, declared.path, scope)
        said = {
            name: _text(answers, f"{own}/@{name}") or declared.constants.get(name, "") for name in _ATTRIBUTES
        }
        creates, updates = said["create"] in _TRUE, said["update"] in _TRUE
        if not said["id"] or not (creates or updates):
            continue
        found = {name: answers.get(_key(form, path, scope)) for path, name in declared.properties.items()}
        yield EntityChange(
            list=declared.list,
            id=said["id"],
            operation="upsert" if creates and updates else "create" if creates else "update",
            label=_text(answers, f"{own}/label"),
            properties={name: text for name, text in found.items() if isinstance(text, str)},
            base_version=said["baseVersion"],
            trunk_version=said["trunkVersion"],
            branch_id=said["branchId"],
        )


def _text(answers: Mapping[str, Answer], key: str) -> str:
    answer = answers.get(key)
    return answer if isinstance(answer, str) else ""


def _scope_keys(form: Form, repeat: str, answers: Mapping[str, Answer]) -> Iterator[str]:
    """The keys of the instances of a repeat among flat answers; "" alone outside repeats."""
    if not repeat:
        yield ""
        return
    for key in answers:
        if _template_path(form, key) == repeat:
            yield key


def _template_path(form: Form, key: str) -> str:
    """The template path of the repeat whose instance a flat key names, "" where it names something else."""
    path, names, ends_in_id = f"/{form.root}", iter(key.split("/")), False
    for name in names:
        path, ends_in_id = f"{path}/{name}", False
        if isinstance(form.items.get(path), Repeat):
            ends_in_id = next(names, None) is not None
    return path if ends_in_id else ""


def _key(form: Form, path: str, scope: str) -> str:
    """The flat key of a template path inside the instance `scope`."""
    if not scope:
        return path.removeprefix(f"/{form.root}/")
    return scope + path.removeprefix(_template_path(form, scope))
