"""Conflicts at a desk: what is shown of each value, what a decision writes, and that nothing is chosen for anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.office import Office
from fieldkit.office.conflicts import Written, visits_on
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.session.desk.conflict_words import side_of
from fieldkit.session.desk.conflicts import Choice
from fieldkit.session.desk.desk import Desk
from fieldkit.session.filling import correct
from sync import STATE, merge
from tests.office.quarrels import LANGUAGE, OTHER, PLACE, PRESENCE, another_laptop, households, quarrel


@pytest.fixture
def quarrelled(demo, now, tmp_path):
    """Let the town's laptop and another one answer otherwise; gives the records."""

    def made(ours, theirs, count=1, **how):
        with Office.open(demo.office, now=lambda: now) as office:
            records = households(office, count)
        quarrel(demo, now, tmp_path, records, ours, theirs, **how)
        return records

    return made


@pytest.fixture
def desk(demo, now):
    """A desk of somebody; without a name that of whoever does everything."""
    opened = []

    def made(name="", roles=(), later=0):
        if roles:
            with Office.open(demo.office, now=lambda: now) as office:
                add_desk(office, name, roles, None, by="office")
        at = now + timedelta(hours=3, minutes=later)
        opened.append(Desk.open(demo.office, name, now=lambda: at))
        return opened[-1]

    yield made
    for each in opened:
        each.close()


def refused(code, step, *arguments):
    with pytest.raises(FieldkitError) as caught:
        step(*arguments)
    assert caught.value.code == code
    return caught.value


def gone(session, record):
    """Delete a record on a laptop."""
    view = merge(session.exchange.revisions(record))
    session.exchange.decide(view, Operation.DELETE, {}, note={"reason": "registered by mistake"})


def test_each_value_has_who_wrote_it_and_when_and_what_stood_there_before(quarrelled, desk):
    [record] = quarrelled({"presence": "all_out"}, {"presence": "part_out"})
    d = desk()
    [row] = d.conflicts.rows()
    assert (row.record, row.state, row.facts["paths"], len(row.facts["devices"])) == (
        record,
        "open",
        [PRESENCE],
        2,
    )
    [line] = d.conflicts.lines([row])
    assert "Household registration" in line
    assert "Are the family at home" in line or "home" in line
    [clash] = d.conflicts.open(record).clashes
    assert [each.words for each in clash.sides] == ["All are away", "Some are away"]
    assert [OTHER in each.who for each in clash.sides] == [False, True]
    assert "李四" in clash.sides[1].who
    assert [each.at for each in clash.sides] == ["2026-03-31 09:30", "2026-03-31 10:30"]
    assert clash.before == d.words.answer(d.office.view(record), PRESENCE, "home")
    assert not any("clock" in line for each in clash.sides for line in each.lines)


def test_nothing_is_written_that_nobody_chose(quarrelled, desk):
    [record] = quarrelled(
        {"presence": "all_out", "lang": "other"}, {"presence": "part_out", "lang": "putonghua"}
    )
    d = desk()
    opened = d.conflicts.open(record)
    state = d.office.state()
    refused("conflict.nothing", d.conflicts.write, opened, {})
    assert d.office.state() == state
    d.conflicts.write(opened, {PRESENCE: Choice("take", "part_out")})
    view = d.office.view(record)
    assert (view.fields[PRESENCE], list(view.conflicts)) == ("part_out", [LANGUAGE])
    assert [row.facts["paths"] for row in d.conflicts.rows()] == [[LANGUAGE]]
    d.conflicts.write(d.conflicts.open(record), {LANGUAGE: Choice("take", "other")})
    assert d.office.view(record).conflicts == {}
    assert d.conflicts.rows() == []


