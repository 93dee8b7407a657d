"""The slip a household keeps: what its form lets stand there, and nothing about anybody's health or name."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError, FormError
from fieldkit.i18n import set_language
from fieldkit.xforms import load_form

DONE = {
    "outcome": "done", "notice_read": "read_aloud", "basic": "yes", "given_by": "self", "contact": ["wechat", "visit"],
    "respondent": "other_adult", "private_now": "yes", "health": "yes", "offer_go_on": "yes",
    "offer_topics": ["hpv_vaccine"], "offer_how": "appointment", "complaint": "CANARY-COMPLAINT",
    "appt_wanted": "yes", "appt": [{"appt_topic": "check", "appt_date": "2026-04-10", "appt_place": "CANARY-PLACE"}],
    "staff_note": "CANARY-NOTE",
}  # fmt: skip


@pytest.fixture
def visited(session):
    """Finish a visit to a due household with some answers; gives its record."""

    def visit(answers):
        number = session.due()[0].household.id
        interview = session.interviews.start("visit", answers={"hh_id": number, **answers})
        try:
            return session.interviews.finish(interview)
        except FieldkitError as error:
            raise AssertionError([(p.path, p.kind) for p in error.params.get("problems", ())]) from error

    return visit


def test_the_slip_says_what_was_agreed_and_when_in_both_languages(session, visited):
    record = visited(DONE).record
    for code in ("zh", "en"):
        set_language(code)
        assert len(session.slips.of(record).encode()) <= 106, "its code fits 24 lines"
    set_language("zh")
    assert session.slips.of(record).splitlines() == [
        "登记 同意",
        "联系 微信，上门",
        "预约 04-10",
        "走访 2026-03-31",
        "可查改删或停，见服务卡",
    ]
    set_language("en")
    assert session.slips.of(record).splitlines() == [
        "Record: Yes",
        "Contact: WeChat, Visit",
        "Booked 04-10",
        "Visit 2026-03-31",
        "Change, delete or stop: see your card",
    ]


def test_nothing_restricted_no_name_and_no_free_text_stands_on_it(session, visited):
    record = visited(DONE).record
    answers = session.exchange.record(record).answers
    assert "CANARY-NOTE" in repr(answers)
    household = session.household(session.exchange.record(record).text("hh_id"))
    for code in ("zh", "en"):
        set_language(code)
        slip = session.slips.of(record)
        assert slip
        for secret in ("CANARY", "HPV", household.id, *(person.name for person in household.members)):
            assert secret not in slip, secret


def test_a_visit_put_off_says_the_next_day(session, visited):
    record = visited({"outcome": "postponed", "revisit_on": "2026-04-05"}).record
    set_language("zh")
    assert "再来 04-05" in session.slips.of(record)
    later = visited({"outcome": "postponed", "revisit_on": "2026-05-05"}).record
    assert "再来 05-05" in session.slips.of(later)


def test_neither_a_decline_nor_an_empty_house_gives_a_slip(session, visited):
    declined = visited({"outcome": "declined", "wants_no_more": "no"})
    assert declined.declined
    assert session.slips.of(declined.record) == ""
    nobody = visited({"outcome": "nobody", "revisit_on": "2026-04-05"}).record
    assert session.slips.of(nobody) == ""
    assert session.slips.of("00000000-0000-7000-8000-000000000000") == ""


def test_an_erased_visit_gives_no_slip(session, visited):
    record = visited(DONE).record
    session.erase(record, "asked")
    assert session.slips.of(record) == ""


def test_a_form_without_a_slip_gives_none(session):
    [household] = [each.record for each in session.registry().households.values()][:1]
    assert session.slips.of(household) == ""


@pytest.mark.parametrize("tier", ["R", "X", "C", ""])
def test_what_is_not_for_everybodys_eyes_cannot_be_put_on_a_slip(tmp_path, tier):
    path = tmp_path / "f.yaml"
    row = f"{{type: text, name: a, label: A, 'fk:slip': A, 'fk:tier': '{tier}'}}"
    path.write_text(f"settings:\n  - {{form_id: f}}\nsurvey:\n  - {row}\n", encoding="utf-8")
    with pytest.raises(FormError) as error:
        load_form(path)
    [(sheet, row, column, _)] = error.value.problems
    assert (sheet, row, column) == ("survey", 4, "fk:slip")


def test_the_names_of_a_household_cannot_be_put_on_a_slip(session, demo):
    (demo.workspace / "forms" / "names.yaml").write_text(
        "settings:\n  - {form_id: names, 'fk:slip': Bye}\nsurvey:\n"
        "  - {type: select_one_from_file members.csv, name: who, label: Who, 'fk:tier': N, 'fk:slip': With}\n"
        "  - {type: text, name: day, label: Day, 'fk:tier': N, 'fk:slip': Day}\n",
        encoding="utf-8",
    )
    (demo.workspace / "forms" / "members.csv").write_text("name,label\n", encoding="utf-8")
    person = next(iter(session.registry().households.values())).members[0]
    interview = session.interviews.start("names", answers={"who": person.id, "day": "Monday"})
    record = session.interviews.finish(interview).record
    assert session.slips.of(record) == "Day Monday\nBye"
