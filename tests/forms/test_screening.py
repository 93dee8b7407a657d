"""The screening forms (F4): the sums of a day, numbers, what a decline leaves, lists, and what is said to the outside."""

from __future__ import annotations

import csv
import itertools

import pytest

from fieldkit.privacy.declines import is_declined, kept_answers
from fieldkit.xforms import FormEntry, load_form
from fieldkit.xforms.entities import EntityChange, entity_changes, entity_rows
from tests.forms.screened import EVENT, EVENTS, NUMBERS, PID, begun, value
from tests.forms.shipped import CHINA, FORMS, LISTS, NOW, Row, answer, damm, entry, problems, sheets, words

SCREENING = (
    "scr_breast.yaml",
    "scr_cervix.yaml",
    "scr_event.yaml",
    "scr_follow.yaml",
    "scr_participant.yaml",
)

# -- the sums of a day ----------------------------------------------------------------------------------------

DAY = {
    "arrived": 184, "declined": 4, "registered": 180, "eligible": 165, "deferred": 9, "ineligible": 6,
    "cx_sampled": 163, "void": 1, "samples_sent": 162, "br_examined": 171,
}  # fmt: skip
TIED = [name for name in DAY if name != "br_examined"]


def closed(**numbers: int) -> FormEntry:
    form = answer(
        entry("scr_event.yaml", events=[], participants=[]), village="990101100200", tests="hpv cbe bus"
    )
    return answer(form, closing="yes", **(DAY | numbers))


def refused(form: FormEntry) -> dict[str, str]:
    return {
        each.path.rsplit("/", 1)[-1]: each.message for each in form.problems() if each.kind == "constraint"
    }


def test_the_day_of_180_women_adds_up() -> None:
    assert refused(closed()) == {}


@pytest.mark.parametrize(("name", "by"), list(itertools.product(TIED, (1, -1))))
def test_a_number_that_is_one_off_is_refused(name: str, by: int) -> None:
    found = refused(closed(**{name: DAY[name] + by}))
    assert found, name
    assert any(str(DAY[name] + by) in message for message in found.values()), "the message names the number"


def test_breast_examinations_are_open_to_all_who_registered_and_to_nobody_else() -> None:
    assert refused(closed(br_examined=180)) == {}
    assert set(refused(closed(br_examined=181))) == {"br_examined"}


def test_the_message_names_the_numbers_that_disagree() -> None:
    (message,) = refused(closed(samples_sent=163)).values()
    assert message == "送出163，不等于取样163减作废1。请核对这三个数"


# -- numbers, lists, declines ---------------------------------------------------------------------------------

REGISTERED = {
    "outcome": "registered", "notice_read": "read_aloud", "basic": "yes", "given_by": "self", "person": "other_adult",
    "name": "李阿姨", "id_seen": "yes", "birth_date": "1971-05-03", "station": 1, "c_cervix": "yes", "c_breast": "no",
    "c_hpv_sample": "yes", "c_share_hospital": "no", "safe_contact": "call", "result_phone": "13812345678",
    "private_now": "yes", "health": "yes", "eligible_pelvic": "yes", "today_defer": "menses", "hyster": "no",
}  # fmt: skip


@pytest.mark.parametrize("running", [1, 42, 999])
@pytest.mark.parametrize("station", [1, 9])
def test_a_participants_number_is_eleven_digits_with_a_check_digit(running: int, station: int) -> None:
    numbers = [{"name": "participant", "next": str(running)}]
    form = entry("scr_participant.yaml", events=EVENTS, participants=[], numbers=numbers)
    pid = value(answer(form, **(REGISTERED | {"station": station})), "pid")
    assert pid[:-1] == f"260316{station}{running:03d}"
    assert len(pid) == 11
    assert damm(pid) == 0


@pytest.mark.parametrize("following", ["", "0", "1000"])
def test_without_a_running_number_there_is_no_participants_number(following: str) -> None:
    numbers = [{"name": "participant", "next": following}]
    form = answer(
        entry("scr_participant.yaml", events=EVENTS, participants=[], numbers=numbers), **REGISTERED
    )
    assert value(form, "pid") == ""
    assert form.is_relevant("/data/identity/no_number")
    assert entity_changes(form.form, form.answers(relevant_only=True)) == []


def reopened(form: FormEntry, **changes: object) -> FormEntry:
    """The record as it is stored, without what is only seen, opened on another day with other numbers."""
    seen = {path for path, item in form.form.items.items() if item.bind.tier == "X"}
    kept = {key: each for key, each in form.answers(relevant_only=True).items() if f"/data/{key}" not in seen}
    lists = {**LISTS, "events": EVENTS, "participants": [], "numbers": [{"name": "participant", "next": "8"}]}
    again = FormEntry(form.form, answers=kept, now=NOW, tz=CHINA, lists=lists, is_new=False)
    return answer(again, **changes)


def test_the_number_stays_when_the_record_is_opened_again() -> None:
    form = begun("scr_participant.yaml", **REGISTERED)
    assert value(reopened(form, hyster="pns"), "pid") == value(form, "pid") == PID


