"""The log an author asks for with an `audit` row: which question was on screen when (ODK Collect, "Form audit log").

It is kept only for forms that ask for it, in the record itself, and says no more than the row asks: times, old and
new values with `track-changes`, the user's name with `identify-user`. It is there to find out how a form works; where
a person was (`location-…`) a laptop does not know and does not say.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fieldkit.xforms.definition import Form

Row = dict[str, str]
_TRUE = frozenset({"true", "true()"})
_START, _END, _OLD, _NEW = "start", "end", "old-value", "new-value"


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What the audit row of a form asks for. `node` is the path that the log belongs at."""

    node: str
    track_changes: bool
    identify_user: bool


def audit_options(form: Form) -> AuditOptions | None:
    """What a form wants logged; None for a form that wants nothing."""
    for path, item in form.items.items():
        if path == f"/{form.root}/meta/audit" or path.endswith(":meta/audit"):
            extra = item.bind.extra
            return AuditOptions(
                path, extra.get("track-changes") in _TRUE, extra.get("identify-user") in _TRUE
            )
    return None


class AuditLog:
    """The log of one interview. `rows` are in order; `fresh` holds the numbers of rows new or changed since it was
    last emptied, so that they can be kept one by one.
    """

    def __init__(
        self,
        options: AuditOptions,
        now: Callable[[], datetime],
        user: str = "",
        rows: Mapping[str, Row] | None = None,
    ) -> None:
        self.options = options
        self.rows: list[Row] = [dict(row) for _, row in sorted((rows or {}).items())]
        self.fresh: set[int] = set()
        self._now = now
        self._user = user
        self._open: dict[str, int] = {}

    def note(self, event: str, node: str = "") -> None:
        """Log a moment: "form start", "jump", "add repeat", "delete repeat", "form exit", "form finalize" …"""
        self._add({"event": event, "node": node, _START: self._moment()})

    def come_to(self, values: Mapping[str, str]) -> None:
        """Log that the questions at these paths are on screen now, with the values they have."""
        for node, text in values.items():
            self._open[node] = len(self.rows)
            row = {"event": "question", "node": node, _START: self._moment()}
            self._add(row | ({_OLD: text} if self.options.track_changes else {}))

    def leave(self, value: Callable[[str], str]) -> None:
        """Log that the questions on screen are left; `value` gives what each holds now."""
        for node, number in self._open.items():
            row = self.rows[number]
            row[_END] = self._moment()
            if self.options.track_changes:
                now = value(node)
                row |= {_OLD: "", _NEW: ""} if now == row[_OLD] else {_NEW: now}
            self.fresh.add(number)
        self._open = {}

    def take_fresh(self) -> dict[str, Row]:
        """The rows to keep, by number as text that sorts."""
        taken = {f"{number:06}": self.rows[number] for number in sorted(self.fresh)}
        self.fresh = set()
        return taken

    def csv(self) -> str:
        """The log as audit.csv has it."""
        columns = ["event", "node", _START, _END]
        columns += ["user"] if self.options.identify_user else []
        columns += [_OLD, _NEW] if self.options.track_changes else []
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue()

    def _add(self, row: Row) -> None:
        self.fresh.add(len(self.rows))
        self.rows.append(row | ({"user": self._user} if self.options.identify_user else {}))

    def _moment(self) -> str:
        return str(int(self._now().timestamp() * 1000))
