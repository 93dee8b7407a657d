"""Samples at desks: whom the frame leaves out, what a check keeps, and what nobody can do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.fieldwork.samples import Stands
from fieldkit.office import Office
from fieldkit.office import samples as kept
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.session.desk.desk import Desk

FIRST, LAST = "2026-02-09", "2026-03-25"


@pytest.fixture
def desk(demo, now):
    """A verifier's desk at the demo office."""
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "one", [Role.VERIFIER], None, by="office")
        add_desk(office, "demo", [Role.VERIFIER], None, by="office")
    with Desk.open(demo.office, "one", now=lambda: now) as opened:
        yield opened


@pytest.fixture
def given_up(desk):
    """A desk where the demo's own sample is over."""
    desk.samples.give_up("DEMO-2603", "another begins")
    return desk


def visit(desk, **said):
    """Some visit of the frame that was not drawn, with answers changed as a decision: its record."""
    taken = set(desk.samples.standing("DEMO-2603").sample.numbers)
    view = next(
        view
        for view in desk.office.archive.views("visit")
        if view.fields.get("outcome") == "done"
        and FIRST <= view.fields["header/date"] <= LAST
        and view.record not in taken
    )
    changed = {path.replace("__", "/"): answer for path, answer in said.items()}
    if changed:
        desk.decide(view, Operation.RESOLVE, changed, changed=changed, note={"by": "test"})
    return view


def test_the_demo_had_two_hundred_and_forty_to_draw_from(desk):
    frame = kept.frame_of(desk.office, "visit", FIRST, LAST)
    sample = desk.samples.standing("DEMO-2603").sample
    assert sample.frame == 240
    assert len(frame) == 240 - len(sample.drawn)


def test_what_was_drawn_can_be_drawn_again_from_seed_and_frame(given_up):
    from fieldkit.fieldwork.sampling import draw

    frame = kept.frame_of(given_up.office, "visit", FIRST, LAST)
    sample = given_up.samples.draw("visit", FIRST, LAST, 10)
    assert draw(frame, sample.seed, len(sample.drawn)).strata == sample.strata
    assert len(sample.drawn) == -(-len(frame) // 10)
    assert sum(each.size for each in sample.strata) == sample.frame == len(frame)


@pytest.mark.parametrize(
    "said",
    [{"wants_no_more": "yes"}, {"consent__contact": "none"}, {"outcome": "part"}],
    ids=["asked to stop", "no contact", "not done"],
)
def test_whoever_wants_no_contact_or_was_not_done_is_not_in_the_frame(desk, said):
    before = {each.record for each in kept.frame_of(desk.office, "visit", FIRST, LAST)}
    view = visit(desk, **said)
    after = {each.record for each in kept.frame_of(desk.office, "visit", FIRST, LAST)}
    assert view.record in before
    assert before - after == {view.record}


def test_what_is_withdrawn_or_deleted_is_not_in_the_frame(desk):
    view = visit(desk)
    desk.decide(view, Operation.DELETE, note={"by": "test"})
    assert view.record not in {each.record for each in kept.frame_of(desk.office, "visit", FIRST, LAST)}


def test_nobody_draws_or_asks_what_they_made_themselves(desk, demo, now):
    with Desk.open(demo.office, "demo", now=lambda: now) as own:
        place = next(
            each for each in own.samples.standing("DEMO-2603").places if each.stands is Stands.WAITING
        )
        with pytest.raises(FieldkitError) as refused:
            own.samples.call("DEMO-2603", place.record)
        assert refused.value.code == "sample.own"
        own.samples.give_up("DEMO-2603", "another begins")
        with pytest.raises(FieldkitError) as refused:
            own.samples.draw("visit", FIRST, LAST, 10)
        assert refused.value.code == "sample.nobody", "every visit was made by whoever is called demo"


def test_who_had_a_hand_in_it_later_may_not_check_it_either(given_up):
    view = visit(given_up, header__companion="none", close__leaflet="rights")
    drawn = given_up.samples.draw("visit", FIRST, LAST, 100)
    assert view.record not in {record for each in drawn.strata for record in each.records}


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (("visit", LAST, FIRST, 10), "sample.days"),
        (("visit", "March", LAST, 10), "sample.days"),
        (("visit", FIRST, "2026-04-01", 10), "sample.days"),
        (("visit", FIRST, LAST, 0), "sample.share"),
        (("visit", FIRST, LAST, 101), "sample.share"),
        (("quiz", FIRST, LAST, 10), "sample.form"),
        (("visit", "2026-03-01", "2026-03-10", 10), "sample.open"),
        (("household", "2020-01-01", "2020-01-02", 10), "sample.nobody"),
    ],
)
def test_a_draw_that_will_not_do_is_refused_and_leaves_nothing(desk, how, code):
    with pytest.raises(FieldkitError) as refused:
        desk.samples.draw(*how)
    assert refused.value.code == code
    assert len(desk.samples.all()) == 1