def test_put_off_stays_though_the_reason_is_gone() -> None:
    form = begun("scr_participant.yaml", **REGISTERED, id_no="110000197105030028", rebook_on="2026-03-30")
    again = reopened(form)
    assert value(again, "today_defer") == value(again, "id_no") == ""
    assert value(again, "deferred") == "yes"
    assert value(again, "rebook_on") == "2026-03-30"
    assert value(again, "cx_status") == "deferred"


def test_no_form_stores_a_card_number_or_a_reason() -> None:
    seen = {
        item.name
        for source in SCREENING
        for item in load_form(FORMS / source).items.values()
        if item.bind.tier == "X"
    }
    assert seen == {"id_no", "today_defer"}


def test_an_event_is_on_the_list_under_its_number() -> None:
    form = answer(
        entry("scr_event.yaml", events=[], participants=[]), village="990101100200", tests="hpv cbe"
    )
    (change,) = entity_changes(form.form, form.answers(relevant_only=True))
    assert (change.list, change.id, change.label) == ("events", EVENT, f"{EVENT} 石桥村")
    assert change.properties == {
        "date": "2026-03-16",
        "village": "990101100200",
        "age_from": "35",
        "age_to": "64",
        "tests": "hpv cbe",
    }
    assert columns("events") == {"name", "label", "__version", *change.properties}


def test_a_participant_is_on_the_list_without_name_and_without_anything_restricted() -> None:
    change = only_change(begun("scr_participant.yaml", **REGISTERED))
    assert (change.list, change.id, change.label) == ("participants", PID, f"{PID} 1971")
    assert change.properties == {
        "event": EVENT,
        "village": "990101100200",
        "birth_year": "1971",
        "c_cervix": "yes",
        "c_breast": "no",
        "c_hpv_sample": "yes",
    }
    assert columns("participants") == {"name", "label", "__version", *change.properties}


def test_a_consent_taken_back_closes_the_examination() -> None:
    """The registration is corrected; the list follows; the form of the examination asks nothing any more."""
    rows = entity_rows([only_change(begun("scr_participant.yaml", **REGISTERED))])
    assert consented("scr_cervix.yaml", rows) == "yes"
    assert consented("scr_breast.yaml", rows) == "no"
    taken_back = REGISTERED | {"c_cervix": "no", "c_hpv_sample": "no"}
    rows = entity_rows([only_change(begun("scr_participant.yaml", **taken_back))], rows)
    assert consented("scr_cervix.yaml", rows) == "no"
    assert consented("scr_follow.yaml", rows) == "no"


def only_change(form: FormEntry) -> EntityChange:
    (change,) = entity_changes(form.form, form.answers(relevant_only=True))
    return change


def consented(source: str, participants: list[Row]) -> str:
    return value(answer(entry(source, events=EVENTS, participants=participants), pid=PID), "consented")


def columns(name: str) -> set[str]:
    with (FORMS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert rows == []
    return set(header)


@pytest.mark.parametrize(
    "said", [{"outcome": "declined"}, {"outcome": "left"}, {**REGISTERED, "basic": "no"}], ids=str
)
def test_a_decline_keeps_village_date_and_outcome_not_even_the_event(said: dict[str, object]) -> None:
    form = entry("scr_participant.yaml", events=EVENTS, participants=[], numbers=NUMBERS)
    for name, each in said.items():
        form.set(form.form.find(name).path, each)
    assert is_declined(form)
    assert form.problems() == []
    kept = kept_answers(form)
    assert kept == {"village": "990101100200", "header/date": "2026-03-16", "outcome": "declined"}
    assert entity_changes(form.form, kept) == []


# -- what is said to the outside ------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SCREENING)
def test_no_screening_form_gives_a_slip(source: str) -> None:
    assert [place for place, _ in words(source) if "fk:slip" in place] == []
    (settings,) = sheets(source)["settings"]
    assert not any(column.startswith("fk:slip") for column in settings)
    assert settings["fk:family"] == "screening"


def test_the_neutral_message_is_short_and_says_nothing() -> None:
    form = begun("scr_follow.yaml", pid=PID, told="sms_neutral")
    message = value(form, "sms_text")
    assert len(message) <= 70
    assert not any(word in message for word in ("癌", "宫颈", "乳腺", "HPV", "筛查", "妇"))
    assert form.label("/data/follow/sms_note").endswith(message)
    assert form.label("/data/follow/sms_note", "en").endswith(message)


def test_a_wrong_tube_is_a_full_stop() -> None:
    form = begun("scr_cervix.yaml", pid=PID, sample_kind="clinician", tube="26031610029")
    assert problems(form, "tube") == ["constraint"]
    (problem,) = form.problems(form.form.find("tube").path)
    assert problem.message.startswith("停！")


def test_how_many_of_a_role_can_be_answered_by_who_hears_the_question_alone() -> None:
    """In the morning it is asked for each role that was there the last time."""
    roles = [row for row in sheets("scr_event.yaml")["choices"] if row["list_name"] == "role"]
    assert len(roles) == 6
    event = entry("scr_event.yaml")
    for role in roles:
        event.set("/data/staff[1]/role", role["name"])
        event.language = "zh"
        assert event.label("/data/staff[1]/role_n") == f"{role['label::中文 (zh)']}有几个人？"
        stored = event.answers()
        event.language = "en"
        assert event.label("/data/staff[1]/role_n") == f"{role['label::English (en)']}: how many?"
        assert event.answers() == stored, "what is kept does not depend on the language it was asked in"
