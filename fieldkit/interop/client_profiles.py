"""The ways in which records go to another server: without their people, as exports do; or the whole archive, where it moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache

from fieldkit.errors import FieldkitError
from fieldkit.interop.client_push import Outgoing
from fieldkit.interop.client_records import NO_TIERS, Leaving, whole
from fieldkit.interop.client_reduced import Reduced
from fieldkit.library import FormLibrary
from fieldkit.privacy.tiers import CONTACT, RESTRICTED
from fieldkit.records import Record
from fieldkit.report.records import RecordTables
from fieldkit.xforms import Form

Way = Callable[[Form, Record], Leaving | str]
"""Gives what leaves of a record, or why it stays (`client_records`)."""


def without_people(tables: RecordTables, secret: bytes, purpose: str, forms: Collection[str]) -> Way:
    """Records without their people. secret: of the pseudonyms; forms: those without tiers of which every answer may leave.

    Raises as the tables do.
    """
    reduced = Reduced(tables, secret, purpose)

    def way(form: Form, record: Record) -> Leaving | str:
        leaves = reduced.leaving(form, record)
        return whole(form, record, staff=False) if leaves == NO_TIERS and form.id in forms else leaves

    return way


def as_they_are(library: FormLibrary, *, restricted: bool) -> Way:
    """Whole records, `restricted` answers among them or not; encrypted for the key of their form, which may have come later."""
    without = frozenset[str]() if restricted else RESTRICTED

    @cache
    def key(form: str) -> str:
        known = library.known(form)
        return known.submission.public_key if known is not None else ""

    return lambda form, record: whole(form, record, without=without, public_key=key(form.id))


@dataclass(frozen=True, slots=True)
class Going:
    """What goes of one form. contact, restricted: records with such answers; files: beside them; is_encrypted: whether the server
    cannot read it.
    """

    form: str
    records: int
    contact: int
    restricted: int
    files: int
    is_encrypted: bool


def look_over(records: Iterable[Outgoing]) -> list[Going]:
    """What would go, form by form, before it does.

    Raises FieldkitError("interop.open-restricted") where restricted answers would go that the server could read.
    """
    counts: dict[str, Counter[str]] = {}
    bare = set[str]()
    encrypted = set[str]()
    for each in records:
        if isinstance(each.leaves, str):
            continue
        sensitive = each.leaves.sensitive
        counts.setdefault(each.form, Counter()).update(
            records=1,
            files=len(each.files),
            contact=bool(sensitive & CONTACT),
            restricted=bool(sensitive & RESTRICTED),
        )
        if each.leaves.public_key:
            encrypted.add(each.form)
        elif sensitive & RESTRICTED:
            bare.add(each.form)
    if bare:
        raise FieldkitError("interop.open-restricted", forms=sorted(bare))
    return [
        Going(form, each["records"], each["contact"], each["restricted"], each["files"], form in encrypted)
        for form, each in sorted(counts.items())
    ]
