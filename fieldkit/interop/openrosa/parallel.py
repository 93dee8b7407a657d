"""Whether a record changes an entity that others changed since its author saw it (Central's conflict model, ODK entities 2024.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fieldkit.xforms.entities import EntityChange


def clashing(
    change: EntityChange, before: Sequence[EntityChange], row: Mapping[str, str] | None
) -> frozenset[str]:
    """The properties that a change sets to something else than others have set since the version that its author saw: what Central
    calls a hard conflict. Empty where its author saw the last version, and where others changed other properties.

    before: the changes of that entity so far, oldest first, on top of the `row` of the list's own file, None where it has none. What
    was changed in the same branch (a run of updates made without a network) is not others'. A base that is no positive number
    counts as 0, as the specification says: then everything was set since.
    """
    base = int(change.base_version) if change.base_version.isdecimal() else 0
    version = (row or {}).get("__version", "")
    first = int(version) if version.isdecimal() else 0
    now: dict[str, str] = {}
    seen: dict[str, str] = {}
    touched: set[str] = set()
    steps = [(first, row or {}, "")]
    steps += [(first + number, each.properties, each.branch_id) for number, each in enumerate(before, 1)]
    for at, said, branch in steps:
        now |= said
        if at <= base:
            seen = dict(now)
        elif not branch or branch != change.branch_id:
            touched |= said.keys()
    return frozenset(
        name
        for name in touched & change.properties.keys()
        if now[name] not in {seen.get(name), change.properties[name]}
    )
