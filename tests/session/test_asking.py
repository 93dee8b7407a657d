"""The interview as talk: what is asked, what a line does, and that what was accepted is on disk."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.i18n import set_language
from fieldkit.session.asking import begin
from fieldkit.session.asking.commands import COMMANDS
from fieldkit.xforms import Event, Index, Missing
from tests.session.talked_form import FORM

NOW = datetime(2026, 3, 31, 9, 30, tzinfo=timezone(timedelta(hours=8)))


def test_a_question_is_asked_in_words(talk):
    t = talk(FORM)
    asked = t.asked()
    assert asked == "Question 1 of 10: Who is it? (must be answered)"
    t.type("王小明")
    assert t.asked() == "Question 2 of 10: Age\nTo type: A whole number"
    t.type("34")
    assert t.asked().splitlines() == [
        "Question 3 of 10: Sex",
        "  1. Male",
        "  2. Female",
        "  3. Will not say",
    ]
    assert t.asked() == "", "a question is said once"


def test_each_answer_and_the_place_are_on_disk_before_the_next_question(talk):
    t = talk(FORM)
    for line, key, stored in [
        ("王小明", "who", "王小明"),
        ("３４", "age", "34"),
        ("2", "sex", "2"),
        ("1 3", "crops", "rice oil"),
    ]:
        t.type(line)
        assert t.kept()["answers"][key] == stored
        assert t.kept()["cursor"]["path"] == t.interview.index.path
    assert t.name == "order"


def test_what_is_wrong_is_said_and_the_question_stays(talk):
    t = talk(FORM)
    assert ":dk" in t.type("")
    assert t.talk.refused
    t.type("x")
    assert not t.talk.refused
    assert "is not a whole number" in t.type("abc")
    assert t.talk.refused
    assert t.type("200") == "Not accepted: Too old"
    assert t.name == "age"
    assert t.type("34") == ""
    assert t.name == "sex"
    assert "1 to 3" in t.type("4")
    assert "Nothing here is called" in t.type("zzz")
    assert t.type("female") == "Answer: Female"
    assert t.value("sex") == "2"


def test_a_warning_stands_once_a_note_says_why(talk):
    t = talk(FORM)
    t.type("x")
    assert "This is unusual" in t.type("120")
    assert "does not say why" in t.type("102")
    assert t.value("age") == "120"
    assert t.type("") == ""
    assert "Answer now: 120" in t.asked(), "Enter alone asks again"
    t.type("120", "seen on her card")
    assert t.name == "sex"
    assert t.kept()["notes"] == {"age": "seen on her card"}
    assert t.kept()["overruled"] == {"age": True}
    t.type(":back", "")
    assert t.name == "sex", "overruled is overruled"


def test_a_note_that_was_there_stays_beside_the_one_that_says_why(talk):
    t = talk(FORM)
    t.type("x", ":note asked twice", "120", "seen on her card")
    assert t.kept()["notes"] == {"age": "asked twice; seen on her card"}


def test_an_interview_goes_on_in_the_language_of_who_takes_it_up(talk):
    t = talk(FORM)
    t.type("x")
    set_language("zh")
    again = talk(FORM)
    assert again.asked().startswith("第 2 题，共 10 题：年龄")
    assert again.kept()["language"] == "zh"


def test_a_warning_may_be_answered_anew(talk):
    t = talk(FORM)
    t.type("x", "120", "", "99")
    assert (t.name, t.value("age"), t.kept()["notes"]) == ("sex", "99", {})


def test_several_are_ticked_and_ranked_by_numbers(talk):
    t = talk(FORM)
    t.type("x", "1", "1")
    assert "Several may be chosen" in t.asked()
    assert t.type("3、1") == "Answer: Rice, Rape"
    assert t.value("crops") == "rice oil"
    assert "in order" in t.asked()
    assert t.type("3 1 2") == "Answer: Rape, Rice, Tea"
    assert t.value("order") == "oil rice tea"
    t.type(":jump crops")
    assert "could be several" in t.type("a")
    assert "1 to 3" in t.type("1 7")
    assert t.value("crops") == "rice oil"
    t.type("Tea")
    assert t.value("crops") == "tea"


def test_missing_answers_by_command_and_by_choice(talk):
    t = talk(FORM)
    t.type(":dk")
    t.type("：不适用")
    assert t.type("3") == "Answer: Will not say"
    assert [t.interview.entry.missing(f"/data/{name}") for name in ("who", "age", "sex")] == [
        Missing.DK,
        Missing.NA,
        Missing.PNS,
    ]
    t.type(":back")
    assert "Answer now: Prefer not to say" in t.asked()
    t.type(":clear")
    assert t.interview.entry.missing("/data/sex") is None
    assert t.name == "sex"
    for code in ("declined", "谢绝"):
        t.type(f":{code}")
        assert t.interview.entry.missing("/data/sex") is Missing.DECLINED
        t.type(":back")


def test_what_is_masked_is_neither_echoed_nor_listed(talk):
    t = talk(FORM)
    t.type(":jump secret")
    assert t.talk.hidden
    t.type("hunter2")
    assert not t.talk.hidden
    t.type(":list", ":back")
    assert "Answer now: kept, not shown" in t.asked()
    assert "hunter2" not in t.text
    assert t.value("secret") == "hunter2"


def test_a_restricted_answer_is_in_no_list(talk):
    t = talk(FORM)
    t.type(":jump built", "1990-5-1")
    listed = t.type(":list")
    assert "1990" not in listed
    assert "Built: kept, not shown" in listed


def test_a_story_of_several_lines(talk):
    t = talk(FORM)
    t.type(":jump story")
    assert "A line that ends in \\" in t.asked()
    t.type("one\\", "two＼", "three")
    assert t.value("story") == "one\ntwo\nthree"
    t.type(":back")
    assert "Answer now: one / two / three" in t.asked()
    t.type("half\\", ":again", "whole")
    assert t.value("story") == "whole"


def test_acknowledging_and_the_end(talk):
    t = talk(FORM)
    t.type(":jump seen", "")
    assert t.value("seen") == "OK"
    end = t.asked()
    assert "  1. Who is it? This must be answered." in end
    t.type("")
    assert t.name == "who", "Enter goes to the first that must be answered"
    refusal = t.type(":finish")
    assert t.talk.refused
    assert "This cannot be finished yet" in refusal
    assert "Who is it?" in refusal
    assert "1 to 1" in t.type("5")
    t.type("1", "x", ":完成")
    assert t.talk.ended == "finished"
    assert t.session.exchange.record(t.talk.finished.record).text("who") == "x"
    assert t.interview.id not in [each.id for each in t.session.interviews.unfinished()]


def test_the_end_finishes_with_enter_and_warnings_may_stand(talk):
    t = talk(FORM)
    t.type("x", "120", ":jump seen", "")
    assert "Enter finishes; a number goes to that one." in t.asked()
    t.type("")
    assert t.talk.ended == "finished"


def test_notes_jumps_lists_and_reasons(talk):
    t = talk(FORM)
    assert t.type(":note seen at the gate") == "Note: seen at the gate"
    assert t.kept()["notes"] == {"who": "seen at the gate"}
    assert "Note: seen at the gate" in (t.type(":again") or t.asked())
    assert t.type(":备注") == "There is no note now."
    assert t.kept()["notes"] == {}
    t.type(":jump 4")
    assert t.name == "crops"
    t.type(":去 age")
    assert t.name == "age"
    assert "No question matches" in t.type(":jump nowhere")
    assert "No question matches" in t.type(":jump")
    assert "  2. Age: not answered (here)" in t.type(":list")
    assert "Who is it?" in t.type(":review")
    assert "may be left without an answer" in t.type(":why")
    t.type(":jump who")
    assert "must be answered" in t.type(":why")
    help_text = t.type(":help")
    assert all(f":{word}" in help_text for each in COMMANDS for word in (each.name, *each.chinese))


def test_a_colon_begins_a_command_and_two_an_answer(talk):
    t = talk(FORM)
    assert "There is no command :-)" in t.type(":-)")
    assert t.value("who") == ""
    t.type("::-)")
    assert t.value("who") == ":-)"


def test_the_language_is_changed_in_mid_interview(talk):
    t = talk(FORM)
    t.type("x", ":lang")
    assert t.asked() == "第 2 题，共 10 题：年龄\n输入：整数"
    assert t.kept()["language"] == "zh"
    t.type("34", ":语言 en")
    assert t.asked().startswith("Question 3 of 10: Sex")
    assert "not a language" in t.type(":lang fr")


def test_which_interview_is_taken_up(talk, session):
    minutes = itertools.count()
    session.interviews._now = lambda: NOW + timedelta(minutes=next(minutes))
    first = talk(FORM)
    first.type("x")
    assert talk(FORM).interview.id == first.interview.id
    second = talk(FORM, new=True)
    assert second.interview.id != first.interview.id
    second.type("y")
    assert talk(FORM).interview.id == second.interview.id
    assert talk(FORM, draft=first.interview.id).interview.id == first.interview.id
    due = session.due()
    one, other = due[0].household.id, due[1].household.id
    visit = talk("visit", household=one)
    assert talk("visit", household=one).interview.id == visit.interview.id
    assert talk("visit", household=other).interview.id != visit.interview.id
    for which, code in [
        ({"draft": "nothing"}, "draft.unknown"),
        ({"draft": visit.interview.id}, "draft.other-form"),
        ({"household": one}, "form.no-household"),
        ({"household": "1"}, "household.unknown"),
    ]:
        with pytest.raises(FieldkitError) as refusal:
            talk(FORM, **which)
        assert refusal.value.code == code
    with pytest.raises(FieldkitError) as refusal:
        begin(session, "nothing")
    assert refusal.value.code == "form.unknown"


def test_a_line_in_another_encoding_is_refused(talk):
    t = talk(FORM)
    assert "UTF-8" in t.type("王".encode("gb18030").decode("utf-8", "surrogateescape"))
    assert t.value("who") == ""


LINES = st.one_of(
    st.sampled_from(["", "1", "2", "3", "y", "n", "x", "34", "120", "200", "1 3", "3 1 2", "1990-5-1", "今", "one\\", "because it is so"]),
    st.sampled_from([f":{command.name}" for command in COMMANDS if command.name not in {"finish", "quit", "lang"}]),
    st.integers(1, 12).map(":jump {}".format),
    st.text(max_size=6),
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(LINES, max_size=40))
def test_whatever_is_typed_nothing_breaks_and_what_was_accepted_is_on_disk(talk, lines):
    t = talk(FORM, new=True)
    for line in lines:
        t.type(line)
        if t.talk.ended:
            return
        kept = t.kept()
        assert kept["answers"] == t.interview.entry.answers()
        assert kept["cursor"] == {"event": t.interview.index.event.value, "path": t.interview.index.path}
        assert t.interview.index in {*t.interview.entry.places(), Index(Event.END)}
    again = talk(FORM, draft=t.interview.id)
    assert again.interview.entry.answers() == t.interview.entry.answers()
    assert again.interview.index == t.interview.index
