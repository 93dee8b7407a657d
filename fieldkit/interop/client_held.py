"""What a server has of a record: asked where it takes a submission neither as new nor as an edit, as after the office was set back.

ODK Central tells users who may read there (not app users) of every version of a submission, each with its XML.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fieldkit.errors import FieldkitError
from fieldkit.interop.client import Line
from fieldkit.interop.client_memory import Memory
from fieldkit.interop.client_records import before_and_sent_in

_MOST = 100
_NOT_TOLD = frozenset({"interop.login", "interop.elsewhere", "interop.too-large"})


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a submission. before: what it took the place of. mark: of its content, "" where it was not sent from here."""

    instance: str
    before: str
    mark: str
    is_current: bool


def held(line: Line, memory: Memory, form: str, instance: str) -> list[Version] | None:
    """The versions of a submission by the instanceID of its first; None where the server does not say.

    Raises FieldkitError as `Line.ask` where it cannot be asked.
    """
    where = f"/forms/{quote(form, safe='')}/submissions/{quote(instance, safe='')}/versions"
    try:
        reply = line.ask("GET", where)
        listed = _listed(reply.body) if reply.status == 200 else None
        if listed is None:
            return None
        found = []
        for each, is_current in listed[:_MOST]:
            xml = line.ask("GET", f"{where}/{quote(each, safe='')}.xml")
            if xml.status != 200:
                return None
            before, said = before_and_sent_in(xml.body)
            found.append(Version(each, before, memory.mark_signed(each, said), is_current))
    except FieldkitError as error:
        if error.code not in _NOT_TOLD:
            raise
        return None
    return found


def instances(line: Line, form: str) -> frozenset[str]:
    """The ids of the first submissions of all records of a form that a server has; none where it does not say."""
    try:
        reply = line.ask("GET", f"/forms/{quote(form, safe='')}/submissions")
        found = json.loads(reply.body) if reply.status == 200 else []
        return frozenset(str(each["instanceId"]) for each in found)
    except (FieldkitError, ValueError, KeyError, TypeError):
        return frozenset()


def _listed(body: bytes) -> Sequence[tuple[str, bool]] | None:
    """instanceIDs, and whether each is the current one; None where it is no such list."""
    try:
        found = [(str(each["instanceId"]), bool(each.get("current"))) for each in json.loads(body)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if sum(is_current for _instance, is_current in found) == 1 else None
