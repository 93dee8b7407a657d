"""Phones come and go: let in, given other forms or villages, taken from no more."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.interop.openrosa.desks import PhoneDesk, made
from fieldkit.interop.openrosa.door import kept
from fieldkit.interop.openrosa.households import looks_up
from fieldkit.interop.openrosa.phones import Phone, named, phones, put_door, put_down, shut_door
from fieldkit.office import Office
from fieldkit.office.register import register

_NAME = re.compile(r"[^\W_][\w .\-]{0,39}")


def add_phone(
    office: Office, name: str, forms: Iterable[str], villages: Iterable[str] = (), *, by: str
) -> tuple[Phone, str]:
    """Let a phone in: give it with its password, which is kept nowhere. forms: by id or file name. villages: by code.

    Raises FieldkitError("phone.name"), ("phone.exists"), ("phone.village"), ("phone.villages"), ("form.unknown"), FormError,
    SyncError, StoreError.
    """
    if not _NAME.fullmatch(name) or name != name.strip(" ."):
        raise FieldkitError("phone.name", name=name)
    known = phones(office)
    taken = {each.name for each in known if not each.revoked} | {each.name for each in office.devices()}
    if name in taken:
        raise FieldkitError("phone.exists", name=name)
    given, served = _given(office, forms, villages)
    user, password = f"phone{len(known) + 1}", secrets.token_urlsafe(18)
    put_door(office, user, kept(user, password))
    return made(office, Phone(name, user, "", given, served, "", revoked=False), by=by), password


def give_phone(
    office: Office, name: str, forms: Iterable[str], villages: Iterable[str] = (), *, by: str
) -> Phone:
    """Give a phone other forms and villages than it had; it finds them the next time that it asks.

    Raises FieldkitError("phone.unknown"), ("phone.village"), ("phone.villages"), ("form.unknown"), FormError, SyncError.
    """
    known = named(office, name)
    given, served = _given(office, forms, villages)
    phone = replace(known, forms=given, villages=served)
    return replace(phone, since=put_down(office, phone, by=by, revoked=False))


def revoke_phone(office: Office, name: str, *, by: str) -> Phone:
    """Take nothing more from a phone; what it has sent stays, and what waits of it is taken in first where nobody serves it now.

    Raises FieldkitError("phone.unknown"), SyncError.
    """
    phone = named(office, name)
    since = put_down(office, phone, by=by, revoked=True)
    shut_door(office, phone.user)
    with suppress(StoreError), PhoneDesk(office, phone) as desk:
        desk.hand_in(declines=True)
    office.archive.revoke(phone.device)
    return replace(phone, since=since, revoked=True)


def _given(
    office: Office, forms: Iterable[str], villages: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of forms, and the codes of villages, that a phone is given."""
    found = [office.library.get(each) for each in forms]
    served = tuple(dict.fromkeys(villages))
    known = {each.code for each in office.places()}
    if not known.issuperset(served):
        known |= {each.village for each in register(office, office.now().date())}
    for code in served:
        if code not in known:
            raise FieldkitError("phone.village", code=code, known=", ".join(sorted(known)))
    looking = [form for form in found if looks_up(form)]
    if looking and not served:
        raise FieldkitError("phone.villages", form=looking[0].title or looking[0].id)
    return tuple(dict.fromkeys(form.id for form in found)), served
