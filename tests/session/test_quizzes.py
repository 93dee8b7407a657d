"""Sheets through the session: the class of P4, kept one by one; lines as people type them; events as the last of a kind."""

from __future__ import annotations

import json
import time

import pytest

from fieldkit.cli import run
from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.quizzes import PHASES, Share
from fieldkit.session.copied import STICKY, begin_copied, copied_answers, last_of_each_kind
from fieldkit.session.lots import lots_of
from fieldkit.session.quiz_bars import all_lines
from fieldkit.session.quizzes import (
    Batch,
    line_of,
    quiz_events,
    quiz_key,
    quiz_results,
    read_line,
    statements,
)
from fieldkit.session.session import Session
from tests.p4 import NUMBER, PAPERS, RIGHT, begin, right


@pytest.fixture
def entered(session):
    """All papers of the class, entered; what a sheet took, in seconds, but for the slowest two."""
    begin(session)
    batch, took = Batch(session, NUMBER), []
    for phase, code, digits in PAPERS:
        began = time.perf_counter()
        batch.store(phase, read_line(code + digits))
        took.append(time.perf_counter() - began)
    return sorted(took)[-3]


def test_the_class_comes_to_the_figures_of_the_walkthrough(session, entered, record_property):
    record_property("tried", f"a sheet was kept within {1000 * entered:.0f} ms")
    assert entered < 0.1
    found = quiz_results(session, NUMBER)
    assert [found.all[phase].aware for phase in PHASES] == [Share(19, 46), Share(38, 45)]
    assert [found.paired[phase].aware for phase in PHASES] == [Share(18, 44), Share(37, 44)]
    assert [found.all[phase].right["q4"] for phase in PHASES] == [Share(14, 46), Share(35, 45)]
    assert (found.pairs, sum(found.alone.values())) == (44, 3)


def test_the_form_counts_each_sheet_as_the_results_do(session, entered):
    kept = [each for each in session.exchange.records("quiz") if each.text("event") == NUMBER]
    assert len(kept) == len(PAPERS)
    for record, (phase, code, digits) in zip(kept, PAPERS, strict=True):
        assert (record.text("phase"), record.text("pair_key")) == (phase, code.lower())
        assert record.text("score") == str(right(digits))
        assert record.text("aware") == str(int(right(digits) >= 7))
        assert record.text("date") == "2026-03-30"
    assert len({record.text("instanceID") for record in kept}) == len(PAPERS)
    assert session.interviews.unfinished() == []
    assert list(quiz_key(session).values()) == [{"1": "true", "2": "false"}[digit] for digit in RIGHT]


