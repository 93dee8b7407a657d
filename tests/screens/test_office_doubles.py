"""People registered twice across the township, by keys: side by side with what speaks for it, and taken back."""

from __future__ import annotations

from fieldkit.fieldwork.same_person import record_of
from fieldkit.office.looks import looks


async def at_the_first(c):
    await c.part("doubles")
    await c.until(lambda: c.screen_name == "OfficeDoublesScreen")
    await c.pilot.pause()


async def test_side_by_side_one_key_and_taken_back(clerk):
    async with clerk("en") as c:
        assert "Suspected doubles" in c.text
        await at_the_first(c)
        waiting = [each.pair for each in c.app.screen.waiting]
        first = c.app.screen.waiting[0]
        assert f"1 of {len(waiting)}" in c.text
        for found in (first.first, first.second):
            assert found.household in c.text
        assert first.is_across_villages
        assert "another village" in c.text
        assert [each.facts["why"] for each in looks(c.desk.office)] == ["double", "double"]
        await c.press("enter")
        assert c.app.screen.done == [], "Enter alone decides nothing"
        await c.press("1")
        await c.until(lambda: c.app.screen.done)
        assert c.desk.office.view(record_of(first.pair)).fields["decision"] == "same"
        assert f"1 of {len(waiting) - 1}" in c.text
        assert " = " in c.text
        await c.press("ctrl+z")
        await c.until(lambda: not c.app.screen.done)
        assert c.app.screen.waiting[0].pair == first.pair
        assert c.desk.office.view(record_of(first.pair)).fields["decision"] == "unsure"
        await c.press("pagedown")
        assert f"2 of {len(waiting)}" in c.text
        await c.press("2")
        await c.until(lambda: c.app.screen.done)
        await c.press("escape")
        await c.until(lambda: c.screen_name == "OfficeHome")
        assert f"Suspected doubles  {len(waiting) - 1} open" in c.text