def test_another_answer_is_taken_by_the_rules_of_the_form_alone(quarrelled, desk):
    [record] = quarrelled(
        {"presence": "all_out", "addr_note": "祠堂后"}, {"presence": "part_out", "addr_note": "村口"}
    )
    d = desk()
    opened = d.conflicts.open(record)
    asked = d.conflicts.retyping(opened, {}, PRESENCE)
    assert {"home", "all_out"} <= {each.value for each in asked.choices}
    refused("conflict.bad-answer", asked.answer, "on the moon")
    assert asked.answer("home") == "home"
    words = next(each.label for each in asked.choices if each.value == "home")
    assert asked.answer(words) == "home"
    place = d.conflicts.retyping(opened, {}, PLACE)
    assert place.choices == []
    refused("conflict.bad-answer", place.answer, "x" * 500)
    refused("conflict.no-question", d.conflicts.retyping, opened, {}, "home/hh_kind/none")
    d.conflicts.write(
        opened, {PRESENCE: Choice("take", "home"), PLACE: Choice("take", place.answer("老樟树下"))}
    )
    view = d.office.view(record)
    assert (view.fields[PRESENCE], view.fields[PLACE], view.conflicts) == ("home", "老樟树下", {})


def test_all_values_are_kept_with_a_note_until_another_comes_or_it_is_taken_back(
    quarrelled, desk, demo, now, tmp_path
):
    [record] = quarrelled({"presence": "all_out"}, {"presence": "part_out"})
    d = desk()
    opened = d.conflicts.open(record)
    refused("conflict.no-note", d.conflicts.write, opened, {PRESENCE: Choice("both", text=" . ")})
    d.conflicts.write(opened, {PRESENCE: Choice("both", text="both are right, of two weeks")})
    assert d.conflicts.rows() == []
    [row] = d.conflicts.rows("both")
    assert d.conflicts.counts() == (0, 1)
    assert d.conflicts.open(row.record).clashes[0].both == "both are right, of two weeks"
    assert list(d.office.view(record).conflicts) == [PRESENCE], "both are still there"
    d.decisions.undo()
    assert d.conflicts.counts() == (1, 0)
    d.decisions.redo()
    assert d.conflicts.counts() == (0, 1)
    seen = d.office.archive.revisions(record)
    with another_laptop(d.office, tmp_path, lambda: now + timedelta(hours=5), "电脑11") as session:
        session.exchange.take_records(each for each in seen if not each.envelope.parents)
        correct(session, record, [{"presence": "vacant"}], source="x", reason="told by telephone")
        d.office.merge([session.export(tmp_path / "stick").bundle.path])
    assert d.conflicts.counts() == (1, 0), "a third answer opens it again"
    assert len(d.conflicts.open(record).clashes[0].sides) == 3


def test_it_goes_back_to_the_laptops_that_wrote_as_a_question_that_takes_no_side(quarrelled, desk, tmp_path):
    [record] = quarrelled(
        {"presence": "all_out", "addr_note": "祠堂后"}, {"presence": "part_out", "addr_note": "村口"}
    )
    d = desk()
    opened = d.conflicts.open(record)
    place, presence = sorted(opened.clashes, key=lambda each: each.path)
    text = d.conflicts.question_back(presence)
    assert "All are away" in text
    assert "Some are away" in text
    assert place.sensitive
    assert not {"祠堂后", "村口"} & set(d.conflicts.question_back(place).split()), (
        "where they live stays here"
    )
    assert "祠堂后" not in d.conflicts.question_back(place)
    refused("conflict.no-day", d.conflicts.deadline, "next week")
    choice = Choice("ask", text=text, deadline=d.conflicts.deadline("2026-04-10"))
    d.conflicts.write(opened, {PRESENCE: choice})
    [row] = d.conflicts.rows()
    assert row.facts["asked"] == [PRESENCE]
    assert d.conflicts.open(record).clashes[1].asked == "2026-04-10"
    review = next(
        each for each in d.office.archive.revisions(record) if each.envelope.operation is Operation.REVIEW
    )
    assert review.body.note == {
        "comments": {PRESENCE: text}, "state": "queried", "deadline": "2026-04-10", "by": "office",
    }  # fmt: skip
    packs = d.office.write_returns(tmp_path / "stick")
    assert {each.name: each.comments for each in packs}[OTHER] == 1
    assert sum(each.comments for each in packs) == 2