def test_another_form_may_be_drawn_beside(desk):
    sample = desk.samples.draw("household", "2026-02-01", "2026-02-28", 10)
    assert (sample.number, sample.frame) == ("2603-1", 599), "one household asked to be left alone"
    assert len(sample.drawn) == 60


@pytest.mark.parametrize("why", ["", "  ", "123", "x" * 101])
def test_giving_up_needs_words(desk, why):
    with pytest.raises(FieldkitError) as refused:
        desk.samples.give_up("DEMO-2603", why)
    assert refused.value.code == "sample.why"


def test_what_was_given_up_stays_and_is_not_given_up_twice(given_up):
    [standing] = given_up.samples.all()
    assert (standing.sample.given_up, standing.sample.why) == ("2026-03-31", "another begins")
    with pytest.raises(FieldkitError) as refused:
        given_up.samples.give_up("DEMO-2603", "again")
    assert refused.value.code == "sample.over"


def first_waiting(desk):
    return next(each for each in desk.samples.standing("DEMO-2603").places if each.stands is Stands.WAITING)


def test_what_is_restricted_or_contact_is_not_brought_whatever_the_list_says(desk):
    lists = desk.office.folder / "forms"
    text = (lists.parent / "x").with_name("backcheck_fields.csv")
    assert not text.exists()
    rows = [dict(row) for row in desk.office.library.get("backcheck").lists.rows("backcheck_fields")]
    rows += [
        dict(rows[-1], name=name, form="household", type="1", codes="")
        for name in ("name", "phone", "addr_note", "support_status")
    ]
    desk.samples._fields = lambda form: [row for row in rows if row["form"] == form]
    for view in list(desk.office.archive.views("household"))[:5]:
        brought = desk.samples._brought(view)
        assert brought
        assert not {"name", "phone", "addr_note", "support_status"} & set(brought)


def test_of_a_registration_the_head_is_asked_about(desk):
    view = next(iter(desk.office.archive.views("household")))
    head = next(
        path.removesuffix("/rel")
        for path, answer in view.fields.items()
        if path.endswith("/rel") and answer == "0"
    )
    brought = desk.samples._brought(view)
    assert brought["birth_year"] == view.fields[f"{head}/birth_year"]
    assert brought["sex"] == view.fields[f"{head}/sex"]


def decline(desk):
    place = first_waiting(desk)
    call = desk.samples.call("DEMO-2603", place.record)
    with desk.samples.bringing(call):
        interview = desk.samples.interview(call, "phone")
        interview.answer("/data/consent/notice_read", "read_aloud")
        interview.answer("/data/consent/consent_again", "no")
        desk.session.interviews.finish(interview)
    desk.hand_in()
    return place


def test_who_declined_comes_into_the_archive_when_the_desk_is_closed(desk, demo, now):
    place = decline(desk)
    assert desk.samples.results("DEMO-2603")[2] == 3
    desk.samples.pass_over(desk.samples.call("DEMO-2603", first_waiting(desk).record))
    desk.close()
    with Desk.open(demo.office, "one", now=lambda: now + timedelta(days=1)) as again:
        declines = [
            view for view in again.office.archive.views("backcheck") if view.fields["outcome"] == "declined"
        ]
        assert len(declines) == 3
        revisions = [
            each
            for view in (*declines, *again.office.archive.views("sample"))
            for each in again.office.archive.revisions(view.record)
            if each.envelope.device == again.device
        ]
        last = max(revisions, key=lambda each: each.envelope.sequence)
        assert last.envelope.form == "backcheck", "after all that was done that day"
        assert last.envelope.wall.endswith("T00:00:00+00:00")
        assert set(last.body.answers) == {"village", "date", "outcome"}
        standing = again.samples.standing("DEMO-2603")
        assert place.record not in {each.record for each in standing.places}
        assert (standing.done, standing.waiting) == (22, 2)
        assert again.samples.results("DEMO-2603")[2] == 3


def test_what_was_picked_by_hand_is_not_counted(desk):
    before = desk.samples.results("DEMO-2603")[1]
    view = visit(desk)
    answers = {
        "method": "random", "mode": "doc", "village": view.fields["village"], "sample_id": "DEMO-2603-99", "checker": "K09",
        "orig_staff": "S09", "orig_form": "visit", "orig_uuid": view.record, "result": "ok",
        "item": [{"field": "given_by", "again_value": "1", "orig_value": "2", "reason": "misheard", "item_action": "none"}],
    }  # fmt: skip
    interviews = desk.session.interviews
    interviews.record("backcheck", answers, interviews.lists_for(interviews.form("backcheck")))
    desk.hand_in()
    assert desk.samples.results("DEMO-2603")[1].compared == before.compared == 110


def test_twenty_per_cent_are_offered_in_the_first_two_weeks(desk, demo, now):
    assert desk.samples.offered("visit") == ("2026-02-09", "2026-03-30", 10)
    desk.close()
    with Desk.open(demo.office, "one", now=lambda: now - timedelta(days=40)) as early:
        assert early.samples.offered("visit")[2] == 20
