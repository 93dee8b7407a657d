"""Which column of an export is which question: as Central, Briefcase and Kobo name them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fieldkit.interop.imports.tables import Table
from fieldkit.xforms import Form, Question, Repeat
from fieldkit.xforms.definition import Item

KEY, PARENT = "KEY", "PARENT_KEY"
STATUS, VERSION = "Status", "FormVersion"
KOBO_ID, KOBO_INDEX, KOBO_PARENT, KOBO_TABLE, KOBO_VERSION, KOBO_RECORD = (
    "_uuid", "_index", "_parent_index", "_parent_table_name", "__version__", "_submission__uuid",
)  # fmt: skip
_OF_SERVERS = frozenset(
    {
        KEY, PARENT, STATUS, VERSION, "SubmissionDate", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected",
        "ReviewState", "DeviceID", "Edits", "isValidated", "formhub/uuid", "instanceID", "meta-instanceID", "meta/instanceID",
        "meta-instanceName", "meta/instanceName", "meta/rootUuid", "meta/deprecatedID", "meta-audit", "meta/audit", "AUDIT-KEY",
    }
)  # fmt: skip
_SETS = "SET-OF-"
POINT = ("-Latitude", "-Longitude", "-Altitude", "-Accuracy")
_INSTANCE = ("meta-instanceID", "meta/instanceID", "instanceID")
_ROOT = ("meta/rootUuid", "meta-rootUuid", "rootUuid")
_GIVEN = frozenset({"1", "1.0", "true", "True", "TRUE"})
_LINK = "_URL"
"""What ends a column of Kobo with the address of a file."""


@dataclass(slots=True)
class Columns:
    """The columns of one table. whole: place → path below the root; points: path → places of its four parts; split: path → place →
    choice; passed, unknown: names.
    """

    whole: dict[int, str] = field(default_factory=dict)
    points: dict[str, list[int | None]] = field(default_factory=dict)
    split: dict[str, dict[int, str]] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def named(self, header: Sequence[str]) -> dict[str, str]:
        """Column → path, for people to look at."""
        found = {header[place]: path for place, path in self.whole.items()}
        for path, places in self.points.items():
            found |= {header[place]: path for place in places if place is not None}
        for path, chosen in self.split.items():
            found |= {header[place]: path for place in chosen}
        return dict(sorted(found.items(), key=lambda each: header.index(each[0])))

    def cells(self, cells: Sequence[str]) -> Iterator[tuple[str, str | tuple[str, ...], int]]:
        """What a row answers: path, text, the place of its column. Of several choices with a column each the text is those given."""
        apart = {
            path
            for path, chosen in self.split.items()
            if any(place < len(cells) and cells[place] for place in chosen)
        }
        for place, path in self.whole.items():
            if place < len(cells) and cells[place] and path not in apart:
                yield path, cells[place], place
        for path, places in self.points.items():
            parts = [cells[place] if place is not None and place < len(cells) else "" for place in places]
            if parts[0] and parts[1]:
                text = " ".join(part or "0" for part in parts)
                yield path, text, next(place for place in places if place is not None)
        for path in apart:
            chosen = self.split[path]
            given = tuple(
                value for place, value in chosen.items() if place < len(cells) and cells[place] in _GIVEN
            )
            if given:
                yield path, given, min(chosen)


def columns_of(table: Table, form: Form, repeat: tuple[str, ...], left_out: Collection[str]) -> Columns:
    """The columns of a table of `form`. repeat: the steps below the root of the repeat it is of, () for the records.

    left_out: columns that are passed over though the form does not have them.
    """
    names = dict(_names(form, repeat))
    found = Columns()
    for place, name in enumerate(table.header):
        path = names.get(name)
        if path is not None and path not in found.whole.values():
            found.whole[place] = path
    whole = set(found.whole.values())
    for place, name in enumerate(table.header):
        if place in found.whole or not name:
            continue
        if _part_of_point(name, place, names, whole, found) or _part_of_select(
            name, place, form, names, found
        ):
            continue
        is_link = name.endswith(_LINK) and name.removesuffix(_LINK) in names
        is_servers = name in _OF_SERVERS or name.startswith(("_", _SETS)) or is_link or name in left_out
        is_empty = not any(place < len(cells) and cells[place] for _row, cells in table.rows)
        (found.passed if is_servers or is_empty else found.unknown).append(name)
    return found


def instance_places(header: Sequence[str]) -> list[int]:
    """The places of the columns that say a record's instanceID, the surest first; Kobo gives another one with each edit, and keeps
    the first as its root.
    """
    return [header.index(name) for name in (KEY, *_ROOT, *_INSTANCE, KOBO_ID) if name in header]


def repeat_named(form: Form, name: str) -> tuple[str, ...] | None:
    """The steps below the root of the repeat that a table is of, by the end of the table's name; None where it is none."""
    found = [steps[1:] for steps in form.repeats]
    for steps in sorted(found, key=len, reverse=True):
        endings = {"-".join(steps), ".".join(steps), "/".join(steps), steps[-1]}
        if any(name in {each, f"{form.id}-{each}"} or name.endswith(f"-{each}") for each in endings):
            return steps
    return None


