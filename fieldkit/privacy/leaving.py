"""How the answer to a question leaves without the person (domain §0, rule 10): as it is, coarser, as a pseudonym, or not at all.

What is not named here stays: free text, calculated texts of the team, files, coordinates, scanned codes, numbers of cards and
telephones, who worked and on which laptop.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Collection
from enum import StrEnum
from functools import lru_cache

from fieldkit.privacy.tiers import CONTACT, RESTRICTED
from fieldkit.xforms import Form, Question
from fieldkit.xforms.lists import ChoiceReader

KEPT = frozenset({"P", "N"})
"""The tiers whose answers leave one by one."""
STAFF = frozenset({"checker", "orig_staff", "inspector", "staff_ids", "device_id", "device_station"})
"""The questions whose answer is the code of a worker or a laptop: nobody is ranked by what leaves, or lies in tables."""
WORKER = "property"
"""The preload that says who worked on which device."""

_LINKS = {
    "hh_id": "household", "person": "person", "respondent": "person", "pid": "participant", "sample_id": "sample",
    "case_id": "case", "req_id": "request", "paper_ref": "paper", "county_ref": "county", "complaint_of": "request",
    "pid_from": "participant", "pid_to": "participant", "event": "event", "event_id": "event", "pair_code": "pair", "pair_key": "pair",
}  # fmt: skip
"""Numbers that lead back to a person, her household or a day, by what they number."""
_HOUSEHOLD = "household-number"
_AGES = frozenset({"birth_year", "age"})
_INTEGERS = frozenset({"int", "integer", "long"})
_BAND = 5
_PSEUDONYM = 16

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})")
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-[0-9]{2}(?:T.*)?", re.DOTALL)
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-9]{2}.*", re.DOTALL)
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Signs that no XML and no C string holds."""
_LONGEST = 2000

Leave = Callable[[str], str | None]
"""Gives an answer as it leaves; None for one that does not fit its question, and stays."""


class Way(StrEnum):
    """How an answer leaves. CODES: several of a list; MONTH, HOUR, BAND: coarser than it was given."""

    CODE = "code"
    CODES = "codes"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    MONTH = "month"
    HOUR = "hour"
    BAND = "band"
    PSEUDONYM = "pseudonym"


def way_of(form: Form, question: Question, tiers: frozenset[str] = KEPT) -> Way | None:
    """How the answer to a question leaves, None where it does not. tiers: those of which anything leaves."""
    bind = question.bind
    if bind.tier not in tiers or question.is_note or bind.preload == WORKER or question.name in STAFF:
        return None
    if _is_within(form, question, (CONTACT | RESTRICTED) - tiers):
        return None
    if question.name in _LINKS or bind.check == _HOUSEHOLD:
        return Way.PSEUDONYM
    if question.name in _AGES or question.name.endswith("_age"):
        return Way.BAND
    if question.is_select:
        several = question.control != "select1"
        return None if offered(form, question) is None else Way.CODES if several else Way.CODE
    if bind.type in {"date", "dateTime"}:
        return Way.MONTH
    if bind.type == "time":
        return Way.HOUR
    if bind.type in _INTEGERS:
        return Way.INTEGER
    if bind.type == "decimal":
        return Way.DECIMAL
    is_told = question.control in {"", "trigger"} and bind.type in {"", "string", "boolean"}
    return Way.TEXT if is_told and bind.tier == "P" else None


def offered(form: Form, question: Question) -> list[str] | None:
    """What a question offers, missing answers aside, in its order; None where that depends on what was answered, or the list
    is not at hand: then what was chosen may name anybody.
    """
    reader = ChoiceReader(form, form.lists.document)
    values = list(reader.words_of(question, form.default_language))
    if question.itemset is not None:
        missing = reader.missing_values(question.itemset)
        values = [value for value in values if value not in missing]
    return [value for value in values if value] or None


def leave(way: Way, *, name: str, secret: bytes, values: Collection[str] = ()) -> Leave:
    """What makes answers ready to leave. name: of the question; values: what it offers; secret: of the pseudonyms."""
    match way:
        case Way.CODE:
            return {value: value for value in values}.get
        case Way.CODES:
            known = frozenset(values)
            return lambda answer: answer if known.issuperset(answer.split()) else None
        case Way.PSEUDONYM:
            kind = _LINKS.get(name, "household")
            return lru_cache(maxsize=4096)(lambda answer: pseudonym(secret, kind, answer))
        case _:
            return _WAYS[way]


def pseudonym(secret: bytes, kind: str, number: str) -> str:
    """What stands for a number of that kind: always the same for the same secret, and nothing to anybody without it
    (HMAC-SHA-256, 16 hex digits).
    """
    return hmac.digest(secret, f"{kind}:{number}".encode("utf-8", "replace"), hashlib.sha256).hex()[
        :_PSEUDONYM
    ]


def _is_within(form: Form, question: Question, tiers: frozenset[str]) -> bool:
    """Whether a group around a question is of one of these tiers."""
    parts = question.path.split("/")
    around = (form.items.get("/".join(parts[:end])) for end in range(2, len(parts)))
    return any(group is not None and group.bind.tier in tiers for group in around)


def _banded(answer: str) -> str | None:
    if not (answer.isascii() and answer.isdigit() and len(answer) <= len("1970")):
        return None
    first = int(answer) - int(answer) % _BAND
    return f"{first}-{first + _BAND - 1}"


def _written(answer: str) -> str | None:
    """A calculated text; a day in it is a month, as any other."""
    if _DAY.fullmatch(answer):
        return answer[:7]
    return None if len(answer) > _LONGEST or _UNWRITABLE.search(answer) else answer


_WAYS: dict[Way, Leave] = {
    Way.INTEGER: lambda answer: answer if _INTEGER.fullmatch(answer) else None,
    Way.DECIMAL: lambda answer: answer if _DECIMAL.fullmatch(answer) else None,
    Way.MONTH: lambda answer: answer[:7] if _DAY.fullmatch(answer) else None,
    Way.HOUR: lambda answer: answer[:2] if _TIME.fullmatch(answer) else None,
    Way.BAND: _banded,
    Way.TEXT: _written,
}