def test_a_record_deleted_here_and_changed_there_is_asked_about_before_anything_in_it(quarrelled, desk):
    one, two = quarrelled({"presence": "all_out"}, gone, count=2)
    d = desk()
    [clash] = d.conflicts.open(one).clashes
    assert clash.is_about_deleting
    assert clash.before == ""
    assert [each.answer for each in clash.sides] == ["no", "yes"]
    assert "registered by mistake" in clash.sides[1].lines[2]
    refused(
        "conflict.not-both", d.conflicts.write, d.conflicts.open(one), {STATE: Choice("both", text="well")}
    )
    d.conflicts.write(d.conflicts.open(one), {STATE: Choice("take", "no")})
    view = d.office.view(one)
    assert (view.state, view.conflicts, view.fields[PRESENCE]) == ("live", {}, "all_out")
    [clash] = d.conflicts.open(one, [STATE]).clashes
    assert [(side.who, side.words) for side in clash.sides] == [("keeper", "kept, since it was changed")]
    d.conflicts.write(d.conflicts.open(two), {STATE: Choice("take", "yes")})
    assert d.office.view(two).state == "deleted"
    assert d.conflicts.rows() == []
    d.decisions.undo()
    assert list(d.office.view(two).conflicts) == [STATE]
    assert d.office.view(two).fields[PRESENCE] == "all_out"


def test_an_answer_is_not_decided_while_it_is_open_whether_the_record_stays(
    quarrelled, desk, demo, now, tmp_path
):
    [record] = quarrelled({"presence": "all_out"}, gone)
    with Office.open(demo.office, now=lambda: now) as office:
        first = [each for each in office.archive.revisions(record) if not each.envelope.parents]
        with another_laptop(office, tmp_path, lambda: now, "电脑12") as session:
            session.exchange.take_records(first)
            correct(session, record, [{"presence": "part_out"}], source="x", reason="seen")
            office.merge([session.export(tmp_path / "stick").bundle.path])
    d = desk()
    opened = d.conflicts.open(record)
    assert [each.path for each in opened.clashes] == [STATE, PRESENCE]
    take = {PRESENCE: Choice("take", "all_out")}
    refused("conflict.deleted-first", d.conflicts.write, opened, take)
    refused("conflict.deleted-first", d.conflicts.write, opened, take | {STATE: Choice("ask", text="why?")})
    d.conflicts.write(opened, take | {STATE: Choice("take", "no")})
    assert d.office.view(record).conflicts == {}


def test_what_the_form_works_out_follows_what_is_decided(quarrelled, desk, demo, now):
    with Office.open(demo.office, now=lambda: now) as office:
        [record] = households(office, 1)
        member = next(path for path in office.view(record).fields if path.endswith("/birth_year")).split("/")[
            -2
        ]
    born, age = f"home/members/{member}/birth_year", f"home/members/{member}/age"

    def says(year):
        def does(session, record):
            answers = dict(session.exchange.record(record).answers)
            form = session.library.get("household")
            session.exchange.put(form, record, answers | {born: str(year), age: str(2026 - year)})

        return does

    quarrelled(says(1950), says(1951))
    d = desk()
    assert set(d.office.view(record).conflicts) == {born, age}
    opened = d.conflicts.open(record)
    assert [each.path for each in opened.clashes] == [born], "nobody is asked how old somebody is"
    d.conflicts.write(opened, {born: Choice("both", text="nobody knows")})
    assert d.conflicts.counts() == (0, 1)
    d.decisions.undo()
    d.conflicts.write(d.conflicts.open(record), {born: Choice("take", "1951")})
    view = d.office.view(record)
    assert (view.fields[born], view.fields[age], view.conflicts) == ("1951", "75", {})