def _names(form: Form, repeat: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What columns may be called → path below the root; a bare name or label only where it means one question alone."""
    depth = len(repeat)
    inside: list[tuple[tuple[str, ...], str]] = []
    called: dict[str, set[str]] = {}
    for item in form.items.values():
        below = item.steps[1:]
        if isinstance(item, Question) and below[:depth] == repeat and _innermost(form, below) == repeat:
            path = "/".join(below)
            inside.append((below[depth:], path))
            for label in _labels(form, item):
                called.setdefault(label, set()).add(path)
    last: dict[str, set[str]] = {}
    for steps, path in inside:
        last.setdefault(steps[-1], set()).add(path)
    for name, paths in [*called.items(), *last.items()]:
        if len(paths) == 1:
            yield name, next(iter(paths))
    for steps, path in inside:
        for mark in "-/":
            yield mark.join(steps), path
            yield mark.join((*repeat, *steps)), path


def _labels(form: Form, question: Question) -> Iterator[str]:
    """What a question is called in words, in each language; and with the words of the groups around it, as Kobo writes it."""
    around = [form.items.get("/".join(["", *question.steps[:end]])) for end in range(2, len(question.steps))]
    for language in form.languages or (form.default_language,):
        words = [_plain(each, language) for each in (*around, question) if each is not None]
        if words[-1]:
            yield words[-1]
            yield "/".join(filter(None, words))


def _plain(item: Item, language: str) -> str:
    """A label that says the same in every record, "" for none."""
    parts = item.label.segments(language) if item.label is not None else ()
    return (
        "".join(each for each in parts if isinstance(each, str)).strip()
        if all(isinstance(each, str) for each in parts)
        else ""
    )


def _innermost(form: Form, steps: tuple[str, ...]) -> tuple[str, ...]:
    around = [
        steps[:end]
        for end in range(1, len(steps))
        if isinstance(form.items.get("/".join(["", form.root, *steps[:end]])), Repeat)
    ]
    return around[-1] if around else ()


def _part_of_point(
    name: str, place: int, names: Mapping[str, str], whole: Collection[str], found: Columns
) -> bool:
    for number, ending in enumerate(POINT):
        path = names.get(name.removesuffix(ending)) if name.endswith(ending) else None
        if path is not None:
            if path not in whole:
                found.points.setdefault(path, [None, None, None, None])[number] = place
            return True
    return False


def _part_of_select(name: str, place: int, form: Form, names: Mapping[str, str], found: Columns) -> bool:
    base, slash, choice = name.rpartition("/")
    path = names.get(base) if slash else None
    item = form.items.get(f"/{form.root}/{path}") if path else None
    if path is None or not isinstance(item, Question) or item.control not in {"select", "rank"}:
        return False
    found.split.setdefault(path, {})[place] = choice
    return True
