"""A service point: eighteen slogans, tags that are scanned, invoices that are the sum of their lines or stop."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.session.desk.desk import Desk


@pytest.fixture
def desk(demo, now):
    with Desk.open(demo.office, now=lambda: now) as opened:
        yield opened


def begun(desk, name):
    return desk.points.begin(desk.points.point(name))


def test_three_points_were_looked_at_on_the_last_thursday(desk):
    thursday = [each for each in desk.points.all() if each.seen == "2026-03-26"]
    assert [each.id for each in thursday] == ["c1", "v1", "v2"]
    fields = desk.office.view(thursday[0].record).fields
    contents = Counter(value for key, value in fields.items() if key.endswith("/slogan_content"))
    assert (sum(contents.values()), contents["disrespectful"]) == (18, 2)
    rows = [key.rpartition("/")[0] for key, value in fields.items() if value == "disrespectful"]
    assert {fields[f"{row}/slogan_action"] for row in rows} == {"remove"}


def test_the_next_inspection_begins_with_the_slogans_as_they_are_now_and_every_thing_to_be_seen(desk):
    inspection = begun(desk, "c1")
    entry = inspection.interview.entry
    assert entry.count("/data/slogans") == 15  # two that respect nobody and one that was outdated are gone
    contents = [entry.value(f"/data/slogans[{n}]/slogan_content") for n in range(1, 16)]
    assert "disrespectful" not in contents
    assert len(inspection.waiting) == entry.count("/data/assets") == 20
    assert all(entry.value(f"{path}/asset_condition") == "" for path in inspection.waiting)


def test_a_tag_marks_its_thing_with_the_condition_of_last_time_and_is_kept_at_once(desk):
    inspection = begun(desk, "v4")
    (broken,) = [path for path, each in inspection.waiting.items() if each.condition == "repair"]
    tag = inspection.waiting[broken].tag
    assert inspection.find(tag) == [broken]
    assert inspection.find(tag.lower()) == [broken]
    assert inspection.find(tag[-3:]) == [broken]
    assert inspection.find("4" + tag[-3:]) == [broken]  # what a scanner that reads digits alone makes of it
    assert inspection.find("X-999") == []
    desk.points.mark(inspection, broken)
    again = desk.session.interviews.resume(desk.points.unfinished(desk.points.point("v4")))
    assert again.entry.value(f"{broken}/asset_condition") == "repair"


def test_what_nobody_saw_is_missing_and_a_thing_that_was_missing_and_is_seen_is_there(desk):
    inspection = begun(desk, "v11")
    first = next(iter(inspection.waiting))
    desk.points.mark(inspection, first)
    desk.points.rest(inspection, "missing")
    desk.session.interviews.finish(inspection.interview)
    desk.hand_in()
    point = desk.points.point("v11")
    assert (point.seen, point.assets) == ("2026-03-31", 5)
    second = begun(desk, "v11")
    missing = next(path for path, each in second.waiting.items() if each.condition == "missing")
    desk.points.mark(second, missing)
    assert second.interview.entry.value(f"{missing}/asset_condition") == "good"


def noted(desk, **more):
    """An inspection of a new point with two lines on one invoice, and a slogan to be removed."""
    lines = [
        {"exp_cat": "print", "exp_item": "折页", "exp_qty": 3, "exp_unit_price": "0.10", "exp_fund": "town", "exp_invoice_no": "A-1"},
        {"exp_cat": "print", "exp_item": "贴纸", "exp_qty": 1, "exp_unit_price": "1.20", "exp_fund": "town", "exp_invoice_no": "A-1"},
    ]  # fmt: skip
    slogan = {
        "slogan_loc": "村口", "slogan_text": "示例", "slogan_condition": "faded", "slogan_content": "disrespectful",
        "slogan_action": "remove",
    }  # fmt: skip
    answers = {
        "point_id": "x9", "village": "990101100200", "expenses_noted": "yes", "expenses": lines, "slogans_noted": "yes",
        "slogans": [slogan],
    }  # fmt: skip
    interviews = desk.session.interviews
    interviews.finish(interviews.start("service_point", answers=answers | more))
    desk.hand_in()
    return desk.points.point("x9")


def test_an_invoice_stops_until_the_difference_is_nought_or_has_its_reason(desk):
    points, point = desk.points, noted(desk)
    assert (point.invoices_open, point.total) == (1, Decimal("1.5"))
    ((record, _day, (invoice,)),) = points.invoices(point)
    assert "type what stands" in points.invoice_line(invoice)
    points.invoice_total(record, invoice, "1.49")
    ((_record, _day, (invoice,)),) = points.invoices(point)
    assert points.invoice_line(invoice).endswith("difference 0.01  STOP")
    with pytest.raises(FieldkitError) as refused:
        points.close([invoice])
    assert refused.value.params["invoices"] == "A-1"
    with pytest.raises(FieldkitError):
        points.invoice_why(record, invoice, "  -- ")
    points.invoice_why(record, invoice, "店家抹零")
    ((_record, _day, (invoice,)),) = points.invoices(point)
    points.close([invoice])
    assert desk.points.point("x9").invoices_open == 0
    points.invoice_total(record, invoice, "1.50")
    ((_record, _day, (invoice,)),) = points.invoices(point)
    assert (invoice.difference, invoice.why) == (Decimal("0.00"), "")
    points.close([invoice])
    with pytest.raises(FieldkitError) as refused:
        points.invoice_total(record, invoice, "1,5x")
    assert refused.value.code == "money.unreadable"


def test_a_slogan_is_done_with_the_photo_of_the_next_day(desk):
    points, point = desk.points, noted(desk)
    (slogan,) = points.slogans(point)
    assert slogan.action == "remove"
    with pytest.raises(FieldkitError):
        points.slogan_done(slogan, "two words")
    points.slogan_done(slogan, "x9-wall.jpg")
    assert desk.points.point("x9").slogans == 0
    fields = desk.office.view(point.record).fields
    assert (fields["close/photos"], fields["close/photo_people"]) == ("x9-wall.jpg", "no")
    desk.entering.undo()
    assert desk.points.point("x9").slogans == 1


def test_an_interview_that_is_given_up_leaves_nothing(desk):
    begun(desk, "c1")
    (draft,) = desk.unfinished.all()
    assert desk.unfinished.state() == "1 to go on with"
    desk.unfinished.give_up(draft.id)
    assert desk.unfinished.all() == []
    assert desk.points.unfinished(desk.points.point("c1")) == ""


def test_a_short_look_forgets_neither_slogans_nor_things_nor_what_expires(desk):
    before = noted(desk, date="2026-03-30", kits=3, kits_expiry="2026-04-30")
    answers = {"point_id": "x9", "village": "990101100200"}
    desk.session.interviews.finish(desk.session.interviews.start("service_point", answers=answers))
    desk.hand_in()
    point = desk.points.point("x9")
    assert point.record != before.record
    assert (point.slogans, point.expiring, point.total) == (1, (("kits", "2026-04-30"),), Decimal("1.5"))
    assert len(desk.points.slogans(point)) == 1
