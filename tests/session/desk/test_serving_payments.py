"""A payment that failed is called about, has another day, and stays one that did not come on time."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.office.desks import add_desk
from fieldkit.office.looks import looks
from fieldkit.office.roles import Role
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.editing import row_at


@pytest.fixture
def desk(demo, now):
    with Desk.open(demo.office, now=lambda: now) as opened:
        yield opened


@pytest.fixture
def march(desk):
    return desk.payments.period("2026-03")


def test_another_day_and_a_late_payment_leave_the_rate_as_it_was(desk, march):
    payments = desk.payments
    failed = [each for each in payments.to_see_to(march) if each.reason == "acct_wrong"]
    payments.again(payments.see(failed[0]), "2026-04-10")
    opened = payments.see(failed[0])
    assert (opened.payment.again, opened.payment.due) == ("2026-04-10", "2026-03-31")
    payments.note(opened, "电话说了，换新卡号")
    assert payments.noted(payments.see(failed[0])) == "电话说了，换新卡号"
    assert payments.figures(march).rate == pytest.approx(93.5)
    add_desk(desk.office, "王芳", [Role.CLERK], None, by="office")
    day = desk.session.now().replace(month=4, day=12)
    with Desk.open(desk.office.folder, "王芳", now=lambda: day) as later:
        later.payments.paid(later.payments.see(failed[0]), "4.10", failed[0].amount)
        figures = later.payments.figures(march)
        assert (figures.due, figures.on_time, figures.kinds["late"], figures.kinds["failed"]) == (
            46,
            43,
            1,
            2,
        )
        late = later.payments.settled(march)[0]
        assert (late.kind, late.paid_on, late.row) == ("late", "2026-04-10", failed[0].row)
        later.entering.undo()
        assert later.payments.figures(march).kinds["failed"] == 3


def test_less_than_the_standard_is_not_on_time(desk, march):
    payments = desk.payments
    paid = next(each for each in payments.settled(march) if each.programme == "jiangfu")
    opened = payments.see(paid)
    desk.entering.change(
        opened.look,
        "less",
        lambda entry: entry.set(row_at(entry, "payment", paid.row) + "/paid_amt", "100.99"),
    )
    figures = payments.figures(march)
    assert (figures.on_time, figures.kinds["short"]) == (42, 1)


def test_the_day_must_be_after_the_one_it_was_due_and_be_a_day(desk, march):
    payments = desk.payments
    each = payments.to_see_to(march)[0]
    for day, code in (("2026-03-31", "interview.unfinished"), ("soon", "reading.date")):
        with pytest.raises(FieldkitError) as refused:
            payments.again(payments.see(each), day)
        assert refused.value.code == code
    assert payments.see(each).payment.again == ""


def test_lists_name_nobody_and_hold_no_account(desk, march):
    payments = desk.payments
    names = {
        str(value)
        for view in desk.office.archive.views("household")
        for key, value in view.fields.items()
        if key.endswith("/name")
    }
    lines = [payments.line(each) for each in (*payments.to_see_to(), *payments.settled(march))]
    accounts = {
        str(value)
        for view in desk.office.archive.views("benefit")
        for key, value in view.fields.items()
        if key.endswith("/acct_last4")
    }
    text = "\n".join(lines)
    assert len(lines) == 48
    assert not [name for name in names if name in text]
    assert not [line for line in lines for word in line.split("  ") if word in accounts]


def test_whom_to_call_is_shown_and_written_down_only_where_that_was_agreed(desk, march):
    payments = desk.payments
    opened = [payments.see(each) for each in payments.to_see_to()]
    reachable = [each for each in opened if each.person is not None]
    assert reachable
    said = "\n".join(payments.lines(reachable[0]))
    name = next(
        value
        for key, value in reachable[0].person.fields.items()
        if key.endswith(f"/{reachable[0].reach.person}/name")
    )
    assert name in said
    log = looks(desk.office, last=2 * len(opened))
    assert {each.facts["why"] for each in log} == {"payment"}
    assert {each.facts["form"] for each in log} == {"benefit", "household"}
    record = reachable[0].look.view.record
    _no_contact(desk, record)
    again = payments.see(reachable[0].payment)
    assert again.person is None
    assert name not in "\n".join(payments.lines(again))
    assert "do not call" in "\n".join(payments.lines(again))


def test_a_household_that_asked_to_be_left_alone_is_not_called_about_a_payment(desk):
    payments = desk.payments
    reachable = next(each for each in map(payments.see, payments.to_see_to()) if each.person is not None)
    home = desk.entering.open(reachable.reach.household, "test")
    stop = {
        "consent/contact": "none", "consent/withdrawn_scope": "contact", "consent/withdrawn_on": "2026-03-31",
    }  # fmt: skip
    desk.decide(home.view, Operation.RESOLVE, stop, changed=stop, note={})
    again = payments.see(reachable.payment)
    assert (again.reach.ways, again.person) == ((), None)


def _no_contact(desk, record):
    view = desk.office.view(record)
    desk.decide(view, Operation.RESOLVE, {"consent/contact": "none"}, changed=["consent/contact"], note={})


def test_a_payment_that_is_over_due_and_not_paid_is_to_be_seen_to(desk, march):
    payments = desk.payments
    each = payments.to_see_to(march)[0]
    payments.failed(payments.see(each), "held", "")
    found = next(one for one in payments.to_see_to(march) if one.row == each.row)
    assert (found.kind, found.reason) == ("held", "")
