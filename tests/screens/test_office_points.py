"""Service points at a desk, by keys and scanner: tags marked, an inspection finished, an invoice that stops."""

from __future__ import annotations

import pytest

POINT = {"zh": "服务点", "en": "Service points"}


async def to_point(c, name):
    await c.press("4")
    assert c.screen_name == "PointsScreen"
    at = next(at for at, each in enumerate(c.app.screen.lines._choices) if getattr(each, "point", "") == name)
    c.app.screen.lines.highlighted = at
    await c.press("enter")
    assert c.screen_name == "PointScreen"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_tags_are_scanned_and_only_changes_are_answered(clerk, language):
    async with clerk(language, size=(100, 30)) as c:
        assert POINT[language] in c.text
        await c.press("4")
        assert "¥81,945.00  人民币捌万壹仟玖佰肆拾伍元整" in c.text
        await c.press("escape")
        await to_point(c, "v11")
        await c.press("1")
        assert c.screen_name == "InventoryScreen"
        inspection = c.app.screen.inspection
        assert len(inspection.waiting) == 6
        for number in range(1, 5):
            await c.type(f"DEMO-V11-{number:03d}")
            await c.press("enter")
        assert len(inspection.seen) == 4
        await c.type("X-1")
        await c.press("enter")
        assert "X-1" not in [asset.tag for asset, _state in inspection.seen.values()]
        await c.press("down", "enter", "2")  # the marked one is to be repaired
        assert len(inspection.waiting) == 1
        await c.press("f10", "1")  # what nobody saw is missing
        assert c.screen_name == "InterviewScreen"
        await c.press("f10")
        await c.until(lambda: c.screen_name == "PointScreen")
        point = c.desk.points.point("v11")
        assert (point.seen, point.assets) == ("2026-03-31", 2)
        conditions = [each.condition for each in c.desk.points.assets(point)]
        assert sorted(conditions) == ["good"] * 4 + ["missing", "repair"]
        assert len(c.desk.points.slogans(point)) == 0


async def test_a_tag_of_digits_that_a_scanner_reads_marks_its_thing_wherever_the_caret_is(clerk):
    async with clerk("en", size=(100, 30)) as c:
        answers = {
            "point_id": "d1", "village": "990101100200", "assets_noted": "yes",
            "assets": [
                {"asset_type": "desk", "asset_tag": f"2026000{n}", "asset_qty": 1, "asset_condition": "repair"} for n in (1, 2, 3)
            ],
        }  # fmt: skip
        interviews = c.desk.session.interviews
        interviews.finish(interviews.start("service_point", answers=answers))
        c.desk.hand_in()
        await to_point(c, "d1")
        await c.press("1")
        await c.scan("20260002")
        await c.scan("20260002", after=2.0)
        seen = c.app.screen.inspection.seen
        assert [(asset.tag, state) for asset, state in seen.values()] == [("20260002", "repair")]
        assert c.app.screen.query_one("#tag").value == ""
        await c.press("escape")  # left unfinished: what was marked is kept
        assert c.screen_name == "PointScreen"
        assert "Go on with the inspection that was begun" in c.text
        await c.press("1")
        assert "1 seen, 2 not seen yet" in c.text
        await c.scan("20260003", after=4.0)
        assert "2 seen, 1 not seen yet" in c.text


async def test_an_invoice_stops_and_is_not_closed_until_it_is_the_sum(clerk):
    async with clerk("en", size=(100, 30)) as c:
        await to_point(c, "c1")
        await c.press("2")
        assert c.screen_name == "InvoicesScreen"
        assert c.text.count("difference 0.00") == 3
        await c.press("down", "enter")
        await c.type("3240.50")
        await c.press("enter")
        assert "difference -0.50  STOP" in c.text
        await c.press("f10")
        assert c.screen_name == "Notice"
        assert "DEMO-C1-1" in c.text
        await c.press("enter")
        assert c.screen_name == "InvoicesScreen"
        c.app.screen.lines.highlighted = 1
        await c.press("enter", "1")
        await c.type("rounded by the shop")
        await c.press("enter")
        assert "STOP" not in c.text
        await c.press("ctrl+z")
        assert "STOP" in c.text
        await c.press("ctrl+z")
        assert c.text.count("difference 0.00") == 3
        await c.press("f10")
        assert c.screen_name == "PointScreen"


async def test_a_thing_is_marked_as_broken_and_undone(clerk):
    async with clerk("zh", size=(100, 30)) as c:
        await to_point(c, "c1")
        first = next(at for at, each in enumerate(c.app.screen.lines._choices) if hasattr(each, "tag"))
        c.app.screen.lines.highlighted = first
        await c.press("enter", "3")
        assert c.desk.points.point("c1").assets == 1
        assert "坏了" in c.text
        await c.press("ctrl+z")
        assert c.desk.points.point("c1").assets == 0
