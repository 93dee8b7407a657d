"""What a flat table is: plain values, which whoever knows the forms makes and an archive remembers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("text", "integer", "decimal", "date", "datetime", "several")

RECORD_COLUMNS = (
    "record_id", "form_version", "form_hash", "state", "incomplete", "made_on",
    "conflicts", "conflicting", "missing", "unread",
)  # fmt: skip
"""What every table has before its answers; of these `record_id` is the key where there is no repeat."""

REPEAT_COLUMNS = ("instance_id", "parent_id", "position")
"""What the table of a repeat has besides; its key is `record_id, instance_id, parent_id`."""

LONGEST_NAME = 63
"""PostgreSQL cuts longer names off."""

_NAME = re.compile(rf"[a-z_][a-z0-9_]{{0,{LONGEST_NAME - 1}}}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the path of its answer below the root (in a repeat with the repeat's own path), its kind.

    kind: of `KINDS`. choices: for "several", the values that have a 0/1 column of their own, and its name.
    """

    name: str
    path: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Its own name and those of its choices."""
        return (self.name, *(name for _value, name in self.choices))


@dataclass(frozen=True, slots=True)
class FlatTable:
    """The table of a form, or of one repeat of it.

    repeats: the template paths of the repeats around its rows, outermost first (`("home/members",)`), none for the
    table with one row a record. versions: (hash, version as people write it) of the form's known versions. Raises
    ValueError for names that are not lower-case ASCII of at most 63 characters, names twice, or an unknown kind.
    """

    form: str
    name: str
    columns: tuple[Column, ...]
    repeats: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Look at the names: they go into SQL as they are."""
        names = [*self.fixed, *(name for column in self.columns for name in column.names)]
        for name in (self.name, *names):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name for a table or column")
        if len(set(names)) != len(names):
            raise ValueError(f"a name occurs twice in the table {self.name!r}")
        if unknown := {column.kind for column in self.columns} - set(KINDS):
            raise ValueError(f"no such kind: {sorted(unknown)}")

    @property
    def fixed(self) -> tuple[str, ...]:
        """The columns before the answers, in their order."""
        if not self.repeats:
            return RECORD_COLUMNS
        return (RECORD_COLUMNS[0], *REPEAT_COLUMNS, *RECORD_COLUMNS[1:])

    @property
    def key(self) -> tuple[str, ...]:
        """The primary key; it begins with `record_id`, so that tables can be hash-partitioned by it."""
        return ("record_id", "instance_id", "parent_id") if self.repeats else ("record_id",)

    def to_json(self) -> str:
        """As text that is the same for the same table."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> FlatTable:
        """What `to_json` wrote. Raises ValueError, KeyError, TypeError for anything else."""
        data = json.loads(text)
        columns = tuple(_column(each) for each in data["columns"])
        versions = tuple((known, version) for known, version in data["versions"])
        return cls(data["form"], data["name"], columns, tuple(data["repeats"]), versions)


def _column(data: Mapping[str, Any]) -> Column:
    choices = tuple((value, name) for value, name in data["choices"])
    return Column(data["name"], data["path"], data["kind"], choices)
