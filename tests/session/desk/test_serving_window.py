"""Steps of a matter at the window: each through the form's rules, kept as a decision, and undone."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.menu import parts_for


@pytest.fixture
def desk(demo, now):
    with Desk.open(demo.office, now=lambda: now) as opened:
        yield opened


def of(desk, item):
    (found,) = [each for each in desk.window.open() if each.item == item]
    return found


def fields(desk, record):
    return desk.office.view(record).fields


def test_a_matter_goes_to_an_office_comes_back_and_is_done(desk):
    window, record = desk.window, of(desk, "childcare_help").record
    window.send(window.see(record), "county_mch", "核对材料")
    listed = of(desk, "childcare_help")
    assert (listed.status, listed.unit, listed.step, listed.since) == (
        "in_progress", "county_mch", "核对材料", "2026-03-31",
    )  # fmt: skip
    window.came_back(window.see(record))
    assert of(desk, "childcare_help").unit == ""
    window.pass_up(window.see(record))
    assert (of(desk, "childcare_help").status, of(desk, "childcare_help").unit) == (
        "passed_up", "county_health_bureau",
    )  # fmt: skip
    window.done(window.see(record))
    assert all(each.record != record for each in window.open())
    now = fields(desk, record)
    assert now["handling/status"] == "done"
    assert now["handling/done_at"].startswith("2026-03-31T09:30")
    assert sum(key.endswith("/out_at") for key in now) == 2


def test_papers_that_were_brought_take_it_out_of_waiting_and_others_put_it_back(desk):
    window, record = desk.window, of(desk, "benefit_apply").record
    window.papers(window.see(record), ())
    assert (of(desk, "benefit_apply").status, of(desk, "benefit_apply").missing) == ("in_progress", ())
    window.papers(window.see(record), ["photo"])
    assert (of(desk, "benefit_apply").status, of(desk, "benefit_apply").missing) == (
        "waiting_docs",
        ("photo",),
    )


def test_a_matter_is_refused_with_reason_and_remedy_or_not_at_all(desk):
    window, record = desk.window, of(desk, "other").record
    with pytest.raises(FieldkitError) as refused:
        window.refuse(window.see(record), "", "")
    assert refused.value.code == "interview.unfinished"
    assert of(desk, "other").status == "in_progress"
    window.refuse(window.see(record), "不在本镇办理", "请到县卫健局窗口")
    assert fields(desk, record)["handling/remedy"] == "请到县卫健局窗口"


def test_each_step_can_be_undone_the_last_first(desk):
    window, record = desk.window, of(desk, "childcare_help").record
    before = fields(desk, record)
    window.send(window.see(record), "village", "问一下")
    window.withdrawn(window.see(record))
    assert desk.entering.undo() == record
    assert of(desk, "childcare_help").unit == "village"
    desk.entering.undo()
    assert fields(desk, record) == before
    with pytest.raises(FieldkitError) as refused:
        desk.entering.undo()
    assert refused.value.code == "serve.nothing-to-undo"


def test_two_at_the_window_do_not_overwrite_each_other(desk, demo, now):
    add_desk(desk.office, "王芳", [Role.CLERK], None, by="office")
    record = of(desk, "other").record
    seen = desk.window.see(record)
    with Desk.open(demo.office, "王芳", now=lambda: now) as other:
        other.window.done(other.window.see(record))
    with pytest.raises(FieldkitError) as refused:
        desk.window.withdrawn(seen)
    assert refused.value.code == "decision.overtaken"
    assert "王芳" in refused.value.params["who"]
    assert fields(desk, record)["handling/status"] == "done"


def test_what_was_entered_at_the_desk_is_in_the_list_at_once(desk):
    interviews = desk.session.interviews
    known = next(each for each in desk.window.procedures() if each.item == "precon_exam")
    begun = interviews.resume(desk.window.begin(known))
    assert begun.index.path == "/data/village"
    for name, value in (("village", "990101100200"), ("promise/told_once", "yes")):
        begun.answer(f"/data/{name}", value)
    interviews.finish(begun)
    desk.hand_in()
    found = [each for each in desk.window.open() if each.item == "precon_exam"]
    assert [(each.promised, each.via, each.status) for each in found] == [("2026-04-08", "window", "new")]


def test_what_is_told_once_is_the_office_s_own_list_where_it_has_one(desk):
    shipped = {each.item: each for each in desk.window.procedures()}
    assert shipped["certificate_reissue"].docs == ("id_card", "hukou", "photo")
    (desk.office.folder / "lists" / "procedures.csv").write_text(
        "item,docs,days,fee\nconsult,,1,0\n", encoding="utf-8"
    )
    (own,) = desk.window.procedures()
    assert "1 working days" in desk.window.sheet(own)[3]
    (desk.office.folder / "lists" / "procedures.csv").write_text("item,docs,days,fee\nconsult,,soon,0\n")
    with pytest.raises(FieldkitError) as refused:
        desk.window.procedures()
    assert (refused.value.code, refused.value.params["row"]) == ("list.unreadable", 2)


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER, Role.KEEPER])
def test_whoever_does_not_serve_sees_nothing_of_it(desk, demo, now, role):
    record, point = of(desk, "other").record, desk.points.all()[0]
    payment = desk.payments.to_see_to()[0]
    period = desk.payments.period()
    add_desk(desk.office, "李强", [role], None, by="office")
    with Desk.open(demo.office, "李强", now=lambda: now) as other:
        window, payments, points = other.window, other.payments, other.points
        for act in (
            window.open, window.procedures, lambda: window.see(record), lambda: payments.figures(period),
            payments.to_see_to, lambda: payments.settled(period), lambda: payments.see(payment), points.all,
            lambda: points.begin(point), lambda: points.invoices(point), lambda: points.slogans(point),
            lambda: points.assets(point),
        ):  # fmt: skip
            with pytest.raises(FieldkitError) as refused:
                act()
            assert refused.value.code == "role.may-not", act
        assert not {"window", "payments", "points"} & {part.id for part, _line in parts_for(other)}


@pytest.mark.parametrize("role", [Role.CLERK, Role.VERIFIER])
def test_whoever_serves_has_all_three_on_home(desk, demo, now, role):
    add_desk(desk.office, "李强", [role], None, by="office")
    with Desk.open(demo.office, "李强", now=lambda: now) as other:
        lines = {part.id: line for part, line in parts_for(other)}
    assert lines["window"] == "Window  1 promised for a day that is over, 2 for later, 1 waiting for papers"
    assert lines["payments"] == "Payments  5 to see to"
    assert "points" in lines
