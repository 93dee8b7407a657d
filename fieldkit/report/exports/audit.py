"""The log of interviews as it may leave: events without persons, times of day and answers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence

from fieldkit.report.exports.columns import KEY, Row, Table, below
from fieldkit.xforms import Form
from fieldkit.xforms.audit import audit_options

LOG = Table("audit", {"zh": "audit", "en": "audit"}, ())
LOG_COLUMNS = (KEY, "event", "node", "start", "end")
"""start, end: milliseconds since the interview's first event."""
_EVENT = re.compile(r"[a-z ]{1,40}")
_PLACE = re.compile(r"\[\d+\]")
_MOMENT = re.compile(r"\d{1,15}", re.ASCII)


def log_paths(versions: Sequence[Form]) -> list[str]:
    """Where the versions of a form keep a log; none where it keeps none."""
    found = [audit_options(form) for form in versions]
    return list(dict.fromkeys(below(each.node) for each in found if each is not None))


def told_of(log: str, key: str, shown: Collection[str]) -> Iterator[Row]:
    """The rows of a log. key: the record's pseudonym; shown: the template paths, below the root, of questions that leave."""
    first = None
    for row in csv.DictReader(io.StringIO(log)):
        event, start, end = row.get("event") or "", row.get("start") or "", row.get("end") or ""
        if not _EVENT.fullmatch(event) or not _MOMENT.fullmatch(start):
            continue
        first = int(start) if first is None else first
        node = below(_PLACE.sub("", row.get("node") or ""))
        until = str(int(end) - first) if _MOMENT.fullmatch(end) else ""
        yield [key, event, node if node in shown else "", str(int(start) - first), until]