def test_somebody_taken_off_a_list_comes_back_whole_with_the_answer_that_is_chosen(
    quarrelled, desk, demo, now
):
    with Office.open(demo.office, now=lambda: now) as office:
        [record] = households(office, 1)
        before = office.view(record).fields
    row = next(path for path in before if path.endswith("/birth_year")).rpartition("/")[0]

    def takes_off(session, record):
        answers = {
            path: answer
            for path, answer in session.exchange.record(record).answers.items()
            if path != row and not path.startswith(f"{row}/")
        }
        session.exchange.put(session.library.get("household"), record, answers)

    def says_otherwise(session, record):
        answers = dict(session.exchange.record(record).answers)
        session.exchange.put(session.library.get("household"), record, answers | {f"{row}/name": "王改名"})

    quarrelled(takes_off, says_otherwise)
    d = desk()
    opened = d.conflicts.open(record)
    assert [each.path for each in opened.clashes] == [f"{row}/name"]
    d.conflicts.write(opened, {f"{row}/name": Choice("take", "王改名")})
    fields = d.office.view(record).fields
    assert {path: fields.get(path) for path in before if path.startswith(row)} == {
        path: "王改名" if path == f"{row}/name" else answer for path, answer in before.items() if path.startswith(row)
    }  # fmt: skip


def test_what_somebody_may_not_see_they_cannot_decide(demo, now, tmp_path, desk):
    path = "support/support_status"
    with Office.open(demo.office, now=lambda: now) as office:
        [record] = households(office, 1)

    def says(answer):
        def does(session, record):
            answers = dict(session.exchange.record(record).answers)
            session.exchange.put(session.library.get("household"), record, answers | {path: answer})

        return does

    quarrel(demo, now, tmp_path, [record], says("canary one"), says("canary two"))
    clerk = desk("王芳", [Role.CLERK])
    opened = clerk.conflicts.open(record)
    [clash] = opened.clashes
    assert clash.hidden
    assert clash.may == (Role.REVIEWER,)
    assert "canary" not in repr(clash)
    state = clerk.office.state()
    for choice in (Choice("take", "canary one"), Choice("both", text="why"), Choice("ask", text="what")):
        error = refused("conflict.hidden", clerk.conflicts.write, opened, {path: choice})
        assert "canary" not in str(error.params)
    assert clerk.office.state() == state
    reviewer = desk("李审", [Role.REVIEWER])
    opened = reviewer.conflicts.open(record)
    assert [each.answer for each in opened.clashes[0].sides] == ["canary one", "canary two"]
    reviewer.conflicts.write(opened, {path: Choice("take", "canary two")})
    assert reviewer.office.view(record).fields[path] == "canary two"
    verifier = desk("复核", [Role.VERIFIER])
    for step in (verifier.conflicts.rows, verifier.decisions.lately, lambda: verifier.conflicts.open(record)):
        refused("role.may-not", step)


def test_a_clock_that_cannot_be_right_is_told(quarrelled, desk):
    def says(session, record):
        answers = dict(session.exchange.record(record).answers)
        session.exchange.put(session.library.get("household"), record, answers | {PRESENCE: "part_out"})

    [record] = quarrelled({"presence": "all_out"}, says, later=timedelta(days=-7 * 365))
    sides = desk().conflicts.open(record).clashes[0].sides
    assert sides[0].at.startswith("2019")
    assert ["clock" in " ".join(each.lines) for each in sides] == [True, False]


def test_on_which_visit_somebody_said_so(quarrelled, desk, demo, now):
    with Office.open(demo.office, now=lambda: now) as office:
        office.keep_tables()
        view = next(each for each in office.archive.views("visit") if each.fields.get("hh_id"))
    number, day = view.fields["hh_id"], view.fields["header/date"]
    d = desk()
    assert visits_on(d.office, number, [day, "1999-01-01"]) == {day}
    assert visits_on(d.office, number, ["1999-01-01"]) == frozenset()
    assert visits_on(d.office, "", [day]) == frozenset()
    written = Written("all_out", "r", d.device, "李四", f"{day}T10:00:00+08:00", "put", "")
    assert f"on the visit of {day}" in side_of(written, "All are away", d.words, {day}).lines
