"""The case of one person, for whom she agreed to: what is named, and nothing else."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.library import FormLibrary
from fieldkit.records import Record
from fieldkit.report.exports.case import case_of
from tests.report.exports.conftest import CONTACT, TODAY

SHIPPED = FormLibrary(None)


def shared(**more):
    answers = {
        "village": "990101100200", "consent/share/s0": "1", "consent/share/s0/recipient": "dest_county",
        "consent/share/s0/share_purpose": "接上服务", "consent/share/s0/share_agreed": "yes", "away/direction": "away",
        "reach/own_phone": "+8613800000000", "counsel/counsel_resp": "booked",
    }  # fmt: skip
    return Record("r1", "migrant", answers | more, frozenset(), TODAY)


def case(items, *, hidden=(), told=None, recipient="dest_county"):
    form = SHIPPED.known("migrant")
    made = told or shared()
    return case_of(form, made, made, recipient=recipient, items=items, hidden=hidden, on=TODAY, language="en")


def test_a_case_holds_the_answers_that_are_named_its_consent_and_until_when():
    made = case(["own_phone", "direction"])
    lines = list(csv.reader(made.content.decode("utf-8-sig").splitlines()))
    told = {line[0]: line[2] for line in lines}
    assert told["#recipient"] == "dest_county"
    assert told["#purpose"] == "接上服务"
    assert told["#consent"] == "r1#s0"
    assert told["#until"] == "2026-06-29"
    assert "不得用于处罚" in told["#header"]
    assert (told["own_phone"], told["direction"]) == ("'+8613800000000", "away")
    assert b"booked" not in made.content
    assert made.rows == 2


@pytest.mark.parametrize(
    ("items", "how", "code"),
    [
        ([], {}, "exports.case-items"),
        (["own_phone"], {"recipient": "county_mch"}, "transfer.no-consent"),
        (["own_phone"], {"told": shared(**{"consent/withdrawn_scope": "share"})}, "transfer.no-consent"),
        (["own_phone"], {"told": shared(**{"consent/share/s0/share_agreed": "no"})}, "transfer.no-consent"),
        (["counsel_resp"], {"hidden": {"R"}}, "exports.case-hidden"),
        (["no_such"], {}, "transfer.not-an-item"),
        (["industry"], {}, "exports.case-empty"),
    ],
)
def test_what_was_not_agreed_to_or_may_not_be_seen_does_not_leave(items, how, code):
    with pytest.raises(FieldkitError) as error:
        case(items, **how)
    assert error.value.code == code


def test_a_case_is_one_persons():
    answers = dict(shared().answers) | {"home/members/m0": "1", "home/members/m0/name": CONTACT}
    made = Record("r1", "household", answers, frozenset(), TODAY)
    with pytest.raises(FieldkitError) as error:
        case_of(
            SHIPPED.known("household"), made, made, recipient="dest_county", items=["name"], hidden=(), on=date(2026, 3, 1),
            language="en",
        )  # fmt: skip
    assert error.value.code == "exports.case-others"