def test_nothing_that_leaves_names_a_code_or_a_sheet(session, entered, demo, capsys):
    session.close()
    assert (
        run(
            [
                "quiz",
                "results",
                "--workspace",
                str(demo.workspace),
                "--event",
                NUMBER,
                "--json",
                "--lang",
                "en",
            ]
        )
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert told["before"]["aware"] == {"n": 19, "of": 46}
    assert told["pairs"]["pairs"] == 44
    assert told["pairs"]["after"]["aware"] == {"n": 37, "of": 44}
    assert told["after"]["right"]["q4"] == {"n": 35, "of": 45}
    assert run(["quiz", "results", "--workspace", str(demo.workspace), "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "7 or more of 10 right: before 41 %  19/46, after 84 %  38/45" in " ".join(shown.split("\n"))
    for _phase, code, digits in PAPERS:
        for text in (json.dumps(told), shown):
            assert code.lower() not in text.lower()
            assert digits not in text
    assert run(["quiz", "results", "--workspace", str(demo.workspace), "--event", "1", "--lang", "en"]) == 1


def test_of_four_sheets_nothing_is_shown(session):
    begin(session)
    batch = Batch(session, NUMBER)
    for phase, code, digits in PAPERS[:4]:
        batch.store(phase, read_line(code + digits))
    lines = all_lines(quiz_results(session, NUMBER), statements(session), 70, plain=False)
    assert not any(sign in line for line in lines for sign in "%/█")
    batch.store(*PAPERS[4][:1], read_line("".join(PAPERS[4][1:])))
    lines = all_lines(quiz_results(session, NUMBER), statements(session), 70, plain=False)
    assert any("/5" in line for line in lines)


@pytest.mark.parametrize(
    ("typed", "code", "digits"),
    [
        ("dy371221332102", "dy37", "1221332102"),
        ("DY37 1221 3321 02", "dy37", "1221332102"),
        ("ＤＹ３７１２２１３３２１０２", "dy37", "1221332102"),
        ("ｄy-３7　1221332102", "dy37", "1221332102"),
        ("1221332102", "", "1221332102"),
        ("１２２１３３２１０２", "", "1221332102"),
    ],
)
def test_what_a_line_means(typed, code, digits):
    words = {"1": "true", "2": "false", "3": "dk", "0": ""}
    line = read_line(typed)
    assert (line.code, list(line.answers.values())) == (code, [words[digit] for digit in digits])


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("", "quiz.digits"), ("dy37", "quiz.digits"), ("dy37122133210", "quiz.digits"), ("dy3712213321022", "quiz.digits"),
        ("dy374221332102", "quiz.digits"), ("d371221332102", "quiz.code"), ("豆鱼371221332102", "quiz.code"),
        ("dyx1221332102", "quiz.code"),
    ],
)  # fmt: skip
def test_what_is_no_line(typed, refused):
    with pytest.raises(FieldkitError) as error:
        read_line(typed)
    assert error.value.code == refused


def test_a_sheet_is_corrected_with_its_reason_and_taken_out_whole(session):
    begin(session)
    batch = Batch(session, NUMBER)
    sheet = batch.store("before", read_line("ab121111111111"))
    assert line_of(sheet) == "ab121111111111"
    sheet = batch.correct(sheet, read_line("ab130111111113"), "typed wrong")
    kept = session.exchange.record(sheet.record)
    assert (kept.text("pair_key"), kept.text("q1"), kept.answers["q10"]) == ("ab13", "", {"missing": "dk"})
    assert session.exchange.revisions(sheet.record)[-1].body.note["reason"] == "typed wrong"
    assert [each.code for each in Batch(session, NUMBER).sheets] == ["ab13"]
    batch.take_out(sheet)
    assert session.exchange.record(sheet.record).state == "erased"
    assert Batch(session, NUMBER).sheets == []


def test_what_is_kept_is_kept_without_an_end(session, demo, now):
    """The workspace is left as it is after each sheet, without being closed, as a laptop that loses power leaves it."""
    import shutil

    begin(session)
    batch = Batch(session, NUMBER)
    for count, (phase, code, digits) in enumerate(PAPERS[:6], 1):
        batch.store(phase, read_line(code + digits))
        copy = demo.workspace.parent / f"cut {count}"
        shutil.copytree(demo.workspace, copy)
        with Session.open(copy, now=lambda: now) as again:
            assert len(Batch(again, NUMBER).sheets) == count
            assert again.interviews.unfinished() == []


def test_the_last_event_comes_first(session):
    begin(session)
    events = quiz_events(session)
    assert events[0].number == NUMBER
    assert [each.title[:10] for each in events] == sorted((each.title[:10] for each in events), reverse=True)


def test_an_event_begins_as_the_last_of_its_kind_without_what_is_of_the_day(session):
    answers = copied_answers(session, "edu_event", "class")
    assert answers["groups"] == [{"group": "newlywed"}, {"group": "mobile_newlywed"}, {"group": "general"}]
    assert answers["close/speaker_role"] == "town_doctor"
    entry = begin_copied(session, "edu_event", "class").entry
    assert entry.value("/data/header/date") == session.today().isoformat()
    assert entry.value("/data/header/place").startswith("社区活动室")
    for name in ("attend_n", "cost", "feedback", "start", "end", "group_n"):
        assert not any(entry.value(each) for each in _every(entry, name)), name


def test_a_screening_day_begins_as_the_last_one(session):
    answers = copied_answers(session, "scr_event")
    assert [each["device_station"] for each in answers["devices"]] == ["1", "2", "3"]
    assert [each["role"] for each in answers["staff"]] == [
        "registrar",
        "nurse",
        "gynae",
        "sonographer",
        "driver",
    ]
    assert answers["tests"] == "hpv tct via cbe bus"
    interview = begin_copied(session, "scr_event")
    missing = {problem.path.rsplit("/", 1)[-1] for problem in interview.blocking()}
    assert missing == {"role_n", "free_notice_posted"}


def test_a_lot_is_offered_for_its_own_item_and_until_it_expires(session):
    """Offered, never taken over: the rows are there and empty."""
    interview = begin_copied(session, "scr_event")
    entry = interview.entry
    first, second = (f"/data/kits[{row}]" for row in (1, 2))
    assert [entry.count("/data/kits"), entry.value(f"{first}/kit_item"), entry.value(f"{first}/kit_lot")] == [
        2,
        "",
        "",
    ]
    last = session.last_time(interview)
    assert last is not None
    assert last.value(entry, f"{second}/kit_item") == "speculum"
    assert last.value(entry, f"{second}/kit_lot") == "", "of which item is not said yet"
    interview.answer(f"{first}/kit_item", "tct_kit")
    assert last.value(entry, f"{first}/kit_lot") == "", "a lot of HPV tubes is none of vials"
    interview.answer(f"{first}/kit_item", "hpv_kit")
    assert last.value(entry, f"{first}/kit_lot") == "DEMO-HPV-2603"
    assert last.value(entry, f"{first}/kit_expiry") == "2027-01-31"
    assert last.value(entry, f"{first}/kit_opened") == ""
    interview.answer("/data/date", "2027-01-31")
    assert last.value(entry, f"{first}/kit_lot") == "DEMO-HPV-2603"
    interview.answer("/data/date", "2027-02-01")
    assert [last.value(entry, f"{first}/{name}") for name in ("kit_item", "kit_lot", "kit_expiry")] == [
        "",
        "",
        "",
    ]


def test_a_correction_of_a_screening_day_offers_no_lots(session):
    record = last_of_each_kind(session, "scr_event")[""]
    assert session.last_time(session.interviews.amend(record.id)) is None
    assert len(lots_of(record)) == 2


def test_every_sticky_question_is_one_of_its_form(session):
    for form_id, names in STICKY.items():
        form = session.library.get(form_id)
        assert {f"/data/{name}" for name in names} <= set(form.items)


def test_a_kind_that_was_never_noted_begins_with_its_kind_alone(session):
    session.erase(last_of_each_kind(session, "edu_event")["school"].id, "retention")
    assert copied_answers(session, "edu_event", "school") == {"kind": "school"}
    assert copied_answers(session, "edu_event") == {}


def test_a_village_or_group_that_is_no_more_is_not_taken_over(session):
    last = last_of_each_kind(session, "edu_event")["class"]
    group = next(
        key for key, answer in last.answers.items() if key.startswith("groups/") and answer == "general"
    )
    gone = {**last.answers, "villages": "990101100999", "header/date": "2026-03-30", group: "landlords"}
    form = session.library.get("edu_event")
    session.exchange.put_many(form, [(session.exchange.new_record_id(), gone, session.now())])
    answers = copied_answers(session, "edu_event", "class")
    assert "villages" not in answers
    assert answers["topics"] == gone["topics"]
    assert "landlords" not in str(answers)
    assert begin_copied(session, "edu_event", "class").entry.value("/data/kind") == "class"


def _every(entry, name):
    paths = (entry.tree.path(leaf) for leaf in entry.tree.leaves())
    return [path for path in paths if path.rsplit("/", 1)[-1] == name]
